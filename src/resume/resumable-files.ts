import type { Json, JsonObject, ResumeRecord } from '../core/types.js';

/** An unfinished upload, as `getResumableFilesData` returns it. */
export interface ResumableFileData {
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  readonly uuid: string;
  /** Indexes of the parts that have not arrived, from 0. */
  readonly remaining: readonly number[];
  /** Key of the object. Only of S3. */
  readonly key?: string;
  /** The page's own data, if there is any. */
  readonly customResumeData?: Json;
}

/** Returns records of unfinished uploads as the page gets them. */
export function resumableFiles(records: readonly ResumeRecord[]): ResumableFileData[] {
  return records.map(({ name, size, uuid, saved, totalParts = 0, custom }) => {
    const arrived = new Set(saved.receipts.map(({ index }) => index));
    const remaining = Array.from({ length: totalParts }, (_, index) => index).filter((index) => !arrived.has(index));
    const key = (saved.session as JsonObject | null)?.['key'];
    return {
      ...{ name, size, uuid, remaining },
      ...(typeof key === 'string' && { key }),
      ...(custom !== undefined && custom !== null && { customResumeData: custom }),
    };
  });
}
