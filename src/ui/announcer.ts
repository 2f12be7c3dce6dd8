import type { TotalsSnapshot, UploaderSnapshot } from '../core/snapshot.js';
import { percentText } from './amounts.js';
import type { Find } from './find.js';
import type { Language } from './language.js';

/** Nothing is said sooner than this (ms) after the last thing: what comes meanwhile is said together. */
const pause = 1000;

/** Says what happens, for people who do not see it: the start, each quarter of the way, and the end; never every percent. */
export class Announcer {
  #before: TotalsSnapshot | undefined;
  #quarter = 0;
  #refused = 0;
  /** What is still to be said, by what it is about: a newer one replaces an older one. */
  readonly #waiting = new Map<string, string>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #saidAt = -Infinity;

  constructor(private readonly find: Find) {}

  /** The uploader has left the page: nobody listens any more. */
  disconnect(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#waiting.clear();
  }

  /** Says something as soon as the last thing has had its time. */
  say(text: string, about: string = text): void {
    // Said last, though it replaces something earlier.
    this.#waiting.delete(about);
    this.#waiting.set(about, text);
    this.#timer ??= setTimeout(this.#speak, Math.max(0, this.#saidAt + pause - performance.now()));
  }

  /** Compares with the last snapshot and says what a person would want to know. */
  watch(snapshot: UploaderSnapshot, language: Language): void {
    const { count, totals } = snapshot;
    const before = this.#before;
    this.#before = totals;
    const newlyRefused = totals.refused - this.#refused;
    this.#refused = totals.refused;
    if (newlyRefused > 0) {
      const last = count > 0 ? snapshot.at(count - 1) : undefined;
      const reason = newlyRefused === 1 && last?.status === 'rejected' ? last.reason : '';
      this.say(reason || language.text('refusedFiles', { count: newlyRefused }), 'refused');
    }
    const quarter = totals.totalBytes > 0 ? Math.floor((4 * totals.uploadedBytes) / totals.totalBytes) : 0;
    if (totals.active > (before?.active ?? 0)) {
      this.#quarter = quarter;
      this.say(language.text('uploadingFiles', { count: totals.active }), 'progress');
    } else if (totals.active > 0 && quarter > this.#quarter && quarter < 4) {
      this.#quarter = quarter;
      this.say(language.text('uploadedPercent', { progress: percentText(quarter / 4, language) }), 'progress');
    } else if (before && before.active > 0 && totals.active === 0) {
      this.#waiting.delete('progress');
      const text = sums(totals, language, totals.paused > 0).join(', ');
      if (text) this.say(text, 'end');
    }
  }

  readonly #speak = (): void => {
    this.#timer = undefined;
    const text = [...this.#waiting.values()].join(' ');
    this.#waiting.clear();
    this.#saidAt = performance.now();
    // A new node: screen readers say the same words again only if something was added.
    const line = document.createElement('p');
    line.textContent = text;
    this.find('[role=status]')?.replaceChildren(line);
  };
}

/** What became of the files, in one phrase for each. */
export function sums(totals: TotalsSnapshot, language: Language, paused = true): string[] {
  const phrases: string[] = [];
  if (totals.active > 0) phrases.push(language.text('uploadingFiles', { count: totals.active }));
  if (totals.succeeded > 0) phrases.push(language.text('uploadedFiles', { count: totals.succeeded }));
  if (paused && totals.paused > 0) phrases.push(language.text('pausedFiles', { count: totals.paused }));
  if (totals.failed > 0) phrases.push(language.text('failedFiles', { count: totals.failed }));
  return phrases;
}
