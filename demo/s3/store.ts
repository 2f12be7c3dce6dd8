/**
 * A small, strict S3 store for the demo and the tests: not published, and not for production.
 *
 * It does what a browser's uploads need - PUT, form POST, multipart, reading back, CORS, temporary credentials - and refuses what AWS or
 * Ceph would refuse, so that what works here works there. `operations.ts` lists what it knows; everything else is answered NotImplemented or
 * MethodNotAllowed.
 */
import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { answer, answerError, errorDocument, setIds } from './answers.js';
import type { Context } from './context.js';
import { corsHeaders, preflightHeaders } from './cors.js';
import { Credentials } from './credentials.js';
import { Disk } from './disk.js';
import { S3Error } from './errors.js';
import { runOperation } from './operations.js';
import type { CorsRule, S3Store, StoreOptions } from './options.js';
import { S3Request } from './request.js';
import { answerTokenService, type TokenService } from './sts.js';
import { WebIdentities } from './web-identity.js';

export type { CorsRule, IdentityProvider, Role, S3Store, StoreOptions } from './options.js';

/** Milliseconds without a byte on a connection. Longer than any test makes a client wait. */
const idleTimeout = 120_000;

/**
 * Starts a store on 127.0.0.1.
 * @throws Error when the port is taken, or a bucket has no possible name
 */
export async function startS3Store(options: StoreOptions): Promise<S3Store> {
  const store = new Store(options);
  const server = createServer({ requireHostHeader: false, requestTimeout: 0, keepAliveTimeout: 65_000 });
  /** What is being served, by connection. */
  const running = new Map<Duplex, { message: IncomingMessage; work: Promise<void> }>();
  const serve = (awaitsContinue: boolean) => (message: IncomingMessage, response: ServerResponse) => {
    const { socket } = message;
    const before = running.get(socket)?.work;
    const work = Promise.all([before, store.serve(message, response, awaitsContinue)]).then(() => {
      if (running.get(socket)?.message === message) running.delete(socket);
    });
    running.set(socket, { message, work });
  };
  server.on('request', serve(false));
  server.on('checkContinue', serve(true));
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    const before = running.get(socket);
    // What follows a whole request may be nonsense: the request still has its answer, first.
    if (before?.message.complete) void before.work.then(() => refuseConnection(error, socket));
    else refuseConnection(error, socket);
  });
  server.timeout = idleTimeout;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  const close = async () => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeAllConnections();
    await Promise.all([...running.values()].map(({ work }) => work));
    await store.close();
    await closed;
  };
  let closing: Promise<void> | undefined;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    close() {
      closing ??= close();
      return closing;
    },
  };
}

/** What cannot be read as HTTP is answered all the same, where anybody may still listen. */
function refuseConnection(error: NodeJS.ErrnoException, socket: Duplex): void {
  const code =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? 'RequestHeaderSectionTooLarge'
      : error.code === 'HPE_INVALID_EOF_STATE'
        ? 'IncompleteBody'
        : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
          ? 'RequestTimeout'
          : 'BadRequest';
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const refusal = new S3Error(code);
  const id = randomBytes(8).toString('hex').toUpperCase();
  const body = errorDocument(refusal, '', id);
  const head = [
    `HTTP/1.1 ${refusal.status} Bad Request`,
    'Content-Type: application/xml',
    `Content-Length: ${Buffer.byteLength(body)}`,
    `x-amz-request-id: ${id}`,
    'Connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
}

class Store {
  readonly #buckets: ReadonlyMap<string, readonly CorsRule[] | undefined>;
  readonly #hosts: readonly string[];
  readonly #context: Context;
  readonly #tokens: TokenService;
  readonly #stsCors: readonly CorsRule[];

  constructor(options: StoreOptions) {
    const now = options.now ?? Date.now;
    for (const { name } of options.buckets) {
      if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name)) throw new Error(`"${name}" cannot be the name of a bucket`);
    }
    this.#buckets = new Map(options.buckets.map(({ name, cors }) => [name, cors]));
    this.#hosts = (options.hosts ?? ['s3.localhost', 'localhost']).map((host) => host.toLowerCase());
    const disk = new Disk(options.folder);
    const credentials = new Credentials(options.credentials, disk.key, now);
    this.#context = { disk, credentials, now, region: options.region ?? 'us-east-1' };
    this.#tokens = { identities: new WebIdentities(options.identityProviders ?? [], now), credentials, now };
    this.#stsCors = [{ allowedOrigins: options.stsAllowedOrigins ?? ['*'], allowedMethods: ['POST'], allowedHeaders: ['*'] }];
  }

  /** To be called when nothing is being served any more. */
  close(): Promise<void> {
    return this.#context.disk.close();
  }

  /** Answers one request. Never rejects. */
  async serve(message: IncomingMessage, response: ServerResponse, awaitsContinue: boolean): Promise<void> {
    // A broken connection is noticed where the body is read; without listeners these would end the process.
    message.on('error', () => undefined);
    response.on('error', () => undefined);
    let request: S3Request | undefined;
    try {
      request = new S3Request(message, response, this.#hosts, this.#buckets, awaitsContinue);
      await this.#answer(request);
    } catch (error) {
      await this.#refuse(error, message, response, request).catch(() => response.destroy());
    }
  }

  async #answer(request: S3Request): Promise<void> {
    const { bucket, method, headers, response } = request;
    setIds(response, request.id);
    const rules = bucket === undefined ? this.#stsCors : this.#buckets.get(bucket);
    if (method === 'OPTIONS') {
      await request.drain();
      answer(response, 200, preflightHeaders(rules, headers));
      return;
    }
    // Set now so that errors carry them too: a page could not read its reason otherwise.
    for (const [name, value] of Object.entries(corsHeaders(rules, headers.get('origin'), method))) response.setHeader(name, value);
    if (bucket !== undefined) await runOperation(this.#context, request, bucket, this.#buckets.has(bucket));
    else if (method === 'POST' && isForm(request)) await answerTokenService(this.#tokens, request);
    else
      throw method === 'GET'
        ? new S3Error('NotImplemented')
        : new S3Error('MethodNotAllowed', undefined, { Method: method, ResourceType: 'SERVICE' });
  }

  async #refuse(error: unknown, message: IncomingMessage, response: ServerResponse, request: S3Request | undefined): Promise<void> {
    if (response.headersSent || response.destroyed) {
      response.destroy();
      return;
    }
    if (!(error instanceof S3Error)) console.error('S3 store:', error);
    const refusal = error instanceof S3Error ? error : new S3Error('InternalError');
    const id = request?.id ?? randomBytes(8).toString('hex').toUpperCase();
    if (!request) setIds(response, id);
    if (request) await request.drain();
    else message.resume();
    answerError(response, refusal, request?.rawPath ?? '', id);
  }
}

function isForm(request: S3Request): boolean {
  return /^application\/x-www-form-urlencoded\s*(?:;|$)/i.test(request.headers.get('content-type') ?? '');
}
