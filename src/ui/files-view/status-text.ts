import type { FileSnapshot } from '../../core/snapshot.js';
import type { Language } from '../language.js';
import type { ViewOptions } from '../view-options.js';
import { formatDuration, formatPercent, formatSpeed, toPercent } from './formats.js';

/** Returns a file's status in words, with progress, speed and time left during an upload. */
export function statusText(file: FileSnapshot, language: Language, failedUploadText: ViewOptions['failedUploadText']): string {
  const { status, size, uploadedBytes, reason, attempt, maxAttempts, speed, waitsForOther } = file;
  const fraction = size > 0 ? uploadedBytes / size : 0;
  const progress = { percent: toPercent(fraction), progress: formatPercent(fraction, language), total_size: language.bytes(size) };
  switch (status) {
    case 'uploading':
      if (waitsForOther) return language.text('waitingForOther');
      if (size > 0 && uploadedBytes >= size) return language.text('waitingForResponse');
      if (uploadedBytes === 0) return language.text('uploading');
      return language.join([language.text('formatProgress', progress), ...speedAndTimeLeft(speed, size - uploadedBytes, language)]);
    case 'upload finalizing':
      return language.text('waitingForResponse');
    case 'retrying upload':
      return attempt > 0 ? language.text('autoRetryNote', { retryNum: attempt, maxAuto: maxAttempts }) : language.text('retrying');
    case 'paused':
      return uploadedBytes > 0 && size > 0 ? language.text('pausedAt', progress) : language.text('paused');
    case 'upload failed':
      return (failedUploadText === 'custom' && reason) || language.text('failUpload');
    case 'rejected':
      return reason || language.text('rejected');
    case 'delete failed':
      return [language.text('deletingFailedText'), reason].filter(Boolean).join(': ');
    case 'deleting':
      return language.text('deletingStatusText');
    case 'upload successful':
      return language.text('succeeded');
    case 'submitting':
    case 'submitted':
    case 'queued':
      return language.text(status);
    default:
      return '';
  }
}

/** Returns speed and time left as two texts, or none where nothing moves. `speed` is in bytes per second. */
export function speedAndTimeLeft(speed: number, bytesLeft: number, language: Language): string[] {
  if (!(speed > 0) || bytesLeft <= 0) return [];
  return [formatSpeed(speed, language), language.text('timeLeft', { time: formatDuration(bytesLeft / speed, language) })];
}
