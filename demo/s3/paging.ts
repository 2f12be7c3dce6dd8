/**
 * Query parameters of the list operations.
 */
import type { AuthorizedRequest } from './context.js';
import { invalidArgument } from './errors.js';

/** Reads a number from the query. @throws S3Error InvalidArgument */
export function queryNumber({ request }: AuthorizedRequest, name: string, defaultValue: number): number {
  const text = request.query.get(name);
  if (text === undefined || text === '') return defaultValue;
  if (!/^\d{1,9}$/.test(text)) throw invalidArgument(`Provided ${name} not an integer or within integer range`, name, text);
  return Number(text);
}

/** Returns the encoding of keys in the response: none, or percent-encoding for `encoding-type=url`, because XML cannot represent all characters. @throws S3Error InvalidArgument */
export function keyEncoding({ request }: AuthorizedRequest): { element: { EncodingType?: string }; key(key: string): string } {
  const type = request.query.get('encoding-type');
  if (type === undefined || type === '') return { element: {}, key: (key) => key };
  if (type !== 'url') throw invalidArgument('Invalid Encoding Method specified in Request', 'encoding-type', type);
  return { element: { EncodingType: type }, key: (key) => key.split('/').map(encodeURIComponent).join('/') };
}
