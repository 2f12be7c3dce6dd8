/** Sentences for S3's error codes: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */

import { statusMessage } from '../../http/response-errors.js';

/** By code: what happened, and what to check. */
const messages: Readonly<Record<string, string>> = {
  EntityTooLarge: 'The file is larger than the storage allows',
  EntityTooSmall: 'The file is smaller than the storage allows',
  ExpiredToken: 'The permission to upload has expired',
  InvalidAccessKeyId: 'The storage does not know the access key. Check the access key and the endpoint',
  InvalidPart: 'The storage has lost a part of the file',
  NoSuchBucket: 'The storage has no bucket of this name. Check the endpoint and the bucket',
  NoSuchUpload: 'The storage no longer knows this upload',
  PermanentRedirect: 'The bucket has another address. Check the endpoint and the region',
  QuotaExceeded: 'The storage is full',
  RequestTimeTooSkewed: 'The storage did not accept the signature because the clock of this device is wrong',
  SignatureDoesNotMatch:
    "The storage did not accept the server's signature (SignatureDoesNotMatch). Check the secret key on the signing server",
};

/** Codes whose message here replaces that of the store, which is about canonical requests and hashes. */
const replacedCodes = ['SignatureDoesNotMatch', 'RequestTimeTooSkewed', 'InvalidAccessKeyId'];

/** The sentence for an error response: the store's message; if it has none, the message for the code; else that for the status. */
export function errorMessage(status: number, code: string, storeMessage: string): string {
  if (storeMessage && !replacedCodes.includes(code)) return /[.!?]$/.test(storeMessage) ? storeMessage : `${storeMessage}.`;
  const message = messages[code];
  if (!message) return statusMessage(status, 'The storage').replace(')', code ? `, ${code})` : ')');
  return message.includes(`(${code})`) ? `${message}.` : `${message} (${code}).`;
}
