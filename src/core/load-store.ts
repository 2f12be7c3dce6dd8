import { abortable } from '../utils/abortable.js';
import { notLoaded, UploadError } from './errors.js';
import type { Store, UploadFile } from './types.js';

/**
 * Gets the store for a file. What `storeFor` throws is passed on as it is.
 * @throws {UploadError} code `NotLoaded` where a promised store cannot be loaded, or the signal's reason when it is aborted before.
 */
export async function loadStore(
  storeFor: (file: UploadFile) => Store | Promise<Store>,
  file: UploadFile,
  signal: AbortSignal,
): Promise<Store> {
  const store = storeFor(file);
  if (!(store instanceof Promise)) return store;
  return abortable(
    store.catch((cause: unknown) => {
      throw cause instanceof UploadError ? cause : notLoaded(cause);
    }),
    signal,
  );
}
