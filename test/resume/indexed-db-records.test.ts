/** IndexedDB in the states that it has in real browsers: deleted, upgraded by another version, not opening. */
import { expect } from '@open-wc/testing';
import { IndexedDbRecords } from '../../src/resume/indexed-db-records.js';
import { LocalStorageRecords } from '../../src/resume/local-storage-records.js';
import { WebResumeStore } from '../../src/resume/web-resume-store.js';
import { recordOf } from '../contract/resume-contract.js';
import { clearStorage, databaseName, deleteDatabase, localStoragePrefix as prefix } from './storage.js';

afterEach(clearStorage);

describe('IndexedDbRecords', () => {
  it('opens the database again after it was deleted', async () => {
    const store = new WebResumeStore();
    await store.save(recordOf('one'));
    await deleteDatabase();
    expect(await store.load('one')).to.equal(undefined);
    await store.save(recordOf('two'));
    expect((await store.load('two'))?.key).to.equal('two');
    expect(localStorage.length).to.equal(0);
  });

  it('leaves the database of a later version unchanged', async () => {
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

  it('gives up a database whose transactions never complete, with one warning', async () => {
    await new WebResumeStore().save(recordOf('key'));
    const other = await new Promise<IDBDatabase>((resolve) => {
      const request = indexedDB.open(databaseName, 1);
      request.onsuccess = () => resolve(request.result);
    });
    // Another tab whose transaction goes on and on: the ones behind it wait.
    const transaction = other.transaction('uploads', 'readwrite');
    let ended = false;
    const goOn = () => {
      // WebKit dispatches an event that was queued after the abort.
      if (!ended) transaction.objectStore('uploads').get('none').onsuccess = goOn;
    };
    goOn();
    const { warn } = console;
    const warnings: unknown[] = [];
    console.warn = (...values: unknown[]) => warnings.push(values[0]);
    try {
      const store = new WebResumeStore({ storages: [new IndexedDbRecords(300), new LocalStorageRecords()] });
      expect(await store.load('key')).to.equal(undefined);
      await store.save(recordOf('key'));
      expect((await store.load('key'))?.key).to.equal('key');
      await store.delete('key');
      expect(await store.all()).to.deep.equal([]);
      expect(warnings).to.have.length(1);
      expect(warnings[0]).to.match(/^resume: IndexedDB does not answer/);
    } finally {
      console.warn = warn;
      ended = true;
      transaction.abort();
      other.close();
    }
  });

  it('gives up a database that does not open', async () => {
    const real = IDBFactory.prototype.open;
    const { setTimeout: realTimeout } = window;
    // A request without events, as in some versions of WebKit; the timeout is set to 0.
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
});
