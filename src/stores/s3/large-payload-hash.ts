/** The SHA-256 of bodies that are too large to be read into memory at once. */

import { throwNotLoaded } from '../../core/errors.js';
import { filePieces } from '../../http/file-pieces.js';
import { piecewiseSha256, toHex } from './signers/digest.js';

/**
 * Resolves with the SHA-256 of a body, in lower-case hexadecimal.
 * @throws {@link UploadError} `NotReadable` if the file was changed or removed after it was chosen; the signal's reason.
 */
export async function largePayloadHash(body: Blob, signal: AbortSignal): Promise<string> {
  const hash = await piecewiseSha256().catch(throwNotLoaded);
  for await (const bytes of filePieces(body, signal)) hash.update(bytes);
  return toHex(hash.digest());
}
