/** Asks a page's server which files it has already, as Fine Uploader does, and reads lists of such files. */

import { abortable } from '../utils/abortable.js';
import type { InitialFileData } from '../core/file-record.js';
import { UploadError } from '../core/errors.js';
import type { Json, JsonObject, Send } from '../core/types.js';
import { isObject, readJson, refusal, text } from '../http/response-errors.js';
import { given, scriptHeaders, withQuery } from '../http/params.js';
import type { Given, Params } from '../http/params.js';

/** A file that the server has, as its list tells it. */
export interface SessionItem extends Omit<InitialFileData, 'details'> {
  readonly key?: string;
  readonly bucket?: string;
  /** Where this file is deleted, in place of the uploader's own address. */
  readonly deleteFileEndpoint?: string;
  /** Fields of the deletion, in place of the uploader's own. */
  readonly deleteFileParams?: JsonObject;
}

/** An item of a list that is no file. */
export interface SessionProblem {
  /** 0-based place in the list. */
  readonly index: number;
  /** What is wrong, in a sentence for whoever wrote the server. */
  readonly reason: string;
  readonly item: unknown;
}

/** A list of files, the good items and the bad ones. */
export interface SessionList {
  readonly items: readonly SessionItem[];
  readonly problems: readonly SessionProblem[];
}

/** A request for the list. */
export interface SessionRequest {
  readonly send: Send;
  readonly endpoint: string;
  readonly params?: Params;
  readonly customHeaders?: Given<Readonly<Record<string, string>>>;
  /** Cookies go along to another origin. Default false. */
  readonly withCredentials?: boolean;
  /** See {@link readList}. */
  readonly keyed?: boolean;
  /** ms since 1970; keeps answers from being cached. */
  readonly now: number;
  readonly signal: AbortSignal;
}

/** How long (ms) a server may think about its list. */
const sessionTimeout = 60_000;

/**
 * GET `{endpoint}?{params}&qqtimestamp={ms}`, answered with 200 and a JSON list.
 * @returns the list, and what the server answered.
 * @throws {@link UploadError} where there is no list.
 */
export async function requestSession(request: SessionRequest): Promise<SessionList & { readonly response: Json }> {
  const { send, endpoint, params = {}, customHeaders = {}, withCredentials = false, keyed = false, now, signal } = request;
  const response = await send({
    method: 'GET',
    url: withQuery(endpoint, { ...params, qqtimestamp: now }),
    headers: { ...scriptHeaders(endpoint, true), ...(await abortable(given(customHeaders), signal)) },
    withCredentials,
    stallTimeout: sessionTimeout,
    signal,
  });
  const json = readJson(response.text);
  if (response.status !== 200) throw refusal(response, isObject(json) ? text(json['error']) : undefined);
  return { ...readList(json, keyed), response: json ?? null };
}

/**
 * Reads a list of `{name, uuid, size?, thumbnailUrl?, deleteFileEndpoint?, deleteFileParams?, s3Key?, s3Bucket?}`. One bad item spoils no other.
 *
 * @param keyed - every item must have its `s3Key`.
 * @throws {@link UploadError} for what is no list.
 */
export function readList(list: unknown, keyed = false): SessionList {
  if (!Array.isArray(list)) throw new UploadError('The server did not answer with a list of files.', { retry: 'manual' });
  const items: SessionItem[] = [];
  const problems: SessionProblem[] = [];
  (list as unknown[]).forEach((item, index) => {
    const reason = problemOf(item as Json, keyed);
    if (reason) problems.push({ index, item, reason: `Item ${index + 1} of the list of files ${reason}` });
    else items.push(read(item as JsonObject));
  });
  return { items, problems };
}

function problemOf(item: Json, keyed: boolean): string | undefined {
  if (!isObject(item)) return 'is no object.';
  const missing = ['name', 'uuid', ...(keyed ? ['s3Key'] : [])].find((field) => !word(item[field]));
  if (missing) return `has no ${missing}.`;
  const size = item['size'];
  if (size !== undefined && size !== null && !(Number(size) >= 0)) return 'has a size that is no number of bytes.';
  return undefined;
}

function read(item: JsonObject): SessionItem {
  const { size, deleteFileParams } = item;
  const found = {
    name: word(item['name']) ?? '',
    uuid: word(item['uuid']) ?? '',
    size: size === undefined || size === null ? undefined : Number(size),
    thumbnailUrl: text(item['thumbnailUrl']),
    deleteFileEndpoint: text(item['deleteFileEndpoint']),
    deleteFileParams: isObject(deleteFileParams) ? deleteFileParams : undefined,
    key: text(item['s3Key']),
    bucket: text(item['s3Bucket']),
  };
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined)) as unknown as SessionItem;
}

/** A name or uuid; databases often have numbers for the latter. */
function word(value: Json | undefined): string | undefined {
  return typeof value === 'number' ? String(value) : text(value);
}
