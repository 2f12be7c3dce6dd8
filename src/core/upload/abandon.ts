import type { AttemptHost } from './attempt.js';
import type { FileRecord } from '../file-record.js';
import { retryDelay } from './retry.js';
import { asUploadError } from '../errors.js';

/**
 * Frees what an upload reserved on the far side. Tries a few times, as nobody would come back to do it later, and then lets it be: the file's fate is decided
 * already, and nothing of this reaches the page.
 */
export async function abandonUpload(
  file: FileRecord,
  { options: { clock, retry }, patience }: Pick<AttemptHost, 'options' | 'patience'>,
): Promise<void> {
  const { saved, store } = file;
  if (!saved || !store?.abandon) return;
  file.saved = undefined;
  const { signal } = new AbortController();
  for (let tries = 1; ; tries++) {
    try {
      return await store.abandon(saved.session, { file, signal, stallTimeout: () => patience.limit, connection: (request) => request() });
    } catch (thrown) {
      const delay = retryDelay(asUploadError(thrown), tries, retry, clock.random());
      if (delay === undefined) return;
      await clock.sleep(delay, signal);
    }
  }
}
