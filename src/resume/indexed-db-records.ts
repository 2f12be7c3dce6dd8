import type { ResumeRecord } from '../core/types.js';
import type { StoredRecord, RecordStorage } from './records.js';

const databaseName = 'fine-uploader-elements';
const storeName = 'uploads';

/** How long (ms) the database may take to open: some versions of WebKit never answer. */
const openTimeout = 3000;

/** Records in IndexedDB. Opened on first use, and again after the browser has closed it. */
export class IndexedDbRecords implements RecordStorage {
  #opened: Promise<IDBDatabase> | undefined;

  get(key: string): Promise<StoredRecord | undefined> {
    return this.#do('readonly', (store) => store.get(key) as IDBRequest<StoredRecord | undefined>);
  }

  async put(record: ResumeRecord): Promise<void> {
    await this.#do('readwrite', (store) => store.put(record));
  }

  async delete(key: string): Promise<void> {
    await this.#do('readwrite', (store) => store.delete(key));
  }

  all(): Promise<StoredRecord[]> {
    return this.#do('readonly', (store) => store.getAll() as IDBRequest<StoredRecord[]>);
  }

  /** One transaction. Resolves when it is on its way to the disk, not when the request is done: it may still fail then, for want of room. */
  async #do<T>(mode: IDBTransactionMode, ask: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
    const opened = (this.#opened ??= open(() => (this.#opened = undefined)));
    try {
      // Records are for crashes, too: those of the browser, and of the device.
      const transaction = (await opened).transaction(storeName, mode, { durability: 'strict' });
      return await new Promise((resolve, reject) => {
        const request = ask(transaction.objectStore(storeName));
        transaction.oncomplete = () => resolve(request.result);
        transaction.onabort = () => reject(transaction.error ?? new Error('The transaction was aborted.'));
      });
    } catch (error) {
      if (this.#opened === opened) this.#opened = undefined;
      opened.then((database) => database.close()).catch(() => {});
      throw error;
    }
  }
}

/** @param closed - called when the connection can no longer be used. */
function open(closed: () => void): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('The database did not open.')), openTimeout);
    const request = indexedDB.open(databaseName, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(storeName, { keyPath: 'key' });
    request.onerror = () => {
      clearTimeout(timer);
      reject(request.error ?? new Error('The database cannot be opened.'));
    };
    request.onsuccess = () => {
      clearTimeout(timer);
      const database = request.result;
      database.onclose = closed;
      // Whoever wants another version, or none at all, is not kept waiting.
      database.onversionchange = () => {
        database.close();
        closed();
      };
      resolve(database);
    };
  });
}
