/** The kinds of settings that the elements have. */

import {
  jsonConverter,
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

/** Separated by spaces or commas. */
export const extensions: SettingType<readonly string[]> = {
  read: readList,
  expected: 'a list of extensions, separated by spaces or commas',
  empty: [],
};

export const object: SettingType<Readonly<Record<string, unknown>>> = {
  read: readObject,
  expected: 'an object (JSON in the attribute)',
  empty: {},
  converter: jsonConverter,
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
