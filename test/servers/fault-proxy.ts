/**
 * A proxy that injects faults. It forwards requests and responses between a page and a real server unchanged (including the Host header, so that
 * signatures stay valid), records them, and applies the faults that a test sets.
 */
import { once } from 'node:events';
import http from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { Transform } from 'node:stream';
import type { TransformCallback } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Fault, FaultKind, FaultMatch } from './faults.js';

/** A request that the proxy has recorded. */
export interface SeenRequest {
  readonly method: string;
  /** Path and query, as sent. */
  readonly path: string;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  /** The first 16 KiB of the body, decoded as UTF-8. */
  bodyStart: string;
  /** Number of received bytes of the body. */
  requestBytes: number;
  /** Status of the response, or 0 if the connection ended without one. */
  status: number;
  /** The first 4 KiB of the response's body, decoded as UTF-8. */
  answerStart: string;
  /** Number of bytes of the response's body that were sent. */
  responseBytes: number;
  /** Times in ms since 1970. `endedAt` is 0 while the request is running. */
  readonly startedAt: number;
  endedAt: number;
  /** Kind of the fault that was applied. */
  fault?: string;
}

/** The requests since the last reset. */
export interface ProxyLog {
  readonly requests: readonly SeenRequest[];
  /** Maximum number of concurrent requests, without preflights. */
  readonly maxParallel: number;
}

/** A running proxy. */
export interface FaultProxy {
  /** Such as `http://127.0.0.1:40123`. */
  readonly origin: string;
  /** Replaces the list of faults. */
  setFaults(faults: readonly Fault[]): void;
  log(): ProxyLog;
  /** Closes all connections and refuses new ones until {@link accept} is called. */
  refuse(): Promise<void>;
  accept(): Promise<void>;
  /** Clears the log and the faults, and accepts connections again. */
  reset(): Promise<void>;
  close(): Promise<void>;
}

/** Functions that choose faults by the request, in place of a list, and that follow the requests. */
export interface ProxyHooks {
  /**
   * Returns the fault for a request, if any. Not called for requests that a fault of the list applies to.
   * @param bodyStart - the first 4 KiB of the body, decoded as UTF-8
   */
  chooseFault?(request: SeenRequest, bodyStart: string): FaultKind | undefined;
  /** Called when a request has ended. */
  ended?(request: SeenRequest): void;
}

interface FaultState {
  readonly fault: Fault;
  matches: number;
  hits: number;
  firstHitAt: number;
  readonly limiter: BandwidthLimiter | undefined;
}

const HOP_BY_HOP = new Set(['connection', 'keep-alive', 'proxy-connection', 'te', 'trailer', 'transfer-encoding', 'upgrade']);
const MAX_RECORDED_REQUEST_BYTES = 16 * 1024;
const MAX_RECORDED_RESPONSE_BYTES = 4 * 1024;
const MAX_MATCHED_BODY_BYTES = 4 * 1024;

/**
 * Starts a proxy on a free port of 127.0.0.1.
 * @param target - returns the origin of the server, such as `http://127.0.0.1:8081`. Called for each request, because the port may change
 */
export async function startFaultProxy(target: () => string, hooks: ProxyHooks = {}): Promise<FaultProxy> {
  const sockets = new Set<Socket>();
  let script: FaultState[] = [];
  let requests: SeenRequest[] = [];
  let active = 0;
  let maxParallel = 0;
  let restartTimer: NodeJS.Timeout | undefined;
  const agent = new http.Agent({ keepAlive: true });

  const server = http.createServer({ requestTimeout: 0, headersTimeout: 0, keepAliveTimeout: 60_000 }, (request, response) => {
    void handleRequest(request, response).catch(() => request.socket.destroy());
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
  });
  // Requests that are not HTTP get no response.
  server.on('clientError', (_error, socket) => socket.destroy());
  const listen = async (port: number): Promise<void> => {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
  };
  await listen(0);
  const { port } = server.address() as AddressInfo;

  async function handleRequest(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const entry = recordRequest(request);
    const isCounted = entry.method !== 'OPTIONS';
    if (isCounted) maxParallel = Math.max(maxParallel, ++active);
    const ended = once(response, 'close').then(() => {
      entry.endedAt = Date.now();
      if (isCounted) active--;
      hooks.ended?.(entry);
    });
    try {
      const readsBody = hooks.chooseFault !== undefined || script.some(({ fault }) => fault.match?.body !== undefined);
      const start = readsBody ? await peekBody(request, MAX_MATCHED_BODY_BYTES) : '';
      // The client may have gone meanwhile, and nothing would end the request to the server.
      if (response.destroyed) return;
      const chosen = selectFault(entry, start) ?? hooks.chooseFault?.(entry, start);
      const state = chosen && 'fault' in chosen ? chosen : chosen && createState(chosen);
      if (state) entry.fault = state.fault.kind;
      await applyFault(request, response, entry, state);
    } finally {
      await ended;
    }
  }

  function recordRequest(request: IncomingMessage): SeenRequest {
    const headers: Record<string, string> = {};
    for (const [name, value] of Object.entries(request.headers)) headers[name] = Array.isArray(value) ? value.join(', ') : (value ?? '');
    const entry: SeenRequest = {
      method: request.method ?? '',
      path: request.url ?? '',
      headers,
      bodyStart: '',
      requestBytes: 0,
      status: 0,
      answerStart: '',
      responseBytes: 0,
      startedAt: Date.now(),
      endedAt: 0,
    };
    requests.push(entry);
    return entry;
  }

  /** Returns the first matching fault that is neither skipping requests nor used up, and counts the hit. */
  function selectFault(entry: SeenRequest, bodyStart: string): FaultState | undefined {
    for (const state of script) {
      const { fault } = state;
      if (!matches(fault.match, entry, bodyStart)) continue;
      if (state.matches++ < (fault.skip ?? 0)) continue;
      const times = fault.times ?? (fault.forMs !== undefined || fault.kind === 'slow' ? Infinity : 1);
      const expired = fault.forMs !== undefined && state.hits > 0 && Date.now() > state.firstHitAt + fault.forMs;
      if (expired || state.hits >= times) continue;
      if (state.hits++ === 0) state.firstHitAt = Date.now();
      return state;
    }
    return undefined;
  }

  async function applyFault(
    request: IncomingMessage,
    response: ServerResponse,
    entry: SeenRequest,
    state: FaultState | undefined,
  ): Promise<void> {
    const fault = state?.fault;
    const limiter = state?.limiter;
    if (fault?.kind === 'reset') {
      request.socket.destroy();
      return;
    }
    if (fault?.kind === 'gone') {
      clearTimeout(restartTimer);
      restartTimer = setTimeout(() => void accept(), fault.ms);
      await refuse();
      return;
    }
    if (fault?.kind === 'answer') {
      if (!fault.early) await discardBody(request, entry);
      respondWithFault(fault, request, response, entry);
      if (fault.early) await discardBody(request, entry);
      return;
    }
    if (fault?.kind === 'silent' && !fault.forward) {
      await discardBody(request, entry);
      return;
    }

    const { hostname, port: targetPort } = new URL(target());
    const upstreamRequest = http.request({
      agent,
      host: hostname,
      port: targetPort,
      method: entry.method,
      path: entry.path,
      headers: endToEndHeaders(request.rawHeaders),
      setHost: false,
    });
    // If the client aborts, the request to the server is aborted too.
    response.on('close', () => upstreamRequest.destroy());
    const answered = new Promise<IncomingMessage>((resolve, reject) => {
      upstreamRequest.on('response', resolve);
      upstreamRequest.on('error', reject);
      upstreamRequest.on('close', () => reject(new Error('The server closed the connection.')));
    });
    const cut = fault?.kind === 'cutRequest' ? fault.afterBytes : Infinity;
    const stall = fault?.kind === 'stallRequest' ? fault.afterBytes : Infinity;
    const meter = new Meter(cut, limiter, (chunk) => recordRequestBody(entry, chunk), stall);
    meter.on('error', () => request.socket.destroy());
    // Not `pipeline`: a server may respond and close the connection before it has read everything, and `pipeline` would then close the client's
    // connection before the response is sent.
    upstreamRequest.on('close', () => {
      request.unpipe(meter);
      request.resume();
    });
    request.pipe(meter).pipe(upstreamRequest);

    let upstreamResponse: IncomingMessage;
    try {
      upstreamResponse = await answered;
    } catch {
      request.socket.destroy();
      return;
    }
    upstreamResponse.on('error', () => response.destroy());
    if (fault?.kind === 'silent') {
      entry.status = 0;
      upstreamResponse.resume();
      return;
    }
    if (fault?.kind === 'delay') await delayResponse(fault.ms, response);
    if (fault?.kind === 'cutResponse' && fault.afterBytes < 0) {
      request.socket.destroy();
      return;
    }
    const dropped = fault?.kind === 'dropHeaders' ? fault.headers : [];
    const headers = endToEndHeaders(
      upstreamResponse.rawHeaders,
      (name) => !dropped.some((drop) => drop === name || (drop.endsWith('*') && name.startsWith(drop.slice(0, -1)))),
    );
    if (response.destroyed) return;
    entry.status = upstreamResponse.statusCode ?? 0;
    response.writeHead(entry.status, upstreamResponse.statusMessage, headers);
    response.flushHeaders();
    const responseCut = fault?.kind === 'cutResponse' ? fault.afterBytes : Infinity;
    await pipeline(upstreamResponse, new Meter(responseCut, limiter, (chunk) => recordResponseBody(entry, chunk)), response);
  }

  /** Closes all connections and refuses new ones until `accept` is called. */
  async function refuse(): Promise<void> {
    if (!server.listening) return;
    server.close();
    for (const socket of sockets) socket.destroy();
    await once(server, 'close');
  }

  async function accept(): Promise<void> {
    clearTimeout(restartTimer);
    restartTimer = undefined;
    if (!server.listening) await listen(port);
  }

  return {
    origin: `http://127.0.0.1:${port}`,
    setFaults(faults) {
      script = faults.map(createState);
    },
    log: () => ({ requests, maxParallel }),
    async reset() {
      script = [];
      requests = [];
      maxParallel = active;
      await accept();
    },
    refuse,
    accept,
    async close() {
      clearTimeout(restartTimer);
      await refuse();
      agent.destroy();
    },
  };
}

function createState(fault: Fault): FaultState {
  const limiter = fault.kind === 'slow' ? new BandwidthLimiter(fault.bytesPerSecond) : undefined;
  return { fault, matches: 0, hits: 0, firstHitAt: 0, limiter };
}

function matches(match: FaultMatch | undefined, entry: SeenRequest, bodyStart: string): boolean {
  if (match?.method ? match.method !== entry.method : entry.method === 'OPTIONS') return false;
  if (match?.path !== undefined && !new RegExp(match.path).test(entry.path)) return false;
  return match?.body === undefined || new RegExp(match.body).test(bodyStart);
}

function respondWithFault(
  fault: Extract<Fault, { kind: 'answer' }>,
  request: IncomingMessage,
  response: ServerResponse,
  entry: SeenRequest,
): void {
  if (response.destroyed) return;
  const { origin } = request.headers;
  if (fault.cors !== false && origin) {
    response.setHeader('Access-Control-Allow-Origin', origin);
    response.setHeader('Access-Control-Allow-Credentials', 'true');
    response.setHeader('Access-Control-Expose-Headers', ['ETag', ...Object.keys(fault.headers ?? {})].join(', '));
    response.setHeader('Vary', 'Origin');
  }
  entry.status = fault.status;
  recordResponseBody(entry, Buffer.from(fault.body ?? ''));
  response.writeHead(fault.status, fault.headers).end(fault.body ?? '');
}

/** Reads and discards a body. Resolves early if the client disconnects. */
async function discardBody(request: IncomingMessage, entry: SeenRequest): Promise<void> {
  request.on('data', (chunk: Buffer) => recordRequestBody(entry, chunk));
  if (request.complete && request.readableLength === 0 && request.readableEnded) return;
  await Promise.race([once(request, 'end'), once(request, 'close')]).catch(() => undefined);
}

/** Reads the beginning of a body without consuming it. */
async function peekBody(request: IncomingMessage, bytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  while (length < bytes && !request.readableEnded && !request.destroyed) {
    const chunk = request.read() as Buffer | null;
    if (chunk) {
      chunks.push(chunk);
      length += chunk.length;
    } else if (request.complete) {
      break;
    } else {
      await Promise.race([once(request, 'readable'), once(request, 'end'), once(request, 'close')]).catch(() => undefined);
    }
  }
  const body = Buffer.concat(chunks);
  if (body.length > 0) request.unshift(body);
  return body.subarray(0, bytes).toString('utf8');
}

function recordRequestBody(entry: SeenRequest, chunk: Buffer): void {
  if (entry.requestBytes < MAX_RECORDED_REQUEST_BYTES)
    entry.bodyStart += chunk.subarray(0, MAX_RECORDED_REQUEST_BYTES - entry.requestBytes).toString('utf8');
  entry.requestBytes += chunk.length;
}

function recordResponseBody(entry: SeenRequest, chunk: Buffer): void {
  if (entry.responseBytes < MAX_RECORDED_RESPONSE_BYTES)
    entry.answerStart += chunk.subarray(0, MAX_RECORDED_RESPONSE_BYTES - entry.responseBytes).toString('utf8');
  entry.responseBytes += chunk.length;
}

/** Returns the end-to-end headers, without hop-by-hop headers, in their original order and case, as alternating names and values. */
function endToEndHeaders(raw: readonly string[], keep: (name: string) => boolean = () => true): string[] {
  const headers: string[] = [];
  for (let index = 0; index < raw.length; index += 2) {
    const [name = '', value = ''] = [raw[index], raw[index + 1]];
    if (!HOP_BY_HOP.has(name.toLowerCase()) && keep(name.toLowerCase())) headers.push(name, value);
  }
  return headers;
}

/** Resolves after `ms`, or when the client disconnects. */
async function delayResponse(ms: number, response: ServerResponse): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, ms);
    response.on('close', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

/** Limits the bandwidth that several requests share. */
class BandwidthLimiter {
  #free = 0;
  constructor(readonly bytesPerSecond: number) {}

  /** Reserves bandwidth for a number of bytes. Returns the ms until they may be sent. */
  reserve(bytes: number): number {
    const now = performance.now();
    this.#free = Math.max(now, this.#free) + (bytes / this.bytesPerSecond) * 1000;
    return this.#free - now;
  }
}

/** Forwards bytes, reports each chunk, applies the bandwidth limit, fails after `limit` bytes, and stops without a word after `stall` bytes. */
class Meter extends Transform {
  #passed = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    readonly limit: number,
    readonly limiter: BandwidthLimiter | undefined,
    readonly onChunk: (chunk: Buffer) => void,
    readonly stall = Infinity,
  ) {
    // A large buffer would make a slow connection look fast at the beginning.
    super(limiter ? { highWaterMark: 16 * 1024 } : {});
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    const passed = chunk.subarray(0, Math.max(0, Math.min(this.limit, this.stall) - this.#passed));
    this.#passed += passed.length;
    this.onChunk(passed);
    if (this.#passed >= this.stall) {
      this.push(passed);
      return;
    }
    const limitReached = this.#passed >= this.limit;
    const finish = (): void => {
      if (!limitReached) {
        done(null, passed);
        return;
      }
      this.push(passed);
      // In the next turn, so that the bytes are sent before the connection is closed.
      setImmediate(() => done(new Error('closed by the test')));
    };
    if (this.limiter) this.#timer = setTimeout(finish, this.limiter.reserve(passed.length));
    else finish();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    clearTimeout(this.#timer);
    done(error);
  }
}
