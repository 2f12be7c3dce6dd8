import { UploadError } from './errors.js';
import type { FileRecord } from './file-record.js';
import type { FileRegistry } from './file-registry.js';

/** Pauses a file: takes it out of the queue and ends its attempt. The remote upload is kept. False where the file cannot be paused. */
export function pauseFile(file: FileRecord, registry: FileRegistry): boolean {
  const { attemptController } = file;
  const { totals } = registry;
  if (!registry.move(file, 'pause')) return false;
  file.queued = false;
  file.speed.stop();
  if (totals.active === 0) totals.speed.stop();
  attemptController?.abort(new UploadError('Paused.', { code: 'paused', retry: 'manual' }));
  return true;
}
