/** Everything the face says: its keys, and the languages it can say them in. */

import { update } from '@shoelace-style/localize';
import { en } from './en.js';

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

const known = new Map<string, Partial<Messages>>();

/** Counts registrations: who has looked a text up knows by it whether to look again. */
export let edition = 0;

/**
 * Adds or changes texts of a language, for every uploader on the page.
 *
 * @param language - a BCP 47 tag: `de`, or `de-CH` for what differs from `de`.
 * @param messages - any of the texts; those that are missing stay as they were.
 */
export function registerMessages(language: string, messages: Partial<Messages>): void {
  const tag = language.toLowerCase();
  known.set(tag, { ...known.get(tag), ...messages });
  edition++;
  update();
}

/** The texts of a language, the nearest first: of `de-CH`, of `de`, English. */
export function messagesFor(language: string): readonly Partial<Messages>[] {
  const tag = language.toLowerCase();
  return [tag, primary(tag), 'en'].flatMap((name) => known.get(name) ?? []).concat(en);
}

/** `de-CH` -> `de`. */
function primary(tag: string): string {
  return tag.split('-', 1)[0] ?? tag;
}
