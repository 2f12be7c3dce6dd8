/** Reads JSON responses, and makes an {@link UploadError} of a response that is a failure. */

import { UploadError } from '../core/errors.js';
import type { RetryAdvice, UploadErrorDetails } from '../core/errors.js';
import type { Json, JsonObject, SendResponse } from '../core/types.js';

/**
 * The retry advice for an HTTP status. `manual` for 3xx and 4xx, which repeat until somebody changes something. `auto` for 0 (no response), 408, 425, 429 and
 * 5xx, which pass, and for statuses below 300.
 */
export function retryAdvice(status: number): RetryAdvice {
  const permanent = status >= 300 && status < 500 && status !== 408 && status !== 425 && status !== 429;
  return permanent ? 'manual' : 'auto';
}

/**
 * The delay (ms) in a `Retry-After` header, which has seconds or an HTTP date (https://www.rfc-editor.org/rfc/rfc9110#field.retry-after); undefined if the
 * header is missing or invalid. A date is compared with the `Date` header of the response, if the page may read it.
 *
 * @param now - ms since 1970.
 */
export function retryAfter(response: SendResponse, now = Date.now()): number | undefined {
  const value = response.header('retry-after')?.trim();
  if (!value) return undefined;
  if (/^\d+$/.test(value)) return Number(value) * 1000;
  if (!/^[a-z]{3}/i.test(value)) return undefined; // Some engines parse almost any text as a date.
  const delay = Date.parse(value) - (Date.parse(response.header('date') ?? '') || now);
  return Number.isNaN(delay) ? undefined : Math.max(0, delay);
}

/** The longest text of a server (characters) that is shown to people: a page takes seconds to lay out megabytes. */
const maxReasonLength = 2000;

/**
 * The error for a response that is a failure.
 *
 * @param reason - a sentence for the user. Default: {@link statusMessage}. Of a very long text, the beginning; the whole text is then the `cause`.
 * @param details - override what the status implies.
 */
export function responseError(response: SendResponse, reason?: string, details: UploadErrorDetails = {}): UploadError {
  const { status } = response;
  const isLong = reason !== undefined && reason.length > maxReasonLength;
  return new UploadError(isLong ? `${toWellFormedEnd(reason.slice(0, maxReasonLength))}…` : reason || statusMessage(status), {
    ...(isLong && { cause: reason }),
    status,
    retry: retryAdvice(status),
    retryAfter: retryAfter(response),
    ...details,
  });
}

/** A sentence for a status, for responses without a message of their own. */
export function statusMessage(status: number, subject = 'The server'): string {
  if (status === 0) return `${subject} could not be reached.`;
  if (status === 401 || status === 403) return `${subject} refused the request (status ${status}).`;
  if (status === 404) return `${subject} found nothing at this address (status 404). Check the endpoint.`;
  if (status === 413) return `${subject} refused the request because it is too large (status 413).`;
  if (status === 429 || status === 503) return `${subject} is too busy (status ${status}).`;
  if (status >= 500) return `${subject} failed (status ${status}).`;
  return `${subject} sent an unexpected response (status ${status}).`;
}

/** Removes half a character at the end. */
function toWellFormedEnd(text: string): string {
  return text.replace(/[\ud800-\udbff]$/, '');
}

/** Arrays and objects in each other, beyond which no JSON is read: whoever walks through it would need too much of the stack. */
const maxDepth = 200;

/** Parses JSON; undefined if the text is not JSON, or nested too deeply. */
export function parseJson(text: string): Json | undefined {
  if (isDeeplyNested(text)) return undefined;
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

function isDeeplyNested(json: string): boolean {
  let depth = 0;
  let isString = false;
  for (let position = 0; position < json.length && depth <= maxDepth; position++) {
    const character = json[position];
    if (isString && character === '\\') position++;
    else if (character === '"') isString = !isString;
    else if (isString) continue;
    else if (character === '[' || character === '{') depth++;
    else if (character === ']' || character === '}') depth--;
  }
  return depth > maxDepth;
}

/** Parses a JSON object; undefined for anything else, arrays included. */
export function parseJsonObject(text: string): JsonObject | undefined {
  const json = parseJson(text);
  return isJsonObject(json) ? json : undefined;
}

/** True if the endpoint that was asked to delete a file, or the store behind it, says that there is no such file. A web page says that the address is wrong. */
export function isAlreadyDeleted({ status, text }: SendResponse): boolean {
  return status === 410 || (status === 404 && !/^\s*</.test(text)) || (status >= 400 && /\bNoSuchKey\b/.test(text.slice(0, maxReasonLength)));
}

/** True for a JSON object; false for null and arrays. */
export function isJsonObject(json: Json | undefined): json is JsonObject {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}

/** The value if it is a string with more than spaces, else undefined. */
export function nonEmptyString(json: Json | undefined): string | undefined {
  return typeof json === 'string' && json.trim() !== '' ? json : undefined;
}
