/** What is loaded only when a file needs it. */
import { expect } from '@open-wc/testing';
import { UploadError } from '../../src/core/errors.js';
import type { Store, StoreContext } from '../../src/core/types.js';
import { resumeStoreLater, storeLater } from '../../src/elements/later.js';
import { MemoryRecords } from '../../src/resume/memory-records.js';
import { WebResumeStore } from '../../src/resume/web-resume-store.js';

const context = (signal = new AbortController().signal) => ({ signal }) as StoreContext;
const opened = { session: null, parts: [], receipts: [], chunked: false, totalParts: 0, parallel: 1, resumed: false };
const store: Store = {
  open: () => Promise.resolve(opened),
  send: (part) => Promise.resolve(part),
  close: () => Promise.resolve({ response: { success: true } }),
};
const failure = (work: Promise<unknown>) =>
  work.then(
    () => expect.fail('it did not fail'),
    (error: unknown) => error,
  );

describe('a store that is loaded later', () => {
  it('is loaded once, with its first use', async () => {
    let loads = 0;
    const later = storeLater(() => {
      loads++;
      return Promise.resolve(store);
    });
    expect(loads).to.equal(0);
    expect(await Promise.all([later.open(undefined, context()), later.open(undefined, context())])).to.deep.equal([opened, opened]);
    expect(loads).to.equal(1);
    // What a store does not have, it does not have later either.
    expect(await later.abandon?.(null, context())).to.equal(undefined);
  });

  it('fails an attempt where it cannot be loaded, and the next one loads it', async () => {
    let loads = 0;
    const later = storeLater(() => (++loads === 1 ? Promise.reject(new TypeError('Failed to fetch')) : Promise.resolve(store)));
    const error = await failure(later.open(undefined, context()));
    expect(error).to.be.instanceOf(UploadError).and.include({ code: 'NotLoaded', retry: 'auto' });
    expect(await later.open(undefined, context())).to.equal(opened);
    expect(loads).to.equal(2);
  });

  it('tells what is wrong with its settings in its own words', async () => {
    const problem = new UploadError('There is no endpoint.', { retry: 'manual' });
    expect(await failure(storeLater(() => Promise.reject(problem)).open(undefined, context()))).to.equal(problem);
  });

  it('is not waited for by an attempt that is over', async () => {
    const attempt = new AbortController();
    const opening = failure(storeLater(() => new Promise<Store>(() => {})).open(undefined, context(attempt.signal)));
    attempt.abort(new Error('paused'));
    expect(await opening)
      .to.be.instanceOf(Error)
      .and.include({ message: 'paused' });
  });
});

describe('a memory that is loaded later', () => {
  it('remembers, lists and forgets', async () => {
    const later = resumeStoreLater(() => Promise.resolve(new WebResumeStore({ storages: [new MemoryRecords()] })));
    const record = { key: 'k', name: 'n', size: 1, uuid: 'u', saved: { session: null, receipts: [] }, time: Date.now() };
    await later.save(record);
    expect(await later.load('k')).to.include({ uuid: 'u' });
    expect(await later.all()).to.have.length(1);
    await later.delete('k');
    expect(await later.load('k')).to.equal(undefined);
  });
});
