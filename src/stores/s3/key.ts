/** Object keys: the key of a file, and its form in a URL. */

import { UploadError } from '../../core/errors.js';
import type { UploadFile } from '../../core/types.js';
import { abortable } from '../../utils/abortable.js';
import { toWellFormed } from '../../utils/well-formed.js';
import { utf8 } from './signers/digest.js';
import { uriEncode } from './signers/sigv4.js';

/** `uuid`: the file's uuid and extension. `filename`: the file's name. A function returns the key, or a promise of it. */
export type KeyRule = 'uuid' | 'filename' | ((file: UploadFile) => string | Promise<string>);

/** Bytes of UTF-8: https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html */
const maxKeyLength = 1024;

/**
 * Resolves with the key of a file.
 * @throws {@link UploadError} if the function's result is not a valid key; the function's own error.
 */
export async function objectKey(rule: KeyRule, file: UploadFile, signal: AbortSignal): Promise<string> {
  let key: unknown = file.name;
  if (rule === 'uuid') key = file.uuid + (/\.[^./\p{Cc}]*$/u.exec(file.name)?.[0] ?? '');
  else if (rule !== 'filename') key = await abortable(rule(file), signal);
  if (typeof key !== 'string' || key === '') throw invalidKey(`The key for “${file.name}” must be a non-empty string.`);
  const { length } = utf8(key);
  if (length > maxKeyLength) throw invalidKey(`The key for “${file.name}” has ${length} bytes; the storage allows ${maxKeyLength}.`);
  return toWellFormed(key);
}

/**
 * The key in a URL: each segment is percent-encoded, the slashes are kept.
 * @throws {@link UploadError} for a key with a segment `.` or `..`, which browsers remove from every URL.
 */
export function escapeKey(key: string): string {
  const segments = key.split('/');
  if (segments.some((segment) => segment === '.' || segment === '..'))
    throw invalidKey(`A browser cannot request the key “${key}”: it has a segment “.” or “..”.`);
  return segments.map(uriEncode).join('/');
}

/** True if two keys may be equal, however the store has encoded the key in its response. */
export function isSameKey(one: string, other: string): boolean {
  const [first, second] = [possibleKeys(one), possibleKeys(other)];
  return first.some((key) => second.includes(key));
}

/** The key, and what it is if it is encoded, each without the characters that an encoding changes. */
function possibleKeys(key: string): string[] {
  const keys = [key];
  try {
    keys.push(decodeURIComponent(key.replace(/\+/g, ' ')));
  } catch {
    // The key is not percent-encoded.
  }
  return keys.map((one) => one.replace(/[^\w./-]/g, ''));
}

function invalidKey(reason: string): UploadError {
  return new UploadError(reason, { code: 'InvalidKey', retry: 'manual' });
}
