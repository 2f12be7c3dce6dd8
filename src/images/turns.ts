/** Lets a few works be done at a time; the others wait, in the order they came. */
export class Turns {
  #working = 0;
  readonly #waiting: (() => void)[] = [];

  /** @param atOnce - how many at a time. */
  constructor(private readonly atOnce: number) {}

  /** Does a work when its turn has come. */
  async take<Result>(work: () => Promise<Result>): Promise<Result> {
    while (this.#working >= this.atOnce) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#working++;
    try {
      return await work();
    } finally {
      this.#working--;
      this.#waiting.shift()?.();
    }
  }
}
