/** The kinds of settings that the elements have. */

import {
  hasCycle,
  listEntries,
  numberConverter,
  readCount,
  readList,
  readNumber,
  readObject,
  readSize,
  readText,
  readWord,
} from './attribute-converters.js';
import type { SettingType } from './settings.js';

/** Bytes. */
export const size: SettingType<number> = { read: readSize, expected: 'a size in bytes, or with a unit as in 20MB or 5MiB', empty: 0 };

/** Bytes, and not 0. */
export const partSize: SettingType<number> = { ...size, read: (value) => readSize(value) || undefined };

export const count: SettingType<number> = { read: readCount, expected: 'a whole number, 0 or more', empty: 0, converter: numberConverter };

/** The property is in seconds, the setting in ms. */
export const seconds: SettingType<number> = {
  read: (value) => {
    const number = readNumber(value);
    return number === undefined ? undefined : number * 1000;
  },
  expected: 'a number of seconds, 0 or more',
  empty: 0,
  converter: numberConverter,
};

export const days: SettingType<number> = { read: readNumber, expected: 'a number of days', empty: 0, converter: numberConverter };

export const text: SettingType<string> = { read: readText, expected: 'a string', empty: '' };

/** A string or a URL object. */
export const url: SettingType<string> = {
  read: (value) => (value instanceof URL ? value.href : readText(value)),
  expected: 'a URL',
  empty: '',
  normalizes: true,
};

/** True for every value that JavaScript takes for true, as in HTML's own properties. */
export const flag: SettingType<boolean> = { read: Boolean, expected: 'a boolean', empty: false, normalizes: true };

/** An element or another object that dispatches events. */
export const eventTarget: SettingType<EventTarget | null> = {
  read: (value) => (hasMethod(value, 'addEventListener') ? (value as EventTarget) : undefined),
  expected: 'an element',
  empty: null,
};

/** A function of the page. */
export const callback: SettingType<unknown> = {
  read: (value) => (typeof value === 'function' ? value : undefined),
  expected: 'a function',
  empty: undefined,
};

/** A list of which every item fits. */
export function listOf<Item>(fits: (item: unknown) => boolean, expected: string): SettingType<readonly Item[]> {
  return { read: (value) => (Array.isArray(value) && value.every(fits) ? (value as readonly Item[]) : undefined), expected, empty: [] };
}

export function isElement(value: unknown): value is HTMLElement {
  return value instanceof Element || hasMethod(value, 'addEventListener');
}

function hasMethod(value: unknown, name: string): boolean {
  return typeof value === 'object' && value !== null && typeof (value as Record<string, unknown>)[name] === 'function';
}

/** Separated by spaces or commas. A list of which nothing can be read allows nothing: an empty one would allow everything. */
export const extensions: SettingType<readonly string[]> = {
  read: (value) => readList(value, isExtension),
  expected: 'a list of extensions, separated by spaces or commas',
  empty: [],
  unreadable: { value: ['—'], consequence: 'no file is accepted' },
  entries: { ignored: (value) => listEntries(value)?.filter((entry) => !isExtension(entry)) ?? [], expected: 'an extension' },
};

/** The list of `<input type="file" accept>`, or an array. For a list of which nothing can be read, see {@link extensions}. */
export const fileTypes: SettingType<string> = {
  read: (value) => {
    const types = readList(value, isFileType, /,/)?.map((type) => type.trim());
    return types?.some((type) => anyType.test(type)) ? '' : types?.join(',');
  },
  expected: 'a list of MIME types and of extensions with a dot, separated by commas',
  empty: '',
  normalizes: 'objects',
  unreadable: { value: 'none/none', consequence: 'no file is accepted' },
  entries: {
    ignored: (value) => listEntries(value, /,/)?.filter((entry) => !isFileType(entry)) ?? [],
    expected: 'a MIME type, nor an extension with a dot',
  },
};

const anyType = /^\*(\/\*)?$/;

function isFileType(entry: unknown): entry is string {
  if (typeof entry !== 'string') return false;
  const type = entry.trim();
  return /^(\.[^\s.]\S*|[\w!#$&^.+-]+\/([\w!#$&^.+-]+|\*))$/.test(type) || anyType.test(type);
}

function isExtension(entry: unknown): entry is string {
  return typeof entry === 'string' && /[^\s.*]/.test(entry);
}

/** With `converter: jsonConverter`. */
export const object: SettingType<Readonly<Record<string, unknown>>> = {
  read: (value) => (hasCycle(value) ? undefined : readObject(value)),
  expected: 'an object (JSON in the attribute)',
  empty: {},
};

export const httpMethod: SettingType<string> = {
  read: (value) => {
    const method = readText(value)?.toUpperCase();
    return method && /^[A-Z]+$/.test(method) ? method : undefined;
  },
  expected: 'an HTTP method',
  empty: 'POST',
};

/** One of some words, in any case; the first is the default. */
export function word<Word extends string>(...words: readonly [Word, ...Word[]]): SettingType<Word> {
  return { read: (value) => readWord(value, words), expected: `one of ${words.join(', ')}`, empty: words[0] };
}

/** The type, or a function that the store calls. */
export function orFunction<Value, Call extends (...args: never[]) => unknown>(type: SettingType<Value>): SettingType<Value | Call> {
  return { ...type, read: (value) => (typeof value === 'function' ? (value as Call) : type.read(value)) };
}

/** Number of connections that browsers open to one host over HTTP/1.1. */
export const defaultConnections = 6;

/** `auto` is {@link defaultConnections}, until more have been found to be faster. */
export const connections: SettingType<number> = {
  read: (value) => (isAuto(value) ? defaultConnections : readCount(value) || undefined),
  expected: 'a whole number, 1 or more, or auto',
  empty: defaultConnections,
  converter: numberConverter,
};

export function isAuto(value: unknown): boolean {
  return readWord(value, ['auto']) !== undefined;
}
