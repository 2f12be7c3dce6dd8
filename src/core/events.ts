/** What the uploader tells: facts, which it states, and questions, which can be refused or made to wait. Names and details are the public events' own. */

import type { ChunkOverrides, Json, JsonObject } from './types.js';
import type { Status } from './status.js';

/** A file, as every fact about one has it. */
export interface FileDetail {
  readonly id: number;
  readonly name: string;
}

/** Fine Uploader's description of a chunk; `startByte` counts from 1. */
export interface ChunkDetail extends FileDetail {
  readonly partIndex: number;
  readonly startByte: number;
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
  /** The far side's own word, S3's `<Code>` say. */
  readonly code?: string;
  /** HTTP status; 0 where no answer came. */
  readonly status?: number;
  readonly cause?: unknown;
}

export interface CompleteDetail extends FileDetail {
  readonly success: boolean;
  /** What the server answered. */
  readonly response: JsonObject;
  readonly uuid: string;
  readonly key?: string;
  readonly bucket?: string;
}

/** What is stated; nobody can object. */
export interface Events {
  statusChange: StatusChangeDetail;
  submitted: FileDetail;
  uploadChunkSuccess: ChunkDetail & { readonly response: Json };
  progress: ProgressDetail;
  totalProgress: { readonly uploadedBytes: number; readonly totalBytes: number };
  autoRetry: FileDetail & { readonly attempt: number };
  error: ErrorDetail;
  complete: CompleteDetail;
  allComplete: { readonly succeeded: readonly number[]; readonly failed: readonly number[] };
  delete: FileDetail;
  deleteComplete: FileDetail & { readonly success: boolean; readonly isError: boolean };
}

/** What is asked; a listener may refuse, or hold the file until a promise settles. */
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

/** What came of a question: nobody objected (perhaps with a value), or somebody did (perhaps with a reason). */
export type EventOutcome = { readonly refused: false; readonly value?: unknown } | { readonly refused: true; readonly reason?: string };

/** Whoever listens to the uploader: an element's controller, or a script. A listener that throws is the listener's problem, never the queue's. */
export interface UploaderListener {
  /** False where telling or asking this would come to nothing: of ten thousand files, that saves a tenth of the work. Default: true. */
  listensTo?(name: keyof Events | keyof CancelableEvents): boolean;
  emit<Name extends keyof Events>(name: Name, detail: Events[Name]): void;
  /** Answers at once where nobody needs time. */
  emitCancelable<Name extends keyof CancelableEvents>(name: Name, detail: CancelableEvents[Name]): EventOutcome | Promise<EventOutcome>;
  /** Something that a face shows has changed; called once per turn. */
  changed?(): void;
}

/** What `uploadChunk` may resolve to. */
export type { ChunkOverrides };
