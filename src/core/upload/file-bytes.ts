/** Changes the bytes of a file, and the sums over all files that contain them. */

import type { EventEmitter } from '../event-emitter.js';
import type { FileRecord } from '../file-record.js';
import type { FileRegistry } from '../file-registry.js';

/** Sets the bytes that `createBlob` has created. */
export function setBlob(file: FileRecord, blob: Blob, registry: FileRegistry): void {
  const { counted, totals } = registry;
  const { isCounted } = file;
  counted.remove(file);
  if (file.inBatch) totals.totalBytes += blob.size - Math.max(0, file.size);
  file.setBlob(blob);
  if (isCounted) counted.add(file);
  registry.changed();
}

/**
 * Sets a file's progress, and emits the events about it.
 * @param now - ms.
 * @param mayShrink - accept less than before: the upload begins again. Otherwise smaller values are ignored, because people take progress that shrinks for a fault.
 */
export function setProgress(
  file: FileRecord,
  uploadedBytes: number,
  registry: FileRegistry,
  events: EventEmitter,
  now: number,
  mayShrink = false,
): void {
  const before = file.uploadedBytes;
  if (mayShrink ? uploadedBytes === before : uploadedBytes < before || (uploadedBytes === before && uploadedBytes > 0)) return;
  const { totals } = registry;
  const moved = uploadedBytes - before;
  file.uploadedBytes = uploadedBytes;
  if (file.inBatch) totals.uploadedBytes += moved;
  file.speed.add(moved, now);
  totals.speed.add(moved, now);
  registry.changed();
  events.emit('progress', { id: file.id, name: file.name, uploadedBytes, totalBytes: file.size });
  if (registry.has(file)) registry.emitTotalProgress();
}
