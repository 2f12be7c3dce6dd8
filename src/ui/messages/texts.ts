/** The keys of all texts, and what a text is. */

/** One text for each plural form that the language knows (CLDR's names; `other` is always there). It follows `{count}`. */
export type PluralText = Readonly<Partial<Record<Intl.LDMLPluralRule, string>> & { other: string }>;

/** A text with {placeholders}. */
export type Text = string | PluralText;

/**
 * All texts, by Fine Uploader's `messages` and `text` keys where it has one. Placeholders:
 *
 * - `{file}` (`{filename}` in `confirmMessage`): the file's name.
 * - `{extensions}`: the allowed extensions, as a list; `{sizeLimit}`, `{minSizeLimit}`, `{totalSizeLimit}`: sizes with their unit; `{itemLimit}`, `{netItems}`: numbers.
 * - `{progress}`: a percentage with its sign; `{percent}`: the same as a bare number; `{total_size}`: the file's size with its unit.
 * - `{retryNum}`, `{maxAuto}`: which automatic retry this is, and how many there may be.
 * - `{count}`: how many files.
 */
export type Messages = Readonly<Record<MessageKey, Text>> & {
  /** Units for sizes, from thousands of bytes upwards, as in Fine Uploader: `['kB', 'MB', …]`. Default: as the language writes them. */
  readonly sizeSymbols?: readonly string[];
};

/** Which text. */
export type MessageKey =
  | 'typeError'
  | 'acceptError'
  | 'sizeError'
  | 'minSizeError'
  | 'totalSizeError'
  | 'emptyError'
  | 'noFilesError'
  | 'tooManyItemsError'
  | 'tooManyFilesError'
  | 'maxHeightImageError'
  | 'maxWidthImageError'
  | 'minHeightImageError'
  | 'minWidthImageError'
  | 'retryFailTooManyItems'
  | 'onLeave'
  | 'required'
  | 'busy'
  | 'fileInputTitle'
  | 'chooseFile'
  | 'chooseFolder'
  | 'dropFiles'
  | 'dropFile'
  | 'isRequired'
  | 'submitting'
  | 'submitted'
  | 'queued'
  | 'uploading'
  | 'formatProgress'
  | 'waitingForResponse'
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
  | 'progressOf'
  | 'totalProgress'
  | 'files'
  | 'uploadingFiles'
  | 'uploadedFiles'
  | 'failedFiles'
  | 'pausedFiles'
  | 'refusedFiles'
  | 'allFiles'
  | 'uploadedPercent'
  | 'confirmMessage'
  | 'namePromptMessage'
  | 'ok'
  | 'dialogCancel'
  | 'dialogDelete';
