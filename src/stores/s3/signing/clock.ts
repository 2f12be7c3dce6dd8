/** The store's time, as far as this device knows it. One for all files, so that what one request learns serves the next. */
export class StoreClock {
  /** What is added to this device's time, ms. */
  drift: number;
  readonly #now: () => number;

  /**
   * @param drift - ms, as the page sets it.
   * @param now - this device's time, ms since 1970.
   */
  constructor(drift = 0, now: () => number = Date.now) {
    this.drift = drift;
    this.#now = now;
  }

  /** ms since 1970. */
  now(): number {
    return this.#now() + this.drift;
  }

  /**
   * Takes over the store's own time.
   * @param time - ms since 1970.
   * @returns whether that makes a difference to a signature.
   */
  correct(time: number): boolean {
    const drift = time - this.#now();
    const differs = Math.abs(drift - this.drift) > 60_000;
    if (differs) this.drift = drift;
    return differs;
  }
}
