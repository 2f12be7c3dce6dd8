import { UploadError } from '../../src/core/errors.js';
import type { SendRequest, UploadFile } from '../../src/core/types.js';

/** The functions of mocha or `node:test` that the suites use. */
export interface Runner {
  describe(title: string, body: () => void): unknown;
  it(title: string, body: () => Promise<void>): unknown;
}

export function check(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(message);
}

/** Compares values by their JSON. */
export function same(actual: unknown, expected: unknown, what: string): void {
  const [actualJson, expectedJson] = [JSON.stringify(actual), JSON.stringify(expected)];
  check(actualJson === expectedJson, `${what}: ${actualJson}, expected ${expectedJson}`);
}

/** Returns the reason of a rejected promise. Throws if the promise is fulfilled. */
export async function rejection(promise: Promise<unknown>): Promise<unknown> {
  const outcome = await promise.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  if ('error' in outcome) return outcome.error;
  throw new Error(`Expected a rejection, but the promise resolved with ${JSON.stringify(outcome.value)}`);
}

/** Returns the {@link UploadError} of a rejected promise, and checks that its reason is a sentence. */
export async function uploadError(promise: Promise<unknown>): Promise<UploadError> {
  const error = await rejection(promise);
  check(error instanceof UploadError, `not an UploadError: ${String(error)}`);
  check(/^\S.*[.?!]/s.test(error.reason), `not a message: "${error.reason}"`);
  return error;
}

/** Returns pseudorandom bytes that do not repeat within 2^32, so that a misplaced part is noticed. */
export function bytesOf(size: number, seed = 1): Uint8Array<ArrayBuffer> {
  const words = new Uint32Array(Math.ceil(size / 4));
  let word = seed;
  for (let index = 0; index < words.length; index++) words[index] = word = (Math.imul(word, 1664525) + 1013904223) >>> 0;
  return new Uint8Array(words.buffer).slice(0, size);
}

/** Returns the SHA-256 in hex. */
export async function sha256(bytes: Uint8Array): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', new Uint8Array(bytes)));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

let lastId = 0;

/** Creates a file as the uploader passes it to a store. */
export function fileOf(blob: Blob, details: Partial<UploadFile> = {}): UploadFile {
  const { type, size } = blob;
  return { id: ++lastId, uuid: crypto.randomUUID(), name: 'a file.bin', size, type, blob, path: '', ...details };
}

/** Returns the stall timeout of a request that has sent nothing yet, in ms. */
export const patienceOf = (stallTimeout: SendRequest['stallTimeout'] = Infinity): number =>
  typeof stallTimeout === 'number' ? stallTimeout : stallTimeout({ bytes: 0, elapsed: 0 });
