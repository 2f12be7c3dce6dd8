import { UploadError } from '../core/errors.js';
import type { RetryAdvice, UploadErrorDetails } from '../core/errors.js';
import type { Json, JsonObject, SendResponse } from '../core/types.js';

/**
 * What an HTTP status says about trying again: by itself after 0 (no answer), 408, 425, 429 and 5xx, which pass; only when a person asks after any other
 * 3xx or 4xx, which will come again as long as nobody changes something. Answers below 300 that are not a yes are tried again.
 */
export function retryAdvice(status: number): RetryAdvice {
  const lasting = status >= 300 && status < 500 && status !== 408 && status !== 425 && status !== 429;
  return lasting ? 'manual' : 'auto';
}

/**
 * The wait (ms) that a `Retry-After` header asks for, in seconds or as an HTTP date (https://www.rfc-editor.org/rfc/rfc9110#field.retry-after); undefined where
 * there is none, or it cannot be understood. A date is measured by the server's own clock where its `Date` header can be read.
 *
 * @param now - ms since 1970.
 */
export function retryAfter(response: SendResponse, now = Date.now()): number | undefined {
  const value = response.header('retry-after')?.trim();
  if (!value) return undefined;
  if (/^\d+$/.test(value)) return Number(value) * 1000;
  if (!/^[a-z]{3}/i.test(value)) return undefined; // some engines take almost anything for a date
  const wait = Date.parse(value) - (Date.parse(response.header('date') ?? '') || now);
  return Number.isNaN(wait) ? undefined : Math.max(0, wait);
}

/**
 * The error for an answer that is not a yes.
 *
 * @param reason - a sentence for a person; default {@link statusMessage}.
 * @param details - what is known better than the status tells.
 */
export function responseError(response: SendResponse, reason?: string, details: UploadErrorDetails = {}): UploadError {
  const { status } = response;
  return new UploadError(reason || statusMessage(status), {
    status,
    retry: retryAdvice(status),
    retryAfter: retryAfter(response),
    ...details,
  });
}

/** A sentence for a status, where the server gave none of its own. */
export function statusMessage(status: number, who = 'The server'): string {
  if (status === 0) return `${who} could not be reached.`;
  if (status === 401 || status === 403) return `${who} does not allow this (status ${status}).`;
  if (status === 404) return `${who} does not know this address (status 404).`;
  if (status === 413) return `${who} does not take a request of this size (status 413).`;
  if (status === 429 || status === 503) return `${who} is too busy (status ${status}).`;
  if (status >= 500) return `${who} had a problem of its own (status ${status}).`;
  return `${who} gave an answer that was not expected (status ${status}).`;
}

/** The JSON in an answer's body, or undefined where it is none. Never throws. */
export function parseJson(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

/** The JSON object in an answer's body; undefined for anything else, an array too. Never throws. */
export function parseJsonObject(text: string): JsonObject | undefined {
  const json = parseJson(text);
  return isJsonObject(json) ? json : undefined;
}

/** True for a JSON object, false for null and arrays. */
export function isJsonObject(json: Json | undefined): json is JsonObject {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}

/** The value where it is a string with something in it, else undefined: for `error`, `uuid` and the like in a server's JSON. */
export function nonEmptyString(json: Json | undefined): string | undefined {
  return typeof json === 'string' && json !== '' ? json : undefined;
}
