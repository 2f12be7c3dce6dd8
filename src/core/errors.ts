/** The error that all parts of the uploader throw: what failed, and whether a retry can help. */

import type { JsonObject } from './types.js';

/** Who may retry a failure: `auto` the uploader by itself, `manual` only a person, `never` nobody. */
export type RetryAdvice = 'auto' | 'manual' | 'never';

/** Everything about a failure but its sentence. */
export interface UploadErrorDetails {
  /** The server's error code, or one of ours. */
  readonly code?: string | undefined;
  /** HTTP status; 0 where no response came. */
  readonly status?: number | undefined;
  /** Default `auto`. */
  readonly retry?: RetryAdvice | undefined;
  /** ms that the server asks to wait before a retry. */
  readonly retryAfter?: number | undefined;
  /** True where nothing that was sent can be used: the upload begins again at byte 0. */
  readonly startOver?: boolean | undefined;
  /** The server's response. */
  readonly response?: JsonObject | undefined;
  readonly cause?: unknown;
}

/** A failure: a sentence for a person (`message`), and the details that decide how the uploader goes on. */
export class UploadError extends Error {
  override readonly name = 'UploadError';
  readonly code: string | undefined;
  readonly status: number | undefined;
  readonly retry: RetryAdvice;
  readonly retryAfter: number | undefined;
  readonly startOver: boolean;
  readonly response: JsonObject | undefined;

  constructor(reason: string, details: UploadErrorDetails = {}) {
    super(reason, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = details.code;
    this.status = details.status;
    this.retry = details.retry ?? 'auto';
    this.retryAfter = details.retryAfter;
    this.startOver = details.startOver ?? false;
    this.response = details.response;
  }

  /** The sentence for a person; the same as `message`. */
  get reason(): string {
    return this.message;
  }
}

/** Converts anything that was thrown to an {@link UploadError}. Other errors are mistakes in the page's code or in ours: not retried automatically. */
export function asUploadError(thrown: unknown): UploadError {
  if (thrown instanceof UploadError) return thrown;
  const reason = thrown instanceof Error ? thrown.message : typeof thrown === 'string' ? thrown : '';
  return new UploadError(reason || 'Something went wrong.', { retry: 'manual', cause: thrown });
}

/** Creates the error for an `import()` that failed: the page is offline, or the script is no longer on its server. */
export function notLoaded(cause: unknown): UploadError {
  return new UploadError('A part of the uploader could not be loaded.', { code: 'NotLoaded', retry: 'auto', cause });
}
