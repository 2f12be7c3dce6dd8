import { abortable } from '../../utils/abortable.js';
import type { Attempt } from './attempt.js';

/** The place of one step of an attempt among all steps under way: see {@link Permits.places}. */
export class Place {
  #taking: Promise<void> | undefined;
  #release: (() => void) | undefined;

  /** @param signal - of the attempt, or of the part. */
  constructor(
    private readonly attempt: Attempt,
    private readonly signal: AbortSignal,
  ) {}

  /** Waits for the place, unless the step has it. Files that were added earlier go first. */
  take(): Promise<void> {
    return (this.#taking ??= this.#take());
  }

  /** Gives the place back, if the step has it. */
  leave(): void {
    if (!this.#release) return;
    this.#release();
    this.#release = this.#taking = undefined;
    this.attempt.countSteps(-1);
  }

  /**
   * Waits for a promise of the page or for a read of the file, but no longer than until the signal is aborted. If it takes long, the place is another step's meanwhile.
   */
  async waitFor<T>(promise: T | Promise<T>): Promise<T> {
    let hasLeft = false;
    const leave = () => {
      hasLeft = true;
      this.leave();
    };
    try {
      return await this.attempt.waitFor(abortable(promise, this.signal), leave);
    } finally {
      if (hasLeft) await this.take();
    }
  }

  async #take(): Promise<void> {
    const { file, services } = this.attempt;
    this.attempt.countSteps(1);
    try {
      this.#release = await services.permits.places.acquire(this.signal, file.id);
    } catch (reason) {
      this.attempt.countSteps(-1);
      throw reason;
    }
  }
}
