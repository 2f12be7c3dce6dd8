import type { en } from './en.js';
import type { Messages } from './texts.js';

/** English, for rows, sums and dialogs: it comes with the part that draws them. */
export const enOfFiles: Omit<Messages, keyof typeof en> = {
  // What a file is doing
  submitting: 'Checking…',
  submitted: 'Ready to upload',
  queued: 'Waiting…',
  uploading: 'Uploading…',
  formatProgress: 'Uploading, {progress}',
  waitingForResponse: 'Finishing…',
  autoRetryNote: 'Trying again ({retryNum} of {maxAuto})…',
  retrying: 'Trying again…',
  paused: 'Paused',
  pausedAt: 'Paused at {progress}',
  succeeded: 'Uploaded',
  rejected: 'Not added',
  failUpload: 'Upload failed',
  defaultResponseError: 'The upload failed for an unknown reason.',
  deletingStatusText: 'Deleting…',
  deletingFailedText: 'Could not be deleted',
  timeLeft: '{time} left',

  // Names of buttons and bars
  cancel: 'Cancel {file}',
  pause: 'Pause {file}',
  continue: 'Continue {file}',
  retry: 'Retry {file}',
  delete: 'Delete {file}',
  dismiss: 'Dismiss {file}',
  rename: 'Rename {file}',
  newName: 'New name of {file}',
  progressOf: 'Progress of {file}',
  totalProgress: 'Total progress',
  files: 'Files',

  // Sums, shown and said
  uploadingFiles: { one: 'Uploading {count} file', other: 'Uploading {count} files' },
  uploadedFiles: { one: '{count} file uploaded', other: '{count} files uploaded' },
  failedFiles: '{count} failed',
  pausedFiles: '{count} paused',
  refusedFiles: { one: '{count} file was not added', other: '{count} files were not added' },
  allFiles: { one: '{count} file', other: '{count} files' },
  uploadedPercent: '{progress} uploaded',

  // Dialogs
  onLeave: 'Files are still being uploaded. If you leave now, the uploads stop.',
  ok: 'OK',
  dialogCancel: 'Cancel',
};
