/** Differences (ms) below this are none: a `Date` header has whole seconds, and stores accept signatures for minutes. */
const tolerance = 60_000;
/** Time (ms) after which another clock may be asked again. */
const syncInterval = 60_000;

/**
 * The store's clock, as far as this device knows it. All files and all signers share it: what one request learns corrects the next signatures. It alone decides what to
 * believe: the drift that the page sets, the store's own answers, and for stores whose answers cannot be read, a clock that has proved to be a clock.
 */
export class StoreClock {
  /** Difference to the clock of this device, ms. */
  drift: number;
  readonly #now: () => number;
  readonly #fetchServerTime: (() => Promise<number | undefined>) | undefined;
  #pageDrift: number;
  #sync: Promise<void> | undefined;
  #syncedAt = -Infinity;

  /**
   * @param drift - the initial drift, ms.
   * @param now - the time of this device, ms since 1970.
   * @param fetchServerTime - requests the time (ms since 1970) of a more reliable clock, such as that of the page's server; undefined if the answer is from a cache.
   */
  constructor(drift = 0, now: () => number = Date.now, fetchServerTime?: () => Promise<number | undefined>) {
    this.drift = this.#pageDrift = drift;
    this.#now = now;
    this.#fetchServerTime = fetchServerTime;
  }

  /** Sets the drift that the page knows, ms. The same value again does not change what was learnt since; another value, 0 too, replaces it. */
  setPageDrift(drift: number): void {
    if (drift === this.#pageDrift) return;
    this.drift = this.#pageDrift = drift;
  }

  /** Corrects the clock by the server's: for stores whose error responses the page cannot read. Asks once a minute at most. Never rejects. */
  syncWithServer(): Promise<void> {
    if (performance.now() - this.#syncedAt < syncInterval) return this.#sync ?? Promise.resolve();
    this.#syncedAt = Infinity;
    return (this.#sync = (async () => {
      const time = await this.#fetchServerTime?.().catch(() => undefined);
      this.#syncedAt = performance.now();
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
    const differs = Math.abs(drift - this.drift) > tolerance;
    if (differs) this.drift = drift;
    return differs;
  }
}
