import type { Messages } from './texts.js';

/** English: built in, and what any other language falls back to. */
export const en: Messages = {
  // Why a file is refused
  typeError: '{file} is not accepted. Accepted are {extensions}.',
  acceptError: '{file} is not an accepted kind of file.',
  sizeError: '{file} is too large. At most {sizeLimit} are accepted.',
  minSizeError: '{file} is too small. At least {minSizeLimit} are needed.',
  totalSizeError: '{file} is too much. All files together may have {totalSizeLimit}.',
  emptyError: '{file} is empty.',
  noFilesError: 'There are no files to upload.',
  tooManyItemsError: { one: 'Only {itemLimit} file is accepted.', other: 'Only {itemLimit} files are accepted.' },
  tooManyFilesError: 'Only one file can be added.',
  maxHeightImageError: '{file} is too tall.',
  maxWidthImageError: '{file} is too wide.',
  minHeightImageError: '{file} is not tall enough.',
  minWidthImageError: '{file} is not wide enough.',
  retryFailTooManyItems: 'There are too many files already to try this one again.',
  onLeave: 'Files are still being uploaded. If you leave now, the uploads stop.',
  required: 'Choose a file.',
  busy: 'Files are still being uploaded.',

  // Ways in
  fileInputTitle: 'Choose files',
  chooseFile: 'Choose a file',
  chooseFolder: 'Choose a folder',
  dropFiles: 'Drop files here',
  dropFile: 'Drop a file here',
  isRequired: 'Required',

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
  confirmMessage: 'Delete {filename}?',
  namePromptMessage: 'What shall this file be called?',
  ok: 'OK',
  dialogCancel: 'Cancel',
  dialogDelete: 'Delete',
};
