/** Signature Version 2, for old servers and stores: https://docs.aws.amazon.com/AmazonS3/latest/userguide/RESTAuthentication.html. Pure. */

import { base64, hmac, utf8 } from './digest.js';

/** The parts of a query that are part of the resource; others are not signed. */
const subresources = ['partNumber', 'uploadId', 'uploads'];

/**
 * The string to sign.
 * @param resource - `/bucket/key`, escaped.
 * @param headers - by name in any case; the `x-amz-` ones are signed, with Content-MD5 and Content-Type. The date is in `x-amz-date`.
 */
export function stringToSignV2(
  method: string,
  resource: string,
  query: Readonly<Record<string, string>>,
  headers: Readonly<Record<string, string>>,
): string {
  const lower = new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value.trim()]));
  const amz = [...lower].filter(([name]) => name.startsWith('x-amz-')).sort(([one], [other]) => (one < other ? -1 : 1));
  const signed = subresources.filter((name) => name in query).map((name) => (query[name] ? `${name}=${query[name]}` : name));
  return [
    method,
    lower.get('content-md5') ?? '',
    lower.get('content-type') ?? '',
    '',
    ...amz.map(([name, value]) => `${name}:${value}`),
    resource + (signed.length > 0 ? `?${signed.join('&')}` : ''),
  ].join('\n');
}

/** The signature of a string to sign, or of a base64 policy. */
export async function signatureV2(secretKey: string, text: string): Promise<string> {
  return base64(await hmac('SHA-1', utf8(secretKey), text));
}
