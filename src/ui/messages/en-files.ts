import type { en } from './en.js';
import type { Messages } from './types.js';

/** English texts of the file list and the dialogs. They load with the files view. */
export const enFiles: Omit<Messages, keyof typeof en> = {
  // Status of a file
  submitting: 'Checking…',
  submitted: 'Ready to upload',
  queued: 'Waiting…',
  uploading: 'Uploading…',
  formatProgress: 'Uploading: {progress}',
  waitingForResponse: 'Waiting for the server…',
  waitingForOther: 'Waiting: this file is already being uploaded…',
  autoRetryNote: 'Retrying ({retryNum} of {maxAuto})…',
  retrying: 'Retrying…',
  paused: 'Paused',
  pausedAt: 'Paused at {progress}',
  succeeded: 'Uploaded',
  rejected: 'Not added',
  failUpload: 'Upload failed',
  defaultResponseError: 'The upload failed for an unknown reason.',
  deletingStatusText: 'Deleting…',
  deletingFailedText: 'Delete failed',
  timeLeft: '{time} left',

  // Accessible names of buttons, inputs, progress bars and the list
  cancel: 'Cancel {file}',
  pause: 'Pause {file}',
  continue: 'Continue {file}',
  retry: 'Retry {file}',
  delete: 'Delete {file}',
  dismiss: 'Dismiss {file}',
  rename: 'Rename {file}',
  newName: 'New name for {file}',
  fileProgress: 'Progress of {file}',
  totalProgress: 'Total progress',
  files: 'Files',

  // Totals and announcements
  uploadingFiles: { one: 'Uploading {count} file', other: 'Uploading {count} files' },
  uploadedFiles: { one: '{count} file uploaded', other: '{count} files uploaded' },
  failedFiles: '{count} failed',
  pausedFiles: '{count} paused',
  rejectedFiles: { one: '{count} file was not added', other: '{count} files were not added' },
  fileCount: { one: '{count} file', other: '{count} files' },
  uploadedPercent: '{progress} uploaded',

  // Dialogs
  ok: 'OK',
  dialogCancel: 'Cancel',
};
