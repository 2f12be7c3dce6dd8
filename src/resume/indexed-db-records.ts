import type { ResumeRecord } from '../core/types.js';
import type { RecordStorage, StoredRecord } from './records.js';

const databaseName = 'fine-uploader-elements';
const objectStoreName = 'uploads';

/** Time (ms) that the database may take to open: some versions of WebKit never answer. */
const openTimeout = 3000;
/** Default of the time (ms) that a transaction may take. One of another tab that hangs, or a damaged disk, stops all others for ever. */
const defaultTimeout = 10_000;

const noAnswer = 'IndexedDB does not answer.';

/** Records in IndexedDB. The database is opened on first use, and again after the browser closed it. */
export class IndexedDbRecords implements RecordStorage {
  #database: Promise<IDBDatabase> | undefined;
  /** A transaction took too long: the database is not used any more. */
  #hangs = false;

  /** @param timeout - time (ms) that a transaction may take. */
  constructor(private readonly timeout = defaultTimeout) {}

  get(key: string): Promise<StoredRecord | undefined> {
    return this.#transact('readonly', (store) => store.get(key) as IDBRequest<StoredRecord | undefined>);
  }

  async put(record: ResumeRecord): Promise<void> {
    await this.#transact('readwrite', (store) => store.put(record));
  }

  async delete(key: string): Promise<void> {
    await this.#transact('readwrite', (store) => store.delete(key));
  }

  all(): Promise<StoredRecord[]> {
    return this.#transact('readonly', (store) => store.getAll() as IDBRequest<StoredRecord[]>);
  }

  /** Makes one request in a transaction of its own. Resolves when the transaction is complete: a full disk aborts it after the request has succeeded. */
  async #transact<T>(mode: IDBTransactionMode, makeRequest: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
    if (this.#hangs) throw new Error(noAnswer);
    const database = (this.#database ??= openDatabase(() => (this.#database = undefined)));
    try {
      // The record must survive a crash of the browser or the device.
      const transaction = (await database).transaction(objectStoreName, mode, { durability: 'strict' });
      return await new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          if (!this.#hangs) console.warn(`resume: ${noAnswer} Unfinished uploads are recorded elsewhere, or not at all.`);
          this.#hangs = true;
          reject(new Error(noAnswer));
        }, this.timeout);
        const request = makeRequest(transaction.objectStore(objectStoreName));
        transaction.oncomplete = () => {
          clearTimeout(timer);
          resolve(request.result);
        };
        transaction.onabort = () => {
          clearTimeout(timer);
          reject(transaction.error ?? new Error('The transaction was aborted.'));
        };
      });
    } catch (error) {
      if (this.#database === database) this.#database = undefined;
      database.then((opened) => opened.close()).catch(() => {});
      throw error;
    }
  }
}

/** @param onClose - called when the connection can no longer be used. */
function openDatabase(onClose: () => void): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('The database did not open.')), openTimeout);
    const request = indexedDB.open(databaseName, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(objectStoreName, { keyPath: 'key' });
    request.onerror = () => {
      clearTimeout(timer);
      reject(request.error ?? new Error('The database cannot be opened.'));
    };
    request.onsuccess = () => {
      clearTimeout(timer);
      const database = request.result;
      database.onclose = onClose;
      // Another tab upgrades or deletes the database: an open connection would block it.
      database.onversionchange = () => {
        database.close();
        onClose();
      };
      resolve(database);
    };
  });
}
