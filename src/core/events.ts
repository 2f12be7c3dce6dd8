/** The events of the uploader: those that only inform, and those that can be refused or delayed. Names and details are those of the public events. */

import type { Status } from './status.js';
import type { Json, JsonObject } from './types.js';

/** The file that an event is about. */
export interface FileDetail {
  readonly id: number;
  readonly name: string;
}

/** Fine Uploader's description of a chunk. */
export interface ChunkDetail extends FileDetail {
  /** Counts from 0. */
  readonly partIndex: number;
  /** The first byte; counts from 1. */
  readonly startByte: number;
  /** The last byte; counts from 1. */
  readonly endByte: number;
  readonly totalParts: number;
}

export interface StatusChangeDetail extends FileDetail {
  /** null for a file that was just added. */
  readonly oldStatus: Status | null;
  readonly newStatus: Status;
}

export interface ProgressDetail extends FileDetail {
  readonly uploadedBytes: number;
  readonly totalBytes: number;
}

export interface ErrorDetail {
  /** null where the failure is not about one file. */
  readonly id: number | null;
  readonly name: string;
  /** A sentence for a person. */
  readonly reason: string;
  /** The server's error code, or one of ours. */
  readonly code?: string;
  /** HTTP status; 0 where no response came. */
  readonly status?: number;
  readonly cause?: unknown;
}

/** Also has the {@link UploadResult.details} of the store. */
export interface CompleteDetail extends FileDetail {
  readonly success: boolean;
  /** The server's response, and `success`, which is always the outcome. */
  readonly response: JsonObject;
  readonly uuid: string;
}

/** Events that only inform. */
export interface Events {
  statusChange: StatusChangeDetail;
  submitted: FileDetail;
  /** `response`: the server's response, and `success`, which is always true. */
  uploadChunkSuccess: ChunkDetail & { readonly response: JsonObject };
  progress: ProgressDetail;
  totalProgress: { readonly uploadedBytes: number; readonly totalBytes: number };
  /** `attempt` counts automatic retries from 1. */
  autoRetry: FileDetail & { readonly attempt: number };
  /** With `resume`: another tab, or another element, uploads the same file. This one waits until that ends. */
  resumeWait: FileDetail;
  error: ErrorDetail;
  complete: CompleteDetail;
  /** Ids of the files. */
  allComplete: { readonly succeeded: readonly number[]; readonly failed: readonly number[] };
  delete: FileDetail;
  deleteComplete: FileDetail & { readonly success: boolean; readonly isError: boolean };
}

/** Events that a listener may refuse, or delay until a promise settles. */
export interface CancelableEvents {
  validateBatch: { readonly files: readonly { readonly name: string; readonly size: number }[] };
  validate: FileDetail & { readonly size: number };
  submit: FileDetail;
  upload: FileDetail;
  uploadChunk: ChunkDetail;
  resume: ChunkDetail & { readonly customResumeData: Json };
  manualRetry: FileDetail;
  cancel: FileDetail;
  submitDelete: FileDetail;
}

/** The result of a cancelable event: not refused, perhaps with a value, or refused, perhaps with a reason. */
export type EventOutcome =
  | { readonly refused: false; readonly value?: unknown }
  /** `response`: what `complete` tells in place of a server's response. */
  | { readonly refused: true; readonly reason?: string; readonly response?: JsonObject };

/** Receives the events of an {@link Uploader}. */
export interface UploaderListener {
  emit<Name extends keyof Events>(name: Name, detail: Events[Name]): void;
  /** Returns the outcome at once where no listener needs time. */
  emitCancelable<Name extends keyof CancelableEvents>(name: Name, detail: CancelableEvents[Name]): EventOutcome | Promise<EventOutcome>;
  /** Something visible has changed. Called at most once per turn. */
  changed?(): void;
}
