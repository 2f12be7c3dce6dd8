import type { ResumeRecord } from '../core/types.js';
import type { StoredRecord, RecordStorage } from './records.js';

/** Records that last as long as the page. Kept as text, so that nobody changes them from outside. */
export class MemoryRecords implements RecordStorage {
  readonly #records = new Map<string, string>();

  async get(key: string): Promise<StoredRecord | undefined> {
    const text = this.#records.get(key);
    return text === undefined ? undefined : (JSON.parse(text) as ResumeRecord);
  }

  async put(record: ResumeRecord): Promise<void> {
    this.#records.set(record.key, JSON.stringify(record));
  }

  async delete(key: string): Promise<void> {
    this.#records.delete(key);
  }

  async all(): Promise<StoredRecord[]> {
    return [...this.#records.values()].map((text) => JSON.parse(text) as ResumeRecord);
  }
}
