/**
 * A client for the store. Its signatures are computed independently of the store's code: by aws4 for SigV4, by plain HMACs in this file for SigV2 and
 * policies.
 */
import { createHash, createHmac } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { type OutgoingHttpHeaders, request as httpRequest } from 'node:http';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type S3Store, startS3Store, type StoreOptions } from '../../../demo/s3/store.js';

interface Aws4Request {
  host: string;
  service: string;
  region: string;
  method: string;
  path: string;
  headers: Record<string, string | number>;
  body?: string | Buffer;
  signQuery?: boolean;
  extraHeadersToIgnore?: Record<string, boolean>;
}

export interface Keys {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
}

const aws4 = createRequire(import.meta.url)('aws4') as { sign(request: Aws4Request, keys: Keys): Aws4Request };

export const keys: Keys = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' };
export const bucket = 'photos';

export interface StoreResponse {
  status: number;
  headers: Record<string, string | undefined>;
  body: Buffer;
  text: string;
  /** Returns the text of the first element with the name; '' if there is none. */
  element(name: string): string;
}

export interface RequestOptions {
  method?: string;
  /** Percent-encoded, with the bucket and the query. */
  path: string;
  headers?: Record<string, string>;
  body?: string | Buffer;
}

/** Sends a request without signing it. */
export function send(store: Pick<S3Store, 'port'>, { method = 'GET', path, headers = {}, body }: RequestOptions): Promise<StoreResponse> {
  return new Promise((resolve, reject) => {
    const all: OutgoingHttpHeaders = { host: `127.0.0.1:${store.port}`, ...headers };
    if (body !== undefined && !Object.keys(all).some((name) => /^(?:content-length|transfer-encoding)$/i.test(name)))
      all['content-length'] = Buffer.byteLength(body);
    // A separate socket for each request, so that tests do not affect each other.
    const outgoing = httpRequest({ host: '127.0.0.1', port: store.port, method, path, headers: all, agent: false }, (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('error', reject);
      incoming.on('end', () => {
        const content = Buffer.concat(chunks);
        const text = content.toString('utf8');
        resolve({
          status: incoming.statusCode ?? 0,
          headers: incoming.headers as Record<string, string | undefined>,
          body: content,
          text,
          element: (name) => decodeEntities(new RegExp(`<${name}>([^<]*)</${name}>`).exec(text)?.[1] ?? ''),
        });
      });
    });
    outgoing.on('error', reject);
    // As bytes: with a string body Node writes the headers in UTF-8.
    outgoing.end(body === undefined ? undefined : Buffer.from(body));
  });
}

function decodeEntities(text: string): string {
  const characters: Record<string, string> = { lt: '<', gt: '>', quot: '"', amp: '&' };
  return text.replace(/&(?:#x([0-9a-f]+)|(\w+));/g, (_, code?: string, name = '') =>
    code === undefined ? (characters[name] ?? '?') : String.fromCodePoint(parseInt(code, 16)),
  );
}

export interface SigningOptions {
  keys?: Keys;
  region?: string;
  service?: string;
  /** Lower-case names of headers that are sent but not signed. */
  unsigned?: string[];
  /** Time of the signature, in ms since 1970. Default: now. */
  time?: number;
  /** Changes the signed request before it is sent. */
  alter?: (call: Required<Pick<RequestOptions, 'headers'>> & RequestOptions) => void;
}

/** Signs a request with a SigV4 header and sends it. */
export function sendSigned(store: Pick<S3Store, 'port'>, call: RequestOptions, signing: SigningOptions = {}): Promise<StoreResponse> {
  return send(store, signRequest(store, call, signing));
}

/** Signs a request with a SigV4 header. */
export function signRequest(
  store: Pick<S3Store, 'port'>,
  call: RequestOptions,
  signing: SigningOptions = {},
): RequestOptions & { headers: Record<string, string> } {
  const { method = 'GET', path, headers = {}, body } = call;
  const request = aws4.sign(
    {
      host: `127.0.0.1:${store.port}`,
      service: signing.service ?? 's3',
      region: signing.region ?? 'us-east-1',
      method,
      path,
      headers: {
        ...(body === undefined || 'content-type' in headers ? {} : { 'content-type': 'binary/octet-stream' }),
        ...(signing.time === undefined ? {} : { 'X-Amz-Date': amzDate(signing.time) }),
        ...headers,
      },
      extraHeadersToIgnore: Object.fromEntries((signing.unsigned ?? []).map((name) => [name, true])),
      ...(body === undefined ? {} : { body }),
    },
    signing.keys ?? keys,
  );
  const sent = { method, path, headers: lowerCaseNames(request.headers), ...(body === undefined ? {} : { body }) };
  signing.alter?.(sent);
  return sent;
}

/** Returns the path of a SigV4 presigned URL. The headers are signed and must be sent. */
export function presign(
  store: Pick<S3Store, 'port'>,
  { method = 'GET', path, headers = {} }: RequestOptions,
  signing: SigningOptions & { expires?: number | string } = {},
): string {
  const query = [`X-Amz-Expires=${signing.expires ?? 60}`, `X-Amz-Date=${amzDate(signing.time ?? Date.now())}`].join('&');
  const request = aws4.sign(
    {
      host: `127.0.0.1:${store.port}`,
      service: signing.service ?? 's3',
      region: signing.region ?? 'us-east-1',
      method,
      path: `${path}${path.includes('?') ? '&' : '?'}${query}`,
      headers: { ...headers },
      signQuery: true,
    },
    signing.keys ?? keys,
  );
  return request.path;
}

/** Returns the SigV2 signature of a string to sign. */
export function signatureV2(text: string, secretKey = keys.secretAccessKey): string {
  return createHmac('sha1', secretKey).update(text).digest('base64');
}

export function signatureV4(text: string, date: string, secretKey = keys.secretAccessKey, region = 'us-east-1'): string {
  const hmac = (key: string | Buffer, data: string) => createHmac('sha256', key).update(data).digest();
  const key = hmac(hmac(hmac(hmac(`AWS4${secretKey}`, date), region), 's3'), 'aws4_request');
  return hmac(key, text).toString('hex');
}

export function amzDate(time: number): string {
  return new Date(time).toISOString().replace(/[-:]|\.\d+/g, '');
}

export function md5(content: string | Buffer, encoding: 'hex' | 'base64' = 'hex'): string {
  return createHash('md5').update(content).digest(encoding);
}

export function sha256(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

function lowerCaseNames(headers: Record<string, string | number>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]));
}

/** The context of a test, or node:test itself for a whole file: both register cleanup functions. */
export interface Cleanup {
  after(clean: () => Promise<void>): void;
}

/** Starts a store. It is closed and its folder (default: a temporary one) is removed when the test ends. */
export async function startStore(cleanup: Cleanup, options: Partial<StoreOptions> = {}): Promise<S3Store & { folder: string }> {
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), 's3-store-')));
  const remove = () => rm(folder, { recursive: true, force: true });
  const store = await startS3Store({
    credentials: [{ accessKey: keys.accessKeyId, secretKey: keys.secretAccessKey }],
    buckets: [{ name: bucket }],
    ...options,
    folder,
  }).catch(async (error: unknown) => {
    await remove();
    throw error;
  });
  cleanup.after(async () => {
    await store.close();
    await remove();
  });
  return { ...store, folder };
}

/** Creates a multipart upload and returns its id. */
export async function createUpload(store: Pick<S3Store, 'port'>, path: string, headers: Record<string, string> = {}): Promise<string> {
  const response = await sendSigned(store, { method: 'POST', path: `${path}?uploads`, headers });
  const uploadId = response.element('UploadId');
  if (uploadId === '') throw new Error(`No upload was created: ${response.text}`);
  return uploadId;
}

export function completeDocument(parts: readonly { partNumber: number; etag: string }[]): string {
  const items = parts.map(({ partNumber, etag }) => `<Part><PartNumber>${partNumber}</PartNumber><ETag>${etag}</ETag></Part>`);
  return `<CompleteMultipartUpload>${items.join('')}</CompleteMultipartUpload>`;
}
