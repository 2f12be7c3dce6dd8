/**
 * The far side of the benchmark, in a process of its own: a page's own server (pages, and signing) and a store that takes everything at the speed of the
 * machine. It understands what S3 understands of uploads, believes every signature, and looks at what it got when the clock has stopped.
 *
 * Small objects are kept, and their SHA-256 compared afterwards. A large one is compared with what it should be byte by byte as it comes (see content.ts): a
 * hash of it would cost as much as the upload itself, on the two cores that are measured.
 *
 * Started by `lab.ts` with `fork`; is told by messages what to do, and answers each.
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

/** How the far side behaves. */
export interface Conditions {
  /** ms that every answer takes longer. */
  readonly delay: number;
  /** Bytes per second that the store takes over all connections together; 0 for no limit. */
  readonly link: number;
  /** Bytes per second over one connection; 0 for no limit. */
  readonly perConnection: number;
  /** Bytes of a part of the large object, to know each part's place; 0 where objects are small and kept. */
  readonly partSize: number;
}

/** What came. */
export interface Account {
  /** To the store, preflights too. */
  readonly requests: number;
  readonly preflights: number;
  /** To the page's server, for a signature or credentials. */
  readonly signatures: number;
  /** Most requests with a body at the same time. */
  readonly parallel: number;
  /** Of files. */
  readonly bytes: number;
  /** Objects that are complete. */
  readonly objects: number;
  /** Of the small ones, in order of size and value. */
  readonly sha256: readonly string[];
  /** What was wrong with the large one; '' for nothing. */
  readonly wrong: string;
}

/** A message to this process. */
export type Order =
  | { readonly do: 'conditions'; readonly conditions: Conditions }
  | { readonly do: 'pages'; readonly pages: Readonly<Record<string, string>> }
  | { readonly do: 'account' };

/** Where it listens. */
export interface BenchServer {
  readonly page: string;
  readonly store: string;
  /** Over TLS, HTTP/2; '' where no certificate could be made. */
  readonly store2: string;
}

type Request = http.IncomingMessage | http2.Http2ServerRequest;
type Response = http.ServerResponse | http2.Http2ServerResponse;
type Body = { readonly chunks: Buffer[]; length: number };

/** Whoever it is: it is believed. */
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
    /** Bytes that came for each part of each upload. */
    parts: new Map<string, Map<number, number>>(),
    bodies: [] as { body: Buffer; boundary: string }[],
  };
}

// ------------------------------------------------------------------------------------------------------------- the link

/** When what has come so far would have come over a link of that speed; per link. */
class Link {
  #free = 0;

  /** How long (ms) to wait before more may come. */
  take(bytes: number, bytesPerSecond: number): number {
    const now = performance.now();
    this.#free = Math.max(now - 20, this.#free) + (bytes / bytesPerSecond) * 1000;
    return this.#free - now;
  }
}
const shared = new Link();
const own = new WeakMap<object, Link>();

function shape(request: Request, bytes: number): void {
  const { link, perConnection } = conditions;
  let wait = link ? shared.take(bytes, link) : 0;
  if (perConnection) {
    const key = request.socket;
    let mine = own.get(key);
    if (!mine) own.set(key, (mine = new Link()));
    wait = Math.max(wait, mine.take(bytes, perConnection));
  }
  if (wait < 1) return;
  request.pause();
  setTimeout(() => request.resume(), wait);
}

/** Reads a body. @param each - takes the bytes in place of the body, which is empty then. */
function read(request: Request, each?: (bytes: Buffer) => void): Promise<Body> {
  return new Promise((resolve, reject) => {
    const body: Body = { chunks: [], length: 0 };
    request.on('data', (bytes: Buffer) => {
      if (each) each(bytes);
      else body.chunks.push(bytes);
      body.length += bytes.length;
      if (conditions.link || conditions.perConnection) shape(request, bytes.length);
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

function answer(response: Response, status: number, headers: http.OutgoingHttpHeaders = {}, text = ''): void {
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
    return answer(response, 204, { ...preflight, ...(asked ? { 'Access-Control-Allow-Headers': asked } : {}) });
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
    // What comes with a trailing checksum is framed; lib-storage in a browser sends none.
    const compare = (bytes: Buffer) => {
      if (!isExpected(bytes, place)) count.wrong ||= `part ${number} differs near byte ${place}`;
      place += bytes.length;
    };
    const body = await read(request, partSize ? compare : undefined);
    count.bytes += body.length;
    if (uploadId) {
      let parts = count.parts.get(uploadId);
      if (!parts) count.parts.set(uploadId, (parts = new Map<number, number>()));
      parts.set(number, body.length);
    } else count.objects++;
    if (!partSize) count.bodies.push({ body: Buffer.concat(body.chunks), boundary: '' });
    return answer(response, 200, { ETag: `"${String(count.requests).padStart(32, '0')}"`, 'x-amz-request-id': '1' });
  }
  const body = await read(request);
  if (request.method === 'POST' && searchParams.has('uploads')) {
    const id = `upload-${++uploads}`;
    const result = `<InitiateMultipartUploadResult><Bucket>bench</Bucket><Key>${key}</Key><UploadId>${id}</UploadId></InitiateMultipartUploadResult>`;
    return answer(response, 200, xml, result);
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
    return answer(response, 200, xml, result);
  }
  if (request.method === 'POST') {
    const boundary = /boundary=([^;]+)/.exec(String(request.headers['content-type']))?.[1] ?? '';
    count.objects++;
    count.bodies.push({ body: Buffer.concat(body.chunks), boundary });
    return answer(response, 200, { ETag: `"${String(count.requests).padStart(32, '0')}"` });
  }
  if (request.method === 'DELETE') return answer(response, 204);
  if (uploadId) return answer(response, 200, xml, '<ListPartsResult><IsTruncated>false</IsTruncated></ListPartsResult>');
  answer(response, 404, xml, '<Error><Code>NoSuchKey</Code></Error>');
}

/** The file in a form: its last field. */
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

/** Fine Uploader's protocol: a policy, or a string to sign. */
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

/** A presigned URL, as `getSignedUrl` of AWS's presigner would make one. */
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
  const text = Buffer.concat((await read(request)).chunks).toString();
  const json = (value: object) => answer(response, 200, { 'Content-Type': 'application/json' }, JSON.stringify(value));
  switch (url.pathname) {
    case '/sign/fine-uploader':
      return json(signForFineUploader(text, url.searchParams.has('v4') ? 4 : 2));
    case '/sign/presign':
      return json(presign(text, url.searchParams.get('store') ?? ''));
    case '/sign/evaporate': {
      const what = url.searchParams.get('to_sign') ?? '';
      const signed = url.searchParams.get('v') === '2' ? signature2(what) : signature4(amzDate().slice(0, 8), what);
      return answer(response, 200, { 'Content-Type': 'text/plain' }, signed);
    }
    default:
      answer(response, 404);
  }
}

// ---------------------------------------------------------------------------------------------------------- the process

const listen = (server: Server | http2.Http2SecureServer): Promise<number> =>
  new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port)));

/** A certificate for a day. Undefined where there is no openssl. */
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

process.on('message', (order: Order) => {
  const reply = (value?: Account) => process.send?.(value ?? 'done');
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
  reply({ requests, preflights, signatures, parallel, bytes, objects, wrong, sha256: hashes });
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
