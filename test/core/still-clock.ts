import type { Clock } from '../../src/core/types.js';

/** Time that stands still until a test moves it, and chance that is always the same. */
export class StillClock implements Clock {
  time = 1_000_000;
  chance = 0.5;
  readonly #sleepers: { until: number; wake: () => void }[] = [];

  now(): number {
    return this.time;
  }

  random(): number {
    return this.chance;
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

  /** How long (ms) each sleeper still has. */
  get waits(): number[] {
    return this.#sleepers.map(({ until }) => until - this.time);
  }

  /** Lets time pass, and everybody who has slept long enough go on. */
  async advance(ms: number): Promise<void> {
    this.time += ms;
    for (const sleeper of [...this.#sleepers]) {
      if (sleeper.until > this.time) continue;
      this.#remove(sleeper);
      sleeper.wake();
    }
    await turns();
  }

  #remove(sleeper: { until: number; wake: () => void }): void {
    const place = this.#sleepers.indexOf(sleeper);
    if (place >= 0) this.#sleepers.splice(place, 1);
  }
}

/** Lets every promise that can settle do so: a task comes after all microtasks. */
export function turns(count = 2): Promise<void> {
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
