/** One text for each plural form of the language, by its CLDR category; `other` is required. `{count}` selects the form. */
export type PluralMessage = Readonly<Partial<Record<Intl.LDMLPluralRule, string>> & { other: string }>;

/** A text with {placeholders}. */
export type Message = string | PluralMessage;

/**
 * All texts. Keys are those of Fine Uploader's `messages` and `text` options where it has the text. Placeholders:
 *
 * - `{file}` (`{filename}` in `confirmMessage`): name of the file.
 * - `{extensions}`: list of allowed extensions; `{sizeLimit}`, `{minSizeLimit}`, `{totalSizeLimit}`: sizes with their unit; `{itemLimit}`, `{netItems}`: numbers.
 * - `{progress}`: percentage with its sign; `{percent}`: the same as a plain number; `{total_size}`: size of the file with its unit.
 * - `{retryNum}`, `{maxAuto}`: number of the automatic retry, and how many there are at most.
 * - `{count}`: number of files.
 */
export type Messages = Readonly<Record<MessageKey, Message>> & {
  /** Units of sizes, from 1000 bytes upwards, as in Fine Uploader: `['kB', 'MB', …]`. Default: those of the language. */
  readonly sizeSymbols?: readonly string[];
};

/** Key of a text. */
export type MessageKey =
  | 'typeError'
  | 'acceptError'
  | 'sizeError'
  | 'minSizeError'
  | 'totalSizeError'
  | 'emptyError'
  | 'unreadableError'
  | 'noFilesError'
  | 'tooManyItemsError'
  | 'tooManyFilesError'
  | 'maxHeightImageError'
  | 'maxWidthImageError'
  | 'minHeightImageError'
  | 'minWidthImageError'
  | 'retryFailTooManyItems'
  | 'required'
  | 'busy'
  | 'fileInputTitle'
  | 'chooseFile'
  | 'chooseFolder'
  | 'dropFiles'
  | 'dropFile'
  | 'requiredHint'
  | 'submitting'
  | 'submitted'
  | 'queued'
  | 'uploading'
  | 'formatProgress'
  | 'waitingForResponse'
  | 'waitingForOther'
  | 'autoRetryNote'
  | 'retrying'
  | 'paused'
  | 'pausedAt'
  | 'succeeded'
  | 'rejected'
  | 'failUpload'
  | 'defaultResponseError'
  | 'deletingStatusText'
  | 'deletingFailedText'
  | 'timeLeft'
  | 'cancel'
  | 'pause'
  | 'continue'
  | 'retry'
  | 'delete'
  | 'dismiss'
  | 'rename'
  | 'newName'
  | 'fileProgress'
  | 'totalProgress'
  | 'files'
  | 'uploadingFiles'
  | 'uploadedFiles'
  | 'failedFiles'
  | 'pausedFiles'
  | 'rejectedFiles'
  | 'fileCount'
  | 'uploadedPercent'
  | 'confirmMessage'
  | 'namePromptMessage'
  | 'ok'
  | 'dialogCancel'
  | 'dialogDelete';
