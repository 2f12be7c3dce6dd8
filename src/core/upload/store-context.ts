import type { BodyProgress, StoreContext } from '../types.js';
import type { Attempt } from './attempt.js';
import type { SilenceMeter } from './silence-meter.js';

const noProgress: BodyProgress = { bytes: 0, elapsed: 0 };

/**
 * Creates what a store gets for one step.
 * @param signal - of the attempt, or of the part.
 * @param meter - measures the requests of a part.
 */
export function storeContext({ file, services }: Attempt, signal: AbortSignal, meter?: SilenceMeter): StoreContext {
  const { concurrency, stallTimeout } = services;
  // The most that were on the wire together: the others may be done before this request, which they have slowed down.
  let sharing = 0;
  return {
    file,
    signal,
    stallTimeout: (progress = noProgress) => {
      sharing = Math.max(sharing, concurrency.connections.inUse);
      return stallTimeout.limitFor(progress, sharing);
    },
    connection: (request) =>
      concurrency.connections.run(
        async () => {
          meter?.start();
          const response = await request();
          meter?.finish();
          return response;
        },
        signal,
        file.id,
      ),
  };
}
