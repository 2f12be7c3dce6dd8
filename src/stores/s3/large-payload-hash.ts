/** The SHA-256 of bodies that are too large to be read into memory at once. */

import { throwNotLoaded } from '../../core/errors.js';
import { notReadableError } from '../../http/xhr.js';
import { abortable } from '../../utils/abortable.js';
import { piecewiseSha256, toHex } from './signers/digest.js';

/** Bytes. A piece is hashed in some milliseconds, between which the page stays responsive. */
const pieceSize = 2 ** 20;

/**
 * Resolves with the SHA-256 of a body, in lower-case hexadecimal.
 * @throws {@link UploadError} `NotReadable` if the file was changed or removed after it was chosen; the signal's reason.
 */
export async function largePayloadHash(body: Blob, signal: AbortSignal): Promise<string> {
  const hash = await piecewiseSha256().catch(throwNotLoaded);
  for (let offset = 0; offset < body.size; offset += pieceSize) {
    const piece = body.slice(offset, offset + pieceSize);
    const read = piece.arrayBuffer().catch((cause: unknown) => {
      throw notReadableError(cause);
    });
    const bytes = new Uint8Array(await abortable(read, signal));
    if (bytes.length !== piece.size) throw notReadableError(new RangeError(`Only ${bytes.length} of ${piece.size} bytes could be read.`));
    hash.update(bytes);
  }
  return toHex(hash.digest());
}
