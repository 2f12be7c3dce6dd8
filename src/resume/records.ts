import type { ResumeRecord } from '../core/types.js';

/** What a place found under a key. Only the key is sure: the rest may come from another version, or from another script of the page. */
export type Found = Pick<ResumeRecord, 'key'> & Partial<ResumeRecord>;

/** A place that keeps records by their key. Unlike a `ResumeStore` it may fail, at any time and in any way. */
export interface RecordPlace {
  get(key: string): Promise<Found | undefined>;
  put(record: ResumeRecord): Promise<void>;
  delete(key: string): Promise<void>;
  all(): Promise<Found[]>;
}

/** True for what can be gone on with. */
export function isRecord(found: Found | undefined): found is ResumeRecord {
  const { name, size, uuid, time, saved } = found ?? {};
  return (
    typeof name === 'string' && typeof uuid === 'string' && Number.isFinite(size) && Number.isFinite(time) && Array.isArray(saved?.receipts)
  );
}
