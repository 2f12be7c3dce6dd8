import type { JsonObject, Part, PartContext } from '../../core/types.js';
import { ajaxHeaders, appendQuery, resolveValue, toFormData } from '../../http/params.js';
import { notReadableError } from '../../http/xhr.js';
import type { TraditionalOptions } from './options.js';
import { defaultParams, pageParams } from './params.js';
import { readResponse } from './response-errors.js';
import { maxJoinTime } from './session.js';
import type { TraditionalSession } from './session.js';

/**
 * Uploads a file or one of its chunks. Resolves with the JSON object in the response.
 * @throws {@link UploadError} if the file cannot be read, or the server does not accept it.
 */
export async function requestUpload(
  options: TraditionalOptions,
  part: Part,
  session: TraditionalSession,
  context: PartContext,
): Promise<JsonObject> {
  const { file, overrides, signal } = context;
  const size = part.end - part.start;
  // Also a whole file is sent as a slice: Chromium checks only for slices whether the file was changed on the disk, and sends a truncated file otherwise.
  const bytes = file.blob.slice(part.start, part.end, session.chunked ? '' : file.type);
  if (bytes.size !== size) throw notReadableError();

  const isMultipart = options.forceMultipart || options.paramsInBody;
  const params = {
    ...pageParams(options, file),
    ...overrides?.params,
    ...(!options.omitDefaultParams && defaultParams(options, part, session, file, isMultipart)),
  };
  const headers = overrides?.headers ?? {
    ...ajaxHeaders(options.endpoint, false),
    ...(!isMultipart && { 'Content-Type': 'application/octet-stream', 'X-Mime-Type': file.type }),
    ...(await context.waitFor(resolveValue(options.customHeaders))),
  };
  let body: Blob | FormData = bytes;
  if (isMultipart) {
    body = toFormData(options.paramsInBody ? params : {});
    body.append(options.inputName, bytes, session.chunked ? 'blob' : originalName(file.blob));
  }
  const endpoint = overrides?.endpoint ?? options.endpoint;
  const request = {
    method: overrides?.method ?? options.method,
    url: options.paramsInBody ? endpoint : appendQuery(endpoint, params),
    headers,
    body,
    withCredentials: options.withCredentials,
    signal,
  };

  // Without a chunking success endpoint, the server joins the chunks after the last one.
  const joinTime = session.chunked && part.end === session.size && !options.chunkingSuccess.endpoint ? maxJoinTime(session) : 0;
  const response = await context.connection(() =>
    options.send({
      ...request,
      stallTimeout: (sent) => context.stallTimeout(sent) + joinTime,
      // The server may be storing the file: asked again, it would store it twice.
      answerTimeout: context.answerTimeout,
      onProgress: (loaded, total) => context.progress(total ? Math.round((loaded / total) * size) : size),
    }),
  );
  return readResponse(response, {
    success: options.requireSuccessJson ? 'required' : 'ignored',
    expected: 'the file has arrived',
    preventRetryProperty: options.preventRetryResponseProperty,
  });
}

/** The name of the file on the disk, even if the user has renamed it. */
function originalName(blob: Blob & { readonly name?: unknown }): string {
  return typeof blob.name === 'string' ? blob.name : 'blob';
}
