import type { UploadError } from '../errors.js';
import type { Attempt } from './attempt.js';
import { waitForRetry } from './auto-retry.js';

/**
 * Stops all parts of a file while a retry waits. The first failure closes the gate; parts that were sent before and fail later belong to the same outage and wait with it,
 * so that six connections that break together cost one retry, not six.
 */
export class RetryGate {
  #round = 0;
  #opening: Promise<void> = Promise.resolve();

  constructor(private readonly attempt: Attempt) {}

  /** Waits until the gate is open. Resolves with the number of the round, for {@link isOpen} and {@link close}. */
  async pass(signal: AbortSignal): Promise<number> {
    for (let round = -1; round !== this.#round;) {
      round = this.#round;
      await this.#opening;
      signal.throwIfAborted();
    }
    return this.#round;
  }

  /** False where a part has failed since the round began. */
  isOpen(round: number): boolean {
    return round === this.#round;
  }

  /** Closes the gate after a part of the round has failed, and waits until it opens again. Throws the error where no retry is left. */
  close(error: UploadError, round: number): Promise<void> {
    if (round === this.#round) {
      this.#round++;
      this.#opening = waitForRetry(this.attempt, error, 'send');
    }
    return this.#opening;
  }
}
