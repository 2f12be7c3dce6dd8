import type { ResumeRecord } from '../core/types.js';

/** What a place found under a key. Only the key is sure: the rest may come from another version, or from another script of the page. */
export type StoredRecord = Pick<ResumeRecord, 'key'> & Partial<ResumeRecord>;

/** A place that keeps records by their key. Unlike a `ResumeStore` it may fail, at any time and in any way. */
export interface RecordStorage {
  get(key: string): Promise<StoredRecord | undefined>;
  put(record: ResumeRecord): Promise<void>;
  delete(key: string): Promise<void>;
  all(): Promise<StoredRecord[]>;
}

/** True for what can be gone on with. */
export function isResumeRecord(found: StoredRecord | undefined): found is ResumeRecord {
  const { name, size, uuid, time, saved } = found ?? {};
  return (
    typeof name === 'string' && typeof uuid === 'string' && Number.isFinite(size) && Number.isFinite(time) && Array.isArray(saved?.receipts)
  );
}
