/** The recorder's two servers, on free ports: the page's own, which also signs, and a store of another origin. They write down every request, and answer by a script. */
import { createHash, createHmac } from 'node:crypto';
import http from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { RawRequest } from './recorded-run.js';
import type { Answer, Scenario } from './scenario.js';

/** The clock of page and servers stands still here. */
export const now = Date.UTC(2026, 10, 22, 18);

/** The signing server's secret. */
const serverSecret = 'the signing server knows it';

const keptHeaders = new Set([
  ...['accept', 'content-type', 'x-requested-with', 'cache-control', 'authorization', 'x-mime-type', 'origin', 'cookie', 'host'],
  ...['access-control-request-method', 'access-control-request-headers'],
]);

/** The fields of a multipart body in order; a file as its name, type and size in bytes. */
function readMultipart(body: Buffer, contentType: string): [string, unknown][] {
  const boundary = /boundary=(.+)$/.exec(contentType)?.[1] ?? '';
  const parts = body.toString('latin1').split(`--${boundary}`).slice(1, -1);
  const utf8 = (text: string | undefined) => Buffer.from(text ?? '', 'latin1').toString('utf8');
  return parts.map((part) => {
    const [head = '', ...rest] = part.replace(/^\r\n/, '').split('\r\n\r\n');
    const content = rest.join('\r\n\r\n').replace(/\r\n$/, '');
    const name = utf8(/ name="([^"]*)"/.exec(head)?.[1]);
    const filename = /filename="([^"]*)"/.exec(head)?.[1];
    const type = /Content-Type: (.*)/i.exec(head)?.[1];
    return [name, filename === undefined ? utf8(content) : { filename: utf8(filename), type, bytes: content.length }];
  });
}

function describe(request: IncomingMessage, body: Buffer, where: 'app' | 's3'): RawRequest {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers)) {
    if (keptHeaders.has(name) || name.startsWith('x-amz') || name.startsWith('x-test')) headers[name] = String(value);
  }
  const type = request.headers['content-type'] ?? '';
  const multipart = type.startsWith('multipart/');
  if (multipart) headers['content-type'] = 'multipart/form-data; boundary=…';
  const text = () => {
    if (multipart) return readMultipart(body, type);
    return body.length > 4000 ? `<${body.length} bytes>` : body.toString('utf8');
  };
  return { where, method: request.method ?? '', url: request.url ?? '', headers, ...(body.length > 0 && { body: text() }) };
}

/** Signs as Fine Uploader's example servers do: what it is asked to, by the version in the address. */
function sign(body: Buffer, v4: boolean): string {
  const asked = JSON.parse(body.toString()) as { headers?: string; conditions?: Record<string, string>[] };
  const hmac = (key: string | Buffer, text: string) => createHmac(v4 ? 'sha256' : 'sha1', key).update(text);
  const scopeKey = ([date = '', region = '', service = '']: readonly string[]) =>
    hmac(hmac(hmac(hmac(`AWS4${serverSecret}`, date).digest(), region).digest(), service).digest(), 'aws4_request').digest();
  if (asked.headers !== undefined) {
    if (!v4) return JSON.stringify({ signature: hmac(serverSecret, asked.headers).digest('base64') });
    const [algorithm = '', date = '', scope = '', ...canonical] = asked.headers.split('\n');
    const digest = createHash('sha256').update(canonical.join('\n')).digest('hex');
    const stringToSign = [algorithm, date, scope, digest].join('\n');
    return JSON.stringify({ signature: hmac(scopeKey(scope.split('/')), stringToSign).digest('hex') });
  }
  const policy = body.toString('base64');
  if (!v4) return JSON.stringify({ policy, signature: hmac(serverSecret, policy).digest('base64') });
  const credential = asked.conditions?.find((one) => 'x-amz-credential' in one)?.['x-amz-credential'] ?? '';
  return JSON.stringify({ policy, signature: hmac(scopeKey(credential.split('/').slice(1)), policy).digest('hex') });
}

/** A part that the store has. */
interface StoredPart {
  readonly etag: string;
  /** Bytes. */
  readonly size: number;
}

/** What stays: storage and resume records of a browser belong to an address, and parts to a store. */
export interface Kept {
  readonly app?: number;
  readonly store?: number;
  /** The store's parts by number. */
  readonly parts?: Map<string, StoredPart>;
}

/** The servers of one scenario. */
export interface Servers {
  readonly app: string;
  readonly store: string;
  readonly requests: readonly RawRequest[];
  readonly parts: Map<string, StoredPart>;
  close(): Promise<void>;
}

/**
 * Starts both servers.
 * @param script - the page's JavaScript
 * @param kept - what is left of an earlier visit
 */
export async function startServers(scenario: Scenario, script: string, kept: Kept = {}): Promise<Servers> {
  const requests: RawRequest[] = [];
  const answers = scenario.answers?.() ?? {};
  const parts = kept.parts ?? new Map<string, StoredPart>();
  let uploads = 0;
  let release = () => {};
  const released = new Promise<void>((resolve) => (release = resolve));
  const waiting: (() => void)[] = [];

  async function reply(response: ServerResponse, { status = 200, headers = {}, body, delay = 0, held = false }: Answer): Promise<void> {
    if (delay) await new Promise((resolve) => setTimeout(resolve, delay));
    if (held) await released;
    response.writeHead(status, headers).end(typeof body === 'string' ? body : body === undefined ? '' : JSON.stringify(body));
  }

  const asked = (request: IncomingMessage, description: RawRequest) => ({
    method: request.method ?? '',
    url: new URL(request.url ?? '/', 'http://localhost'),
    body: description.body ?? null,
  });

  const app = await listen(async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    response.setHeader('Date', new Date(now).toUTCString());
    if (request.method === 'GET' && url.pathname === '/') {
      const html = '<!doctype html><meta charset="utf-8"><title>Replay</title><script src="/page.js"></script><body></body>';
      return response.writeHead(200, { 'Content-Type': 'text/html' }).end(html);
    }
    if (url.pathname === '/page.js') return response.writeHead(200, { 'Content-Type': 'text/javascript' }).end(script);
    if (url.pathname === '/arrived') {
      const method = url.searchParams.get('method');
      const count = () => requests.filter((one) => !method || one.method === method).length;
      while (count() < Number(url.searchParams.get('requests'))) await new Promise<void>((resolve) => waiting.push(resolve));
      return response.writeHead(204).end();
    }
    if (url.pathname === '/release') {
      release();
      return response.writeHead(204).end();
    }
    if (url.pathname === '/favicon.ico') return response.writeHead(204).end();
    const body = await buffer(request);
    const description = describe(request, body, 'app');
    if (url.pathname !== '/sign') {
      requests.push(description);
      for (const look of waiting.splice(0)) look();
      return reply(
        response,
        answers.app?.(asked(request, description)) ?? { body: { success: true }, headers: { 'Content-Type': 'application/json' } },
      );
    }
    const signed = sign(body, url.searchParams.get('v4') === 'true');
    requests.push({ ...description, reply: { status: 200, body: signed } });
    return reply(response, { body: signed, headers: { 'Content-Type': 'application/json' } });
  }, kept.app);

  const store = await listen(async (request, response) => {
    const { searchParams, search } = new URL(request.url ?? '/', 'http://localhost');
    const body = await buffer(request);
    const description = describe(request, body, 's3');
    requests.push(description);
    for (const look of waiting.splice(0)) look();
    const { origin } = request.headers;
    response.setHeader('Date', new Date(now).toUTCString());
    response.setHeader('Access-Control-Allow-Origin', origin ?? '*');
    response.setHeader('Access-Control-Allow-Methods', 'POST, PUT, DELETE, GET');
    response.setHeader('Access-Control-Allow-Headers', request.headers['access-control-request-headers'] ?? '*');
    response.setHeader('Access-Control-Expose-Headers', 'ETag');
    response.setHeader('Access-Control-Max-Age', '0');
    if (origin) response.setHeader('Access-Control-Allow-Credentials', 'true');
    if (request.method === 'OPTIONS') return response.writeHead(200).end();
    const partNumber = searchParams.get('partNumber');
    const etag = `"etag-${partNumber}"`;
    const scripted = answers.s3?.(asked(request, description));
    if (request.method === 'PUT' && partNumber && (scripted?.status ?? 200) === 200) parts.set(partNumber, { etag, size: body.length });
    if (scripted) return reply(response, scripted);
    const xml = { 'Content-Type': 'application/xml' };
    // Fine Uploader's runs were recorded with a store that calls every object `k`; it does not look at the key.
    const key = decodeURIComponent((request.url ?? '').slice(1).replace(/\?.*/, '')).replaceAll('&', '&amp;');
    const bucketAndKey = `<Bucket>fineuploadertest</Bucket><Key>${key}</Key>`;
    if (request.method === 'GET' && searchParams.has('uploadId')) {
      const listed = [...parts].map(
        ([number, { etag: tag, size }]) => `<Part><PartNumber>${number}</PartNumber><ETag>${tag}</ETag><Size>${size}</Size></Part>`,
      );
      return response.writeHead(200, xml).end(`<ListPartsResult>${listed.join('')}</ListPartsResult>`);
    }
    if (request.method === 'POST' && search === '?uploads') {
      return response
        .writeHead(200, xml)
        .end(`<InitiateMultipartUploadResult>${bucketAndKey}<UploadId>UP${++uploads}</UploadId></InitiateMultipartUploadResult>`);
    }
    if (request.method === 'PUT' && partNumber) return response.writeHead(200, { ETag: etag }).end();
    if (request.method === 'POST' && searchParams.has('uploadId')) {
      return response
        .writeHead(200, xml)
        .end(`<CompleteMultipartUploadResult><Location>x</Location>${bucketAndKey}<ETag>"whole-3"</ETag></CompleteMultipartUploadResult>`);
    }
    if (request.method === 'DELETE') return response.writeHead(204).end();
    if (request.method === 'POST') return response.writeHead(200, { ETag: '"abc123"' }).end();
    return response.writeHead(200).end();
  }, kept.store);

  return {
    app: app.origin,
    store: store.origin,
    requests,
    parts,
    close: async () => void (await Promise.all([app.close(), store.close()])),
  };
}

async function listen(handle: (request: IncomingMessage, response: ServerResponse) => Promise<unknown>, port = 0) {
  const server = http.createServer((request, response) => void handle(request, response).catch(() => response.destroy()));
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
