import type { UploadResult } from '../types.js';
import type { Attempt } from './attempt.js';

/** Ends a file's upload as successful, and emits the events about it. */
export function recordSuccess(attempt: Attempt, result: UploadResult): void {
  const { file } = attempt;
  const { options, registry, events, resumeRecorder } = attempt.services;
  const { details } = result;
  const response = { ...result.response, success: true };
  if (result.uuid) file.uuid = result.uuid;
  file.result = { ...result, response };
  file.saved = undefined;
  attempt.services.filesWithParts.delete(file);
  file.reason = '';
  file.deletable = options.current.isDeletable(file);
  const { thumbnailUrl } = result.response;
  if (typeof thumbnailUrl === 'string') file.thumbnailUrl = thumbnailUrl;
  resumeRecorder.forget(file);
  attempt.setProgress(file.size);
  if (!registry.move(file, 'succeed') || !registry.has(file)) return;
  events.emit('complete', { ...details, id: file.id, name: file.name, success: true, response, uuid: file.uuid });
  registry.checkAllComplete();
}
