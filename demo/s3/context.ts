/**
 * The parameters of every operation.
 */
import type { VerifierOptions } from './authentication.js';
import type { Identity } from './credentials.js';
import type { ObjectStorage } from './object-storage.js';
import { S3Error } from './errors.js';
import type { S3Request } from './request.js';

export interface StoreContext extends VerifierOptions {
  storage: ObjectStorage;
}

/** An authenticated and authorized request. */
export interface AuthorizedRequest {
  context: StoreContext;
  request: S3Request;
  identity: Identity;
  bucket: string;
  /** '' for a request to the bucket. */
  key: string;
}

/** Maximum length of a key, in bytes of UTF-8. */
const maxKeyLength = 1024;

/** @throws S3Error KeyTooLongError */
export function checkKeyLength(key: string): void {
  const size = Buffer.byteLength(key);
  if (size > maxKeyLength) throw new S3Error('KeyTooLongError', undefined, { Size: size, MaxSizeAllowed: maxKeyLength });
}
