import type { ResumeRecord } from '../core/types.js';

/** A record as it was read. Only its key is certain: another version of this package, or another script, may have written the rest. */
export type StoredRecord = Pick<ResumeRecord, 'key'> & Partial<ResumeRecord>;

/** Storage for records, by key. Any method may throw or reject, unlike those of a `ResumeStore`. */
export interface RecordStorage {
  get(key: string): Promise<StoredRecord | undefined>;
  put(record: ResumeRecord): Promise<void>;
  delete(key: string): Promise<void>;
  all(): Promise<StoredRecord[]>;
}

/** True for a complete record, from which an upload can be resumed. */
export function isResumeRecord(record: StoredRecord | undefined): record is ResumeRecord {
  const { name, size, uuid, time, saved } = record ?? {};
  return (
    typeof name === 'string' && typeof uuid === 'string' && Number.isFinite(size) && Number.isFinite(time) && Array.isArray(saved?.receipts)
  );
}
