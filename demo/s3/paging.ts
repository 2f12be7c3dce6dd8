/**
 * What the listing operations read from their queries.
 */
import type { Call } from './context.js';
import { invalidArgument } from './errors.js';

/** @throws S3Error InvalidArgument */
export function queryNumber({ request }: Call, name: string, otherwise: number): number {
  const text = request.query.get(name);
  if (text === undefined || text === '') return otherwise;
  if (!/^\d{1,9}$/.test(text)) throw invalidArgument(`Provided ${name} not an integer or within integer range`, name, text);
  return Number(text);
}

/** Keys as they are, or percent-encoded when the client asks: XML cannot carry every character. @throws S3Error InvalidArgument */
export function keyEncoding({ request }: Call): { element: { EncodingType?: string }; key(key: string): string } {
  const type = request.query.get('encoding-type');
  if (type === undefined || type === '') return { element: {}, key: (key) => key };
  if (type !== 'url') throw invalidArgument('Invalid Encoding Method specified in Request', 'encoding-type', type);
  return { element: { EncodingType: type }, key: (key) => key.split('/').map(encodeURIComponent).join('/') };
}
