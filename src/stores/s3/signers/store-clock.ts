/** The store's clock, as far as this device knows it. All files share it: what one request learns corrects the next signatures. */
export class StoreClock {
  /** Difference to the clock of this device, ms. */
  drift: number;
  readonly #now: () => number;
  readonly #fetchServerTime: (() => Promise<number | undefined>) | undefined;
  #synced: Promise<void> | undefined;

  /**
   * @param drift - the initial drift, ms.
   * @param now - the time of this device, ms since 1970.
   * @param fetchServerTime - requests the time (ms since 1970) of a more reliable clock, such as that of the page's server.
   */
  constructor(drift = 0, now: () => number = Date.now, fetchServerTime?: () => Promise<number | undefined>) {
    this.drift = drift;
    this.#now = now;
    this.#fetchServerTime = fetchServerTime;
  }

  /** Corrects the clock by the server's, once: for stores whose error responses the page cannot read. Never rejects. */
  syncWithServer(): Promise<void> {
    return (this.#synced ??= (async () => {
      const time = await this.#fetchServerTime?.().catch(() => undefined);
      if (time !== undefined) this.correct(time);
    })());
  }

  /** ms since 1970. */
  now(): number {
    return this.#now() + this.drift;
  }

  /**
   * Sets the drift, unless it differs by less than a minute.
   *
   * @param time - the store's time, ms since 1970.
   * @returns whether the drift has changed.
   */
  correct(time: number): boolean {
    const drift = time - this.#now();
    const differs = Math.abs(drift - this.drift) > 60_000;
    if (differs) this.drift = drift;
    return differs;
  }
}
