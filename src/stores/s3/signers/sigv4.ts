/** AWS Signature Version 4, as pure functions: https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html */

import { hmac, toHex, utf8 } from './digest.js';

export const algorithm = 'AWS4-HMAC-SHA256';

/** HashedPayload of a request whose payload is not signed. */
export const unsignedPayload = 'UNSIGNED-PAYLOAD';

/** `20261122T213000Z`. @param time - ms since 1970. */
export function amzDate(time: number): string {
  return new Date(time).toISOString().replace(/[-:]|\.\d+/g, '');
}

/** `20261122/eu-west-1/s3/aws4_request`. @param date - that of the request, so that both have the same day around midnight. */
export function credentialScope(date: string, region: string, service = 's3'): string {
  return `${date.slice(0, 8)}/${region}/${service}/aws4_request`;
}

/** UriEncode: encodes all characters but letters, digits, `-`, `.`, `_` and `~`. */
export function uriEncode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** CanonicalQueryString: names and values encoded, sorted by name. */
export function canonicalQueryString(query: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(query).map(([name, value]) => [uriEncode(name), uriEncode(value)] as const);
  return pairs
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}

/** A CanonicalRequest and its SignedHeaders. */
export interface CanonicalRequest {
  readonly text: string;
  /** `host;x-amz-date` */
  readonly signedHeaders: string;
}

/**
 * @param uri - CanonicalURI: the encoded path that the store sees.
 * @param queryString - CanonicalQueryString.
 * @param headers - the headers to sign, `host` included.
 * @param hashedPayload - SHA-256 in lower-case hexadecimal, or {@link unsignedPayload}.
 */
export function canonicalRequest(
  method: string,
  uri: string,
  queryString: string,
  headers: Readonly<Record<string, string>>,
  hashedPayload: string,
): CanonicalRequest {
  const sorted = Object.entries(headers)
    .map(([name, value]) => [name.toLowerCase(), value.trim().replace(/ +/g, ' ')] as const)
    .sort(([one], [other]) => (one < other ? -1 : 1));
  const canonicalHeaders = sorted.map(([name, value]) => `${name}:${value}\n`).join('');
  const signedHeaders = sorted.map(([name]) => name).join(';');
  return { text: [method, uri, queryString, canonicalHeaders, signedHeaders, hashedPayload].join('\n'), signedHeaders };
}

/**
 * The StringToSign.
 * @param hashedCanonicalRequest - SHA-256 in hexadecimal. For Fine Uploader's signing servers, the canonical request itself.
 */
export function stringToSign(date: string, scope: string, hashedCanonicalRequest: string): string {
  return [algorithm, date, scope, hashedCanonicalRequest].join('\n');
}

/** The SigningKey for the day, region and service of a credential scope. */
export async function signingKey(secretKey: string, scope: string): Promise<Uint8Array<ArrayBuffer>> {
  let key = utf8(`AWS4${secretKey}`);
  for (const part of scope.split('/')) key = await hmac('SHA-256', key, part);
  return key;
}

/** The hexadecimal signature of a StringToSign, or of a base64 policy. */
export async function signature(signingKey: Uint8Array<ArrayBuffer>, stringToSign: string): Promise<string> {
  return toHex(await hmac('SHA-256', signingKey, stringToSign));
}

/** The `Authorization` header. @param credential - `{accessKey}/{credentialScope}`. */
export function authorization(credential: string, signedHeaders: string, signature: string): string {
  return `${algorithm} Credential=${credential},SignedHeaders=${signedHeaders},Signature=${signature}`;
}
