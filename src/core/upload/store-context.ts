import type { BodyProgress, StoreContext } from '../types.js';
import { answerTimeoutOf } from '../uploader-options.js';
import type { Attempt } from './attempt.js';
import type { Place } from './place.js';
import type { SilenceMeter } from './silence-meter.js';

/** Of a request that is not measured: it has at most a short body. */
const noProgress: BodyProgress = { bytes: 0, elapsed: 0, isSent: true };

/**
 * Creates what a store gets for one step.
 * @param signal - of the attempt, or of the part.
 * @param place - of the step.
 * @param meter - measures the requests of a part.
 */
export function storeContext({ file, services }: Attempt, signal: AbortSignal, place: Place, meter?: SilenceMeter): StoreContext {
  const { permits, stallTimeout, options } = services;
  // The most that were on the wire together: the others may be done before this request, which they have slowed down.
  let sharing = 0;
  return {
    file,
    signal,
    stallTimeout: (progress = noProgress) => {
      sharing = Math.max(sharing, permits.connections.inUse);
      return stallTimeout.limitFor(progress, sharing);
    },
    answerTimeout: answerTimeoutOf(options.current),
    waitFor: (promise) => place.waitFor(promise),
    connection: async (request) => {
      const release = await permits.connections.acquire(signal, file.id);
      // A store may wait for a response although the attempt has ended: no other file waits for it.
      signal.addEventListener('abort', release, { once: true });
      try {
        signal.throwIfAborted();
        meter?.start();
        const response = await request();
        meter?.progress();
        return response;
      } finally {
        signal.removeEventListener('abort', release);
        release();
      }
    },
  };
}
