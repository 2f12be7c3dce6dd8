import { UploadError } from '../../src/core/errors.js';
import type { SendRequest, UploadFile } from '../../src/core/types.js';

/** Of mocha or of `node:test`. */
export interface Runner {
  describe(title: string, body: () => void): unknown;
  it(title: string, body: () => Promise<void>): unknown;
}

export function check(holds: unknown, sentence: string): asserts holds {
  if (!holds) throw new Error(sentence);
}

/** By value, through JSON. */
export function same(actual: unknown, expected: unknown, what: string): void {
  const [got, wanted] = [JSON.stringify(actual), JSON.stringify(expected)];
  check(got === wanted, `${what}: ${got}, expected ${wanted}`);
}

/** What a promise is rejected with; an error where it is not. */
export async function rejection(promise: Promise<unknown>): Promise<unknown> {
  const outcome = await promise.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  if ('error' in outcome) return outcome.error;
  throw new Error(`This should have failed, and gave ${JSON.stringify(outcome.value)}`);
}

/** The {@link UploadError} that a promise is rejected with, in words for a person. */
export async function uploadError(promise: Promise<unknown>): Promise<UploadError> {
  const error = await rejection(promise);
  check(error instanceof UploadError, `not an UploadError: ${String(error)}`);
  check(/^\S.*[.?!]/s.test(error.reason), `not a sentence: "${error.reason}"`);
  return error;
}

/** Bytes that repeat nowhere within 2^32, so that a part in the wrong place is seen. */
export function bytesOf(size: number, seed = 1): Uint8Array<ArrayBuffer> {
  const words = new Uint32Array(Math.ceil(size / 4));
  let word = seed;
  for (let index = 0; index < words.length; index++) words[index] = word = (Math.imul(word, 1664525) + 1013904223) >>> 0;
  return new Uint8Array(words.buffer).slice(0, size);
}

/** SHA-256, hex. */
export async function sha256(bytes: Uint8Array): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', new Uint8Array(bytes)));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

let lastId = 0;

/** A file as the uploader would hand it to a store. */
export function fileOf(blob: Blob, details: Partial<UploadFile> = {}): UploadFile {
  const { type, size } = blob;
  return { id: ++lastId, uuid: crypto.randomUUID(), name: 'a file.bin', size, type, blob, path: '', ...details };
}

/** How long (ms) a request may be silent that has sent nothing yet. */
export const patienceOf = (stallTimeout: SendRequest['stallTimeout'] = Infinity): number =>
  typeof stallTimeout === 'number' ? stallTimeout : stallTimeout({ bytes: 0, elapsed: 0 });
