/** Makes an error of Azure's response: https://learn.microsoft.com/rest/api/storageservices/blob-service-error-codes */

import type { UploadError } from '../../core/errors.js';
import type { SendResponse } from '../../core/types.js';
import { responseError, retryAdvice, statusMessage } from '../../http/response-errors.js';
import { elementContents, elementText } from '../../http/xml.js';

/** A sentence for a code, where Azure's own is of no use to a person. */
const messages: Readonly<Record<string, string>> = {
  AuthenticationFailed: 'The storage did not accept the permission to upload',
  AuthorizationFailure: 'The storage did not accept the permission to upload',
  AuthorizationPermissionMismatch: 'The permission that the signing server gave does not allow this',
  CorsPreflightFailure: 'The storage does not allow requests of this page. Check its CORS rules',
  ContainerNotFound: 'The storage has no container of this name. Check the endpoint',
  InvalidBlockList: 'The storage has lost a part of the file',
  Md5Mismatch: 'A part of the file was damaged on the way',
  Crc64Mismatch: 'A part of the file was damaged on the way',
};

/** The uploaded blocks cannot be committed: the file must be uploaded again. */
const startOverCodes = ['InvalidBlockList', 'InvalidBlobOrBlock', 'InvalidBlockId'];
/** Codes with a 4xx status whose cause is in the transmission. */
const transientCodes = ['Md5Mismatch', 'Crc64Mismatch', 'OperationTimedOut', 'ServerBusy', 'InternalError'];
/** Codes for a SAS that may have expired; Azurite says AuthorizationFailure. */
const sasRefusedCodes = ['AuthenticationFailed', 'AuthorizationFailure', 'NoAuthenticationInformation'];

/** The error in a response of Azure; undefined for a success, which is a status from 200 to 204 and no web page. */
export function errorFromResponse(response: SendResponse): UploadError | undefined {
  const { status, text } = response;
  const isSuccess = status >= 200 && status <= 204;
  if (isSuccess) {
    if (!/^\s*<(?:!doctype|html)/i.test(text)) return undefined;
    return responseError(response, 'A web page answered instead of the storage. Check the endpoint.', { code: 'NotAStore' });
  }
  const [error = ''] = elementContents(text, 'Error');
  // The second line has the id and the time of the request.
  const message = (elementText(error, 'Message') ?? '').split('\n', 1)[0] ?? '';
  const givenCode = response.header('x-ms-error-code') || elementText(error, 'Code') || '';
  // Azurite has no code of its own for it.
  const code = givenCode === 'InvalidOperation' && /contentMD5 doesn't match/.test(message) ? 'Md5Mismatch' : givenCode;
  const known = messages[code];
  const sentence = known ? `${known} (${code}).` : message || statusMessage(status, 'The storage');
  const startOver = startOverCodes.includes(code);
  return responseError(response, sentence, {
    ...(code && { code, response: { error: message || code, code } }),
    retry: startOver || transientCodes.includes(code) || retryAdvice(status) === 'auto' ? 'auto' : 'manual',
    startOver,
  });
}

/** True if the storage refused the SAS: it may have expired, and another one may be accepted. */
export function isSasRefused({ status, code = '' }: UploadError): boolean {
  return status === 403 && sasRefusedCodes.includes(code);
}
