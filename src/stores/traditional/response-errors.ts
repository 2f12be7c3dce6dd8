import type { JsonObject, SendResponse } from '../../core/types.js';
import { isJsonObject, nonEmptyString, parseJson, responseError, retryAdvice } from '../../http/response-errors.js';

/** How {@link readResponse} decides whether a request succeeded. */
export interface ResponseRules {
  /**
   * What a response must contain, beside a status from 200 to 204. `required`: a truthy `success`. `optional`: neither `success: false` nor an `error` without a
   * `success`. `ignored`: anything.
   */
  readonly success: 'required' | 'optional' | 'ignored';
  /** The end of the sentence "The server did not confirm that …". */
  readonly expected: string;
  /** The field whose truthy value forbids retries. */
  readonly preventRetryProperty: string;
  /** Statuses that require the upload to start over. Default none. */
  readonly resetOnStatus?: readonly number[] | undefined;
}

/**
 * The JSON object in a successful response; `{}` if it contains none.
 * @throws {@link UploadError} for any other response. A truthy `reset` is an error even beside `success`: the upload starts over.
 */
export function readResponse(response: SendResponse, rules: ResponseRules): JsonObject {
  const { status } = response;
  const json = parseJson(response.text);
  const object = isJsonObject(json) ? json : undefined;
  const fields = object ?? {};
  const { success, error, reset } = fields;
  const isStatusOk = status >= 200 && status <= 204;
  const isDenied =
    rules.success === 'required' ? !success : rules.success === 'optional' && !success && (success === false || Boolean(error));
  const startOver = Boolean(reset) || rules.resetOnStatus?.includes(status) === true;
  if (isStatusOk && !isDenied && !startOver) return fields;

  const message = () => {
    if (startOver) return 'The server asks for the whole file again.';
    if (!isStatusOk) return undefined;
    const advice = /^\s*</.test(response.text) ? ' It answered with a web page. Check the endpoint, and that you are signed in.' : '';
    return `The server did not confirm that ${rules.expected}.${advice}`;
  };
  throw responseError(response, nonEmptyString(error) ?? nonEmptyString(json) ?? message(), {
    retry: fields[rules.preventRetryProperty] ? 'never' : startOver ? 'auto' : retryAdvice(status),
    startOver,
    response: object,
  });
}

/** The uuid by which the server replaces that of the file, if any. */
export function newUuidFrom({ newUuid }: JsonObject): string | undefined {
  return typeof newUuid === 'number' ? String(newUuid) : nonEmptyString(newUuid);
}
