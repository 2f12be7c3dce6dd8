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

/** The longest reason of the page (characters) that is shown: it may be the text of a server. */
const maxReasonLength = 2000;

/**
 * The reason in what the page has thrown, or has rejected a promise with: an Error, a string, or as in Fine Uploader `{error}` or `{responseJSON: {error}}`. '' if there is
 * none.
 */
export function reasonOf(thrown: unknown): string {
  const { error, responseJSON, message } = (thrown ?? {}) as {
    error?: unknown;
    responseJSON?: { error?: unknown } | null;
    message?: unknown;
  };
  const reasons = [thrown, error, responseJSON?.error, error instanceof Error && error.message, thrown instanceof Error && message];
  const reason = reasons.find((one): one is string => typeof one === 'string' && one.trim() !== '') ?? '';
  return reason.length > maxReasonLength ? `${reason.slice(0, maxReasonLength)}…` : reason;
}

/** Converts anything that was thrown to an {@link UploadError}. Other errors are mistakes in the page's code or in ours: not retried automatically. */
export function asUploadError(thrown: unknown): UploadError {
  if (thrown instanceof UploadError) return thrown;
  return new UploadError(reasonOf(thrown) || 'Something went wrong.', { retry: 'manual', cause: thrown });
}

/** Throws the error for an `import()` that failed: the page is offline, or the script is no longer on its server. */
export function throwNotLoaded(cause: unknown): never {
  throw new UploadError('A part of the uploader could not be loaded.', { code: 'NotLoaded', retry: 'auto', cause });
}
