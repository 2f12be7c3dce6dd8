import type { ResumeRecord } from '../core/types.js';
import type { RecordStorage, StoredRecord } from './records.js';

/** Records that last as long as the page. They are kept as JSON, so that a caller cannot change them. */
export class MemoryRecords implements RecordStorage {
  readonly #records = new Map<string, string>();

  async get(key: string): Promise<StoredRecord | undefined> {
    const json = this.#records.get(key);
    return json === undefined ? undefined : (JSON.parse(json) as ResumeRecord);
  }

  async put(record: ResumeRecord): Promise<void> {
    this.#records.set(record.key, JSON.stringify(record));
  }

  async delete(key: string): Promise<void> {
    this.#records.delete(key);
  }

  async all(): Promise<StoredRecord[]> {
    return [...this.#records.values()].map((json) => JSON.parse(json) as ResumeRecord);
  }
}
