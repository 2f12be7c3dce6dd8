import { nextTask } from '../utils/next-task.js';
import type { Clock } from './types.js';

/** The longest delay (ms) of a timer: browsers take a longer one for none. */
const maxTimeout = 2 ** 31 - 1;

/** The {@link Clock} of the real world. */
export const systemClock: Clock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  random: () => Math.random(),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason as Error);
      if (ms <= 0) return nextTask(() => (signal.aborted ? reject(signal.reason as Error) : resolve()));
      const stop = () => {
        clearTimeout(timer);
        reject(signal.reason as Error);
      };
      const timer = setTimeout(
        () => {
          signal.removeEventListener('abort', stop);
          resolve();
        },
        Math.min(ms, maxTimeout),
      );
      signal.addEventListener('abort', stop, { once: true });
    }),
};

/** Returns the clock's monotonic time, ms. */
export function elapsedTime(clock: Clock): number {
  return clock.elapsed?.() ?? clock.now();
}
