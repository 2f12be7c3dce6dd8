import type { UploadError } from '../errors.js';
import type { RetryRules } from '../uploader-options.js';

/** The longest delay that we choose, ms. */
const maxOwnDelay = 60_000;
/** The longest Retry-After that is waited for, ms: one of a day means no. */
const maxRetryAfter = 300_000;

/**
 * Returns the ms to wait before a retry, or undefined where there is none.
 *
 * Exponential with jitter: three times as long each time (by default 1, 3 and 9 s, which outlasts a server that is away for 10 s), plus or minus a fifth, so that a thousand
 * pages do not return at the same moment. Never shorter than the server's Retry-After.
 *
 * @param attempt - the number of this retry, from 1.
 * @param random - 0 <= n < 1.
 */
export function retryDelay(error: UploadError, attempt: number, rules: RetryRules, random: number): number | undefined {
  if (error.retry !== 'auto' || attempt > rules.maxAttempts) return undefined;
  if (error.retryAfter !== undefined && error.retryAfter > maxRetryAfter) return undefined;
  const ownDelay = Math.min(rules.firstDelay * 3 ** (attempt - 1), maxOwnDelay) * (0.8 + 0.4 * random);
  return Math.round(Math.max(ownDelay, error.retryAfter ?? 0));
}
