import type { ResumeRecord, ResumeStore } from '../core/types.js';
import { IndexedDbRecords } from './indexed-db-records.js';
import { LocalStorageRecords } from './local-storage-records.js';
import { MemoryRecords } from './memory-records.js';
import { isResumeRecord } from './records.js';
import type { RecordStorage } from './records.js';

/** How a {@link WebResumeStore} remembers. */
export interface WebResumeStoreOptions {
  /** Days after which a record is forgotten. Default 7. */
  readonly expireIn?: number;
  /** ms since 1970. Default `Date.now`. */
  readonly now?: () => number;
  /** Where records are kept: in the first that takes them. Default: IndexedDB, localStorage, memory. */
  readonly storages?: readonly RecordStorage[];
}

const dayLength = 86_400_000;

/**
 * Remembers unfinished uploads in the browser: in IndexedDB, where that fails in localStorage, and where that fails too, as long as the page lives.
 * Forgets old ones on first use. Never throws and never rejects: at worst, an upload begins again.
 */
export class WebResumeStore implements ResumeStore {
  readonly #places: readonly RecordStorage[];
  readonly #expireIn: number;
  readonly #now: () => number;
  #purged: Promise<unknown> | undefined;

  constructor({
    expireIn = 7,
    now = Date.now,
    storages: places = [new IndexedDbRecords(), new LocalStorageRecords(), new MemoryRecords()],
  }: WebResumeStoreOptions = {}) {
    this.#places = places;
    this.#expireIn = expireIn * dayLength;
    this.#now = now;
  }

  async load(key: string): Promise<ResumeRecord | undefined> {
    await this.#purge();
    const found = await this.#everywhere((place) => place.get(key));
    // A place that failed at times may hold an older one than the next.
    return found.filter(isResumeRecord).sort((one, other) => other.time - one.time)[0];
  }

  async save(record: ResumeRecord): Promise<void> {
    await this.#purge();
    for (const place of this.#places) {
      try {
        return await place.put(record);
      } catch {
        // The next one may.
      }
    }
  }

  async delete(key: string): Promise<void> {
    await this.#everywhere((place) => place.delete(key));
  }

  /** All records, the newest first. */
  async all(): Promise<ResumeRecord[]> {
    await this.#purge();
    const found = (await this.#everywhere((place) => place.all())).flat().filter(isResumeRecord);
    found.sort((one, other) => other.time - one.time);
    return found.filter(({ key }, index) => found.findIndex((record) => record.key === key) === index);
  }

  /** Forgets what is too old, or is no record. Once. */
  #purge(): Promise<unknown> {
    return (this.#purged ??= this.#everywhere(async (place) => {
      const oldest = this.#now() - this.#expireIn;
      const old = (await place.all()).filter((record) => !isResumeRecord(record) || record.time < oldest);
      await Promise.all(old.map(({ key }) => place.delete(key)));
    }));
  }

  /** What the places answer that do. */
  async #everywhere<T>(work: (place: RecordStorage) => Promise<T>): Promise<T[]> {
    const outcomes = await Promise.allSettled(this.#places.map(async (place) => work(place)));
    return outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
  }
}
