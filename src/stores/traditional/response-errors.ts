import type { JsonObject, SendResponse } from '../../core/types.js';
import { retryAdvice, isJsonObject, parseJson, responseError, nonEmptyString } from '../../http/response-errors.js';

/**
 * What an answer has to say to be a yes, beside a status from 200 to 204: `success` (a truthy one), nothing that denies it (`success: false`, or an `error`
 * without a `success`), or nothing at all.
 */
export type Proof = 'success' | 'no denial' | 'none';

/** How {@link readResponse} reads an answer. */
export interface ResponseRules {
  readonly proof: Proof;
  /** What the request was for, as the end of the sentence "The server did not confirm that …". */
  readonly that: string;
  /** The field that forbids to try again. */
  readonly preventRetry: string;
  /** Statuses that mean: send the whole file again. */
  readonly resetOnStatus?: readonly number[] | undefined;
}

/**
 * What the server answered, where that is a yes; `{}` for a yes that is no JSON object.
 * @throws UploadError: `reset` in the answer is a no even beside `success`.
 */
export function readResponse(response: SendResponse, { proof, that, preventRetry, resetOnStatus }: ResponseRules): JsonObject {
  const { status } = response;
  const json = parseJson(response.text);
  const told = isJsonObject(json) ? json : undefined;
  const answer = told ?? {};
  const { success, error, reset } = answer;
  const accepted = status >= 200 && status <= 204;
  const denied = proof === 'success' ? !success : proof === 'no denial' && !success && (success === false || Boolean(error));
  const startOver = Boolean(reset) || resetOnStatus?.includes(status) === true;
  if (accepted && !denied && !startOver) return answer;

  const sentence = () => {
    if (startOver) return 'The server asks for the whole file again.';
    if (!accepted) return undefined;
    const page = /^\s*</.test(response.text) ? ' It answered with a web page: is the address right, and are you still signed in?' : '';
    return `The server did not confirm that ${that}.${page}`;
  };
  throw responseError(response, nonEmptyString(error) ?? nonEmptyString(json) ?? sentence(), {
    retry: answer[preventRetry] ? 'never' : startOver ? 'auto' : retryAdvice(status),
    startOver,
    response: told,
  });
}

/** The name that an answer gives the file in place of its uuid. */
export function newUuidFrom({ newUuid: uuid }: JsonObject): string | undefined {
  return typeof uuid === 'number' ? String(uuid) : nonEmptyString(uuid);
}
