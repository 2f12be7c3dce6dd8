/** S3's error codes in sentences for a person, for stores that send none. */

/** What is at fault, for the person who set it up; the code follows in brackets. */
const sentences: Readonly<Record<string, string>> = {
  AccessDenied: 'The storage does not allow this upload',
  AuthorizationHeaderMalformed: 'The storage did not understand the signature. Check the region and the access key',
  BadDigest: 'The storage received something other than what was sent',
  EntityTooLarge: 'The file is larger than the storage allows',
  EntityTooSmall: 'The file is smaller than the storage allows',
  ExpiredToken: 'The permission to upload has run out',
  IncompleteBody: 'The storage did not receive the whole file',
  InternalError: 'The storage had a problem of its own',
  InvalidAccessKeyId: 'The storage does not know the access key. Check the access key and the endpoint',
  InvalidDigest: 'The storage received something other than what was sent',
  InvalidPart: 'The storage has lost a part of the file',
  InvalidPartOrder: 'The storage did not accept the order of the parts',
  InvalidStorageClass: 'The storage does not know the storage class that was asked for',
  InvalidToken: 'The storage did not accept the session token of the credentials',
  MethodNotAllowed: 'The storage does not take uploads at this address',
  NoSuchBucket: 'The storage has no bucket of this name. Check the endpoint and the bucket',
  NoSuchKey: 'The storage does not know this file',
  NoSuchUpload: 'The storage no longer knows this upload',
  PermanentRedirect: 'The bucket is at another address. Check the endpoint and the region',
  QuotaExceeded: 'The storage is full',
  RequestTimeTooSkewed: 'The clock of this device is wrong, so the storage did not accept the signature',
  RequestTimeout: 'The storage waited too long for the file',
  ServiceUnavailable: 'The storage is too busy',
  SignatureDoesNotMatch:
    "The storage did not accept the server's signature (SignatureDoesNotMatch). Check the secret key on the signing server",
  SlowDown: 'The storage is too busy',
  XAmzContentSHA256Mismatch: 'The storage received something other than what was sent',
};

/** Codes whose sentence of ours says more than the store's own, which is about canonical requests and hashes. */
const ours = ['SignatureDoesNotMatch', 'RequestTimeTooSkewed', 'InvalidAccessKeyId'];

/** The sentence for a failure: the store's own where it has one, else ours, else the bare code; undefined where there is not even that. */
export function sentenceOf(code: string, message: string): string | undefined {
  if (message && !ours.includes(code)) return /[.!?]$/.test(message) ? message : `${message}.`;
  const sentence = sentences[code] ?? (code && 'The storage refused the upload');
  if (!sentence) return undefined;
  return sentence.includes(`(${code})`) ? `${sentence}.` : `${sentence} (${code}).`;
}
