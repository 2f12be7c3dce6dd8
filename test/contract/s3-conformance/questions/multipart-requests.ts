import { answered, elementText, elementTexts, succeeded } from '../store.js';
import { signV4, type SigningOptions } from '../signatures.js';
import { newKey, objectPath, uriEncode, type Target } from '../target.js';
import { send, type WireAnswer } from '../wire.js';
import type { Answer } from '../question.js';

/** The least that a part other than the last may have. */
export const PART_SIZE = 5 * 1024 * 1024;

/** A part of the least size, full of one letter. */
export function fullPart(letter: string): Buffer {
  return Buffer.alloc(PART_SIZE, letter);
}

/** One line of what CompleteMultipartUpload lists. */
export interface ListedPart {
  number: number;
  etag: string;
}

/** An open multipart upload, and S3's requests about it. */
export interface Upload {
  key: string;
  id: string;
  put(number: number | string, body: Buffer | string, headers?: Record<string, string>): Promise<WireAnswer>;
  /** Uploads a part and answers how it has to be listed. Throws when the store refuses it. */
  part(number: number, body: Buffer | string): Promise<ListedPart>;
  complete(parts: ListedPart[] | string): Promise<WireAnswer>;
  list(query?: string): Promise<WireAnswer>;
  abort(): Promise<WireAnswer>;
}

/** CreateMultipartUpload. Throws when the store refuses it. */
export async function createUpload(target: Target, headers: Record<string, string> = {}, key = newKey()): Promise<Upload> {
  const answer = succeeded(
    await send(target, signV4(target, { method: 'POST', path: `${objectPath(target.bucket, key)}?uploads`, headers })),
    'CreateMultipartUpload',
  );
  const id = elementText(answer.body.toString('utf8'), 'UploadId');
  if (id === undefined) throw new Error(`CreateMultipartUpload answered without an UploadId: ${answer.body.toString('utf8')}`);
  return uploadOf(target, key, id);
}

/** An upload by its id, whether there is such a one or not. */
export function uploadOf(target: Target, key: string, id: string, options: SigningOptions = {}): Upload {
  const path = (query: string) => `${objectPath(target.bucket, key)}?${query}uploadId=${uriEncode(id)}`;
  const ask = (method: string, query: string, body?: Buffer | string, headers: Record<string, string> = {}) =>
    send(target, signV4(target, { method, path: path(query), headers, ...(body === undefined ? {} : { body }) }, options));
  const upload: Upload = {
    key,
    id,
    put: (number, body, headers) => ask('PUT', `partNumber=${number}&`, body, headers),
    part: async (number, body) => {
      const answer = succeeded(await upload.put(number, body), `UploadPart ${number}`);
      return { number, etag: answer.headers['etag'] ?? '' };
    },
    complete: (parts) =>
      ask('POST', '', typeof parts === 'string' ? parts : completeXml(parts), { 'Content-Type': 'application/xml; charset=UTF-8' }),
    list: (query = '') => ask('GET', query),
    abort: () => ask('DELETE', ''),
  };
  return upload;
}

/** The body of CompleteMultipartUpload, as Fine Uploader writes it. */
export function completeXml(parts: ListedPart[]): string {
  const listed = parts.map(({ number, etag }) => `<Part><PartNumber>${number}</PartNumber><ETag>${etag}</ETag></Part>`);
  return `<CompleteMultipartUpload>${listed.join('')}</CompleteMultipartUpload>`;
}

/** What ListParts said. */
export function listed(answer: WireAnswer): Answer {
  const xml = answer.body.toString('utf8');
  return answered(answer, {
    numbers: elementTexts(xml, 'PartNumber'),
    sizes: elementTexts(xml, 'Size'),
    etags: elementTexts(xml, 'ETag').map((etag) => etag.replaceAll('"', '')),
    truncated: elementText(xml, 'IsTruncated') ?? null,
    next: elementText(xml, 'NextPartNumberMarker') ?? null,
  });
}
