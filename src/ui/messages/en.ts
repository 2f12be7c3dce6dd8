import type { Messages } from './types.js';

/** English texts that are needed before there are files. Texts that another language lacks are in English. */
export const en = {
  // Reasons for rejecting a file
  typeError: '{file} has an unsupported file type. Allowed types: {extensions}.',
  acceptError: '{file} has an unsupported file type.',
  sizeError: '{file} is too large. The maximum file size is {sizeLimit}.',
  minSizeError: '{file} is too small. The minimum file size is {minSizeLimit}.',
  totalSizeError: 'Files together may not exceed {totalSizeLimit}.',
  emptyError: '{file} is empty.',
  unreadableError: '{file} could not be read.',
  noFilesError: 'No files to upload.',
  tooManyItemsError: { one: 'Only {itemLimit} file is allowed.', other: 'Only {itemLimit} files are allowed.' },
  tooManyFilesError: 'Only one file is allowed.',
  maxHeightImageError: '{file} is too tall.',
  maxWidthImageError: '{file} is too wide.',
  minHeightImageError: '{file} is not tall enough.',
  minWidthImageError: '{file} is not wide enough.',
  retryFailTooManyItems: 'Retry failed. The maximum number of files has been reached.',

  // Form validation
  required: 'Choose a file.',
  busy: 'Files are still uploading.',

  // Drop zone and button
  fileInputTitle: 'Choose files',
  chooseFile: 'Choose a file',
  chooseFolder: 'Choose a folder',
  dropFiles: 'Drop files here',
  dropFile: 'Drop a file here',
  requiredHint: 'Required',

  // Questions
  confirmMessage: 'Delete {filename}?',
  namePromptMessage: 'Name this file',
  dialogDelete: 'Delete',
} satisfies Partial<Messages>;
