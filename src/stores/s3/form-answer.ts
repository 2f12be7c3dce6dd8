/** Tells the answer of a store to a form post from that of a proxy or a captive portal, which answers everything with status 200. */

import { UploadError } from '../../core/errors.js';
import type { SendResponse } from '../../core/types.js';
import { responseError } from '../../http/response-errors.js';
import { isSameKey } from './key.js';
import { elementText } from './xml.js';

/** What a store has answered to a form post. */
export interface FormAnswer {
  /** With its quotes; '' if the browser cannot read it. */
  readonly etag: string;
  /** False if nothing in the answer shows that it is the store's. */
  readonly isConfirmed: boolean;
}

/**
 * Reads the answer to a form post. S3 answers `success_action_status` 201 with a document that names the object, and 200, which Fine Uploader's signing servers may
 * require, with an empty body and the headers ETag and Location. The answer to 200 is not confirmed if CORS hides both headers.
 *
 * @throws {@link UploadError} for a body that is not S3's, or names another object.
 */
export function readFormAnswer(response: SendResponse, key: string): FormAnswer {
  const etag = response.header('etag') ?? '';
  if (response.text.trim() === '') return { etag, isConfirmed: etag !== '' || response.header('location') !== null };
  const createdKey = elementText(response.text, 'Key');
  if (createdKey === undefined)
    throw responseError(response, 'Something else answered instead of the storage. Check the endpoint.', {
      code: 'NotAStore',
      retry: 'auto',
    });
  if (!isSameKey(createdKey, key))
    throw new UploadError(`The storage created “${createdKey}”, not “${key}”.`, { code: 'OtherObject', retry: 'manual' });
  // Ceph writes no quotes into the document.
  const documentEtag = elementText(response.text, 'ETag')?.replace(/^\w+$/, '"$&"');
  return { etag: documentEtag ?? etag, isConfirmed: true };
}
