import { UploadError } from '../../core/errors.js';
import type { StoredFile } from '../../core/types.js';
import { ajaxHeaders, appendQuery, formType, resolveValue, toSearchParams } from '../../http/params.js';
import { isAlreadyDeleted, nonEmptyString, parseJsonObject, responseError } from '../../http/response-errors.js';
import type { S3StoreOptions } from './options.js';

/**
 * Asks the page's server to delete an object, by Fine Uploader's protocol: DELETE `{endpoint}/{uuid}?key={key}&bucket={bucket}`, or a POST with these values and
 * `_method=DELETE`. An object that is gone already counts as deleted.
 *
 * @throws {@link UploadError} if the server does not delete it.
 */
export async function requestDelete(options: S3StoreOptions, file: StoredFile, signal: AbortSignal): Promise<void> {
  const { send, deleteEndpoint, deleteMethod = 'DELETE', deleteParams = {}, deleteHeaders = {}, withCredentials = false } = options;
  if (!deleteEndpoint) throw new UploadError('The file cannot be deleted: there is no delete endpoint.', { retry: 'never' });
  const { uuid, details } = file;
  const params = { ...deleteParams, ...details };
  const isPost = deleteMethod.toUpperCase() === 'POST';
  const url = isPost ? deleteEndpoint : appendQuery(appendPathSegment(deleteEndpoint, uuid), params);
  const response = await send({
    method: isPost ? 'POST' : 'DELETE',
    url,
    headers: { ...ajaxHeaders(url, isPost), ...(isPost && { 'Content-Type': formType }), ...(await resolveValue(deleteHeaders)) },
    body: isPost ? toSearchParams({ ...params, qquuid: uuid, _method: 'DELETE' }) : null,
    withCredentials,
    signal,
  });
  if ((response.status < 200 || response.status > 204) && !isAlreadyDeleted(response))
    throw responseError(response, nonEmptyString(parseJsonObject(response.text)?.['error']));
}

function appendPathSegment(url: string, segment: string): string {
  const [path = ''] = url.split(/[?#]/, 1);
  return `${path.replace(/\/$/, '')}/${encodeURIComponent(segment)}${url.slice(path.length)}`;
}
