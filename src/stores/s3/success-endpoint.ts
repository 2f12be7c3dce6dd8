/** What the page's own server is told: that an object is stored. By Fine Uploader's protocol. */

import type { JsonObject, StoreContext } from '../../core/types.js';
import { parseJsonObject, responseError, nonEmptyString } from '../../http/response-errors.js';
import { resolveValue, ajaxHeaders, toSearchParams, appendQuery } from '../../http/params.js';
import type { S3StoreOptions } from './options.js';
import type { S3Session } from './session.js';

/**
 * Says that an object is stored, where there is anyone to tell.
 * @param etag - with its quotes, or ''.
 * @returns what the server answered; {} where that is no JSON.
 * @throws {@link UploadError} where it does not agree: `{error}`, `{success: false}`, `{reset: true}` (begin again), `{preventRetry: true}` (never), or a status
 * above 204.
 */
export async function notifySuccessEndpoint(
  options: S3StoreOptions,
  session: S3Session,
  etag: string,
  context: StoreContext,
): Promise<JsonObject> {
  const {
    send,
    successEndpoint,
    successMethod = 'POST',
    successParams = {},
    successHeaders = {},
    params = {},
    withCredentials = false,
  } = options;
  if (!successEndpoint) return {};
  const { key, bucket } = session;
  const { file, signal } = context;
  const lowered = Object.fromEntries(Object.entries(params).map(([name, value]) => [name.toLowerCase(), value]));
  const fields = { ...successParams, key, uuid: file.uuid, name: file.name, bucket, ...(etag && { etag }), ...lowered };
  const inBody = !/^(?:GET|HEAD|DELETE)$/i.test(successMethod);
  const url = inBody ? successEndpoint : appendQuery(successEndpoint, fields);
  const response = await send({
    method: successMethod,
    url,
    headers: { ...ajaxHeaders(url, true), ...(await resolveValue(successHeaders, file)) },
    body: inBody ? toSearchParams(fields) : null,
    withCredentials,
    stallTimeout: context.stallTimeout(),
    signal,
  });
  const answer = parseJsonObject(response.text) ?? {};
  const ok = response.status >= 200 && response.status <= 204;
  const reset = answer['reset'] === true;
  if (ok && !answer['error'] && answer['success'] !== false && !reset) return answer;
  throw responseError(response, nonEmptyString(answer['error']) ?? (ok ? 'The server did not accept the uploaded file.' : undefined), {
    response: answer,
    startOver: reset,
    ...(answer['preventRetry'] === true && { retry: 'never' }),
  });
}
