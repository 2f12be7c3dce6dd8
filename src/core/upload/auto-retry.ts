import type { UploadError } from '../errors.js';
import type { Clock } from '../types.js';
import type { Network } from '../uploader-options.js';
import type { Attempt } from './attempt.js';
import { askUpload } from './page-events.js';
import { retryDelay } from './retry-delay.js';

/** The steps of an upload, by the methods of {@link Store}. */
export type StepName = 'open' | 'send' | 'close';

/** ms after which a retry is made although the browser still reports that it is offline: browsers err. */
const maxOfflineWait = 20_000;

/**
 * Waits until a failed step may be retried, and writes the statuses before and after.
 * @throws the error where no retry is left; the signal's reason when the attempt ends.
 */
export async function waitForRetry(attempt: Attempt, error: UploadError, step: StepName): Promise<void> {
  const { file, signal } = attempt;
  const { registry, events, stallTimeout } = attempt.services;
  const { retry, clock, network } = attempt.rules;
  if (error.code === 'Stalled') stallTimeout.extend();
  const used = error.startOver ? Math.max(file.retries, file.restarts) : file.retries;
  // A failure without a network says nothing about the server, and uses up no retry.
  const isOffline = error.status === 0 && network?.offline === true;
  const next = isOffline ? Math.max(1, Math.min(used + 1, retry.maxAttempts)) : used + 1;
  const delay = retryDelay(error, next, retry, clock.random());
  if (delay === undefined) throw error;
  if (!isOffline) file.retries++;
  if (error.startOver) file.restarts++;
  file.reason = error.reason;
  events.emitError(file, error);
  signal.throwIfAborted();
  events.emit('autoRetry', { id: file.id, name: file.name, attempt: file.retries });
  signal.throwIfAborted();
  registry.move(file, 'autoRetry');
  if (isOffline) await waitForNetwork(network, clock, signal);
  else await clock.sleep(delay, signal);
  signal.throwIfAborted();
  registry.move(file, step === 'close' && file.chunked ? 'finalize' : 'start');
  if (step !== 'close') await askUpload(attempt);
}

async function waitForNetwork(network: Network, clock: Clock, signal: AbortSignal): Promise<void> {
  const done = new AbortController();
  const either = AbortSignal.any([signal, done.signal]);
  try {
    await Promise.race([network.online(either), clock.sleep(maxOfflineWait, either)]);
  } finally {
    done.abort();
  }
}
