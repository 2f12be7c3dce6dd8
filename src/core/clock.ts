import type { Clock } from './types.js';

/** The real time, real chance. */
export const systemClock: Clock = {
  now: () => Date.now(),
  random: () => Math.random(),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason as Error);
      if (ms <= 0) return nextTask(() => (signal.aborted ? reject(signal.reason as Error) : resolve()));
      const stop = () => {
        clearTimeout(timer);
        reject(signal.reason as Error);
      };
      const timer = setTimeout(() => {
        signal.removeEventListener('abort', stop);
        resolve();
      }, ms);
      signal.addEventListener('abort', stop, { once: true });
    }),
};

/** As soon as others have had their turn: browsers make timers wait 4 ms even where they are asked for none (https://html.spec.whatwg.org/multipage/timers-and-user-prompts.html#timers). */
export function nextTask(run: () => void): void {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => {
    port1.close();
    run();
  };
  port2.postMessage(0);
}
