/** Makes an error of a store's response. */

import type { UploadError } from '../../core/errors.js';
import type { SendResponse } from '../../core/types.js';
import { responseDate } from '../../http/response-date.js';
import { responseError, retryAdvice } from '../../http/response-errors.js';
import { errorMessage } from './error-messages.js';
import { parseS3Error } from './xml.js';

/** The uploaded parts cannot be completed: the file must be uploaded again. */
const startOverCodes = ['EntityTooSmall', 'InvalidPart', 'InvalidPartOrder', 'NoSuchUpload'];
/** Codes with a 4xx status whose cause is in the transmission: the same request may succeed the next time. */
const transientCodes = ['BadDigest', 'IncompleteBody', 'OperationAborted', 'RequestTimeout', 'XAmzContentSHA256Mismatch'];
const credentialsExpiredCodes = ['ExpiredToken', 'InvalidToken', 'TokenRefreshRequired'];
const signatureExpiredCodes = ['RequestExpired', 'RequestTimeTooSkewed'];
/** The message of `AccessDenied` for a signature or policy that has expired or is not valid yet. */
const signatureExpiredMessage = /expired|valid yet|yet valid/i;

/** An error response of a store. */
export interface S3ErrorResponse {
  readonly error: UploadError;
  /** What has expired, if anything. */
  readonly expired: 'credentials' | 'signature' | undefined;
  /** The store's clock, ms since 1970, if the response contains it. */
  readonly serverTime: number | undefined;
}

/**
 * The error in a store's response; undefined for a success: a status from 200 to 204, and a body that contains neither an `<Error>` nor a web page. Captive portals,
 * such as those of hotels, answer any request with a web page.
 */
export function errorFromResponse(response: SendResponse): S3ErrorResponse | undefined {
  const { status, text } = response;
  const s3Error = parseS3Error(text);
  if (!s3Error && status >= 200 && status <= 204) {
    if (!/^\s*<(?:!doctype|html)/i.test(text)) return undefined;
    const error = responseError(response, 'A web page answered instead of the storage. Check the endpoint.', { code: 'NotAStore' });
    return { error, expired: undefined, serverTime: undefined };
  }
  const { code = '', message = '' } = s3Error ?? {};
  // EntityTooSmall for a whole file, not for a part, is permanent.
  const startOver = startOverCodes.includes(code) && (code !== 'EntityTooSmall' || response.url.includes('uploadId='));
  const isTransient = startOver || transientCodes.includes(code) || retryAdvice(status) === 'auto';
  const error = responseError(response, errorMessage(status, code, message), {
    code: code || undefined,
    retry: isTransient ? 'auto' : 'manual',
    startOver,
    response: code ? { error: message || code, code } : undefined,
  });
  return {
    error,
    expired: credentialsExpiredCodes.includes(code) ? 'credentials' : isSignatureExpired(error) ? 'signature' : undefined,
    serverTime: s3Error?.serverTime ?? responseDate((name) => response.header(name)),
  };
}

/** True if the multipart upload does not exist, or no longer exists. Ceph says NoSuchKey. */
export function isUploadGone({ code }: UploadError): boolean {
  return code === 'NoSuchUpload' || code === 'NoSuchKey';
}

/** True if the store rejected the time of a signature or a policy. */
export function isSignatureExpired({ code = '', status, message }: UploadError): boolean {
  return signatureExpiredCodes.includes(code) || (status === 403 && signatureExpiredMessage.test(message));
}
