import type { UploadError } from './errors.js';
import type { EventEmitter } from './event-emitter.js';
import type { FileRecord } from './file-record.js';
import type { FileRegistry } from './file-registry.js';

/** Ends a file's upload as failed, and emits the events about it. False where the file cannot fail any more. */
export function recordFailure(file: FileRecord, error: UploadError, registry: FileRegistry, events: EventEmitter): boolean {
  const { id } = file;
  file.reason = error.reason;
  file.retryable = error.retry !== 'never';
  if (!registry.move(file, 'fail')) return false;
  // A listener may have retried it within the event.
  if (file.status === 'upload failed') registry.removeFromBatch(file);
  if (registry.has(file)) events.emitError(file, error);
  if (!registry.has(file)) return true;
  const response = { ...error.response, success: false };
  events.emit('complete', { id, name: file.name, success: false, response, uuid: file.uuid });
  registry.checkAllComplete();
  return true;
}
