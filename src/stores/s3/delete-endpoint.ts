import { UploadError } from '../../core/errors.js';
import type { StoredFile } from '../../core/types.js';
import { readObject, refusal, text } from '../../http/response-errors.js';
import { given, scriptHeaders, toQuery, withQuery } from '../../http/params.js';
import type { S3StoreOptions } from './options.js';

/** Asks for an object to be deleted. */
export async function requestDelete(options: S3StoreOptions, file: StoredFile, signal: AbortSignal): Promise<void> {
  const { send, deleteEndpoint, deleteMethod = 'DELETE', deleteParams = {}, deleteHeaders = {}, withCredentials = false } = options;
  if (!deleteEndpoint) throw new UploadError('There is no server to ask for deleting files.', { retry: 'never' });
  const { uuid, details } = file;
  const fields = { ...deleteParams, ...details };
  const post = deleteMethod.toUpperCase() === 'POST';
  const url = post ? deleteEndpoint : withQuery(withSegment(deleteEndpoint, uuid), fields);
  const response = await send({
    method: post ? 'POST' : 'DELETE',
    url,
    headers: { ...scriptHeaders(url, post), ...(await given(deleteHeaders)) },
    body: post ? toQuery({ ...fields, qquuid: uuid, _method: 'DELETE' }) : null,
    withCredentials,
    signal,
  });
  if (response.status < 200 || response.status > 204) throw refusal(response, text(readObject(response.text)?.['error']));
}

/** An address with one more segment in its path. */
function withSegment(url: string, segment: string): string {
  const [path = ''] = url.split(/[?#]/, 1);
  return `${path.replace(/\/$/, '')}/${encodeURIComponent(segment)}${url.slice(path.length)}`;
}
