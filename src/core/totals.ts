import type { TotalsSnapshot } from './snapshot.js';

/** Seconds over which the speed is smoothed. */
const smoothing = 3;

/** A speed in bytes per second that forgets what was more than a few seconds ago. */
export class Speed {
  #value = 0;
  #bytes = 0;
  #since = 0;

  /** Takes note of bytes that have just arrived. */
  add(bytes: number, now: number): void {
    if (this.#since === 0) this.#since = now;
    this.#bytes += bytes;
    const seconds = (now - this.#since) / 1000;
    if (seconds < 0.25) return;
    const measured = Math.max(0, this.#bytes) / seconds;
    const weight = 1 - Math.exp(-seconds / smoothing);
    this.#value = this.#value === 0 ? measured : this.#value + weight * (measured - this.#value);
    this.#bytes = 0;
    this.#since = now;
  }

  /** Bytes per second. */
  get value(): number {
    return this.#value;
  }

  /** Forgets everything: nothing moves any more. */
  stop(): void {
    this.#value = this.#bytes = this.#since = 0;
  }
}

/**
 * Running sums over the files of the present batch, so that a tick of progress costs the same with one file and with ten thousand. A batch begins with the
 * first file after everything was finished.
 */
export class Totals {
  totalBytes = 0;
  uploadedBytes = 0;
  active = 0;
  /** Let in, and waiting for somebody to start them. */
  submitted = 0;
  paused = 0;
  succeeded = 0;
  failed = 0;
  /** Since there is this uploader. */
  refused = 0;
  readonly speed = new Speed();

  snapshot(): TotalsSnapshot {
    const { totalBytes, uploadedBytes, active, paused, succeeded, failed, refused } = this;
    return { totalBytes, uploadedBytes, active, paused, succeeded, failed, refused, speed: this.speed.value };
  }

  /** There are no files any more. */
  forget(): void {
    this.active = this.submitted = this.paused = this.succeeded = this.failed = 0;
    this.clear();
  }

  /** Everything is finished: the next file begins a new batch. */
  clear(): void {
    this.totalBytes = this.uploadedBytes = 0;
    this.speed.stop();
  }
}
