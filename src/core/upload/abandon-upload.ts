import { abortable } from '../../utils/abortable.js';
import { asUploadError } from '../errors.js';
import type { FileRecord } from '../file-record.js';
import type { StoreContext } from '../types.js';
import { answerTimeoutOf } from '../uploader-options.js';
import { retryDelay } from './retry-delay.js';
import type { UploadServices } from './upload-services.js';

/** Time (ms) that the page may take, such as for the headers of a signature. */
const pageTimeout = 60_000;

/** Removes an upload that nobody continues: what is stored remotely, and then its resume record. Never rejects. */
export async function removeUpload(file: FileRecord, services: UploadServices): Promise<void> {
  await services.resumeRecorder.remove(file, () => abandonUpload(file, services));
}

/**
 * Removes what an unfinished upload has stored remotely. Retries a few times, because nobody would do it later, and then gives up silently: the file's status is decided
 * already.
 *
 * @param saved - the upload. Default: that of the file's last attempt, which then cannot be continued any more.
 * @returns false where something may be left.
 */
export async function abandonUpload(file: FileRecord, services: UploadServices, saved = file.saved): Promise<boolean> {
  const { store } = file;
  if (saved === file.saved) {
    file.saved = undefined;
    services.filesWithParts.delete(file);
  }
  if (!saved || !store?.abandon) return true;
  const { clock, retry } = services.options.current;
  const { signal } = new AbortController();
  for (let tries = 1; ; tries++) {
    try {
      await store.abandon(saved.session, abandonContext(file, services, signal));
      return true;
    } catch (thrown) {
      const delay = retryDelay(asUploadError(thrown), tries, retry, clock.random());
      if (delay === undefined) return false;
      await clock.sleep(delay, signal);
    }
  }
}

/**
 * Prepares the removal of what nobody could continue with after this page.
 * @returns a function that sends the requests which are prepared by then.
 */
export function prepareRemoval(services: UploadServices): () => void {
  const { signal } = new AbortController();
  const prepared: (() => void)[] = [];
  for (const file of services.filesWithParts) {
    const { saved, store } = file;
    // The store makes a file of the parts at this moment.
    if (!saved || !store?.prepareAbandon || file.status === 'upload finalizing') continue;
    store.prepareAbandon(saved.session, abandonContext(file, services, signal)).then(
      (send) => send && prepared.push(send),
      () => {}, // Nothing can be sent.
    );
  }
  return () => {
    for (const send of prepared) send();
  };
}

function abandonContext(file: FileRecord, { options, stallTimeout }: UploadServices, signal: AbortSignal): StoreContext {
  return {
    file,
    signal,
    stallTimeout: () => stallTimeout.limit,
    answerTimeout: answerTimeoutOf(options.current),
    connection: (request) => request(),
    waitFor: (promise) => abortable(promise, AbortSignal.timeout(pageTimeout)),
  };
}
