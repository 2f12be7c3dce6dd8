import { UploadError } from '../../core/errors.js';
import type { StoredFile } from '../../core/types.js';
import { ajaxHeaders, appendQuery, resolveValue, toSearchParams } from '../../http/params.js';
import { isAlreadyDeleted } from '../../http/response-errors.js';
import { abortable } from '../../utils/abortable.js';
import type { TraditionalOptions } from './options.js';
import { readResponse } from './response-errors.js';

/** Time (ms) that a server may take to delete a file. */
const deleteTimeout = 60_000;

/**
 * Deletes an uploaded file: DELETE `{endpoint}/{uuid}?{params}`, or a POST with the uuid and `_method=DELETE`. A file that is gone already counts as deleted.
 * @throws {@link UploadError} if there is no delete endpoint, or the server does not delete the file.
 */
export async function requestDelete(options: TraditionalOptions, { uuid }: StoredFile, signal: AbortSignal): Promise<void> {
  const { deleteEndpoint, deleteMethod, deleteParams, deleteHeaders, uuidName, withCredentials, send } = options;
  if (!deleteEndpoint) throw new UploadError('The file cannot be deleted: there is no delete endpoint.', { retry: 'never' });
  const isPost = deleteMethod.toUpperCase() === 'POST';
  const [, path = '', query = ''] = /^([^?#]*)(\??[^#]*)/.exec(deleteEndpoint) ?? [];
  const fileUrl = `${path.replace(/\/$/, '')}/${encodeURIComponent(uuid)}${query}`;
  const url = isPost ? deleteEndpoint : appendQuery(fileUrl, deleteParams);
  const response = await send({
    method: deleteMethod,
    url,
    headers: {
      ...ajaxHeaders(url, isPost),
      ...(isPost && { 'Content-Type': 'application/x-www-form-urlencoded' }),
      ...(await abortable(resolveValue(deleteHeaders), signal)),
    },
    body: isPost ? toSearchParams({ ...deleteParams, [uuidName]: uuid, _method: 'DELETE' }) : null,
    withCredentials,
    stallTimeout: deleteTimeout,
    signal,
  });
  if (isAlreadyDeleted(response)) return;
  readResponse(response, {
    success: 'optional',
    expected: 'the file has been deleted',
    preventRetryProperty: options.preventRetryResponseProperty,
  });
}
