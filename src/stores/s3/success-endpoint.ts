import type { JsonObject, StoreContext } from '../../core/types.js';
import { ajaxHeaders, appendQuery, resolveValue, toSearchParams } from '../../http/params.js';
import { nonEmptyString, parseJsonObject, responseError } from '../../http/response-errors.js';
import type { S3StoreOptions } from './options.js';
import type { S3Session } from './session.js';

/**
 * Notifies the page's server that an object is uploaded, by Fine Uploader's protocol. Does nothing without a success endpoint.
 *
 * @param etag - with its quotes, or ''.
 * @returns the JSON object in the response, or {}.
 * @throws {@link UploadError} if the server rejects the file: by `{error}`, `{success: false}`, `{reset: true}` (start over), or a status above 204.
 * `{preventRetry: true}` forbids retries.
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
  const lowerCaseParams = Object.fromEntries(Object.entries(params).map(([name, value]) => [name.toLowerCase(), value]));
  const fields = { ...successParams, key, uuid: file.uuid, name: file.name, bucket, ...(etag && { etag }), ...lowerCaseParams };
  const hasBody = !/^(?:GET|HEAD|DELETE)$/i.test(successMethod);
  const url = hasBody ? successEndpoint : appendQuery(successEndpoint, fields);
  const response = await send({
    method: successMethod,
    url,
    headers: { ...ajaxHeaders(url, true), ...(await context.waitFor(resolveValue(successHeaders, file))) },
    body: hasBody ? toSearchParams(fields) : null,
    withCredentials,
    stallTimeout: context.stallTimeout(),
    answerTimeout: context.answerTimeout,
    signal,
  });
  const json = parseJsonObject(response.text) ?? {};
  const isOk = response.status >= 200 && response.status <= 204;
  const startOver = json['reset'] === true;
  if (isOk && !json['error'] && json['success'] !== false && !startOver) return json;
  throw responseError(response, nonEmptyString(json['error']) ?? (isOk ? 'The server did not accept the uploaded file.' : undefined), {
    response: json,
    startOver,
    ...(json['preventRetry'] === true && { retry: 'never' }),
  });
}
