import { abortable } from '../../utils/abortable.js';
import { asUploadError } from '../errors.js';
import type { FileRecord } from '../file-record.js';
import { answerTimeoutOf } from '../uploader-options.js';
import { retryDelay } from './retry-delay.js';
import type { UploadServices } from './upload-services.js';

/** Time (ms) that the page may take, such as for the headers of a signature. */
const pageTimeout = 60_000;

/**
 * Removes what an unfinished upload has stored remotely. Retries a few times, because nobody would do it later, and then gives up silently: the file's status is decided
 * already.
 */
export async function abandonUpload(file: FileRecord, { options, stallTimeout }: UploadServices): Promise<void> {
  const { saved, store } = file;
  if (!saved || !store?.abandon) return;
  file.saved = undefined;
  const { clock, retry } = options.current;
  const { signal } = new AbortController();
  for (let tries = 1; ; tries++) {
    try {
      return await store.abandon(saved.session, {
        file,
        signal,
        stallTimeout: () => stallTimeout.limit,
        answerTimeout: answerTimeoutOf(options.current),
        connection: (request) => request(),
        waitFor: (promise) => abortable(promise, AbortSignal.timeout(pageTimeout)),
      });
    } catch (thrown) {
      const delay = retryDelay(asUploadError(thrown), tries, retry, clock.random());
      if (delay === undefined) return;
      await clock.sleep(delay, signal);
    }
  }
}
