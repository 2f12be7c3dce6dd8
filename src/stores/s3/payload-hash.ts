/** The SHA-256 of a request's body, computed off the main thread and with little memory. */

import { UploadError } from '../../core/errors.js';
import type { StoreContext } from '../../core/types.js';
import { notReadableError } from '../../http/xhr.js';
import { abortable } from '../../utils/abortable.js';
import { Semaphore } from '../../utils/semaphore.js';
import { digest, toHex, utf8 } from './signers/digest.js';

/** The largest body (bytes) that is read into memory: 256 MiB, a part of a file of 2.5 TiB. Larger ones are hashed in pieces. */
export const maxHashedSize = 2 ** 28;

/** What a read needs of the attempt. */
type ReadContext = Pick<StoreContext, 'signal' | 'waitFor' | 'stallTimeout'>;

/** One at a time: hashing is faster than any connection, and a second hash would need a second buffer. */
const hashes = new Semaphore(1);
/** The buffer of the last hash, unless the engine has freed it. */
let spareBuffer: WeakRef<ArrayBuffer> | undefined;
/** Time (ms) that a disk may take to answer before another body is hashed meanwhile. */
const slowReadTime = 1000;

/**
 * Resolves with the SHA-256 of a body, in lower-case hexadecimal.
 * @throws {@link UploadError} `NotReadable` if the file was changed or removed after it was chosen, `Stalled` if its disk does not answer; the signal's reason.
 */
export async function payloadHash(body: Blob | string | null, context: ReadContext): Promise<string> {
  if (!(body instanceof Blob)) return toHex(await digest('SHA-256', utf8(body ?? '')));
  const release = await hashes.acquire(context.signal);
  try {
    return toHex(await digest('SHA-256', await context.waitFor(readWithLimit(body, context, release))));
  } finally {
    release();
  }
}

/**
 * Reads a blob. A network drive may never answer: after the stall timeout the read fails.
 * @param onSlow - called when no bytes have come for {@link slowReadTime}.
 */
async function readWithLimit(blob: Blob, { signal, stallTimeout }: ReadContext, onSlow: () => void): Promise<Uint8Array<ArrayBuffer>> {
  const stalled = new AbortController();
  let lastRead = performance.now();
  const timer = setInterval(() => {
    const silence = performance.now() - lastRead;
    if (silence >= slowReadTime) onSlow();
    if (silence < stallTimeout()) return;
    stalled.abort(new UploadError('The file cannot be read: its disk does not answer.', { status: 0, code: 'Stalled' }));
  }, slowReadTime);
  try {
    return await readBytes(blob, AbortSignal.any([signal, stalled.signal]), () => (lastRead = performance.now()));
  } finally {
    clearInterval(timer);
  }
}

async function readBytes(blob: Blob, signal: AbortSignal, onRead: () => void): Promise<Uint8Array<ArrayBuffer>> {
  const { size } = blob;
  let reader: ReadableStreamBYOBReader;
  try {
    reader = blob.stream().getReader({ mode: 'byob' });
  } catch {
    // WebKit has no BYOB readers for blobs.
    const bytes = new Uint8Array(await abortable(blob.arrayBuffer().catch(throwNotReadable), signal));
    return bytes.length === size ? bytes : throwTruncated(bytes.length, size);
  }
  const reusable = spareBuffer?.deref();
  let buffer = reusable && reusable.byteLength >= size ? reusable : new ArrayBuffer(size);
  spareBuffer = undefined; // The stream detaches the buffer while it fills it.
  try {
    for (let filled = 0; filled < size;) {
      const view = new Uint8Array(buffer, filled, size - filled);
      const reading = reader.read(view).catch(throwNotReadable);
      const { value, done }: ReadableStreamReadResult<Uint8Array<ArrayBuffer>> = await abortable(reading, signal);
      onRead();
      if (!value || done) return throwTruncated(filled, size);
      filled += value.byteLength;
      buffer = value.buffer;
    }
  } finally {
    void reader.cancel().catch(() => {});
  }
  spareBuffer = new WeakRef(buffer);
  return new Uint8Array(buffer, 0, size);
}

function throwTruncated(length: number, size: number): never {
  throw notReadableError(new RangeError(`Only ${length} of ${size} bytes could be read.`));
}

function throwNotReadable(cause: unknown): never {
  throw notReadableError(cause);
}
