/**
 * The few lines of HTTP that the demo's servers share: a handler that may decline, answers in JSON, CORS, bodies with a limit.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';

/**
 * Answers a request, or declines it by resolving to false so that the next handler may look at it.
 * A handler never rejects for something that a client can cause.
 */
export type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<boolean>;

/** A refusal that the client is told about: its status, and what goes into the JSON body besides `error`. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly extra: Readonly<Record<string, boolean>> = {},
  ) {
    super(message);
  }
}

/** Who may talk to a server from another origin. */
export interface Cors {
  /** `'*'`, or origins such as `https://www.example.com`. */
  readonly origins: '*' | readonly string[];
  readonly methods: readonly string[];
  /** Request headers a page may send; `'*'` allows whatever the preflight asks for. */
  readonly headers: '*' | readonly string[];
  /** Whether cookies may come along. Default false. */
  readonly credentials?: boolean;
  /** How long (seconds) a browser may remember the preflight's answer. Default: not said, 5 seconds in most browsers. */
  readonly maxAgeSeconds?: number;
}

/**
 * Sets the CORS headers of an answer, and answers preflights. Returns true where the request is answered already: a preflight, or a
 * page of another origin that no rule lets in (403, so that nobody's page can make a visitor upload or delete).
 */
export function answerCors(request: IncomingMessage, response: ServerResponse, cors: Cors | undefined): boolean {
  const origin = request.headers.origin;
  const allowed = cors !== undefined && origin !== undefined && (cors.origins === '*' || cors.origins.includes(origin));
  if (allowed) {
    const anyone = cors.origins === '*' && !cors.credentials;
    response.setHeader('Access-Control-Allow-Origin', anyone ? '*' : origin);
    if (!anyone) response.setHeader('Vary', 'Origin');
    if (cors.credentials) response.setHeader('Access-Control-Allow-Credentials', 'true');
  }
  if (request.method === 'OPTIONS') {
    if (allowed) {
      const headers = cors.headers === '*' ? request.headers['access-control-request-headers'] : cors.headers.join(', ');
      response.setHeader('Access-Control-Allow-Methods', cors.methods.join(', '));
      if (headers) response.setHeader('Access-Control-Allow-Headers', headers);
      if (cors.maxAgeSeconds !== undefined) response.setHeader('Access-Control-Max-Age', String(cors.maxAgeSeconds));
    }
    response.writeHead(allowed ? 204 : 403).end();
    return true;
  }
  const foreign = ['cross-site', 'same-site'].includes(String(request.headers['sec-fetch-site']));
  if (foreign && !allowed && request.method !== 'GET' && request.method !== 'HEAD') {
    sendJson(response, 403, { error: 'Pages of this origin may not use this server.' });
    return true;
  }
  return false;
}

/** Answers with JSON. Answers of an upload server are never to be stored. */
export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  if (response.headersSent || response.destroyed) return;
  response.writeHead(status, {
    'Content-Type': 'application/json; charset=utf-8',
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
  });
  response.end(JSON.stringify(body));
}

/**
 * Turns whatever a handler threw into an answer: a {@link Refusal} in its own words, anything else as a 500 that keeps its secrets.
 * `log` gets what is not the client's fault.
 */
export function sendFailure(request: IncomingMessage, response: ServerResponse, error: unknown, log: (line: string) => void): void {
  // Bytes still on their way are read and dropped: a connection that is closed on a browser which is still sending shows the page
  // "network error" instead of the answer.
  request.unpipe();
  request.resume();
  if (error instanceof Refusal) {
    sendJson(response, error.status, { success: false, error: error.message, ...error.extra });
    return;
  }
  if (request.destroyed && !request.complete) return; // the client went away: there is nobody to tell, and nothing is wrong here
  log(`${String(request.method)} ${pathOf(request)}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  const full = error instanceof Error && 'code' in error && error.code === 'ENOSPC';
  sendJson(response, full ? 507 : 500, { success: false, error: full ? 'The server has no room left.' : 'The server failed.' });
}

/** The path of a request, without its query and still escaped. */
export function pathOf(request: IncomingMessage): string {
  return (request.url ?? '/').split('?', 1)[0] ?? '/';
}

/** The query of a request. */
export function queryOf(request: IncomingMessage): URLSearchParams {
  const url = request.url ?? '/';
  const mark = url.indexOf('?');
  return new URLSearchParams(mark < 0 ? '' : url.slice(mark + 1));
}

/**
 * The whole body of a request as text.
 * @throws {Refusal} 413 where it is longer than `limit` bytes.
 */
export async function readText(request: IncomingMessage, limit: number): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > limit) throw new Refusal(413, 'The request is too long.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
