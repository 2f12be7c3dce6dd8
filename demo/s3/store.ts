/**
 * A small, strict S3 store for the demo and the tests. It is not published and not for production.
 *
 * It supports the requests of browser uploads (PUT, form POST, multipart uploads, reads, CORS, temporary credentials) and rejects the requests that AWS or
 * Ceph rejects, so that clients that work here work there. `operations.ts` lists the supported operations; the others are answered with NotImplemented
 * or MethodNotAllowed.
 */
import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { respond, respondError, errorDocument, setRequestIds } from './responses.js';
import type { StoreContext } from './context.js';
import { corsHeaders, preflightHeaders } from './cors.js';
import { CredentialStore } from './credentials.js';
import { ObjectStorage } from './object-storage.js';
import { S3Error } from './errors.js';
import { runOperation } from './operations.js';
import type { CorsRule, S3Store, StoreOptions } from './options.js';
import { S3Request } from './request.js';
import { handleStsRequest, type StsOptions } from './sts.js';
import { WebIdentityVerifier } from './web-identity.js';

export type { CorsRule, IdentityProvider, Role, S3Store, StoreOptions } from './options.js';

/** Timeout of idle connections, in ms. Longer than any wait in the tests. */
const idleTimeout = 120_000;

/**
 * Starts a store on 127.0.0.1.
 * @throws Error if the port is in use or a bucket's name is invalid
 */
export async function startS3Store(options: StoreOptions): Promise<S3Store> {
  const store = new Store(options);
  const server = createServer({ requireHostHeader: false, requestTimeout: 0, keepAliveTimeout: 65_000 });
  /** The last request of each connection, while it is being handled. */
  const pending = new Map<Duplex, { message: IncomingMessage; work: Promise<void> }>();
  const handle = (expectsContinue: boolean) => (message: IncomingMessage, response: ServerResponse) => {
    const { socket } = message;
    const previous = pending.get(socket)?.work;
    const work = Promise.all([previous, store.handle(message, response, expectsContinue)]).then(() => {
      if (pending.get(socket)?.message === message) pending.delete(socket);
    });
    pending.set(socket, { message, work });
  };
  server.on('request', handle(false));
  server.on('checkContinue', handle(true));
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    const previous = pending.get(socket);
    // Invalid data may follow a complete request, which is answered first.
    if (previous?.message.complete) void previous.work.then(() => rejectConnection(error, socket));
    else rejectConnection(error, socket);
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
    await Promise.all([...pending.values()].map(({ work }) => work));
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

/** Answers data that is not HTTP, if the connection is still writable. */
function rejectConnection(error: NodeJS.ErrnoException, socket: Duplex): void {
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
  const s3Error = new S3Error(code);
  const id = randomBytes(8).toString('hex').toUpperCase();
  const body = errorDocument(s3Error, '', id);
  const head = [
    `HTTP/1.1 ${s3Error.status} Bad Request`,
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
  readonly #context: StoreContext;
  readonly #sts: StsOptions;
  readonly #stsCors: readonly CorsRule[];

  constructor(options: StoreOptions) {
    const now = options.now ?? Date.now;
    for (const { name } of options.buckets) {
      if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name)) throw new Error(`"${name}" is not a valid bucket name`);
    }
    this.#buckets = new Map(options.buckets.map(({ name, cors }) => [name, cors]));
    this.#hosts = (options.hosts ?? ['s3.localhost', 'localhost']).map((host) => host.toLowerCase());
    const storage = new ObjectStorage(options.folder);
    const credentials = new CredentialStore(options.credentials, storage.secretKey, now);
    this.#context = { storage, credentials, now, region: options.region ?? 'us-east-1' };
    this.#sts = { verifier: new WebIdentityVerifier(options.identityProviders ?? [], now), credentials, now };
    this.#stsCors = [{ allowedOrigins: options.stsAllowedOrigins ?? ['*'], allowedMethods: ['POST'], allowedHeaders: ['*'] }];
  }

  /** Must be called after all requests have been handled. */
  close(): Promise<void> {
    return this.#context.storage.close();
  }

  /** Handles one request. Never rejects. */
  async handle(message: IncomingMessage, response: ServerResponse, expectsContinue: boolean): Promise<void> {
    // The reader of the body handles a broken connection; without listeners these errors would end the process.
    message.on('error', () => undefined);
    response.on('error', () => undefined);
    let request: S3Request | undefined;
    try {
      request = new S3Request(message, response, this.#hosts, this.#buckets, expectsContinue);
      await this.#handle(request);
    } catch (error) {
      await this.#handleError(error, message, response, request).catch(() => response.destroy());
    }
  }

  async #handle(request: S3Request): Promise<void> {
    const { bucket, method, headers, response } = request;
    setRequestIds(response, request.id);
    const rules = bucket === undefined ? this.#stsCors : this.#buckets.get(bucket);
    if (method === 'OPTIONS') {
      await request.discardBody();
      respond(response, 200, preflightHeaders(rules, headers));
      return;
    }
    // Set before the operation runs, so that pages can read error responses too.
    for (const [name, value] of Object.entries(corsHeaders(rules, headers.get('origin'), method))) response.setHeader(name, value);
    if (bucket !== undefined) await runOperation(this.#context, request, bucket, this.#buckets.has(bucket));
    else if (method === 'POST' && isForm(request)) await handleStsRequest(this.#sts, request);
    else
      throw method === 'GET'
        ? new S3Error('NotImplemented')
        : new S3Error('MethodNotAllowed', undefined, { Method: method, ResourceType: 'SERVICE' });
  }

  async #handleError(error: unknown, message: IncomingMessage, response: ServerResponse, request: S3Request | undefined): Promise<void> {
    if (response.headersSent || response.destroyed) {
      response.destroy();
      return;
    }
    if (!(error instanceof S3Error)) console.error('S3 store:', error);
    const s3Error = error instanceof S3Error ? error : new S3Error('InternalError');
    const id = request?.id ?? randomBytes(8).toString('hex').toUpperCase();
    if (!request) setRequestIds(response, id);
    if (request) await request.discardBody();
    else message.resume();
    respondError(response, s3Error, request?.rawPath ?? '', id);
  }
}

function isForm(request: S3Request): boolean {
  return /^application\/x-www-form-urlencoded\s*(?:;|$)/i.test(request.headers.get('content-type') ?? '');
}
