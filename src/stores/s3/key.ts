/** Object keys: how a file gets one, and how one travels in a URL. */

import { abortable } from '../../utils/abortable.js';
import { UploadError } from '../../core/errors.js';
import type { UploadFile } from '../../core/types.js';
import { utf8 } from './signers/digest.js';
import { uriEncode } from './signers/sigv4.js';

/** `uuid`: the file's uuid and its extension. `filename`: the file's name. A function: whatever it returns or resolves with. */
export type KeyRule = 'uuid' | 'filename' | ((file: UploadFile) => string | Promise<string>);

/** The longest key that S3 takes, in bytes of UTF-8. */
const longest = 1024;

/**
 * The key of a file.
 * @throws {@link UploadError} where a function's result cannot be a key. What a function throws goes through.
 */
export async function objectKey(rule: KeyRule, file: UploadFile, signal: AbortSignal): Promise<string> {
  let key: unknown = file.name;
  if (rule === 'uuid') key = file.uuid + (/\.[^./\p{Cc}]*$/u.exec(file.name)?.[0] ?? '');
  else if (rule !== 'filename') key = await abortable(rule(file), signal);
  if (typeof key !== 'string' || key === '') throw unusable(`The key for “${file.name}” must be a string that is not empty.`);
  const { length } = utf8(key);
  if (length > longest) throw unusable(`The key for “${file.name}” has ${length} bytes; the storage takes ${longest}.`);
  return toWellFormed(key);
}

/** Text without halves of surrogate pairs, which file names on Windows can have and no encoding has. (`String.prototype.toWellFormed`, for all browsers.) */
export function toWellFormed(text: string): string {
  const { toWellFormed } = text as { toWellFormed?: () => string };
  return toWellFormed ? toWellFormed.call(text) : new TextDecoder('utf-8', { ignoreBOM: true }).decode(utf8(text));
}

/**
 * A key as it stands in a URL: each segment escaped, the slashes kept.
 * @throws {@link UploadError} for a key with a segment `.` or `..`, which browsers take out of every URL.
 */
export function escapeKey(key: string): string {
  const segments = key.split('/');
  if (segments.some((segment) => segment === '.' || segment === '..')) throw unusable(`A browser cannot ask for the key “${key}”.`);
  return segments.map(uriEncode).join('/');
}

/** True where two keys may be the same one, however a store has escaped it on the way back. */
export function isSameKey(one: string, other: string): boolean {
  return folded(one) === folded(other);
}

function folded(key: string): string {
  let plain = key;
  try {
    plain = decodeURIComponent(key.replace(/\+/g, ' '));
  } catch {
    // Not escaped, then.
  }
  return plain.replace(/[^\w./-]/g, '');
}

function unusable(reason: string): UploadError {
  return new UploadError(reason, { code: 'InvalidKey', retry: 'manual' });
}
