import type { Clock } from '../../src/core/types.js';

/** Time that stands still until a test advances it, and a random number that is always the same. */
export class ManualClock implements Clock {
  time = 1_000_000;
  randomValue = 0.5;
  readonly #sleepers: { until: number; wake: () => void }[] = [];

  now(): number {
    return this.time;
  }

  random(): number {
    return this.randomValue;
  }

  sleep(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason as Error);
      const sleeper = { until: this.time + ms, wake: () => resolve() };
      this.#sleepers.push(sleeper);
      signal.addEventListener('abort', () => {
        this.#remove(sleeper);
        reject(signal.reason as Error);
      });
    });
  }

  /** Remaining ms of each sleep. */
  get pendingSleeps(): number[] {
    return this.#sleepers.map(({ until }) => until - this.time);
  }

  /** Advances the time by `ms`, and ends the sleeps that are over. */
  async advance(ms: number): Promise<void> {
    this.time += ms;
    for (const sleeper of [...this.#sleepers]) {
      if (sleeper.until > this.time) continue;
      this.#remove(sleeper);
      sleeper.wake();
    }
    await settle();
  }

  #remove(sleeper: { until: number; wake: () => void }): void {
    const index = this.#sleepers.indexOf(sleeper);
    if (index >= 0) this.#sleepers.splice(index, 1);
  }
}

/** Waits until every promise that can settle has settled: a task runs after all microtasks. */
export function settle(count = 2): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      if (--count > 0) return port2.postMessage(0);
      port1.close();
      resolve();
    };
    port2.postMessage(0);
  });
}
