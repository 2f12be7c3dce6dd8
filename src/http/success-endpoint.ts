import type { JsonObject, Send, StoreContext, UploadFile } from '../core/types.js';
import { ajaxHeaders, appendQuery, formType, resolveValue, toSearchParams } from './params.js';
import type { Params, ValueOrFunction } from './params.js';
import { nonEmptyString, parseJsonObject, responseError } from './response-errors.js';

/** Options of {@link notifySuccessEndpoint}. */
export interface SuccessEndpointOptions {
  readonly send: Send;
  /** URL on the page's server that is notified of each uploaded file. */
  readonly successEndpoint?: string | undefined;
  /** Default POST. */
  readonly successMethod?: string | undefined;
  readonly successHeaders?: ValueOrFunction<Readonly<Record<string, string>>, [file: UploadFile]> | undefined;
  /** Property of the response that forbids retries. Default `preventRetry`. */
  readonly preventRetryResponseProperty?: string | undefined;
  /** Sends cookies to another origin. Default false. */
  readonly withCredentials?: boolean | undefined;
}

/**
 * Notifies the page's server that a file is in the store, by Fine Uploader's protocol. Does nothing without a success endpoint.
 *
 * @param fields - of the form, or of the query for a method without a body.
 * @returns the JSON object in the response, or {}.
 * @throws {@link UploadError} if the server rejects the file: by `{error}`, `{success: false}`, `{reset: true}` (start over), or a status above 204.
 * `{preventRetry: true}` forbids retries, or another property (`preventRetryResponseProperty`).
 */
export async function notifySuccessEndpoint(options: SuccessEndpointOptions, fields: Params, context: StoreContext): Promise<JsonObject> {
  const { send, successEndpoint, successMethod = 'POST', successHeaders = {}, withCredentials = false } = options;
  if (!successEndpoint) return {};
  const { file, signal } = context;
  const hasBody = !/^(?:GET|HEAD|DELETE)$/i.test(successMethod);
  const url = hasBody ? successEndpoint : appendQuery(successEndpoint, fields);
  const response = await send({
    method: successMethod,
    url,
    headers: { ...ajaxHeaders(url, true), ...(hasBody && { 'Content-Type': formType }), ...(await resolveValue(successHeaders, file)) },
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
    ...(json[options.preventRetryResponseProperty ?? 'preventRetry'] === true && { retry: 'never' }),
  });
}
