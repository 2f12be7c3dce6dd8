import { elapsedTime } from '../clock.js';
import type { Clock } from '../types.js';
import type { StallTimeout } from './stall-timeout.js';

/** Measures the longest time without progress of a request that carries a part, for {@link StallTimeout} to learn from. */
export class SilenceMeter {
  #start = 0;
  #last = 0;
  #longest = 0;

  /** @param size - of the part, bytes. */
  constructor(
    private readonly clock: Clock,
    private readonly stallTimeout: StallTimeout,
    private readonly size: number,
  ) {}

  /** The request begins. */
  start(): void {
    this.#start = this.#last = elapsedTime(this.clock);
    this.#longest = 0;
  }

  /** Bytes have moved, or the response has arrived. */
  progress(): void {
    const now = elapsedTime(this.clock);
    this.#longest = Math.max(this.#longest, now - this.#last);
    this.#last = now;
  }

  /** Learns from the last request, after its response. Not called where the part has failed: how quickly a failure comes tells nothing about the work. */
  learn(): void {
    this.stallTimeout.learn(this.#longest, this.size / Math.max(1, this.#last - this.#start));
  }
}
