import { UploadError } from '../core/errors.js';
import type { S3StoreOptions } from '../stores/s3/options.js';
import type { ServerSignerOptions } from '../stores/s3/signers/server-signer.js';

/** A value for all files, or a function of a file's id, sync or async. */
export type PerFile<T> = T | ((id: number) => T | PromiseLike<T>);

/** `uuid`, `filename`, or a function of a file's id that answers the key, sync or async. */
export type Key = PerFile<string>;

/** @throws {@link UploadError} for a word that is no rule. */
export function keyRule(key: Key | undefined): NonNullable<S3StoreOptions['key']> {
  if (typeof key === 'function') return async ({ id }) => key(id);
  const rule = (key ?? '').trim().toLowerCase();
  if (rule === 'uuid' || rule === '') return 'uuid';
  if (rule === 'filename') return 'filename';
  throw new UploadError(`key must be uuid, filename or a function, not ${JSON.stringify(key)}.`, { retry: 'manual', code: 'BadKey' });
}

/** Fine Uploader gives the function a file's id. */
export function signatureHeaders(headers: unknown): ServerSignerOptions['headers'] {
  if (typeof headers === 'function') return ({ id }) => (headers as (id: number) => Readonly<Record<string, string>>)(id);
  return headers as ServerSignerOptions['headers'];
}
