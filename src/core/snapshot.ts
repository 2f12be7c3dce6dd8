/** The state of files as a view shows it: read while it renders, never kept. */

import type { FileRecord } from './file-record.js';
import type { Status } from './status.js';

/** The actions that are possible with a file now. */
export interface FileActions {
  readonly cancel: boolean;
  readonly pause: boolean;
  readonly continue: boolean;
  readonly retry: boolean;
  readonly delete: boolean;
  readonly rename: boolean;
}

/** The state of one file. A new object each time; plain data but for the blob. */
export interface FileSnapshot {
  readonly id: number;
  readonly name: string;
  /** Bytes; -1 where it is not known. */
  readonly size: number;
  /** MIME type, or ''. */
  readonly type: string;
  /** Path inside a chosen or dropped folder, or ''. */
  readonly path: string;
  readonly status: Status;
  readonly uploadedBytes: number;
  /** Bytes per second; 0 where nothing moves. */
  readonly speed: number;
  /** Why the file was refused, or why its last attempt failed: a sentence for a person, or ''. */
  readonly reason: string;
  /** Waits until another tab, or another element, no longer uploads the same file. */
  readonly waitsForOther?: boolean;
  /** Number of the current automatic retry, from 1; 0 before the first, and for a manual one. */
  readonly attempt: number;
  readonly maxAttempts: number;
  readonly actions: FileActions;
  /** The file itself, to draw a thumbnail of. */
  readonly blob: Blob | undefined;
  /** URL of a thumbnail that the server offers, or ''. */
  readonly thumbnailUrl: string;
}

/** Running sums over all files. */
export interface TotalsSnapshot {
  /** Bytes of the files that are queued or under way, and of those that have arrived in the same batch. */
  readonly totalBytes: number;
  readonly uploadedBytes: number;
  /** Bytes per second over all files. */
  readonly speed: number;
  /** Number of files that are queued or under way. */
  readonly active: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly paused: number;
  /** Number of files refused since the uploader was created, including those that are no longer shown. */
  readonly refused: number;
}

/** The list of files. Reading one costs O(1): a view reads only the rows that it shows. */
export interface UploaderSnapshot {
  /** Number of files in the list, without cancelled and deleted ones. */
  readonly count: number;
  /** Returns the file at an index, 0 <= index < count. */
  at(index: number): FileSnapshot;
  readonly totals: TotalsSnapshot;
}

/** Takes a snapshot of one file. */
export function snapshotOf(file: FileRecord, maxAttempts: number): FileSnapshot {
  const current = file.status ?? 'submitting';
  const isUploading = current === 'uploading' || current === 'retrying upload';
  const isWaiting = current === 'submitted' || current === 'queued';
  return {
    id: file.id,
    name: file.name,
    size: file.size,
    type: file.type,
    path: file.path,
    status: current,
    uploadedBytes: file.uploadedBytes,
    speed: current === 'uploading' ? file.speed.value : 0,
    reason: file.reason,
    waitsForOther: file.waitsForOther,
    // Only a manual retry waits in the queue.
    attempt: file.queued ? 0 : file.retries,
    maxAttempts,
    actions: {
      cancel: isUploading || isWaiting || current === 'submitting' || current === 'paused' || current === 'upload failed',
      pause: isUploading && file.chunked,
      continue: current === 'paused',
      retry: current === 'upload failed' && file.retryable,
      delete: (current === 'upload successful' || current === 'delete failed') && file.deletable,
      rename: current === 'submitted',
    },
    blob: file.data,
    thumbnailUrl: file.thumbnailUrl,
  };
}
