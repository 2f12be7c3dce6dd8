/** The SHA-256 of a request's body, computed off the main thread and with little memory. */

import { notReadableError } from '../../http/xhr.js';
import { digest, toHex, utf8 } from './signers/digest.js';

/** The largest body (bytes) that is read into memory: 256 MiB, a part of a file of 2.5 TiB. Larger ones are hashed in pieces. */
export const maxHashedSize = 2 ** 28;

/** The hash that is computed at present. One at a time: hashing is faster than any connection, and a second hash would need a second buffer. */
let lastHash: Promise<unknown> = Promise.resolve();
/** The buffer of the last hash, unless the engine has freed it. */
let spareBuffer: WeakRef<ArrayBuffer> | undefined;

/**
 * Resolves with the SHA-256 of a body, in lower-case hexadecimal.
 * @throws {@link UploadError} `NotReadable` if the file was changed or removed after it was chosen; the signal's reason.
 */
export async function payloadHash(body: Blob | string | null, signal: AbortSignal): Promise<string> {
  if (!(body instanceof Blob)) return toHex(await digest('SHA-256', utf8(body ?? '')));
  const hash = lastHash.then(async () => {
    signal.throwIfAborted();
    return toHex(await digest('SHA-256', await readBytes(body, signal)));
  });
  lastHash = hash.catch(() => {});
  return hash;
}

async function readBytes(blob: Blob, signal: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
  const { size } = blob;
  let reader: ReadableStreamBYOBReader;
  try {
    reader = blob.stream().getReader({ mode: 'byob' });
  } catch {
    // WebKit has no BYOB readers for blobs.
    const bytes = new Uint8Array(await blob.arrayBuffer().catch(throwNotReadable));
    return bytes.length === size ? bytes : throwTruncated(bytes.length, size);
  }
  const reusable = spareBuffer?.deref();
  let buffer = reusable && reusable.byteLength >= size ? reusable : new ArrayBuffer(size);
  spareBuffer = undefined; // The stream detaches the buffer while it fills it.
  try {
    for (let filled = 0; filled < size;) {
      const view = new Uint8Array(buffer, filled, size - filled);
      const { value, done }: ReadableStreamReadResult<Uint8Array<ArrayBuffer>> = await reader.read(view).catch(throwNotReadable);
      signal.throwIfAborted();
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
