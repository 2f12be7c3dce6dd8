import { abortable } from '../../utils/abortable.js';
import { asUploadError } from '../errors.js';
import type { UploadError } from '../errors.js';
import type { StoreContext } from '../types.js';
import type { Attempt } from './attempt.js';
import { waitForRetry } from './auto-retry.js';
import type { StepName } from './auto-retry.js';
import { Place } from './place.js';
import { storeContext } from './store-context.js';

/** Thrown out of a step where nothing that was sent can be used. */
export class StartOver extends Error {
  constructor(readonly error: UploadError) {
    super(error.message);
  }
}

/** Runs one step of an attempt, and retries it until it succeeds or no retry is left. Ends with the signal, whatever the store waits for. */
export async function runStep<T>(attempt: Attempt, name: StepName, work: (context: StoreContext) => Promise<T>): Promise<T> {
  const { signal } = attempt;
  for (;;) {
    const place = new Place(attempt, signal);
    await place.take();
    try {
      const result = await abortable(work(storeContext(attempt, signal, place)), signal);
      signal.throwIfAborted();
      return result;
    } catch (thrown) {
      signal.throwIfAborted();
      const error = asUploadError(thrown);
      if (error.startOver) throw new StartOver(error);
      place.leave();
      await waitForRetry(attempt, error, name);
    } finally {
      place.leave();
    }
  }
}
