import type { JsonObject, StoreContext } from '../../core/types.js';
import { appendQuery, resolveValue, toJson, toSearchParams } from '../../http/params.js';
import type { TraditionalOptions } from './options.js';
import { chunkingSuccessParams } from './params.js';
import { readResponse } from './response-errors.js';
import { maxJoinTime } from './session.js';
import type { TraditionalSession } from './session.js';

/**
 * Tells the server that all chunks are uploaded, if there is a chunking success endpoint. Resolves with the JSON object in the response.
 *
 * @param onBeforeRequest - called if the request is about to be made.
 * @throws {@link UploadError} if the server does not confirm that the file is complete.
 */
export async function requestChunkingSuccess(
  options: TraditionalOptions,
  session: TraditionalSession,
  context: StoreContext,
  onBeforeRequest: () => void,
): Promise<JsonObject> {
  const { chunkingSuccess, customHeaders, withCredentials, send } = options;
  const { file, signal } = context;
  const endpoint = await context.waitFor(resolveValue(chunkingSuccess.endpoint ?? null, file.id));
  if (!endpoint) return {};
  onBeforeRequest();
  const params =
    (await context.waitFor(resolveValue(chunkingSuccess.params ?? null, file.id))) ?? chunkingSuccessParams(options, session, file);
  const headers =
    (await context.waitFor(resolveValue(chunkingSuccess.headers ?? null, file.id))) ?? (await context.waitFor(resolveValue(customHeaders)));
  const { method = 'POST', jsonPayload, resetOnStatus } = chunkingSuccess;
  const hasBody = !/^(GET|HEAD|DELETE)$/i.test(method);
  const response = await context.connection(() =>
    send({
      method,
      url: hasBody ? endpoint : appendQuery(endpoint, params),
      headers: {
        Accept: 'application/json',
        ...(hasBody && { 'Content-Type': jsonPayload ? 'application/json' : 'application/x-www-form-urlencoded' }),
        ...headers,
      },
      body: !hasBody ? null : jsonPayload ? toJson(params) : toSearchParams(params),
      withCredentials,
      stallTimeout: context.stallTimeout() + maxJoinTime(session),
      answerTimeout: context.answerTimeout,
      signal,
    }),
  );
  return readResponse(response, {
    success: options.requireSuccessJson ? 'optional' : 'ignored',
    expected: 'the file is complete',
    preventRetryProperty: options.preventRetryResponseProperty,
    resetOnStatus,
  });
}
