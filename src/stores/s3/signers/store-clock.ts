/** The store's time, as far as this device knows it. One for all files, so that what one request learns serves the next. */
export class StoreClock {
  /** What is added to this device's time, ms. */
  drift: number;
  readonly #now: () => number;
  readonly #elsewhere: (() => Promise<number | undefined>) | undefined;
  #asked: Promise<void> | undefined;

  /**
   * @param drift - ms, as the page sets it.
   * @param now - this device's time, ms since 1970.
   * @param elsewhere - a time (ms since 1970) that is more to be trusted than this device's: the page's own server's, say.
   */
  constructor(drift = 0, now: () => number = Date.now, elsewhere?: () => Promise<number | undefined>) {
    this.drift = drift;
    this.#now = now;
    this.#elsewhere = elsewhere;
  }

  /** Asks elsewhere for the time, once in its life: for stores whose refusals a page may not read. Never rejects. */
  syncWithServer(): Promise<void> {
    return (this.#asked ??= (async () => {
      const time = await this.#elsewhere?.().catch(() => undefined);
      if (time !== undefined) this.correct(time);
    })());
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
