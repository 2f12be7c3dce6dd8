import type { ResumeRecord, ResumeStore } from '../core/types.js';
import { IndexedDbRecords } from './indexed-db-records.js';
import { LocalStorageRecords } from './local-storage-records.js';
import { MemoryRecords } from './memory-records.js';
import { isResumeRecord } from './records.js';
import type { RecordStorage } from './records.js';
import { lockUpload } from './upload-lock.js';

/** Options of {@link WebResumeStore}. */
export interface WebResumeStoreOptions {
  /** Days after which a record is deleted, or a function that returns them. Default 7. */
  readonly expireIn?: number | (() => number);
  /** The current time, ms since 1970. Default `Date.now`. */
  readonly now?: () => number;
  /** Storages in order of preference: a record is saved in the first that works. Default: IndexedDB, localStorage, memory. */
  readonly storages?: readonly RecordStorage[];
}

const msPerDay = 86_400_000;

/**
 * Keeps the records of unfinished uploads in IndexedDB; if that fails, in localStorage; if that fails too, in memory. Deletes expired records on first use, and again when
 * `expireIn` has changed.
 * Never throws and never rejects: in the worst case an upload starts from the beginning.
 */
export class WebResumeStore implements ResumeStore {
  readonly #storages: readonly RecordStorage[];
  readonly #expireIn: () => number;
  readonly #now: () => number;
  #purge: { readonly expireIn: number; readonly done: Promise<unknown> } | undefined;

  constructor({
    expireIn = 7,
    now = Date.now,
    storages = [new IndexedDbRecords(), new LocalStorageRecords(), new MemoryRecords()],
  }: WebResumeStoreOptions = {}) {
    this.#storages = storages;
    this.#expireIn = typeof expireIn === 'function' ? expireIn : () => expireIn;
    this.#now = now;
  }

  async load(key: string): Promise<ResumeRecord | undefined> {
    await this.#deleteExpired();
    const records = (await this.#inEachStorage((storage) => storage.get(key))).filter(isResumeRecord);
    // A storage that fails at times may hold an older record than the next one.
    return newestFirst(records)[0];
  }

  async save(record: ResumeRecord): Promise<void> {
    await this.#deleteExpired();
    for (const storage of this.#storages) {
      try {
        return await storage.put(record);
      } catch {
        // Try the next storage.
      }
    }
  }

  async delete(key: string): Promise<void> {
    await this.#inEachStorage((storage) => storage.delete(key));
  }

  /** Locks a key in all tabs of the browser. */
  lock(key: string, signal?: AbortSignal): Promise<(() => void) | undefined> {
    return lockUpload(key, signal);
  }

  /** All records, the newest first. */
  async all(): Promise<ResumeRecord[]> {
    await this.#deleteExpired();
    const records = newestFirst((await this.#inEachStorage((storage) => storage.all())).flat().filter(isResumeRecord));
    return records.filter(({ key }, index) => records.findIndex((record) => record.key === key) === index);
  }

  /** Deletes expired and incomplete records, once for each value of `expireIn`. */
  #deleteExpired(): Promise<unknown> {
    const expireIn = this.#expireIn();
    if (this.#purge?.expireIn !== expireIn) this.#purge = { expireIn, done: this.#deleteOlderThan(expireIn * msPerDay) };
    return this.#purge.done;
  }

  #deleteOlderThan(maxAge: number): Promise<unknown> {
    return this.#inEachStorage(async (storage) => {
      const minTime = this.#now() - maxAge;
      const expired = (await storage.all()).filter((record) => !isResumeRecord(record) || record.time < minTime);
      await Promise.all(expired.map(({ key }) => storage.delete(key)));
    });
  }

  /** Resolves with the results of the storages that do not fail. */
  async #inEachStorage<T>(operation: (storage: RecordStorage) => Promise<T>): Promise<T[]> {
    const outcomes = await Promise.allSettled(this.#storages.map(async (storage) => operation(storage)));
    return outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
  }
}

function newestFirst(records: ResumeRecord[]): ResumeRecord[] {
  return records.sort((one, other) => other.time - one.time);
}
