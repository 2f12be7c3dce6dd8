import { connect } from 'node:net';
import { request } from 'node:http';
import type { Target } from './target.js';

/** A request exactly as it goes over the wire, signature included. Questions change single things in it to see whether the store notices. */
export interface WireRequest {
  method: string;
  /** Percent-encoded path, with the query when there is one. */
  path: string;
  headers: Record<string, string>;
  body?: Buffer | string;
}

/** What came back. */
export interface WireAnswer {
  status: number;
  /** Lower-case names; repeated headers joined with a comma. */
  headers: Record<string, string>;
  body: Buffer;
}

const TIMEOUT_MS = 15_000;

/**
 * Sends a request over a connection of its own. Adds Host and Content-Length unless the request has them or sends itself in chunks.
 * @throws when the connection breaks before a whole answer has come, or 15 s pass
 */
export function send(target: Pick<Target, 'url'>, wire: WireRequest): Promise<WireAnswer> {
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
    // A store may answer before it has taken the whole body, and close. Once the answer is there, that is no failure.
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

/** Sends the first half of a request's body, hangs up, and resolves when the store has hung up too: then it knows that no more comes. */
export function sendHalf(target: Pick<Target, 'url'>, wire: WireRequest): Promise<void> {
  const { hostname, port, host } = new URL(target.url);
  const body = Buffer.from(wire.body ?? '');
  const headers = { Host: host, 'Content-Length': String(body.length), ...wire.headers };
  const head = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port) });
    socket.setTimeout(TIMEOUT_MS, () => socket.destroy(new Error(`The store did not hang up within ${TIMEOUT_MS / 1000} s`)));
    // It may hang up in whatever way it likes, but it has to be there.
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
