import type { UploadError } from '../errors.js';

/** How often and how patiently a failure is tried again. */
export interface RetryRules {
  /** Automatic retries without progress in between; 0 for none. */
  readonly maxAttempts: number;
  /** The first wait, ms. Each next one is three times as long. */
  readonly firstDelay: number;
}

/** The longest wait we choose ourselves, ms. */
const longest = 60_000;
/** The longest wait a far side may ask for, ms: a Retry-After of a day is a "no". */
const longestAsked = 300_000;

/**
 * How long to wait before trying again, or undefined to stop.
 *
 * Exponential with jitter: three times as long each time (with the defaults 1, 3 and 9 s, so that a far side that is gone for 10 s is outlasted),
 * give or take a fifth, so that a thousand pages do not come back at the same moment. A Retry-After is never undercut.
 *
 * @param attempt - which retry this would be, from 1.
 * @param random - 0 <= n < 1.
 */
export function retryDelay(error: UploadError, attempt: number, rules: RetryRules, random: number): number | undefined {
  if (error.retry !== 'auto' || attempt > rules.maxAttempts) return undefined;
  if (error.retryAfter !== undefined && error.retryAfter > longestAsked) return undefined;
  const own = Math.min(rules.firstDelay * 3 ** (attempt - 1), longest) * (0.8 + 0.4 * random);
  return Math.round(Math.max(own, error.retryAfter ?? 0));
}
