/**
 * Computes AWS Signature Version 4: https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
 */
import { createHash, createHmac } from 'node:crypto';
import { S3Error } from './errors.js';

export const algorithm = 'AWS4-HMAC-SHA256';
export const unsignedPayload = 'UNSIGNED-PAYLOAD';

/** The parts of a credential such as `AKID/20130524/us-east-1/s3/aws4_request`. */
export interface CredentialScope {
  accessKey: string;
  /** yyyymmdd */
  date: string;
  region: string;
  service: string;
  terminal: string;
}

/** Parses a credential. Returns undefined if it is malformed. An access key may contain slashes. */
export function parseCredential(text: string): CredentialScope | undefined {
  const match = /^(.+)\/([^/]*)\/([^/]*)\/([^/]*)\/([^/]*)$/.exec(text);
  if (!match) return undefined;
  const [, accessKey = '', date = '', region = '', service = '', terminal = ''] = match;
  return { accessKey, date, region, service, terminal };
}

export function formatScope(scope: CredentialScope): string {
  return `${scope.date}/${scope.region}/${scope.service}/${scope.terminal}`;
}

/** Percent-encodes everything but the unreserved characters of RFC 3986. */
export function uriEncode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}

/**
 * Returns the canonical URI: the path, decoded and encoded again as S3 does, so that `/a!b` and `/a%21b` have the same signature.
 * Dots are not resolved and slashes are not merged.
 * @param rawPath - the path as sent; it must be decodable
 */
export function canonicalUri(rawPath: string): string {
  return decodeURIComponent(rawPath.replaceAll('+', ' ')).split('/').map(uriEncode).join('/');
}

export function canonicalQueryString(pairs: readonly (readonly [string, string])[]): string {
  return pairs
    .map(([name, value]) => [uriEncode(name), uriEncode(value)] as const)
    .sort((a, b) => compare(a[0], b[0]) || compare(a[1], b[1]))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

export interface CanonicalRequestInput {
  method: string;
  rawPath: string;
  /** Without `X-Amz-Signature`. */
  query: readonly (readonly [string, string])[];
  headers: ReadonlyMap<string, string>;
  /** Lower-case names. */
  signedHeaders: readonly string[];
  /** `x-amz-content-sha256` or UNSIGNED-PAYLOAD. */
  payloadHash: string;
}

/** Returns the canonical request. Each character is one byte, as in `S3Request.headers`. */
export function canonicalRequest(input: CanonicalRequestInput): string {
  const names = [...input.signedHeaders].sort(compare);
  const lines = names.map((name) => `${name}:${(input.headers.get(name) ?? '').trim().replace(/ +/g, ' ')}\n`);
  return [
    input.method,
    canonicalUri(input.rawPath),
    canonicalQueryString(input.query),
    lines.join(''),
    names.join(';'),
    input.payloadHash,
  ].join('\n');
}

/** Returns the string to sign. @param amzDate - yyyymmddThhmmssZ */
export function stringToSign(amzDate: string, scope: CredentialScope, canonicalRequest: string): string {
  const hash = createHash('sha256').update(canonicalRequest, 'latin1').digest('hex');
  return `${algorithm}\n${amzDate}\n${formatScope(scope)}\n${hash}`;
}

/** Signs a string to sign, or a policy in Base64. Returns the signature in hex. */
export function sign(secretKey: string, scope: CredentialScope, stringToSign: string): string {
  let signingKey: string | Buffer = `AWS4${secretKey}`;
  for (const step of [scope.date, scope.region, scope.service, scope.terminal])
    signingKey = createHmac('sha256', signingKey).update(step).digest();
  return createHmac('sha256', signingKey).update(stringToSign).digest('hex');
}

/**
 * Parses `Credential=…, SignedHeaders=…, Signature=…`, with or without spaces.
 * @throws S3Error AuthorizationHeaderMalformed
 */
export function parseAuthorization(value: string): { scope: CredentialScope; signedHeaders: string[]; signature: string } {
  const fields = new Map<string, string>();
  for (const field of value.slice(algorithm.length).split(',')) {
    const [, name = '', content = ''] = /^\s*([A-Za-z]+)=(.*?)\s*$/.exec(field) ?? [];
    if (fields.has(name)) throw malformed(`the field ${name} is repeated.`);
    fields.set(name, content);
  }
  const [credential, signedHeaders, signature] = ['Credential', 'SignedHeaders', 'Signature'].map((name) => fields.get(name));
  if (credential === undefined) throw malformed('missing Credential.');
  if (signedHeaders === undefined || signedHeaders === '') throw malformed('missing SignedHeaders.');
  if (signature === undefined || signature === '') throw malformed('missing Signature.');
  if (fields.size > 3) throw malformed('it has an unknown field.');
  const scope = parseCredential(credential);
  if (!scope) {
    throw malformed('the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".');
  }
  return { scope, signedHeaders: splitSignedHeaders(signedHeaders), signature };
}

export function splitSignedHeaders(text: string): string[] {
  const names = text.split(';');
  if (names.some((name) => !/^[a-z0-9!#$%&'*+.^_`|~-]+$/.test(name)) || new Set(names).size !== names.length) {
    throw malformed('SignedHeaders must be lower-case names, each once, separated by semicolons.');
  }
  return names;
}

function malformed(problem: string): S3Error {
  return new S3Error('AuthorizationHeaderMalformed', `The authorization header is malformed; ${problem}`);
}
