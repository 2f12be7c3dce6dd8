import { abortable } from '../utils/abortable.js';
import { nextTask } from '../utils/next-task.js';
import type { Clock } from './types.js';

/** The longest delay (ms) of a timer: browsers take a longer one for none. */
const maxTimeout = 2 ** 31 - 1;

/** The {@link Clock} of the real world. */
export const systemClock: Clock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  random: () => Math.random(),
  sleep: async (ms, signal) => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const slept = new Promise<void>((resolve) => {
      if (ms <= 0) nextTask(resolve);
      else timer = setTimeout(resolve, Math.min(ms, maxTimeout));
    });
    try {
      await abortable(slept, signal);
    } finally {
      clearTimeout(timer);
    }
  },
};

/** Returns the clock's monotonic time, ms. */
export function elapsedTime(clock: Clock): number {
  return clock.elapsed?.() ?? clock.now();
}
