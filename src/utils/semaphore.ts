/** Limits how much runs at the same time. Waiters with a smaller order number go first; equal ones in the order they came. */
export class Semaphore {
  #size: number;
  #inUse = 0;
  #released = 0;
  readonly #waiters: { readonly order: number; readonly grant: () => void }[] = [];

  /** @param size - number of permits. */
  constructor(size: number) {
    this.#size = size;
  }

  /** Number of permits. A smaller number takes effect as permits are released. */
  get size(): number {
    return this.#size;
  }

  set size(size: number) {
    this.#size = size;
    this.#grantNext();
  }

  /** Number of permits that are held. */
  get inUse(): number {
    return this.#inUse;
  }

  /** Number of permits released since the semaphore was created. */
  get released(): number {
    return this.#released;
  }

  /**
   * Waits for a permit.
   * @param signal - stops waiting.
   * @param order - a smaller number goes first. Default 0.
   * @returns a function that releases the permit; calling it again does nothing.
   * @throws the signal's reason when it is aborted before a permit is free.
   */
  acquire(signal?: AbortSignal, order = 0): Promise<() => void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason as Error);
      if (this.#inUse < this.#size && this.#waiters.length === 0) return resolve(this.#takePermit());
      const stop = () => {
        this.#waiters.splice(this.#waiters.indexOf(waiter), 1);
        reject(signal?.reason as Error);
      };
      const waiter = {
        order,
        grant: () => {
          signal?.removeEventListener('abort', stop);
          resolve(this.#takePermit());
        },
      };
      signal?.addEventListener('abort', stop, { once: true });
      let position = this.#waiters.length;
      while (position > 0 && (this.#waiters[position - 1]?.order ?? 0) > order) position--;
      this.#waiters.splice(position, 0, waiter);
      this.#grantNext();
    });
  }

  /** Runs a function while holding a permit. Parameters as for {@link acquire}. */
  async run<Result>(work: () => Promise<Result>, signal?: AbortSignal, order?: number): Promise<Result> {
    const release = await this.acquire(signal, order);
    try {
      return await work();
    } finally {
      release();
    }
  }

  #takePermit(): () => void {
    this.#inUse++;
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      this.#inUse--;
      this.#released++;
      this.#grantNext();
    };
  }

  #grantNext(): void {
    while (this.#inUse < this.#size) {
      const waiter = this.#waiters.shift();
      if (!waiter) return;
      waiter.grant();
    }
  }
}
