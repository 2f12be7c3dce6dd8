import { abortable } from '../utils/abortable.js';
import { throwNotLoaded, UploadError } from './errors.js';
import type { Store, UploadFile } from './types.js';
import type { UploaderOptions } from './uploader-options.js';

/**
 * Returns the store for a file, and waits where it has to be loaded. What `storeFor` throws is thrown as it is.
 * @throws {UploadError} code `NotLoaded` where it cannot be loaded; the signal's reason when it is aborted before.
 */
export async function loadStore(options: UploaderOptions, file: UploadFile, signal: AbortSignal): Promise<Store> {
  const store = options.storeFor(file);
  if (!(store instanceof Promise)) return store;
  return abortable(
    store.catch((cause: unknown) => {
      if (cause instanceof UploadError) throw cause;
      throwNotLoaded(cause);
    }),
    signal,
  );
}
