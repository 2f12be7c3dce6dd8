/** The checksum that Azure compares with what it has received: https://learn.microsoft.com/rest/api/storageservices/put-block (Content-MD5) */

import { throwNotLoaded } from '../../core/errors.js';
import { filePieces } from '../../http/file-pieces.js';

/**
 * Resolves with the MD5 of a body, in base64.
 * @throws {@link UploadError} `NotReadable` if the file was changed or removed after it was chosen; one to try again if the implementation cannot be loaded; the signal's
 * reason.
 */
export async function contentMd5(body: Blob, signal: AbortSignal): Promise<string> {
  const { md5 } = await import('@noble/hashes/legacy.js').catch(throwNotLoaded);
  const hash = md5.create();
  for await (const bytes of filePieces(body, signal)) hash.update(bytes);
  return btoa(String.fromCharCode(...hash.digest()));
}
