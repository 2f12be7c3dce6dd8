import type { UploadError } from '../../core/errors.js';
/** From a store's answer that is not a yes to the right error. */

import type { SendResponse } from '../../core/types.js';
import { retryAdvice, responseError } from '../../http/response-errors.js';
import { errorMessage } from './error-messages.js';
import { parseS3Error } from './xml.js';

/** What was sent so far is worthless. */
const worthless = ['EntityTooSmall', 'InvalidPart', 'InvalidPartOrder', 'NoSuchUpload'];
/** Refusals by status, accidents by nature: the same bytes may well arrive the next time. */
const accidents = ['BadDigest', 'IncompleteBody', 'OperationAborted', 'RequestTimeout', 'XAmzContentSHA256Mismatch'];
const tokens = ['ExpiredToken', 'InvalidToken', 'TokenRefreshRequired'];
const times = ['RequestExpired', 'RequestTimeTooSkewed'];
/** What stores say with `AccessDenied` of a signature or a policy whose time is over, or has not come. */
const untimely = /expired|valid yet|yet valid/i;

/** A store's "no". */
export interface S3ErrorResponse {
  readonly error: UploadError;
  /** What has run out: the credentials, or the signature made with them. */
  readonly expired: 'credentials' | 'signature' | undefined;
  /** The store's clock, ms since 1970, where it tells. */
  readonly serverTime: number | undefined;
}

/**
 * What a store's answer says against the request; undefined where it is a yes: a status of 200 to 204 and neither an `<Error>` nor a web page in the body, such
 * as the network of a hotel puts in place of any answer.
 */
export function errorFromResponse(response: SendResponse): S3ErrorResponse | undefined {
  const { status, text } = response;
  const failure = parseS3Error(text);
  if (!failure && status >= 200 && status <= 204) {
    if (!/^\s*<(?:!doctype|html)/i.test(text)) return undefined;
    const error = responseError(response, 'In place of the storage a web page answered. Check the endpoint.', { code: 'NotAStore' });
    return { error, expired: undefined, serverTime: undefined };
  }
  const { code = '', message = '' } = failure ?? {};
  // A whole file that is too small will be so again.
  const startOver = worthless.includes(code) && (code !== 'EntityTooSmall' || response.url.includes('uploadId='));
  const passing = startOver || accidents.includes(code) || retryAdvice(status) === 'auto';
  const error = responseError(response, errorMessage(status, code, message), {
    code: code || undefined,
    retry: passing ? 'auto' : 'manual',
    startOver,
    response: code ? { error: message || code, code } : undefined,
  });
  return {
    error,
    expired: tokens.includes(code) ? 'credentials' : isTimeError(error) ? 'signature' : undefined,
    serverTime: failure?.serverTime ?? (Date.parse(response.header('date') ?? '') || undefined),
  };
}

/** True where an error says that a multipart upload does not exist (any more). Ceph has another word for that. */
export function isUploadGone({ code }: UploadError): boolean {
  return code === 'NoSuchUpload' || code === 'NoSuchKey';
}

/** True where the store did not like the time of a signature or a policy. */
export function isTimeError({ code = '', status, message }: UploadError): boolean {
  return times.includes(code) || (status === 403 && untimely.test(message));
}
