import type { Messages } from './texts.js';

/** English, as far as it is needed before there are files. Built in, and what any other language falls back to. */
export const en = {
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
  required: 'Choose a file.',
  busy: 'Files are still being uploaded.',

  // Ways in
  fileInputTitle: 'Choose files',
  chooseFile: 'Choose a file',
  chooseFolder: 'Choose a folder',
  dropFiles: 'Drop files here',
  dropFile: 'Drop a file here',
  isRequired: 'Required',

  // Questions
  confirmMessage: 'Delete {filename}?',
  namePromptMessage: 'What shall this file be called?',
  dialogDelete: 'Delete',
} satisfies Partial<Messages>;
