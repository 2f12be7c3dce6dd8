import { asUploadError, UploadError } from './errors.js';
import type { EventEmitter } from './event-emitter.js';
import type { FileRecord } from './file-record.js';
import type { FileRegistry } from './file-registry.js';
import { loadStore } from './load-store.js';
import type { UploaderOptions } from './uploader-options.js';

/** Deletes an uploaded file from its store. Resolves with whether it is deleted; never rejects. */
export async function deleteFile(
  file: FileRecord,
  options: UploaderOptions,
  registry: FileRegistry,
  events: EventEmitter,
): Promise<boolean> {
  const { id, name, uuid, result } = file;
  if (!registry.has(file)) return false;
  events.emit('delete', { id, name });
  try {
    const { signal } = new AbortController();
    const store = await loadStore(options, file, signal);
    if (!store.remove) throw new UploadError('Files that have been uploaded here cannot be deleted.', { retry: 'manual' });
    await store.remove({ uuid, name, details: result?.details }, { signal });
  } catch (thrown) {
    // The uploader was reset meanwhile.
    if (!registry.has(file)) return false;
    // Otherwise the page has said meanwhile that it is deleted.
    if (registry.move(file, 'deleteFailed')) {
      const error = asUploadError(thrown);
      file.reason = error.reason;
      if (registry.has(file)) events.emitError(file, error);
      if (registry.has(file)) events.emit('deleteComplete', { id, name, success: false, isError: true });
      return false;
    }
  }
  if (!registry.has(file)) return true;
  registry.move(file, 'deleted');
  if (registry.has(file)) events.emit('deleteComplete', { id, name, success: true, isError: false });
  return true;
}
