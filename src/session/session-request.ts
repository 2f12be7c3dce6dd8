import type { Json, Send } from '../core/types.js';
import { ajaxHeaders, appendQuery, resolveValue } from '../http/params.js';
import type { Params, ValueOrFunction } from '../http/params.js';
import { isJsonObject, nonEmptyString, parseJson, responseError } from '../http/response-errors.js';
import { abortable } from '../utils/abortable.js';
import { parseSessionList } from './session-list.js';
import type { SessionList } from './session-list.js';

/** Options of {@link requestSession}. */
export interface SessionRequest {
  readonly send: Send;
  /** URL that lists previously uploaded files. */
  readonly endpoint: string;
  readonly params?: Params;
  readonly customHeaders?: ValueOrFunction<Readonly<Record<string, string>>>;
  /** Sends cookies to another origin. Default false. */
  readonly withCredentials?: boolean;
  /** Fields that the store needs in every item, beside `name` and `uuid`. Default none. */
  readonly requiredFields?: readonly string[];
  /** ms since 1970. Keeps the response from being cached. */
  readonly now: number;
  readonly signal: AbortSignal;
}

/** Time (ms) that the server may take to send its list. */
const sessionTimeout = 60_000;

/**
 * Requests the files that the server already has, by Fine Uploader's protocol: GET `{endpoint}?{params}&qqtimestamp={ms}`, answered with status 200 and a JSON
 * array.
 *
 * @returns the parsed list, and the JSON of the response.
 * @throws {@link UploadError} if the server answers with anything else.
 */
export async function requestSession(request: SessionRequest): Promise<SessionList & { readonly response: Json }> {
  const { send, endpoint, params = {}, customHeaders = {}, withCredentials = false, requiredFields, now, signal } = request;
  const response = await send({
    method: 'GET',
    url: appendQuery(endpoint, { ...params, qqtimestamp: now }),
    headers: { ...ajaxHeaders(endpoint, true), ...(await abortable(resolveValue(customHeaders), signal)) },
    withCredentials,
    stallTimeout: sessionTimeout,
    signal,
  });
  const json = parseJson(response.text);
  if (response.status !== 200) throw responseError(response, isJsonObject(json) ? nonEmptyString(json['error']) : undefined);
  return { ...parseSessionList(json, requiredFields), response: json ?? null };
}
