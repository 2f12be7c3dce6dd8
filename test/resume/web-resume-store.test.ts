/** Unfinished uploads in the browser's own memory. */
import { expect } from '@open-wc/testing';
import { IndexedDbRecords } from '../../src/resume/indexed-db-records.js';
import { LocalStorageRecords } from '../../src/resume/local-storage-records.js';
import { MemoryRecords } from '../../src/resume/memory-records.js';
import { isResumeRecord } from '../../src/resume/records.js';
import type { RecordStorage } from '../../src/resume/records.js';
import { WebResumeStore } from '../../src/resume/web-resume-store.js';
import { recordOf, resumeContract } from '../contract/resume-contract.js';

const databaseName = 'fine-uploader-elements';
const prefix = `${databaseName}:`;
const day = 86_400_000;

/** Resolves when the database is gone. */
function deleteDatabase(): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.deleteDatabase(databaseName);
    request.onsuccess = () => resolve();
    request.onerror = () => reject(new Error('The database could not be deleted.'));
  });
}

function forgetAll(): Promise<void> {
  localStorage.clear();
  return deleteDatabase();
}

/** A place where everything fails. */
const broken: RecordStorage = {
  get: () => Promise.reject(new Error('no')),
  put: () => Promise.reject(new Error('no')),
  delete: () => Promise.reject(new Error('no')),
  all: () => Promise.reject(new Error('no')),
};

afterEach(forgetAll);

const memory = new MemoryRecords();
resumeContract('The browser', () => new WebResumeStore(), { describe, it });
resumeContract('IndexedDB', () => new WebResumeStore({ storages: [new IndexedDbRecords()] }), { describe, it });
resumeContract('localStorage', () => new WebResumeStore({ storages: [broken, new LocalStorageRecords()] }), { describe, it });
resumeContract('memory', () => new WebResumeStore({ storages: [broken, broken, memory] }), { describe, it });

describe('unfinished uploads', () => {
  it('are kept in IndexedDB, and nowhere else where that works', async () => {
    const store = new WebResumeStore();
    await store.save(recordOf('one'));
    expect((await new IndexedDbRecords().all()).map(({ key }) => key)).to.deep.equal(['one']);
    expect(localStorage.length).to.equal(0);
  });

  it('are listed, the newest first', async () => {
    const now = Date.now();
    const store = new WebResumeStore();
    for (const [key, age] of [
      ['old', 3],
      ['new', 1],
      ['middle', 2],
    ] as const)
      await store.save(recordOf(key, { time: now - age }));
    const others = new WebResumeStore({ storages: [new LocalStorageRecords()] });
    await others.save(recordOf('local', { time: now - 2.5 }));
    await others.save(recordOf('new', { time: now - 9, uuid: 'stale' }));
    expect((await store.all()).map(({ key, uuid }) => [key, uuid === 'stale'])).to.deep.equal([
      ['new', false],
      ['middle', false],
      ['local', false],
      ['old', false],
    ]);
  });

  it('are forgotten after some days, on first use', async () => {
    const now = Date.now();
    for (const places of [[new IndexedDbRecords()], [new LocalStorageRecords()], [new MemoryRecords()]]) {
      const before = new WebResumeStore({ storages: places });
      await before.save(recordOf('older', { time: now - 3 * day - 1 }));
      await before.save(recordOf('old', { time: now - 3 * day }));
      const store = new WebResumeStore({ storages: places, expireIn: 3, now: () => now });
      expect([await store.load('older'), (await store.load('old'))?.key]).to.deep.equal([undefined, 'old']);
      expect((await places[0]!.all()).map(({ key }) => key)).to.deep.equal(['old']);
    }
  });

  it('that make no sense are cleared away', async () => {
    const places = [new IndexedDbRecords(), new LocalStorageRecords()];
    localStorage.setItem('of the page', 'stays');
    localStorage.setItem(`${prefix}torn`, '{"key":"torn","na');
    localStorage.setItem(`${prefix}null`, 'null');
    localStorage.setItem(`${prefix}number`, '7');
    for (const spoilt of [{ saved: null }, { saved: { session: 1 } }, { time: 'yesterday' }, { uuid: 7 }, { name: null }, { size: 'big' }])
      await places[0]!.put({ ...recordOf(JSON.stringify(spoilt)), ...(spoilt as object) });
    await places[0]!.put(recordOf('good'));
    const store = new WebResumeStore({ storages: places });
    expect((await store.all()).map(({ key }) => key)).to.deep.equal(['good']);
    expect((await Promise.all(places.map((place) => place.all()))).flat().map(({ key }) => key)).to.deep.equal(['good']);
    expect(localStorage.getItem('of the page')).to.equal('stays');
  });

  it('are found where they are, also when another place fails', async () => {
    const local = new LocalStorageRecords();
    await new WebResumeStore({ storages: [local] }).save(recordOf('local'));
    const store = new WebResumeStore({ storages: [broken, local] });
    expect((await store.load('local'))?.key).to.equal('local');
    await store.delete('local');
    expect(await local.all()).to.deep.equal([]);
  });

  it('go to the next place where there is no room, and the newer one counts', async () => {
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

  it('do without any memory at all', async () => {
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

  it('survive that somebody deletes the database meanwhile', async () => {
    const store = new WebResumeStore();
    await store.save(recordOf('one'));
    await deleteDatabase();
    expect(await store.load('one')).to.equal(undefined);
    await store.save(recordOf('two'));
    expect((await store.load('two'))?.key).to.equal('two');
    expect(localStorage.length).to.equal(0);
  });

  it('leave the database of a later version alone', async () => {
    const later = await new Promise<IDBDatabase>((resolve, reject) => {
      const request = indexedDB.open(databaseName, 2);
      request.onupgradeneeded = () => request.result.createObjectStore('something else');
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(new Error('The later version could not be opened.'));
    });
    const store = new WebResumeStore();
    await store.save(recordOf('key'));
    expect((await store.load('key'))?.key).to.equal('key');
    expect(localStorage.getItem(`${prefix}key`)).to.be.a('string');
    later.close();
  });

  it('do not wait for a database that does not open', async () => {
    const real = IDBFactory.prototype.open;
    const { setTimeout: realTimeout } = window;
    // A request that never answers, as some versions of WebKit make them; the wait for it is cut short.
    IDBFactory.prototype.open = () => new EventTarget() as IDBOpenDBRequest;
    window.setTimeout = ((handler: () => void) => realTimeout(handler, 0)) as typeof window.setTimeout;
    try {
      const store = new WebResumeStore();
      await store.save(recordOf('key'));
      expect((await store.load('key'))?.key).to.equal('key');
      expect(localStorage.getItem(`${prefix}key`)).to.be.a('string');
    } finally {
      IDBFactory.prototype.open = real;
      window.setTimeout = realTimeout;
    }
  });

  it('last as long as the page where the browser forbids all else', async () => {
    const real = IDBFactory.prototype.open;
    const realStorage = Object.getOwnPropertyDescriptor(window, 'localStorage')!;
    const forbid = () => {
      throw new DOMException('Forbidden.', 'SecurityError');
    };
    IDBFactory.prototype.open = forbid;
    Object.defineProperty(window, 'localStorage', { configurable: true, get: forbid });
    try {
      const store = new WebResumeStore();
      await store.save(recordOf('elsewhere'));
      expect([(await store.load('elsewhere'))?.key, (await store.all()).length]).to.deep.equal(['elsewhere', 1]);
    } finally {
      IDBFactory.prototype.open = real;
      Object.defineProperty(window, 'localStorage', realStorage);
    }
    expect([await new WebResumeStore().load('elsewhere'), localStorage.length]).to.deep.equal([undefined, 0]);
  });
});

describe('a record', () => {
  it('is one only with all that an upload needs', () => {
    expect(isResumeRecord(recordOf('key'))).to.equal(true);
    for (const found of [undefined, { key: 'key' }, { ...recordOf('key'), time: NaN }]) expect(isResumeRecord(found)).to.equal(false);
  });
});
