/**
 * A proxy that breaks things on purpose. It stands between a page and a real server, passes everything on unchanged (the Host header
 * too, so that signatures stay valid), writes down what it saw, and lets a test say what shall go wrong with which request.
 */
import { once } from 'node:events';
import http from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { Transform } from 'node:stream';
import type { TransformCallback } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Fault, FaultMatch } from './faults.js';

/** One request that the proxy saw. */
export interface SeenRequest {
  readonly method: string;
  /** Path and query, as sent. */
  readonly path: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** The beginning of the body (16 KiB), read as UTF-8. */
  bodyStart: string;
  /** Bytes of the body that arrived. */
  requestBytes: number;
  /** What was answered, or 0 where the connection ended without. */
  status: number;
  /** The beginning of the answer's body (4 KiB), read as UTF-8. */
  answerStart: string;
  /** Bytes of the answer's body that were passed back. */
  responseBytes: number;
  /** Milliseconds since 1970. `endedAt` is 0 as long as the request is going on. */
  readonly startedAt: number;
  endedAt: number;
  /** The kind of fault that happened to it. */
  fault?: string;
}

/** What the proxy has seen since the log was last cleared. */
export interface ProxyLog {
  readonly requests: readonly SeenRequest[];
  /** The most requests that were going on at once, preflights not counted. */
  readonly maxParallel: number;
}

/** A running proxy. */
export interface FaultProxy {
  /** Such as `http://127.0.0.1:40123`. */
  readonly origin: string;
  /** Replaces the script of faults. */
  setFaults(faults: readonly Fault[]): void;
  log(): ProxyLog;
  /** Cuts every connection and refuses new ones, until {@link accept}. */
  refuse(): Promise<void>;
  accept(): Promise<void>;
  /** Forgets the log, the faults and their counts, and comes back at once if it was gone. */
  reset(): Promise<void>;
  close(): Promise<void>;
}

interface Counted {
  readonly fault: Fault;
  met: number;
  hits: number;
  firstHit: number;
  readonly line: SlowLine | undefined;
}

const HOP_BY_HOP = new Set(['connection', 'keep-alive', 'proxy-connection', 'te', 'trailer', 'transfer-encoding', 'upgrade']);
const BODY_START = 16 * 1024;
const ANSWER_START = 4 * 1024;
const MATCHED_BODY = 4 * 1024;

/**
 * Starts a proxy on a free port of 127.0.0.1.
 * @param target where to pass requests on to, such as `http://127.0.0.1:8081`; asked for each request, so the server behind may move
 */
export async function startFaultProxy(target: () => string): Promise<FaultProxy> {
  const sockets = new Set<Socket>();
  let script: Counted[] = [];
  let seen: SeenRequest[] = [];
  let parallel = 0;
  let maxParallel = 0;
  let comeback: NodeJS.Timeout | undefined;
  const agent = new http.Agent({ keepAlive: true });

  const server = http.createServer({ requestTimeout: 0, headersTimeout: 0, keepAliveTimeout: 60_000 }, (request, response) => {
    void carry(request, response).catch(() => request.socket.destroy());
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
  });
  // What is not HTTP gets no answer either.
  server.on('clientError', (_error, socket) => socket.destroy());
  const listen = async (port: number): Promise<void> => {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
  };
  await listen(0);
  const { port } = server.address() as AddressInfo;

  async function carry(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const entry = note(request);
    const real = entry.method !== 'OPTIONS';
    if (real) maxParallel = Math.max(maxParallel, ++parallel);
    const ended = once(response, 'close').then(() => {
      entry.endedAt = Date.now();
      if (real) parallel--;
    });
    try {
      const start = script.some(({ fault }) => fault.match?.body !== undefined) ? await peek(request, MATCHED_BODY) : '';
      const counted = pick(entry, start);
      if (counted) entry.fault = counted.fault.kind;
      await serve(request, response, entry, counted);
    } finally {
      await ended;
    }
  }

  function note(request: IncomingMessage): SeenRequest {
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
    seen.push(entry);
    return entry;
  }

  /** The first fault that fits, once it has skipped what it is to skip, as long as it has not run out. */
  function pick(entry: SeenRequest, bodyStart: string): Counted | undefined {
    for (const counted of script) {
      const { fault } = counted;
      if (!fits(fault.match, entry, bodyStart)) continue;
      if (counted.met++ < (fault.skip ?? 0)) continue;
      const times = fault.times ?? (fault.forMs !== undefined || fault.kind === 'slow' ? Infinity : 1);
      const over = fault.forMs !== undefined && counted.hits > 0 && Date.now() > counted.firstHit + fault.forMs;
      if (over || counted.hits >= times) continue;
      if (counted.hits++ === 0) counted.firstHit = Date.now();
      return counted;
    }
    return undefined;
  }

  async function serve(
    request: IncomingMessage,
    response: ServerResponse,
    entry: SeenRequest,
    counted: Counted | undefined,
  ): Promise<void> {
    const fault = counted?.fault;
    const line = counted?.line;
    if (fault?.kind === 'gone') {
      clearTimeout(comeback);
      comeback = setTimeout(() => void accept(), fault.ms);
      await refuse();
      return;
    }
    if (fault?.kind === 'answer') {
      if (!fault.early) await drain(request, entry);
      answer(fault, request, response, entry);
      if (fault.early) await drain(request, entry);
      return;
    }
    if (fault?.kind === 'silent' && !fault.forward) {
      await drain(request, entry);
      return;
    }

    const { hostname, port: targetPort } = new URL(target());
    const onward = http.request({
      agent,
      host: hostname,
      port: targetPort,
      method: entry.method,
      path: entry.path,
      headers: endToEnd(request.rawHeaders),
      setHost: false,
    });
    // A client that gives up takes its request to the server with it.
    response.on('close', () => onward.destroy());
    const answered = new Promise<IncomingMessage>((resolve, reject) => {
      onward.on('response', resolve);
      onward.on('error', reject);
      onward.on('close', () => reject(new Error('The server closed the connection.')));
    });
    const cut = fault?.kind === 'cutRequest' ? fault.afterBytes : Infinity;
    const meter = new Meter(cut, line, (chunk) => noteBody(entry, chunk));
    meter.on('error', () => request.socket.destroy());
    // Not a pipeline: a server may answer, and even close, before it has read everything, and a pipeline would then cut the client off
    // before it has the answer.
    onward.on('close', () => {
      request.unpipe(meter);
      request.resume();
    });
    request.pipe(meter).pipe(onward);

    let reply: IncomingMessage;
    try {
      reply = await answered;
    } catch {
      request.socket.destroy();
      return;
    }
    reply.on('error', () => response.destroy());
    if (fault?.kind === 'silent') {
      entry.status = 0;
      reply.resume();
      return;
    }
    if (fault?.kind === 'delay') await pause(fault.ms, response);
    if (fault?.kind === 'cutResponse' && fault.afterBytes < 0) {
      request.socket.destroy();
      return;
    }
    const dropped = fault?.kind === 'dropHeaders' ? fault.headers : [];
    const kept = endToEnd(
      reply.rawHeaders,
      (name) => !dropped.some((drop) => drop === name || (drop.endsWith('*') && name.startsWith(drop.slice(0, -1)))),
    );
    if (response.destroyed) return;
    entry.status = reply.statusCode ?? 0;
    response.writeHead(entry.status, reply.statusMessage, kept);
    response.flushHeaders();
    const responseCut = fault?.kind === 'cutResponse' ? fault.afterBytes : Infinity;
    await pipeline(reply, new Meter(responseCut, line, (chunk) => noteAnswer(entry, chunk)), response);
  }

  /** Cuts every connection and refuses new ones, until it is told to accept them. */
  async function refuse(): Promise<void> {
    if (!server.listening) return;
    server.close();
    for (const socket of sockets) socket.destroy();
    await once(server, 'close');
  }

  async function accept(): Promise<void> {
    clearTimeout(comeback);
    comeback = undefined;
    if (!server.listening) await listen(port);
  }

  return {
    origin: `http://127.0.0.1:${port}`,
    setFaults(faults) {
      script = faults.map((fault) => ({
        fault,
        met: 0,
        hits: 0,
        firstHit: 0,
        line: fault.kind === 'slow' ? new SlowLine(fault.bytesPerSecond) : undefined,
      }));
    },
    log: () => ({ requests: seen, maxParallel }),
    async reset() {
      script = [];
      seen = [];
      maxParallel = parallel;
      await accept();
    },
    refuse,
    accept,
    async close() {
      clearTimeout(comeback);
      await refuse();
      agent.destroy();
    },
  };
}

function fits(match: FaultMatch | undefined, entry: SeenRequest, bodyStart: string): boolean {
  if (match?.method ? match.method !== entry.method : entry.method === 'OPTIONS') return false;
  if (match?.path !== undefined && !new RegExp(match.path).test(entry.path)) return false;
  return match?.body === undefined || new RegExp(match.body).test(bodyStart);
}

function answer(fault: Extract<Fault, { kind: 'answer' }>, request: IncomingMessage, response: ServerResponse, entry: SeenRequest): void {
  if (response.destroyed) return;
  const { origin } = request.headers;
  if (fault.cors !== false && origin) {
    response.setHeader('Access-Control-Allow-Origin', origin);
    response.setHeader('Access-Control-Allow-Credentials', 'true');
    response.setHeader('Access-Control-Expose-Headers', ['ETag', ...Object.keys(fault.headers ?? {})].join(', '));
    response.setHeader('Vary', 'Origin');
  }
  entry.status = fault.status;
  noteAnswer(entry, Buffer.from(fault.body ?? ''));
  response.writeHead(fault.status, fault.headers).end(fault.body ?? '');
}

/** Reads a body to its end for nobody. Resolves early where the client goes away. */
async function drain(request: IncomingMessage, entry: SeenRequest): Promise<void> {
  request.on('data', (chunk: Buffer) => noteBody(entry, chunk));
  if (request.complete && request.readableLength === 0 && request.readableEnded) return;
  await Promise.race([once(request, 'end'), once(request, 'close')]).catch(() => undefined);
}

/** The beginning of a body, which stays to be read. */
async function peek(request: IncomingMessage, bytes: number): Promise<string> {
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

function noteBody(entry: SeenRequest, chunk: Buffer): void {
  if (entry.requestBytes < BODY_START) entry.bodyStart += chunk.subarray(0, BODY_START - entry.requestBytes).toString('utf8');
  entry.requestBytes += chunk.length;
}

function noteAnswer(entry: SeenRequest, chunk: Buffer): void {
  if (entry.responseBytes < ANSWER_START) entry.answerStart += chunk.subarray(0, ANSWER_START - entry.responseBytes).toString('utf8');
  entry.responseBytes += chunk.length;
}

/** Headers that belong to the message and not to one connection, in order and spelling, as pairs one after the other. */
function endToEnd(raw: readonly string[], keep: (name: string) => boolean = () => true): string[] {
  const headers: string[] = [];
  for (let index = 0; index < raw.length; index += 2) {
    const [name = '', value = ''] = [raw[index], raw[index + 1]];
    if (!HOP_BY_HOP.has(name.toLowerCase()) && keep(name.toLowerCase())) headers.push(name, value);
  }
  return headers;
}

/** Resolves after a while, or as soon as nobody waits for the answer any more. */
async function pause(ms: number, response: ServerResponse): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, ms);
    response.on('close', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

/** A line that lets so many bytes pass in a second, whoever sends them. */
class SlowLine {
  #free = 0;
  constructor(readonly bytesPerSecond: number) {}

  /** Milliseconds until these bytes are through. */
  take(bytes: number): number {
    const now = performance.now();
    this.#free = Math.max(now, this.#free) + (bytes / this.bytesPerSecond) * 1000;
    return this.#free - now;
  }
}

/** Passes bytes on, tells about them, makes them wait for a slow line, and fails once `limit` of them are through. */
class Meter extends Transform {
  #passed = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    readonly limit: number,
    readonly line: SlowLine | undefined,
    readonly tell: (chunk: Buffer) => void,
  ) {
    // A slow line with a deep buffer would look fast at its beginning.
    super(line ? { highWaterMark: 16 * 1024 } : {});
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    const passed = chunk.subarray(0, Math.max(0, this.limit - this.#passed));
    this.#passed += passed.length;
    this.tell(passed);
    const over = this.#passed >= this.limit;
    const finish = (): void => {
      if (!over) {
        done(null, passed);
        return;
      }
      this.push(passed);
      // One turn later, so that the bytes are on their way before the connection goes.
      setImmediate(() => done(new Error('cut by the test')));
    };
    if (this.line) this.#timer = setTimeout(finish, this.line.take(passed.length));
    else finish();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    clearTimeout(this.#timer);
    done(error);
  }
}
