/** What the methods of the elements take and return for a file. */

import type { FileRecord } from '../core/file-record.js';
import { status } from '../core/status.js';
import type { Status } from '../core/status.js';
import type { Json, JsonObject } from '../core/types.js';

/** A file, as `getUploads` returns it. */
export interface UploadData {
  readonly id: number;
  readonly uuid: string;
  readonly name: string;
  readonly originalName: string;
  /** Bytes; -1 if unknown. */
  readonly size: number;
  readonly status: Status;
  /** null if the page does not have the file, or no longer has it. */
  readonly file: Blob | null;
  /** The same for files that were added together; none for files that were uploaded before. */
  readonly batchId?: string;
}

/** The files that `getUploads` returns: by id, by uuid or by status. */
export interface UploadFilter {
  readonly id?: number | readonly number[];
  readonly uuid?: string | readonly string[];
  readonly status?: Status | readonly Status[];
}

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

/** A previously uploaded file, as `addInitialFiles` takes it. */
export interface InitialFile {
  readonly name: string;
  readonly uuid: string;
  /** Bytes. */
  readonly size?: number;
  readonly thumbnailUrl?: string;
  /** URL that deletes this file. Default: `delete-endpoint`. */
  readonly deleteFileEndpoint?: string;
  readonly deleteFileParams?: Readonly<Record<string, unknown>>;
  /** @internal The item of the session list, from which a store reads its own fields. */
  readonly json?: JsonObject;
}

/** A file as `getUploads` returns it. */
export function uploadData(file: Readonly<FileRecord>): UploadData {
  const { id, uuid, name, originalName, size, batchId } = file;
  const data = { id, uuid, name, originalName, size, status: file.status ?? status.SUBMITTING, file: file.data ?? null };
  return batchId ? { ...data, batchId: batchId() } : data;
}

/** Whether a filter includes a file. */
export function matches(file: Readonly<FileRecord>, { id, uuid, status: statuses }: UploadFilter): boolean {
  if (id !== undefined) return [id].flat().includes(file.id);
  if (uuid !== undefined) return [uuid].flat().includes(file.uuid);
  return statuses === undefined || (file.status !== null && [statuses].flat().includes(file.status));
}
