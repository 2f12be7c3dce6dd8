import aws4 from 'aws4';
import { createHash, createHmac } from 'node:crypto';
import type { AccessKeys } from '../../servers/ceph/ceph.js';
import type { Target } from './target.js';
import type { WireRequest } from './wire.js';

/** Options of a signature. The defaults make a valid signature with the target's credentials. */
export interface SigningOptions {
  credentials?: AccessKeys;
  sessionToken?: string;
  region?: string;
  service?: string;
  date?: Date;
  /** Names of headers that are sent but not signed. */
  unsigned?: string[];
  /** Version 2 only: the path-style path, if the path of the request does not contain the bucket. */
  resource?: string;
  /** Presigned URLs only: seconds until the URL expires. Default 300. */
  expires?: number;
}

/** Formats a date as `yyyymmddThhmmssZ`, as in SigV4. */
export function amzDate(date: Date): string {
  return date.toISOString().replace(/[-:]|\.\d+/g, '');
}

/** SigV4 in the Authorization header (https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html), by npm's aws4. */
export function signV4(target: Target, request: WireRequest, options: SigningOptions = {}): WireRequest {
  const signed = aws4.sign(
    { ...aws4Request(target, request, options), headers: { ...request.headers, 'X-Amz-Date': amzDate(options.date ?? new Date()) } },
    keys(target, options),
  );
  // aws4 rewrites the query and adds a content type to every body, so the original request is kept.
  const { 'Content-Type': added, ...headers } = signed.headers;
  const sent = request.headers['Content-Type'] === undefined || added === undefined ? headers : signed.headers;
  return { ...request, headers: sent };
}

/** SigV4 in the query (https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html), by npm's aws4. */
export function presignV4(target: Target, request: WireRequest, options: SigningOptions = {}): WireRequest {
  const parameters = `X-Amz-Expires=${options.expires ?? 300}&X-Amz-Date=${amzDate(options.date ?? new Date())}`;
  const path = `${request.path}${request.path.includes('?') ? '&' : '?'}${parameters}`;
  const signed = aws4.sign({ ...aws4Request(target, { ...request, path }, options), signQuery: true }, keys(target, options));
  return { ...request, path: signed.path };
}

function aws4Request(target: Target, request: WireRequest, options: SigningOptions) {
  const unsigned = (options.unsigned ?? []).map((name) => [name.toLowerCase(), true]);
  return {
    service: options.service ?? 's3',
    region: options.region ?? target.region,
    method: request.method,
    host: request.headers['Host'] ?? new URL(target.url).host,
    path: request.path,
    headers: { ...request.headers },
    // aws4 signs the content type that it adds, unless it is told to ignore it.
    extraHeadersToIgnore: Object.fromEntries([
      ...unsigned,
      ...(request.headers['Content-Type'] === undefined ? [['content-type', true]] : []),
    ]),
    ...(request.body === undefined ? {} : { body: request.body }),
  };
}

function keys(target: Target, options: SigningOptions) {
  const { accessKey, secretKey } = options.credentials ?? target.credentials;
  return {
    accessKeyId: accessKey,
    secretAccessKey: secretKey,
    ...(options.sessionToken === undefined ? {} : { sessionToken: options.sessionToken }),
  };
}

/** Query parameters that are part of the string to sign in version 2. */
const SUBRESOURCES = ['acl', 'cors', 'delete', 'location', 'partNumber', 'uploadId', 'uploads', 'versionId'];

/** Signature version 2 in the Authorization header (https://docs.aws.amazon.com/AmazonS3/latest/API/RESTAuthentication.html). */
export function signV2(
  target: Target,
  request: WireRequest,
  options: SigningOptions & { dateHeader?: 'x-amz-date' | 'Date' | 'none' } = {},
): WireRequest {
  const { dateHeader = 'x-amz-date' } = options;
  const date = (options.date ?? new Date()).toUTCString();
  const headers = { ...request.headers, ...(dateHeader === 'none' ? {} : { [dateHeader]: date }) };
  const { accessKey, secretKey } = options.credentials ?? target.credentials;
  const signature = hmacSha1(secretKey, stringToSignV2({ ...request, headers }, dateHeader === 'Date' ? date : '', options.resource));
  return { ...request, headers: { ...headers, Authorization: `AWS ${accessKey}:${signature}` } };
}

/** Presigns a URL with signature version 2. */
export function presignV2(target: Target, request: WireRequest, options: SigningOptions = {}): WireRequest {
  const expires = String(Math.floor((options.date ?? new Date()).getTime() / 1000) + (options.expires ?? 300));
  const { accessKey, secretKey } = options.credentials ?? target.credentials;
  const signature = hmacSha1(secretKey, stringToSignV2(request, expires, options.resource));
  const query = `AWSAccessKeyId=${accessKey}&Expires=${expires}&Signature=${encodeURIComponent(signature)}`;
  return { ...request, path: `${request.path}${request.path.includes('?') ? '&' : '?'}${query}` };
}

function stringToSignV2(request: WireRequest, date: string, wantedResource?: string): string {
  const headers = Object.entries(request.headers).map(([name, value]) => [name.toLowerCase(), value.trim()] as const);
  const header = (name: string) => headers.find(([other]) => other === name)?.[1] ?? '';
  const amzHeaders = headers
    .filter(([name]) => name.startsWith('x-amz-'))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}:${value}\n`);
  const [path = '', query = ''] = request.path.split('?');
  const subresources = query
    .split('&')
    .filter((pair) => SUBRESOURCES.includes(pair.split('=')[0] ?? ''))
    .sort()
    .map(decodeURIComponent);
  const resource = (wantedResource ?? path) + (subresources.length > 0 ? `?${subresources.join('&')}` : '');
  return [request.method, header('content-md5'), header('content-type'), date, amzHeaders.join('') + resource].join('\n');
}

/** Returns the HMAC-SHA1 in Base64, which is the signature of version 2, also for a POST policy. */
export function hmacSha1(secretKey: string, text: string): string {
  return createHmac('sha1', secretKey).update(text, 'utf8').digest('base64');
}

/** Returns the version 4 signature of a string in hex, such as `x-amz-signature` for a policy in Base64. */
export function signStringV4(secretKey: string, scope: { day: string; region: string; service: string }, text: string): string {
  const hmac = (key: string | Buffer, data: string) => createHmac('sha256', key).update(data, 'utf8').digest();
  const signingKey = [scope.day, scope.region, scope.service, 'aws4_request'].reduce<string | Buffer>(hmac, `AWS4${secretKey}`);
  return hmac(signingKey, text).toString('hex');
}

/** Returns the value of Content-MD5. */
export function contentMd5(body: Buffer | string): string {
  return createHash('md5').update(body).digest('base64');
}

/** Returns the value of x-amz-content-sha256. */
export function sha256(body: Buffer | string): string {
  return createHash('sha256').update(body).digest('hex');
}
