/** Records of unfinished uploads in the browser's storage. */
import { expect } from '@open-wc/testing';
import { IndexedDbRecords } from '../../src/resume/indexed-db-records.js';
import { LocalStorageRecords } from '../../src/resume/local-storage-records.js';
import { MemoryRecords } from '../../src/resume/memory-records.js';
import type { RecordStorage } from '../../src/resume/records.js';
import { WebResumeStore } from '../../src/resume/web-resume-store.js';
import { recordOf, resumeContract } from '../contract/resume-contract.js';
import { denyLocalStorage } from '../tools/denied-storage.js';
import { clearStorage, localStoragePrefix as prefix } from './storage.js';

const msPerDay = 86_400_000;

/** A storage whose every method fails. */
const broken: RecordStorage = {
  get: () => Promise.reject(new Error('no')),
  put: () => Promise.reject(new Error('no')),
  delete: () => Promise.reject(new Error('no')),
  all: () => Promise.reject(new Error('no')),
};

afterEach(clearStorage);

const memory = new MemoryRecords();
resumeContract('The browser', () => new WebResumeStore(), { describe, it });
resumeContract('IndexedDB', () => new WebResumeStore({ storages: [new IndexedDbRecords()] }), { describe, it });
resumeContract('localStorage', () => new WebResumeStore({ storages: [broken, new LocalStorageRecords()] }), { describe, it });
resumeContract('memory', () => new WebResumeStore({ storages: [broken, broken, memory] }), { describe, it });

describe('WebResumeStore', () => {
  it('saves records in IndexedDB only, if that works', async () => {
    const store = new WebResumeStore();
    await store.save(recordOf('one'));
    expect((await new IndexedDbRecords().all()).map(({ key }) => key)).to.deep.equal(['one']);
    expect(localStorage.length).to.equal(0);
  });

  it('lists records, the newest first', async () => {
    const now = Date.now();
    const store = new WebResumeStore();
    for (const [key, age] of [
      ['old', 3],
      ['new', 1],
      ['middle', 2],
    ] as const)
      await store.save(recordOf(key, { time: now - age }));
    const localStore = new WebResumeStore({ storages: [new LocalStorageRecords()] });
    await localStore.save(recordOf('local', { time: now - 2.5 }));
    await localStore.save(recordOf('new', { time: now - 9, uuid: 'stale' }));
    expect((await store.all()).map(({ key, uuid }) => [key, uuid === 'stale'])).to.deep.equal([
      ['new', false],
      ['middle', false],
      ['local', false],
      ['old', false],
    ]);
  });

  it('deletes expired records on first use', async () => {
    const now = Date.now();
    for (const storages of [[new IndexedDbRecords()], [new LocalStorageRecords()], [new MemoryRecords()]]) {
      const before = new WebResumeStore({ storages });
      await before.save(recordOf('older', { time: now - 3 * msPerDay - 1 }));
      await before.save(recordOf('old', { time: now - 3 * msPerDay }));
      const store = new WebResumeStore({ storages, expireIn: 3, now: () => now });
      expect([await store.load('older'), (await store.load('old'))?.key]).to.deep.equal([undefined, 'old']);
      expect((await storages[0]!.all()).map(({ key }) => key)).to.deep.equal(['old']);
    }
  });

  it('deletes expired records again when the limit has changed', async () => {
    const now = Date.now();
    let expireIn = 7;
    const store = new WebResumeStore({ expireIn: () => expireIn, now: () => now });
    await store.save(recordOf('old', { time: now - 3 * msPerDay }));
    expect((await store.load('old'))?.key).to.equal('old');
    expireIn = 2;
    expect([await store.load('old'), await store.all()]).to.deep.equal([undefined, []]);
  });

  it('deletes records that cannot be used', async () => {
    const storages = [new IndexedDbRecords(), new LocalStorageRecords()];
    localStorage.setItem('key of the page', 'stays');
    localStorage.setItem(`${prefix}torn`, '{"key":"torn","na');
    localStorage.setItem(`${prefix}null`, 'null');
    localStorage.setItem(`${prefix}number`, '7');
    for (const invalid of [{ saved: null }, { saved: { session: 1 } }, { time: 'yesterday' }, { uuid: 7 }, { name: null }, { size: 'big' }])
      await storages[0]!.put({ ...recordOf(JSON.stringify(invalid)), ...(invalid as object) });
    await storages[0]!.put(recordOf('good'));
    const store = new WebResumeStore({ storages });
    expect((await store.all()).map(({ key }) => key)).to.deep.equal(['good']);
    expect((await Promise.all(storages.map((storage) => storage.all()))).flat().map(({ key }) => key)).to.deep.equal(['good']);
    expect(localStorage.getItem('key of the page')).to.equal('stays');
  });

  it('finds a record in any storage, even if another storage fails', async () => {
    const local = new LocalStorageRecords();
    await new WebResumeStore({ storages: [local] }).save(recordOf('local'));
    const store = new WebResumeStore({ storages: [broken, local] });
    expect((await store.load('local'))?.key).to.equal('local');
    await store.delete('local');
    expect(await local.all()).to.deep.equal([]);
  });

  it('saves in the next storage if one is full, and loads the newest record', async () => {
    const indexed = new IndexedDbRecords();
    const local = new LocalStorageRecords();
    const full: RecordStorage = {
      get: (key) => indexed.get(key),
      put: () => Promise.reject(new DOMException('full', 'QuotaExceededError')),
      delete: (key) => indexed.delete(key),
      all: () => indexed.all(),
    };
    const now = Date.now();
    await indexed.put(recordOf('key', { time: now - 5, uuid: 'older' }));
    const store = new WebResumeStore({ storages: [full, local] });
    await store.save(recordOf('key', { time: now, uuid: 'newer' }));
    expect((await store.load('key'))?.uuid).to.equal('newer');
    await store.delete('key');
    expect(await store.load('key')).to.equal(undefined);
  });

  it('works without any storage', async () => {
    const store = new WebResumeStore({
      storages: [
        broken,
        {
          ...broken,
          get: () => {
            throw new Error('at once');
          },
        },
      ],
    });
    await store.save(recordOf('key'));
    await store.delete('key');
    expect([await store.load('key'), await store.all()]).to.deep.equal([undefined, []]);
  });

  it('keeps records in memory if the browser denies access to its storage', async () => {
    const real = IDBFactory.prototype.open;
    const allow = denyLocalStorage();
    IDBFactory.prototype.open = () => {
      throw new DOMException('Forbidden.', 'SecurityError');
    };
    try {
      const store = new WebResumeStore();
      await store.save(recordOf('in memory'));
      expect([(await store.load('in memory'))?.key, (await store.all()).length]).to.deep.equal(['in memory', 1]);
    } finally {
      IDBFactory.prototype.open = real;
      allow();
    }
    expect([await new WebResumeStore().load('in memory'), localStorage.length]).to.deep.equal([undefined, 0]);
  });
});
