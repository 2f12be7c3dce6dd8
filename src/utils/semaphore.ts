/** A budget that many want a share of: whoever is earliest in the list of files goes first. */
export class Semaphore {
  #size: number;
  #taken = 0;
  #returned = 0;
  readonly #waiting: { order: number; enter: () => void }[] = [];
  readonly #idle: (() => void) | undefined;

  /** @param idle - called when a share has become free and nobody waits for it. */
  constructor(size: number, idle?: () => void) {
    this.#size = size;
    this.#idle = idle;
  }

  /** How many shares there are. A smaller size takes hold as shares are given back. */
  get size(): number {
    return this.#size;
  }

  set size(size: number) {
    this.#size = size;
    this.#serve();
  }

  /** How many shares are held. */
  get taken(): number {
    return this.#taken;
  }

  /** How many shares have been given back since the beginning. */
  get returned(): number {
    return this.#returned;
  }

  /** True where a share could be had at once. */
  get free(): boolean {
    return this.#taken < this.#size && this.#waiting.length === 0;
  }

  /**
   * Waits for a share.
   * @param order - smaller goes first; equal ones in the order they came.
   * @returns gives the share back; calling it twice does nothing.
   * @throws the signal's reason when it is aborted before.
   */
  take(order: number, signal: AbortSignal): Promise<() => void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason as Error);
      if (this.free) return resolve(this.#grant());
      const leave = () => {
        this.#waiting.splice(this.#waiting.indexOf(entry), 1);
        reject(signal.reason as Error);
      };
      const entry = {
        order,
        enter: () => {
          signal.removeEventListener('abort', leave);
          resolve(this.#grant());
        },
      };
      signal.addEventListener('abort', leave, { once: true });
      let place = this.#waiting.length;
      while (place > 0 && (this.#waiting[place - 1]?.order ?? 0) > order) place--;
      this.#waiting.splice(place, 0, entry);
      this.#serve();
    });
  }

  /** Takes a share at once, or answers undefined where none is free. */
  tryTake(): (() => void) | undefined {
    return this.free ? this.#grant() : undefined;
  }

  #grant(): () => void {
    this.#taken++;
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      this.#taken--;
      this.#returned++;
      this.#serve();
    };
  }

  #serve(): void {
    while (this.#taken < this.#size) {
      const entry = this.#waiting.shift();
      if (!entry) return this.#idle?.();
      entry.enter();
    }
  }
}
