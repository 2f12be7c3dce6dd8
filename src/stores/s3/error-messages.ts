/** S3's error codes in sentences for a person, for stores that send none. */

import { statusMessage } from '../../http/response-errors.js';

/** Where there is more to say than the status says: what happened, and to whoever set it up what to look at. The code follows in brackets. */
const sentences: Readonly<Record<string, string>> = {
  EntityTooLarge: 'The file is larger than the storage allows',
  EntityTooSmall: 'The file is smaller than the storage allows',
  ExpiredToken: 'The permission to upload has run out',
  InvalidAccessKeyId: 'The storage does not know the access key. Check the access key and the endpoint',
  InvalidPart: 'The storage has lost a part of the file',
  NoSuchBucket: 'The storage has no bucket of this name. Check the endpoint and the bucket',
  NoSuchUpload: 'The storage no longer knows this upload',
  PermanentRedirect: 'The bucket is at another address. Check the endpoint and the region',
  QuotaExceeded: 'The storage is full',
  RequestTimeTooSkewed: 'The clock of this device is wrong, so the storage did not accept the signature',
  SignatureDoesNotMatch:
    "The storage did not accept the server's signature (SignatureDoesNotMatch). Check the secret key on the signing server",
};

/** Codes whose sentence of ours says more than the store's own, which is about canonical requests and hashes. */
const ours = ['SignatureDoesNotMatch', 'RequestTimeTooSkewed', 'InvalidAccessKeyId'];

/** The sentence for a failure: the store's own where it has one, else ours for the code, else ours for the status. */
export function errorMessage(status: number, code: string, message: string): string {
  if (message && !ours.includes(code)) return /[.!?]$/.test(message) ? message : `${message}.`;
  const sentence = sentences[code];
  if (!sentence) return statusMessage(status, 'The storage').replace(')', code ? `, ${code})` : ')');
  return sentence.includes(`(${code})`) ? `${sentence}.` : `${sentence} (${code}).`;
}
