import { UploadError } from './types.js';

/** Loads once; where that failed, again the next time. Also good for `import()`: asked for what is there already, a browser takes its time all the same (90 µs). */
export function once<Thing>(load: () => Promise<Thing>): () => Promise<Thing> {
  let loading: Promise<Thing> | undefined;
  return () =>
    (loading ??= load().catch((cause: unknown) => {
      loading = undefined;
      throw cause;
    }));
}

/** Why a file fails where a part of the script could not be had: the page is offline, or the part is no longer on its server. */
export function notLoaded(cause: unknown): UploadError {
  return new UploadError('A part of the uploader could not be loaded.', { code: 'NotLoaded', retry: 'auto', cause });
}
