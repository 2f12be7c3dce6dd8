/** AWS Signature Version 2, for old servers and stores: https://docs.aws.amazon.com/AmazonS3/latest/userguide/RESTAuthentication.html */

import { hmac, toBase64, utf8 } from './digest.js';

/** The query parameters that belong to the CanonicalizedResource. Others are not signed. */
const subresources = ['partNumber', 'uploadId', 'uploads'];

/**
 * The StringToSign.
 *
 * @param canonicalizedResource - `/bucket/key`, encoded, without subresources.
 * @param headers - Content-MD5, Content-Type and `x-amz-` headers are signed. The date is in `x-amz-date`.
 */
export function stringToSignV2(
  method: string,
  canonicalizedResource: string,
  query: Readonly<Record<string, string>>,
  headers: Readonly<Record<string, string>>,
): string {
  const lowerCaseHeaders = new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value.trim()]));
  const amzHeaders = [...lowerCaseHeaders].filter(([name]) => name.startsWith('x-amz-')).sort(([one], [other]) => (one < other ? -1 : 1));
  const signedQuery = subresources.filter((name) => name in query).map((name) => (query[name] ? `${name}=${query[name]}` : name));
  return [
    method,
    lowerCaseHeaders.get('content-md5') ?? '',
    lowerCaseHeaders.get('content-type') ?? '',
    '',
    ...amzHeaders.map(([name, value]) => `${name}:${value}`),
    canonicalizedResource + (signedQuery.length > 0 ? `?${signedQuery.join('&')}` : ''),
  ].join('\n');
}

/** The base64 signature of a StringToSign, or of a base64 policy. */
export async function signatureV2(secretKey: string, stringToSign: string): Promise<string> {
  return toBase64(await hmac('SHA-1', utf8(secretKey), stringToSign));
}
