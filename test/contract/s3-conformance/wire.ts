import { connect } from 'node:net';
import { request } from 'node:http';
import type { Target } from './target.js';

/** A signed request as it is sent. Cases change parts of it to check that the store rejects it. */
export interface WireRequest {
  method: string;
  /** Percent-encoded path and query. */
  path: string;
  headers: Record<string, string>;
  body?: Buffer | string;
}

/** A response. */
export interface WireResponse {
  status: number;
  /** By lower-case name. Repeated headers are joined with a comma. */
  headers: Record<string, string>;
  body: Buffer;
}

const TIMEOUT_MS = 15_000;

/**
 * Sends a request over a new connection. Adds Host and Content-Length unless the request has them or uses chunked transfer encoding.
 * @throws if the connection breaks before the response is complete, or after 15 s
 */
export function send(target: Pick<Target, 'url'>, wire: WireRequest): Promise<WireResponse> {
  const { hostname, port, host } = new URL(target.url);
  const body = wire.body === undefined ? undefined : Buffer.from(wire.body);
  const names = new Set(Object.keys(wire.headers).map((name) => name.toLowerCase()));
  const headers: Record<string, string> = { ...(names.has('host') ? {} : { Host: host }), ...wire.headers };
  const hasLength = names.has('content-length') || names.has('transfer-encoding');
  if (!hasLength && (body !== undefined || wire.method === 'PUT' || wire.method === 'POST'))
    headers['Content-Length'] = String(body?.length ?? 0);

  return new Promise((resolve, reject) => {
    const outgoing = request({
      hostname,
      port,
      method: wire.method,
      path: wire.path,
      headers,
      agent: false,
      setHost: false,
      timeout: TIMEOUT_MS,
    });
    let answered = false;
    outgoing.once('timeout', () =>
      outgoing.destroy(new Error(`${wire.method} ${wire.path} was not answered within ${TIMEOUT_MS / 1000} s`)),
    );
    // A store may respond and close the connection before it has read the whole body. After the response, this is not an error.
    outgoing.on('error', (error) => answered || reject(error));
    outgoing.once('response', (incoming) => {
      answered = true;
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.once('error', reject);
      incoming.once('end', () => {
        const flat = Object.entries(incoming.headers).map(([name, value]) => [
          name,
          Array.isArray(value) ? value.join(', ') : (value ?? ''),
        ]);
        resolve({
          status: incoming.statusCode ?? 0,
          headers: Object.fromEntries(flat) as Record<string, string>,
          body: Buffer.concat(chunks),
        });
        outgoing.destroy();
      });
    });
    outgoing.end(body);
  });
}

/** Sends the first half of a request's body and closes the connection. Resolves when the store has closed it too, and therefore noticed the interruption. */
export function sendHalf(target: Pick<Target, 'url'>, wire: WireRequest): Promise<void> {
  const { hostname, port, host } = new URL(target.url);
  const body = Buffer.from(wire.body ?? '');
  const headers = { Host: host, 'Content-Length': String(body.length), ...wire.headers };
  const head = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port) });
    socket.setTimeout(TIMEOUT_MS, () => socket.destroy(new Error(`The store did not close the connection within ${TIMEOUT_MS / 1000} s`)));
    // The store may close the connection in any way, but it must have accepted it.
    let connected = false;
    let failure: Error | undefined;
    socket.once('connect', () => (connected = true));
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (!connected || error.code === undefined) failure = error;
    });
    socket.once('close', () => (failure ? reject(failure) : resolve()));
    socket.resume();
    socket.end(
      Buffer.concat([Buffer.from(`${wire.method} ${wire.path} HTTP/1.1\r\n${head.join('')}\r\n`), body.subarray(0, body.length / 2)]),
    );
  });
}
