import { toResult, elementText, elementTexts, assertSuccess } from '../store.js';
import { signV4, type SigningOptions } from '../signatures.js';
import { newKey, objectPath, uriEncode, type Target } from '../target.js';
import { send, type WireResponse } from '../wire.js';
import type { CaseResult } from '../conformance-case.js';

/** Minimum size of every part except the last, in bytes. */
export const MIN_PART_SIZE = 5 * 1024 * 1024;

/** Creates a part of the minimum size that repeats a letter. */
export function fullPart(letter: string): Buffer {
  return Buffer.alloc(MIN_PART_SIZE, letter);
}

/** A part in the list of CompleteMultipartUpload. */
export interface ListedPart {
  number: number;
  etag: string;
}

/** A multipart upload and its requests. */
export interface MultipartUpload {
  key: string;
  id: string;
  put(number: number | string, body: Buffer | string, headers?: Record<string, string>): Promise<WireResponse>;
  /** Uploads a part and returns its entry for CompleteMultipartUpload. Throws if the store rejects the part. */
  part(number: number, body: Buffer | string): Promise<ListedPart>;
  complete(parts: ListedPart[] | string): Promise<WireResponse>;
  list(query?: string): Promise<WireResponse>;
  abort(): Promise<WireResponse>;
}

/** Creates a multipart upload. Throws if the store rejects the request. */
export async function createUpload(target: Target, headers: Record<string, string> = {}, key = newKey()): Promise<MultipartUpload> {
  const response = assertSuccess(
    await send(target, signV4(target, { method: 'POST', path: `${objectPath(target.bucket, key)}?uploads`, headers })),
    'CreateMultipartUpload',
  );
  const id = elementText(response.body.toString('utf8'), 'UploadId');
  if (id === undefined) throw new Error(`CreateMultipartUpload answered without an UploadId: ${response.body.toString('utf8')}`);
  return uploadById(target, key, id);
}

/** Returns the requests of an upload by its id, which need not exist. */
export function uploadById(target: Target, key: string, id: string, options: SigningOptions = {}): MultipartUpload {
  const path = (query: string) => `${objectPath(target.bucket, key)}?${query}uploadId=${uriEncode(id)}`;
  const request = (method: string, query: string, body?: Buffer | string, headers: Record<string, string> = {}) =>
    send(target, signV4(target, { method, path: path(query), headers, ...(body === undefined ? {} : { body }) }, options));
  const upload: MultipartUpload = {
    key,
    id,
    put: (number, body, headers) => request('PUT', `partNumber=${number}&`, body, headers),
    part: async (number, body) => {
      const response = assertSuccess(await upload.put(number, body), `UploadPart ${number}`);
      return { number, etag: response.headers['etag'] ?? '' };
    },
    complete: (parts) =>
      request('POST', '', typeof parts === 'string' ? parts : completeXml(parts), { 'Content-Type': 'application/xml; charset=UTF-8' }),
    list: (query = '') => request('GET', query),
    abort: () => request('DELETE', ''),
  };
  return upload;
}

/** Writes the body of CompleteMultipartUpload as Fine Uploader does. */
export function completeXml(parts: ListedPart[]): string {
  const listPartsResult = parts.map(({ number, etag }) => `<Part><PartNumber>${number}</PartNumber><ETag>${etag}</ETag></Part>`);
  return `<CompleteMultipartUpload>${listPartsResult.join('')}</CompleteMultipartUpload>`;
}

/** Converts a response of ListParts to a result. */
export function listed(response: WireResponse): CaseResult {
  const xml = response.body.toString('utf8');
  return toResult(response, {
    numbers: elementTexts(xml, 'PartNumber'),
    sizes: elementTexts(xml, 'Size'),
    etags: elementTexts(xml, 'ETag').map((etag) => etag.replaceAll('"', '')),
    truncated: elementText(xml, 'IsTruncated') ?? null,
    next: elementText(xml, 'NextPartNumberMarker') ?? null,
  });
}
