/**
 * AWS Signature Version 4, in its documentation's words: https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
 * Pure: no clock, no network, no secret that outlives a call.
 */

import { hex, hmac, utf8 } from './digest.js';

export const algorithm = 'AWS4-HMAC-SHA256';

/** In place of a payload's hash: the payload is not signed. */
export const unsignedPayload = 'UNSIGNED-PAYLOAD';

/** `20261122T213000Z`. @param time - ms since 1970. */
export function amzDate(time: number): string {
  return new Date(time).toISOString().replace(/[-:]|\.\d+/g, '');
}

/** `20261122/eu-west-1/s3/aws4_request`. Its day is that of the request's own date, so the two never disagree around midnight. */
export function credentialScope(date: string, region: string, service = 's3'): string {
  return `${date.slice(0, 8)}/${region}/${service}/aws4_request`;
}

/** UriEncode: all but letters, digits and `-._~` escaped. */
export function uriEncode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** Names and values escaped, sorted by name. */
export function canonicalQueryString(query: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(query).map(([name, value]) => [uriEncode(name), uriEncode(value)] as const);
  return pairs
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}

/** A canonical request and the list of headers in it. */
export interface CanonicalRequest {
  readonly text: string;
  /** `host;x-amz-date` */
  readonly signedHeaders: string;
}

/**
 * @param canonicalUri - the path as the store sees it, escaped.
 * @param headers - the ones to be signed; `host` must be one of them.
 * @param hashedPayload - lower-case hexadecimal SHA-256, or {@link unsignedPayload}.
 */
export function canonicalRequest(
  method: string,
  canonicalUri: string,
  canonicalQuery: string,
  headers: Readonly<Record<string, string>>,
  hashedPayload: string,
): CanonicalRequest {
  const sorted = Object.entries(headers)
    .map(([name, value]) => [name.toLowerCase(), value.trim().replace(/ +/g, ' ')] as const)
    .sort(([one], [other]) => (one < other ? -1 : 1));
  const canonicalHeaders = sorted.map(([name, value]) => `${name}:${value}\n`).join('');
  const signedHeaders = sorted.map(([name]) => name).join(';');
  return { text: [method, canonicalUri, canonicalQuery, canonicalHeaders, signedHeaders, hashedPayload].join('\n'), signedHeaders };
}

/** @param last - the canonical request's SHA-256 in hexadecimal; or, for a signing server of Fine Uploader's kind, the canonical request as it is. */
export function stringToSign(date: string, scope: string, last: string): string {
  return [algorithm, date, scope, last].join('\n');
}

/** The key for one day, region and service. */
export async function signingKey(secretKey: string, scope: string): Promise<Uint8Array<ArrayBuffer>> {
  let key = utf8(`AWS4${secretKey}`);
  for (const piece of scope.split('/')) key = await hmac('SHA-256', key, piece);
  return key;
}

/** The signature of a string to sign, or of a base64 policy; hexadecimal. */
export async function signature(key: Uint8Array<ArrayBuffer>, text: string): Promise<string> {
  return hex(await hmac('SHA-256', key, text));
}

/** The `Authorization` header. */
export function authorization(credential: string, signedHeaders: string, signature: string): string {
  return `${algorithm} Credential=${credential},SignedHeaders=${signedHeaders},Signature=${signature}`;
}
