/** The one error that crosses the seams: what failed, and whether a retry can help. */

import type { JsonObject } from './types.js';

/** What may be done about a failure: the uploader tries again by itself, only a person may, or nobody should. */
export type RetryAdvice = 'auto' | 'manual' | 'never';

/** Everything about a failure but its sentence. */
export interface UploadErrorDetails {
  /** The far side's own word for it: S3's `<Code>`, or one of ours. */
  readonly code?: string | undefined;
  /** HTTP status; 0 where no answer came. */
  readonly status?: number | undefined;
  /** Default 'auto'. */
  readonly retry?: RetryAdvice | undefined;
  /** How long (ms) the far side asks us to wait. */
  readonly retryAfter?: number | undefined;
  /** What was sent so far is worthless: begin again. */
  readonly startOver?: boolean | undefined;
  /** What the server answered. */
  readonly response?: JsonObject | undefined;
  readonly cause?: unknown;
}

/** A failure in words for a person (`message`), with what the uploader needs to decide what comes next. */
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

/** Makes whatever was thrown an {@link UploadError}. What is not one is a mistake in a page's function or in us: not tried again by itself. */
export function asUploadError(thrown: unknown): UploadError {
  if (thrown instanceof UploadError) return thrown;
  const reason = thrown instanceof Error ? thrown.message : typeof thrown === 'string' ? thrown : '';
  return new UploadError(reason || 'Something went wrong.', { retry: 'manual', cause: thrown });
}

/** The failure of an `import()`: the page is offline, or the script is no longer on its server. */
export function notLoaded(cause: unknown): UploadError {
  return new UploadError('A part of the uploader could not be loaded.', { code: 'NotLoaded', retry: 'auto', cause });
}
