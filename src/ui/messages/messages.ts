/** Everything the face says: its keys, and the languages it can say them in. */

import { en } from './en.js';
import { languages } from './languages.js';
import type { Messages } from './texts.js';

export type { MessageKey, Messages, PluralText, Text } from './texts.js';

const known = new Map<string, Partial<Messages>>();
const loading = new Map<string, Promise<void>>();

/** Counts registrations: who has looked a text up knows by it whether to look again. */
export let edition = 0;

/** Those who want to know at once: every uploader on the page. */
export const readers = new Set<() => void>();

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
  for (const read of readers) read();
}

/** Adds texts that come with the package. What a page has registered itself stays. */
export function addMessages(tag: string, messages: Partial<Messages>): void {
  registerMessages(tag, { ...messages, ...known.get(tag) });
}

/**
 * Loads the texts of a language that comes with the package, once; every uploader shows them as soon as they are there. What a page has registered itself stays.
 *
 * @returns when they are there. A language that does not come with the package, or could not be loaded, stays in English.
 */
export function loadMessages(language: string): Promise<void> {
  const tag = primary(language.toLowerCase());
  const load = Object.hasOwn(languages, tag) ? languages[tag] : undefined;
  if (!load) return Promise.resolve();
  let promise = loading.get(tag);
  if (!promise) {
    promise = load().then(
      (messages) => addMessages(tag, messages),
      // Offline, perhaps: the next one who asks tries again.
      () => void loading.delete(tag),
    );
    loading.set(tag, promise);
  }
  return promise;
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
