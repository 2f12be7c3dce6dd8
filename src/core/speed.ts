/** Seconds over which a speed is averaged. */
const averagedOver = 3;
/** The shortest time (s) that is measured. */
const shortestMeasurement = 0.25;

/** A moving average in bytes per second. */
export class Speed {
  #value = 0;
  #bytes = 0;
  #since = 0;

  /**
   * Adds bytes that have just arrived.
   * @param now - ms.
   */
  add(bytes: number, now: number): void {
    if (this.#since === 0) this.#since = now;
    this.#bytes += bytes;
    const seconds = (now - this.#since) / 1000;
    if (seconds < shortestMeasurement) return;
    const measured = Math.max(0, this.#bytes) / seconds;
    const weight = 1 - Math.exp(-seconds / averagedOver);
    this.#value = this.#value === 0 ? measured : this.#value + weight * (measured - this.#value);
    this.#bytes = 0;
    this.#since = now;
  }

  /** Bytes per second. */
  get value(): number {
    return this.#value;
  }

  /** Resets the speed to 0. */
  stop(): void {
    this.#value = this.#bytes = this.#since = 0;
  }
}
