/** Everything that can be set on an {@link Uploader}. */

import type { FileRecord } from './file-record.js';
import type { Clock, ResumeStore, Store, UploadFile } from './types.js';
import type { ValidationProblem, ValidationRules } from './validation/rules.js';

/** The options of an {@link Uploader}. They may be replaced at any time: an upload that has begun keeps its store. */
export interface UploaderOptions {
  /**
   * Returns the store for a file, with the current settings; a promise where the store has to be loaded first. Called after `upload` was emitted, once per attempt. What it
   * throws, and an {@link UploadError} that the promise rejects with, fails the file. Any other rejection is a script that could not be loaded: it becomes an UploadError
   * with the code `NotLoaded`, and the store is asked for again after a delay.
   */
  storeFor(file: UploadFile): Store | Promise<Store>;
  /** True: uploads begin when files are added. False: they begin with {@link Uploader.uploadStored}. */
  readonly autoUpload: boolean;
  readonly rules: ValidationRules & {
    /** One file at a time: a new file replaces the one before. */
    readonly single?: boolean;
  };
  /**
   * Validates what takes time to read, such as an image's dimensions. Resolves with a problem, or undefined; rejects with the reason to refuse the file. Returns undefined
   * for a file that has nothing to read.
   */
  readonly inspectFile?: ((file: FileRecord) => Promise<ValidationProblem | undefined> | undefined) | undefined;
  /** Returns the sentence that people read about a problem. */
  readonly describeProblem: (problem: ValidationProblem) => string;
  readonly retry: RetryRules;
  /** Number of requests on the wire at the same time. */
  readonly maxConnections: number;
  /**
   * If set, `maxConnections` is only where measuring begins: the number grows as long as more connections are faster. Returns whether requests to the store share one
   * connection, as with HTTP/2 and HTTP/3; undefined where that is not known.
   */
  readonly usesSharedConnection?: (() => boolean | undefined) | undefined;
  /** Returns how many uploads may be prepared (signed, hashed) beyond the connections, if this file is the next in the queue. */
  prepareAhead(file: { readonly size: number }): number;
  readonly stallTimeout: StallTimeoutRules;
  /** ms that a server may take to answer a request that must not be repeated; Infinity for no limit. Default 600,000. */
  readonly answerTimeout?: number | undefined;
  /** Continues uploads after a reload of the page. Default: off. */
  readonly resume?: ResumeOptions | undefined;
  readonly network?: Network | undefined;
  readonly clock: Clock;
  /** Creates a unique name for a file. */
  readonly createUuid: () => string;
  /** Returns whether an uploaded file can be deleted. */
  isDeletable(file: { readonly id: number }): boolean;
}

/** Returns the time (ms) that a server may take to answer a request that must not be repeated. */
export function answerTimeoutOf({ answerTimeout = 600_000 }: Pick<UploaderOptions, 'answerTimeout'>): number {
  return answerTimeout;
}

/** Holds the options that apply now. */
export interface CurrentOptions {
  current: UploaderOptions;
}

/** Number of automatic retries, and the time between them. */
export interface RetryRules {
  /** Number of automatic retries without progress in between; 0 disables them. */
  readonly maxAttempts: number;
  /** ms before the first retry. Each following delay is three times as long. */
  readonly firstDelay: number;
}

/** Limits of the time that a request may show no sign of life. */
export interface StallTimeoutRules {
  /** A fixed limit, ms. If set, nothing is learnt. */
  readonly fixed?: number | undefined;
  /** The limit before anything is learnt, ms. */
  readonly initial: number;
  /** The lowest limit that can be learnt, ms. */
  readonly minimum: number;
}

/** Where unfinished uploads are recorded, and under which key. */
export interface ResumeOptions {
  /** Read only after {@link keyOf} has resolved, which may load it. */
  readonly store: ResumeStore;
  /** Returns the same key for the same file on its way to the same place, and for nothing else. */
  keyOf(file: FileRecord): Promise<string>;
}

/** Whether the browser reports a network. */
export interface Network {
  /** True only where there was a network before: some machines always report that they are offline. */
  readonly offline: boolean;
  /** Resolves when the network is back; rejects with the signal's reason. */
  online(signal: AbortSignal): Promise<void>;
}
