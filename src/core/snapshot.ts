/** What a face may know about files: taken when it draws, never kept. */

import type { Status } from './status.js';

/** What a person can do with a file right now. */
export interface FileActions {
  readonly cancel: boolean;
  readonly pause: boolean;
  readonly continue: boolean;
  readonly retry: boolean;
  readonly delete: boolean;
  readonly rename: boolean;
}

/** One file as it stands. A new object each time; plain data but for the blob. */
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
  /** Bytes per second, smoothed; 0 where nothing moves. */
  readonly speed: number;
  /** Why it was refused, or why its last attempt failed: a sentence for a person, '' where there is nothing to say. */
  readonly reason: string;
  /** Which automatic retry this is, from 1; 0 before the first. */
  readonly attempt: number;
  readonly maxAttempts: number;
  readonly actions: FileActions;
  /** What can be drawn as a thumbnail: the file itself, where it is here. */
  readonly blob: Blob | undefined;
  /** A thumbnail the server offers, or ''. */
  readonly thumbnailUrl: string;
}

/** Running sums over all files that count. */
export interface TotalsSnapshot {
  /** Bytes of the files on their way and of those that arrived in the same batch. */
  readonly totalBytes: number;
  readonly uploadedBytes: number;
  /** Bytes per second over all files. */
  readonly speed: number;
  /** Files by where they are. */
  readonly active: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly paused: number;
  /** Files that were refused since the uploader was made, whether they are still shown or not. A face says it when it grows. */
  readonly refused: number;
}

/** All files, by their place in the list. Asking for one costs O(1): a face asks only for the rows it shows. */
export interface UploaderSnapshot {
  /** Files that a list shows (cancelled and deleted ones have left it). */
  readonly count: number;
  /** The file at a place, 0 <= index < count. */
  at(index: number): FileSnapshot;
  readonly totals: TotalsSnapshot;
}
