import { en } from './en.js';
import { languages } from './languages.js';
import type { Messages } from './types.js';

export type { Message, MessageKey, Messages, PluralMessage } from './types.js';

const registered = new Map<string, Partial<Messages>>();
const loading = new Map<string, Promise<void>>();

/** Increases with each registration, so that users of messages can tell whether a cached text is current. */
export let messagesVersion = 0;

/** Called after each registration. */
export const messageListeners = new Set<() => void>();

/**
 * Adds or replaces texts of a language, for every uploader on the page.
 *
 * @param language - a BCP 47 tag: `de`, or `de-CH` for the texts that differ from `de`.
 * @param messages - any subset of the texts; the others do not change.
 */
export function registerMessages(language: string, messages: Partial<Messages>): void {
  const tag = language.toLowerCase();
  registered.set(tag, { ...registered.get(tag), ...messages });
  messagesVersion++;
  for (const listener of messageListeners) listener();
}

/** Adds built-in texts. Texts that the page has registered take precedence. */
export function addMessages(tag: string, messages: Partial<Messages>): void {
  registerMessages(tag, { ...messages, ...registered.get(tag) });
}

/**
 * Loads the built-in texts of a language, once. Texts that the page has registered take precedence.
 *
 * @returns resolves when they are registered. It also resolves where there are none or the load has failed; the language then stays in English.
 */
export function loadMessages(language: string): Promise<void> {
  const tag = primarySubtag(language.toLowerCase());
  const load = Object.hasOwn(languages, tag) ? languages[tag] : undefined;
  if (!load) return Promise.resolve();
  let promise = loading.get(tag);
  if (!promise) {
    promise = load().then(
      (messages) => addMessages(tag, messages),
      // The page may be offline. The next call tries again.
      () => void loading.delete(tag),
    );
    loading.set(tag, promise);
  }
  return promise;
}

/** Returns the registered texts for a language, the most specific first: for `de-CH` those of `de-CH`, `de` and English. */
export function messagesFor(language: string): readonly Partial<Messages>[] {
  const tag = language.toLowerCase();
  return [tag, primarySubtag(tag), 'en'].flatMap((name) => registered.get(name) ?? []).concat(en);
}

/** `de-CH` -> `de`. */
function primarySubtag(tag: string): string {
  return tag.split('-', 1)[0] ?? tag;
}
