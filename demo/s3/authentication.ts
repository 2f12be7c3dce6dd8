/**
 * Authenticates requests by a SigV4 or SigV2 Authorization header or presigned URL. form-authentication.ts authenticates forms.
 */
import { timingSafeEqual } from 'node:crypto';
import type { CredentialStore, Identity } from './credentials.js';
import { invalidArgument, S3Error } from './errors.js';
import type { S3Request } from './request.js';
import { signV2, stringToSignV2 } from './signature-v2.js';
import * as v4 from './signature-v4.js';

/** The data that signatures are verified with. */
export interface VerifierOptions {
  credentials: CredentialStore;
  region: string;
  now: () => number;
}

/** Allowed difference between the client's clock and the store's, in ms. */
export const maxSkew = 15 * 60 * 1000;
/** Maximum of X-Amz-Expires, in seconds. */
const maxExpires = 7 * 24 * 3600;

/**
 * Verifies a request's signature and returns the identity that signed it. Sets `request.payloadHash` if the signature covers the body.
 * @returns undefined for an unsigned request
 * @throws S3Error
 */
export function authenticate(request: S3Request, verifier: VerifierOptions): Identity | undefined {
  const authorization = request.headers.get('authorization');
  const mechanisms = [
    authorization !== undefined,
    request.query.has('X-Amz-Algorithm') || request.query.has('X-Amz-Signature') || request.query.has('X-Amz-Credential'),
    request.query.has('Signature') || request.query.has('AWSAccessKeyId'),
  ];
  if (mechanisms.filter(Boolean).length > 1) {
    throw invalidArgument(
      'Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string parameter or the Authorization header should be specified',
      'Authorization',
      authorization ?? '',
    );
  }
  if (mechanisms[1]) return verifyV4PresignedUrl(request, verifier);
  if (mechanisms[2]) return verifyV2PresignedUrl(request, verifier);
  if (authorization === undefined) return undefined;
  if (/^AWS4-HMAC-SHA256\s/.test(authorization)) return verifyV4Header(request, authorization, verifier);
  if (authorization.startsWith('AWS ')) return verifyV2Header(request, authorization, verifier);
  throw invalidArgument('Unsupported Authorization Type', 'Authorization', authorization);
}

function verifyV4Header(request: S3Request, authorization: string, verifier: VerifierOptions): Identity {
  const { scope, signedHeaders, signature } = v4.parseAuthorization(authorization);
  checkScope(
    scope,
    verifier,
    (problem, details) => new S3Error('AuthorizationHeaderMalformed', `The authorization header is malformed; ${problem}`, details),
  );
  const { secretKey, identity } = verifier.credentials.find(scope.accessKey, request.headers.get('x-amz-security-token'));
  const date = request.headers.get('x-amz-date') ?? request.headers.get('date');
  const time = date === undefined ? undefined : parseDate(date);
  if (time === undefined) throw new S3Error('AccessDenied', 'AWS authentication requires a valid Date or x-amz-date header');
  const amzDate = formatAmzDate(time);
  if (amzDate.slice(0, 8) !== scope.date) {
    throw new S3Error(
      'AuthorizationHeaderMalformed',
      `The authorization header is malformed; Invalid credential date "${scope.date}". This date is not the same as X-Amz-Date: "${amzDate.slice(0, 8)}".`,
    );
  }
  checkSkew(time, amzDate, verifier.now());
  const payloadHash = request.headers.get('x-amz-content-sha256');
  if (payloadHash === undefined) throw new S3Error('InvalidRequest', 'Missing required header for this request: x-amz-content-sha256');
  readPayloadHash(request, payloadHash);
  checkSignedHeaders(request, signedHeaders);
  verifyV4Signature(request, secretKey, scope, amzDate, signedHeaders, payloadHash, signature);
  return identity;
}

function verifyV4PresignedUrl(request: S3Request, verifier: VerifierOptions): Identity {
  const malformed = (problem: string, details: Record<string, string> = {}) =>
    new S3Error('AuthorizationQueryParametersError', problem, details);
  const names = ['Algorithm', 'Credential', 'Date', 'Expires', 'SignedHeaders', 'Signature'];
  const values = names.map((name) => request.query.get(`X-Amz-${name}`));
  if (values.some((value) => value === undefined || value === '')) {
    throw malformed(
      'Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.',
    );
  }
  const [algorithm, credential = '', amzDate = '', expiresText = '', signedHeadersText = '', signature = ''] = values;
  if (algorithm !== v4.algorithm) throw malformed('X-Amz-Algorithm only supports "AWS4-HMAC-SHA256"');
  const scope = v4.parseCredential(credential);
  if (!scope) {
    throw malformed(
      'Error parsing the X-Amz-Credential parameter; the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".',
    );
  }
  checkScope(scope, verifier, (problem, details) => malformed(`Error parsing the X-Amz-Credential parameter; ${problem}`, details));
  const time = /^\d{8}T\d{6}Z$/.test(amzDate) ? parseDate(amzDate) : undefined;
  if (time === undefined) throw malformed("X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\"");
  if (amzDate.slice(0, 8) !== scope.date) {
    throw malformed(`Invalid credential date "${scope.date}". This date is not the same as X-Amz-Date: "${amzDate.slice(0, 8)}".`);
  }
  if (!/^-?\d{1,15}$/.test(expiresText)) throw malformed('X-Amz-Expires should be a number');
  const expires = Number(expiresText);
  if (expires < 1) throw malformed('X-Amz-Expires must be non-negative');
  if (expires > maxExpires)
    throw malformed('X-Amz-Expires must be less than a week (in seconds) that is the given X-Amz-Expires must be less than 604800');
  const { secretKey, identity } = verifier.credentials.find(
    scope.accessKey,
    request.query.get('X-Amz-Security-Token') ?? request.headers.get('x-amz-security-token'),
  );
  const now = verifier.now();
  if (time > now + maxSkew)
    throw new S3Error('AccessDenied', 'Request is not valid yet', { 'X-Amz-Date': amzDate, ServerTime: formatTime(now) });
  if (now >= time + expires * 1000) {
    throw new S3Error('AccessDenied', 'Request has expired', {
      'X-Amz-Expires': expiresText,
      Expires: formatTime(time + expires * 1000),
      ServerTime: formatTime(now),
    });
  }
  const payloadHash = request.headers.get('x-amz-content-sha256') ?? v4.unsignedPayload;
  readPayloadHash(request, payloadHash);
  const signedHeaders = v4.splitSignedHeaders(signedHeadersText);
  checkSignedHeaders(request, signedHeaders);
  verifyV4Signature(request, secretKey, scope, amzDate, signedHeaders, payloadHash, signature);
  return identity;
}

/** Checks a credential scope. @param createError - creates the error to throw */
export function checkScope(
  scope: v4.CredentialScope,
  verifier: VerifierOptions,
  createError: (problem: string, details?: Record<string, string>) => S3Error,
): void {
  if (!/^\d{8}$/.test(scope.date))
    throw createError(`incorrect date format "${scope.date}". This date in the credential must be in the format "yyyyMMdd".`);
  if (scope.region !== verifier.region) {
    throw createError(`the region '${scope.region}' is wrong; expecting '${verifier.region}'`, { Region: verifier.region });
  }
  if (scope.service !== 's3') throw createError(`incorrect service "${scope.service}". This endpoint belongs to "s3".`);
  if (scope.terminal !== 'aws4_request') throw createError(`incorrect terminal "${scope.terminal}". This endpoint uses "aws4_request".`);
}

function checkSignedHeaders(request: S3Request, signedHeaders: readonly string[]): void {
  const unsigned = [...request.headers.keys()].filter(
    (name) => (name === 'host' || name.startsWith('x-amz-')) && !signedHeaders.includes(name),
  );
  if (unsigned.length > 0) {
    throw new S3Error('AccessDenied', 'There were headers present in the request which were not signed', {
      HeadersNotSigned: unsigned.join(', '),
    });
  }
  const absent = signedHeaders.filter((name) => !request.headers.has(name));
  if (absent.length > 0) throw new S3Error('SignatureDoesNotMatch', undefined, { HeadersNotSent: absent.join(', ') });
}

function readPayloadHash(request: S3Request, payloadHash: string): void {
  if (payloadHash === v4.unsignedPayload) return;
  if (payloadHash.startsWith('STREAMING-')) throw new S3Error('NotImplemented', undefined, { Header: 'x-amz-content-sha256' });
  if (!/^[0-9a-f]{64}$/i.test(payloadHash)) {
    throw invalidArgument(
      'x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD, or a valid sha256 value.',
      'x-amz-content-sha256',
      payloadHash,
    );
  }
  request.payloadHash = payloadHash.toLowerCase();
}

function verifyV4Signature(
  request: S3Request,
  secretKey: string,
  scope: v4.CredentialScope,
  amzDate: string,
  signedHeaders: readonly string[],
  payloadHash: string,
  signature: string,
): void {
  const canonicalRequest = v4.canonicalRequest({
    method: request.method,
    rawPath: request.rawPath,
    query: request.query.pairs.filter(([name]) => name !== 'X-Amz-Signature'),
    headers: request.headers,
    signedHeaders,
    payloadHash,
  });
  const stringToSign = v4.stringToSign(amzDate, scope, canonicalRequest);
  if (!signaturesEqual(v4.sign(secretKey, scope, stringToSign), signature))
    throw signatureMismatch(scope.accessKey, stringToSign, signature, canonicalRequest);
}

function verifyV2Header(request: S3Request, authorization: string, verifier: VerifierOptions): Identity {
  const match = /^AWS (.+):([A-Za-z0-9+/=]+)$/.exec(authorization);
  if (!match)
    throw invalidArgument('AWS authorization header is invalid. Expected AwsAccessKeyId:signature', 'Authorization', authorization);
  const [, accessKey = '', signature = ''] = match;
  const { secretKey, identity } = verifier.credentials.find(accessKey, request.headers.get('x-amz-security-token'));
  const amzDate = request.headers.get('x-amz-date');
  const date = request.headers.get('date');
  const time = parseDate(amzDate ?? date ?? '');
  if (time === undefined) throw new S3Error('AccessDenied', 'AWS authentication requires a valid Date or x-amz-date header');
  checkSkew(time, amzDate ?? date ?? '', verifier.now());
  verifyV2Signature(request, accessKey, secretKey, amzDate === undefined ? (date ?? '') : '', signature);
  return identity;
}

function verifyV2PresignedUrl(request: S3Request, verifier: VerifierOptions): Identity {
  const [accessKey, expires, signature] = ['AWSAccessKeyId', 'Expires', 'Signature'].map((name) => request.query.get(name));
  if (accessKey === undefined || expires === undefined || signature === undefined) {
    throw new S3Error('AccessDenied', 'Query-string authentication requires the Signature, Expires and AWSAccessKeyId parameters');
  }
  if (!/^\d{1,12}$/.test(expires)) throw new S3Error('AccessDenied', `Invalid date (should be seconds since epoch): ${expires}`);
  const token = request.query.pairs.find(([name]) => name.toLowerCase() === 'x-amz-security-token')?.[1];
  const { secretKey, identity } = verifier.credentials.find(accessKey, token ?? request.headers.get('x-amz-security-token'));
  const now = verifier.now();
  if (now >= Number(expires) * 1000) {
    throw new S3Error('AccessDenied', 'Request has expired', { Expires: formatTime(Number(expires) * 1000), ServerTime: formatTime(now) });
  }
  verifyV2Signature(request, accessKey, secretKey, expires, signature);
  return identity;
}

function verifyV2Signature(request: S3Request, accessKey: string, secretKey: string, date: string, signature: string): void {
  const stringToSign = stringToSignV2({
    method: request.method,
    resource: (request.virtualHosted ? `/${request.bucket ?? ''}` : '') + request.rawPath,
    query: request.query.pairs,
    headers: request.headers,
    date,
  });
  if (!signaturesEqual(signV2(secretKey, stringToSign), signature)) throw signatureMismatch(accessKey, stringToSign, signature);
}

/** Creates the error for a wrong signature. Like AWS, it contains all inputs that are needed to find the difference, and no secret. */
export function signatureMismatch(accessKey: string, stringToSign: string, signature: string, canonicalRequest?: string): S3Error {
  const bytes = (value: string) =>
    Buffer.from(value, 'latin1')
      .toString('hex')
      .replace(/(..)(?=.)/g, '$1 ');
  const utf8 = (value: string) => Buffer.from(value, 'latin1').toString('utf8');
  return new S3Error('SignatureDoesNotMatch', undefined, {
    AWSAccessKeyId: accessKey,
    StringToSign: utf8(stringToSign),
    SignatureProvided: signature,
    StringToSignBytes: bytes(stringToSign),
    ...(canonicalRequest === undefined ? {} : { CanonicalRequest: utf8(canonicalRequest), CanonicalRequestBytes: bytes(canonicalRequest) }),
  });
}

export function signaturesEqual(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

function checkSkew(time: number, text: string, now: number): void {
  if (Math.abs(now - time) <= maxSkew) return;
  throw new S3Error('RequestTimeTooSkewed', undefined, {
    RequestTime: text,
    ServerTime: formatTime(now),
    MaxAllowedSkewMilliseconds: maxSkew,
  });
}

/** Parses `20130524T000000Z` or an HTTP date. Returns ms since 1970, or undefined for any other text. */
export function parseDate(text: string): number | undefined {
  const basic = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text);
  const http = /^[A-Z][a-z]{2}, \d{1,2} [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d (?:GMT|UTC|[+-]\d{4})$/.test(text);
  if (!basic && !http) return undefined;
  const time = Date.parse(basic ? `${basic[1]}-${basic[2]}-${basic[3]}T${basic[4]}:${basic[5]}:${basic[6]}Z` : text);
  return Number.isNaN(time) ? undefined : time;
}

/** Formats a time as `20130524T000000Z`. */
export function formatAmzDate(time: number): string {
  return formatTime(time).replace(/[-:]/g, '');
}

/** Formats a time as in S3's errors: `2013-05-24T00:00:00Z`. Later times than the maximum of Date become the maximum. */
export function formatTime(time: number): string {
  return new Date(Math.min(time, 8.64e15)).toISOString().replace(/\.\d+/, '');
}
