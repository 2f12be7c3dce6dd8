import type { ResumeRecord } from '../core/types.js';
import type { Found, RecordPlace } from './records.js';

/** Records that last as long as the page. Kept as text, so that nobody changes them from outside. */
export class MemoryRecords implements RecordPlace {
  readonly #records = new Map<string, string>();

  async get(key: string): Promise<Found | undefined> {
    const text = this.#records.get(key);
    return text === undefined ? undefined : (JSON.parse(text) as ResumeRecord);
  }

  async put(record: ResumeRecord): Promise<void> {
    this.#records.set(record.key, JSON.stringify(record));
  }

  async delete(key: string): Promise<void> {
    this.#records.delete(key);
  }

  async all(): Promise<Found[]> {
    return [...this.#records.values()].map((text) => JSON.parse(text) as ResumeRecord);
  }
}
