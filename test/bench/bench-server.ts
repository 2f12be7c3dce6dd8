/**
 * The servers of the benchmark, in a separate process: the page's server (pages and signing), and a store that accepts uploads at the speed of the machine.
 * It supports S3's upload requests, accepts every signature, and checks the received content after the measurement.
 *
 * Small objects are kept, and their SHA-256 is compared afterwards. A large object is compared byte by byte while it is received (see content.ts): hashing it
 * would take as long as the upload itself on the two measured cores.
 *
 * `lab.ts` starts it with `fork` and sends commands as messages. Each command gets a response.
 */
import { createHmac } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import http from 'node:http';
import http2 from 'node:http2';
import type { AddressInfo, Server } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { isExpected, sha256 } from './content.js';

/** The conditions of a measurement. */
export interface Conditions {
  /** Additional delay of each response, in ms. */
  readonly delay: number;
  /** Bandwidth of all connections together, in bytes per second; 0 for no limit. */
  readonly link: number;
  /** Bandwidth of each connection, in bytes per second; 0 for no limit. */
  readonly perConnection: number;
  /** Size of the large object's parts, in bytes, which gives the offset of each part; 0 for small objects. */
  readonly partSize: number;
}

/** The requests and objects since the last conditions were set. */
export interface TransferReport {
  /** Number of requests to the store, including preflights. */
  readonly requests: number;
  readonly preflights: number;
  /** Number of requests to the page's server for signatures or credentials. */
  readonly signatures: number;
  /** Maximum number of concurrent requests with a body. */
  readonly maxParallel: number;
  /** Received bytes of files. */
  readonly bytes: number;
  /** Number of completed objects. */
  readonly objects: number;
  /** SHA-256 of the small objects, sorted. */
  readonly sha256: readonly string[];
  /** Error in the content of the large object; '' if there is none. */
  readonly error: string;
}

/** A command for this process. */
export type Command =
  | { readonly do: 'conditions'; readonly conditions: Conditions }
  | { readonly do: 'pages'; readonly pages: Readonly<Record<string, string>> }
  | { readonly do: 'account' };

/** Origins of the servers. */
export interface BenchServer {
  readonly page: string;
  readonly store: string;
  /** The store over HTTP/2 and TLS; '' if no certificate could be created. */
  readonly store2: string;
}

type Request = http.IncomingMessage | http2.Http2ServerRequest;
type Response = http.ServerResponse | http2.Http2ServerResponse;
type Body = { readonly chunks: Buffer[]; length: number };

/** The store accepts every signature. */
const secret = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';
const region = 'us-east-1';

let conditions: Conditions = { delay: 0, link: 0, perConnection: 0, partSize: 0 };
let pages: Readonly<Record<string, string>> = {};
let uploads = 0;
let count = empty();

function empty() {
  return {
    requests: 0,
    preflights: 0,
    signatures: 0,
    parallel: 0,
    flying: 0,
    bytes: 0,
    objects: 0,
    wrong: '',
    /** Received bytes of each part of each upload. */
    parts: new Map<string, Map<number, number>>(),
    bodies: [] as { body: Buffer; boundary: string }[],
  };
}

// ---------------------------------------------------------------------------------------------------------- bandwidth

/** Limits bandwidth: computes the time at which the received bytes would have arrived. */
class BandwidthLimiter {
  #free = 0;

  /** Returns the ms to wait before more bytes are read. */
  take(bytes: number, bytesPerSecond: number): number {
    const now = performance.now();
    this.#free = Math.max(now - 20, this.#free) + (bytes / bytesPerSecond) * 1000;
    return this.#free - now;
  }
}
const shared = new BandwidthLimiter();
const own = new WeakMap<object, BandwidthLimiter>();

function limitBandwidth(request: Request, bytes: number): void {
  const { link, perConnection } = conditions;
  let wait = link ? shared.take(bytes, link) : 0;
  if (perConnection) {
    const key = request.socket;
    let mine = own.get(key);
    if (!mine) own.set(key, (mine = new BandwidthLimiter()));
    wait = Math.max(wait, mine.take(bytes, perConnection));
  }
  if (wait < 1) return;
  request.pause();
  setTimeout(() => request.resume(), wait);
}

/** Reads a body. @param each - receives the bytes instead; the returned body is empty then */
function readBody(request: Request, each?: (bytes: Buffer) => void): Promise<Body> {
  return new Promise((resolve, reject) => {
    const body: Body = { chunks: [], length: 0 };
    request.on('data', (bytes: Buffer) => {
      if (each) each(bytes);
      else body.chunks.push(bytes);
      body.length += bytes.length;
      if (conditions.link || conditions.perConnection) limitBandwidth(request, bytes.length);
    });
    request.on('end', () => resolve(body));
    request.on('error', reject);
    request.on('aborted', () => reject(new Error('aborted')));
  });
}

// ------------------------------------------------------------------------------------------------------------ the store

const cors = {
  'Access-Control-Allow-Origin': '*',
  'Access-Control-Expose-Headers': 'ETag, Date, x-amz-request-id, x-amz-version-id',
  'Timing-Allow-Origin': '*',
};
const preflight = {
  ...cors,
  'Access-Control-Allow-Methods': 'GET, PUT, POST, DELETE, HEAD',
  'Access-Control-Allow-Headers': '*, authorization',
  'Access-Control-Max-Age': '3000',
};

function respond(response: Response, status: number, headers: http.OutgoingHttpHeaders = {}, text = ''): void {
  const send = () => {
    if (response.destroyed) return;
    (response as http.ServerResponse).writeHead(status, { ...cors, ...headers });
    response.end(text);
  };
  if (conditions.delay) setTimeout(send, conditions.delay);
  else send();
}

const xml = { 'Content-Type': 'application/xml' };

async function store(request: Request, response: Response): Promise<void> {
  count.requests++;
  const url = new URL(request.url ?? '/', 'http://store');
  const { searchParams } = url;
  if (request.method === 'OPTIONS') {
    count.preflights++;
    const asked = request.headers['access-control-request-headers'];
    return respond(response, 204, { ...preflight, ...(asked ? { 'Access-Control-Allow-Headers': asked } : {}) });
  }
  count.flying++;
  count.parallel = Math.max(count.parallel, count.flying);
  response.on('close', () => count.flying--);
  const uploadId = searchParams.get('uploadId');
  const key = decodeURIComponent(url.pathname).replace('/bench/', '');
  const location = `<Location>${url.origin}${url.pathname}</Location><Bucket>bench</Bucket><Key>${key}</Key>`;

  if (request.method === 'PUT') {
    const number = Number(searchParams.get('partNumber'));
    const { partSize } = conditions;
    let place = number ? (number - 1) * partSize : 0;
    // A body with a trailing checksum is framed, but lib-storage does not send one in browsers.
    const compare = (bytes: Buffer) => {
      if (!isExpected(bytes, place)) count.wrong ||= `part ${number} differs near byte ${place}`;
      place += bytes.length;
    };
    const body = await readBody(request, partSize ? compare : undefined);
    count.bytes += body.length;
    if (uploadId) {
      let parts = count.parts.get(uploadId);
      if (!parts) count.parts.set(uploadId, (parts = new Map<number, number>()));
      parts.set(number, body.length);
    } else count.objects++;
    if (!partSize) count.bodies.push({ body: Buffer.concat(body.chunks), boundary: '' });
    return respond(response, 200, { ETag: `"${String(count.requests).padStart(32, '0')}"`, 'x-amz-request-id': '1' });
  }
  const body = await readBody(request);
  if (request.method === 'POST' && searchParams.has('uploads')) {
    const id = `upload-${++uploads}`;
    const result = `<InitiateMultipartUploadResult><Bucket>bench</Bucket><Key>${key}</Key><UploadId>${id}</UploadId></InitiateMultipartUploadResult>`;
    return respond(response, 200, xml, result);
  }
  if (request.method === 'POST' && uploadId) {
    const claimed = [
      ...Buffer.concat(body.chunks)
        .toString()
        .matchAll(/<PartNumber>(\d+)</g),
    ].map(([, number]) => Number(number));
    const parts = count.parts.get(uploadId) ?? new Map<number, number>();
    if (claimed.length !== parts.size || claimed.some((number) => !parts.has(number)))
      count.wrong ||= `${claimed.length} of ${parts.size} parts were named`;
    count.objects++;
    const result = `<CompleteMultipartUploadResult>${location}<ETag>"0-${parts.size}"</ETag></CompleteMultipartUploadResult>`;
    return respond(response, 200, xml, result);
  }
  if (request.method === 'POST') {
    const boundary = /boundary=([^;]+)/.exec(String(request.headers['content-type']))?.[1] ?? '';
    count.objects++;
    count.bodies.push({ body: Buffer.concat(body.chunks), boundary });
    return respond(response, 200, { ETag: `"${String(count.requests).padStart(32, '0')}"` });
  }
  if (request.method === 'DELETE') return respond(response, 204);
  if (uploadId) return respond(response, 200, xml, '<ListPartsResult><IsTruncated>false</IsTruncated></ListPartsResult>');
  respond(response, 404, xml, '<Error><Code>NoSuchKey</Code></Error>');
}

/** Returns the file of a form, which is its last field. */
function fileOf({ body, boundary }: { body: Buffer; boundary: string }): Buffer {
  if (!boundary) return body;
  const end = body.lastIndexOf(`\r\n--${boundary}--`);
  const start = body.indexOf('\r\n\r\n', body.lastIndexOf(`--${boundary}\r\n`, end)) + 4;
  return body.subarray(start, end);
}

// ------------------------------------------------------------------------------------------------------ the page's server

const keys = new Map<string, Buffer>();
const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();
function signingKey(date: string): Buffer {
  let key = keys.get(date);
  if (!key) keys.set(date, (key = hmac(hmac(hmac(hmac(`AWS4${secret}`, date), region), 's3'), 'aws4_request')));
  return key;
}
const signature4 = (date: string, text: string) => hmac(signingKey(date), text).toString('hex');
const signature2 = (text: string) => createHmac('sha1', secret).update(text).digest('base64');
const amzDate = () => new Date().toISOString().replace(/[-:]|\.\d+/g, '');

/** Signs a policy or a string to sign, by Fine Uploader's protocol. */
function signForFineUploader(text: string, version: number): object {
  const { headers } = JSON.parse(text) as { headers?: string };
  const today = amzDate().slice(0, 8);
  if (headers === undefined) {
    const policy = Buffer.from(text).toString('base64');
    return { policy, signature: version === 4 ? signature4(today, policy) : signature2(policy) };
  }
  if (version === 2) return { signature: signature2(headers) };
  const [algorithm, date, scope, ...canonical] = headers.split('\n');
  return { signature: signature4(today, [algorithm, date, scope, sha256(Buffer.from(canonical.join('\n')))].join('\n')) };
}

/** Creates a presigned URL like `getSignedUrl` of AWS's presigner. */
function presign(text: string, host: string): object {
  const { method, key, uploadId, partNumber } = JSON.parse(text) as Record<string, string>;
  const date = amzDate();
  const scope = `${date.slice(0, 8)}/${region}/s3/aws4_request`;
  const query = new URLSearchParams({
    'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
    'X-Amz-Credential': `bench/${scope}`,
    'X-Amz-Date': date,
    'X-Amz-Expires': '900',
    'X-Amz-SignedHeaders': 'host',
    ...(uploadId ? { uploadId } : {}),
    ...(partNumber ? { partNumber } : {}),
    ...(method === 'POST' && !uploadId ? { uploads: '' } : {}),
  });
  query.sort();
  const target = `/bench/${encodeURIComponent(key ?? '')}`;
  const canonical = `${method}\n${target}\n${query}\nhost:${host}\n\nhost\nUNSIGNED-PAYLOAD`;
  query.set('X-Amz-Signature', signature4(date.slice(0, 8), `AWS4-HMAC-SHA256\n${date}\n${scope}\n${sha256(Buffer.from(canonical))}`));
  return { url: `${host}${target}?${query}` };
}

const types: Record<string, string> = { '.js': 'text/javascript', '.css': 'text/css', '.html': 'text/html; charset=utf-8' };

async function page(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://page');
  const file = pages[url.pathname];
  if (file !== undefined) {
    const type = types[path.extname(url.pathname)] ?? 'text/html; charset=utf-8';
    response.writeHead(200, { 'Content-Type': type, 'Cache-Control': 'no-store' });
    return void response.end(file.startsWith('<') ? file : readFileSync(file));
  }
  if (!url.pathname.startsWith('/sign/')) return void response.writeHead(url.pathname === '/favicon.ico' ? 204 : 404).end();
  count.signatures++;
  const text = Buffer.concat((await readBody(request)).chunks).toString();
  const json = (value: object) => respond(response, 200, { 'Content-Type': 'application/json' }, JSON.stringify(value));
  switch (url.pathname) {
    case '/sign/fine-uploader':
      return json(signForFineUploader(text, url.searchParams.has('v4') ? 4 : 2));
    case '/sign/presign':
      return json(presign(text, url.searchParams.get('store') ?? ''));
    case '/sign/evaporate': {
      const what = url.searchParams.get('to_sign') ?? '';
      const signed = url.searchParams.get('v') === '2' ? signature2(what) : signature4(amzDate().slice(0, 8), what);
      return respond(response, 200, { 'Content-Type': 'text/plain' }, signed);
    }
    default:
      respond(response, 404);
  }
}

// ---------------------------------------------------------------------------------------------------------- the process

const listen = (server: Server | http2.Http2SecureServer): Promise<number> =>
  new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port)));

/** Creates a certificate that is valid for a day. Undefined without openssl. */
function certificate(): { key: Buffer; cert: Buffer } | undefined {
  const folder = mkdtempSync(path.join(tmpdir(), 'fine-uploader-bench-'));
  const [key, cert] = [path.join(folder, 'key.pem'), path.join(folder, 'cert.pem')];
  const names = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'];
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '1'];
  try {
    execFileSync('openssl', ['req', '-x509', ...curve, '-keyout', key, '-out', cert, ...names], { stdio: 'ignore' });
    return { key: readFileSync(key), cert: readFileSync(cert) };
  } catch {
    return undefined;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const settings = { highWaterMark: 2 ** 18, keepAliveTimeout: 60_000, requestTimeout: 0 };
const guarded = (handle: (request: Request, response: Response) => Promise<void>) => (request: Request, response: Response) =>
  void handle(request, response).catch(() => response.destroy());
const pageServer = http.createServer(settings, (request, response) => void page(request, response).catch(() => response.destroy()));
const storeServer = http.createServer(settings, guarded(store));
const pair = certificate();
const storeServer2 = pair && http2.createSecureServer({ ...pair, settings: { initialWindowSize: 2 ** 22 } }, guarded(store));

process.on('message', (order: Command) => {
  const reply = (value?: TransferReport) => process.send?.(value ?? 'done');
  if (order.do === 'pages') {
    pages = order.pages;
    return reply();
  }
  if (order.do === 'conditions') {
    conditions = order.conditions;
    count = empty();
    return reply();
  }
  const { requests, preflights, signatures, parallel, bytes, objects, wrong, bodies } = count;
  const hashes = bodies.map((body) => sha256(fileOf(body))).sort();
  reply({ requests, preflights, signatures, maxParallel: parallel, bytes, objects, error: wrong, sha256: hashes });
});
process.on('disconnect', () => process.exit());

void (async () => {
  const where: BenchServer = {
    page: `http://127.0.0.1:${await listen(pageServer)}`,
    store: `http://127.0.0.1:${await listen(storeServer)}`,
    store2: storeServer2 ? `https://127.0.0.1:${await listen(storeServer2)}` : '',
  };
  process.send?.(where);
})();
