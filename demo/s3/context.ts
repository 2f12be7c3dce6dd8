/**
 * What every operation is given besides the request.
 */
import type { Verifier } from './authentication.js';
import type { Identity } from './credentials.js';
import type { Disk } from './disk.js';
import { S3Error } from './errors.js';
import type { S3Request } from './request.js';

export interface Context extends Verifier {
  disk: Disk;
}

/** A request whose sender is known and allowed. */
export interface Call {
  context: Context;
  request: S3Request;
  identity: Identity;
  bucket: string;
  /** '' when the request is about the bucket. */
  key: string;
}

/** In UTF-8. */
const longestKey = 1024;

/** @throws S3Error KeyTooLongError */
export function checkKey(key: string): void {
  const size = Buffer.byteLength(key);
  if (size > longestKey) throw new S3Error('KeyTooLongError', undefined, { Size: size, MaxSizeAllowed: longestKey });
}
