/** The contract of every {@link ResumeStore}. */

import type { ResumeRecord, ResumeStore } from '../../src/core/types.js';
import { check, same } from './checks.js';
import type { Runner } from './checks.js';

/** Creates a record like the uploader's. */
export function recordOf(key: string, details: Partial<ResumeRecord> = {}): ResumeRecord {
  const receipts = [{ index: 0, start: 0, end: 5, data: { etag: '"abc"', nested: [null, true, 1.5, 'ü'] } }];
  const saved = { session: { uuid: key, chunked: true }, receipts };
  return { key, name: 'a file 🎉.bin', size: 12, uuid: `uuid of ${key}`, saved, time: Date.now(), custom: { user: 7 }, ...details };
}

/**
 * Defines the suite.
 * @param makeStore - creates a store for the same storage at every call, as after a reload.
 */
export function resumeContract(name: string, makeStore: () => ResumeStore, { describe, it }: Runner): void {
  let count = 0;
  const newKey = () => `key ${++count} "'/\\\n é ${Math.random()}`;

  describe(`${name} fulfils the contract of a resume store`, () => {
    it('returns undefined for an unknown key', async () => {
      same((await makeStore().load(newKey())) === undefined, true, 'undefined');
    });

    it('returns a saved record, also after a reload', async () => {
      const record = recordOf(newKey());
      const store = makeStore();
      await store.save(record);
      same(await store.load(record.key), record, 'the record');
      same(await makeStore().load(record.key), record, 'the record after a reload');
    });

    it('keeps the latest version of a record', async () => {
      const record = recordOf(newKey());
      const store = makeStore();
      for (let size = 1; size <= 5; size++) await store.save({ ...record, size });
      same((await store.load(record.key))?.size, 5, 'the latest');
    });

    it('returns copies of records', async () => {
      const record = recordOf(newKey());
      const store = makeStore();
      await store.save(record);
      const loaded = await store.load(record.key);
      check(loaded && loaded !== record && loaded.saved.session !== record.saved.session, 'another object');
    });

    it('deletes records', async () => {
      const [one, other] = [recordOf(newKey()), recordOf(newKey())];
      const store = makeStore();
      await store.save(one);
      await store.save(other);
      await store.delete(one.key);
      await store.delete(one.key);
      same(
        [(await makeStore().load(one.key)) === undefined, (await makeStore().load(other.key))?.uuid],
        [true, other.uuid],
        'the remaining records',
      );
    });

    it('saves many records concurrently', async () => {
      const store = makeStore();
      const records = Array.from({ length: 100 }, () => recordOf(newKey()));
      await Promise.all(records.map((record) => store.save(record)));
      same(await Promise.all(records.map(({ key }) => store.load(key))), records, 'the records');
      await Promise.all(records.map(({ key }) => store.delete(key)));
      same(
        (await Promise.all(records.map(({ key }) => store.load(key)))).every((record) => record === undefined),
        true,
        'all gone',
      );
    });

    it('saves the record of a file in ten thousand parts', async () => {
      const receipts = Array.from({ length: 10_000 }, (_, index) => ({
        index,
        start: index,
        end: index + 1,
        data: `"${'e'.repeat(32)}-${index}"`,
      }));
      const record = recordOf(newKey(), { saved: { session: null, receipts } });
      const store = makeStore();
      await store.save(record);
      same(await makeStore().load(record.key), record, 'the record');
      await store.delete(record.key);
    });
  });
}
