import { abortable } from '../utils/abortable.js';
import { notReadableError } from './xhr.js';

/** Bytes. A piece is hashed in some milliseconds, between which the page stays responsive. */
const pieceSize = 2 ** 20;

/**
 * Reads a body in pieces, for a hash of bodies that are too large to be read into memory at once.
 * @throws {@link UploadError} `NotReadable` if the file was changed or removed after it was chosen; the signal's reason.
 */
export async function* filePieces(body: Blob, signal: AbortSignal): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined> {
  for (let offset = 0; offset < body.size; offset += pieceSize) {
    const piece = body.slice(offset, offset + pieceSize);
    const read = piece.arrayBuffer().catch((cause: unknown) => {
      throw notReadableError(cause);
    });
    const bytes = new Uint8Array(await abortable(read, signal));
    if (bytes.length !== piece.size) throw notReadableError(new RangeError(`Only ${bytes.length} of ${piece.size} bytes could be read.`));
    yield bytes;
  }
}
