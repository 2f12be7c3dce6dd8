/** The SHA-256 of a body, read with little memory and hashed off the main thread. */

import { notReadableError } from '../../http/xhr.js';
import { digest, hex, utf8 } from './signers/digest.js';

/** The most (bytes) that is read into memory to be hashed: 256 MiB, a part of a file of 2.5 TiB. */
export const maxHashedSize = 2 ** 28;

/** One part at a time: hashing is faster than any wire, and a second one would need a second buffer. */
let turn: Promise<unknown> = Promise.resolve();
/** The buffer of the part before, as long as the engine has no other use for its memory. */
let spare: WeakRef<ArrayBuffer> | undefined;

/**
 * The SHA-256 of a body, in lower-case hexadecimal.
 * @throws {@link UploadError} `NotReadable` where the file has changed or gone since it was chosen; the signal's reason.
 */
export async function payloadHash(body: Blob | string | null, signal: AbortSignal): Promise<string> {
  if (!(body instanceof Blob)) return hex(await digest('SHA-256', utf8(body ?? '')));
  const mine = turn.then(async () => {
    signal.throwIfAborted();
    return hex(await digest('SHA-256', await bytesOf(body, signal)));
  });
  turn = mine.catch(() => {});
  return mine;
}

async function bytesOf(blob: Blob, signal: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
  const { size } = blob;
  let reader: ReadableStreamBYOBReader;
  try {
    reader = blob.stream().getReader({ mode: 'byob' });
  } catch {
    // WebKit's streams of blobs know no buffers of ours.
    const bytes = new Uint8Array(await blob.arrayBuffer().catch(unreadable));
    return bytes.length === size ? bytes : short(bytes.length, size);
  }
  const kept = spare?.deref();
  let buffer = kept && kept.byteLength >= size ? kept : new ArrayBuffer(size);
  spare = undefined; // it is detached while the stream has it
  try {
    for (let filled = 0; filled < size;) {
      const view = new Uint8Array(buffer, filled, size - filled);
      const { value, done }: ReadableStreamReadResult<Uint8Array<ArrayBuffer>> = await reader.read(view).catch(unreadable);
      signal.throwIfAborted();
      if (!value || done) return short(filled, size);
      filled += value.byteLength;
      buffer = value.buffer;
    }
  } finally {
    void reader.cancel().catch(() => {});
  }
  spare = new WeakRef(buffer);
  return new Uint8Array(buffer, 0, size);
}

function short(length: number, size: number): never {
  throw notReadableError(new RangeError(`${length} of ${size} bytes could be read.`));
}

function unreadable(cause: unknown): never {
  throw notReadableError(cause);
}
