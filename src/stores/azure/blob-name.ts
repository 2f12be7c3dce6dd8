/** Names of blobs: https://learn.microsoft.com/rest/api/storageservices/naming-and-referencing-containers--blobs--and-metadata */

import { UploadError } from '../../core/errors.js';
import type { UploadFile } from '../../core/types.js';
import { abortable } from '../../utils/abortable.js';
import type { BlobNameRule } from './options.js';

/** Characters, as UTF-16 counts them. */
const maxLength = 1024;

/**
 * Resolves with the name of a file's blob.
 * @throws {@link UploadError} if the function's result is not a valid name; the function's own error.
 */
export async function blobNameOf(rule: BlobNameRule, file: UploadFile, signal: AbortSignal): Promise<string> {
  let name: unknown = file.name;
  if (rule === 'uuid') name = file.uuid + (/\.[^./\\\p{Cc}]+$/u.exec(file.name)?.[0] ?? '');
  else if (rule !== 'filename') name = await abortable(Promise.resolve(rule(file)), signal);
  if (typeof name !== 'string' || name === '') throw invalidName(`The blob name for “${file.name}” must be a non-empty string.`);
  if (name.length > maxLength)
    throw invalidName(`The blob name for “${file.name}” has ${name.length} characters; the storage allows ${maxLength}.`);
  if (name.split('/').some((segment) => segment === '.' || segment === '..'))
    throw invalidName(`A browser cannot request the blob “${name}”: it has a segment “.” or “..”.`);
  // The storage would read such a name as another one.
  if (/[./]$|\\/.test(name)) throw invalidName(`“${name}” cannot be the name of a blob: it ends with “.” or “/”, or has a “\\”.`);
  return name;
}

/**
 * The URL of a blob, as Fine Uploader passes it to the signing server: the name as it is, but for the characters that would end the path of a URL or that a URL decodes.
 */
export function blobUrl(containerUrl: string, name: string): string {
  return `${containerUrl}/${name.replace(/[%?#\\]/g, encodeURIComponent)}`;
}

/** The URL of the container without a slash, a query or a fragment at its end. */
export function containerUrlOf(endpoint: string): string {
  return endpoint
    .trim()
    .replace(/[?#].*$/s, '')
    .replace(/\/+$/, '');
}

function invalidName(reason: string): UploadError {
  return new UploadError(reason, { code: 'InvalidBlobName', retry: 'manual' });
}
