/**
 * The demo's traditional endpoint in a separate process that can be killed at any time.
 *
 * This file is also the program of that process. It reads PORT and FOLDER from the environment and prints its port when it listens.
 */
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createTraditionalEndpoint } from '../../demo/servers/node/traditional-endpoint.mjs';
import { startKillableProcess } from '../servers/killable-process.js';
import type { Stoppable } from '../servers/local-server.js';

const program = fileURLToPath(import.meta.url);

/** A server that `stop` kills with SIGKILL. It restarts at the same port with its files. */
export interface KillableServer extends Stoppable {
  /** For `endpoint`. */
  readonly uploads: string;
  /** For `chunking-success-endpoint`. */
  readonly done: string;
  /** Returns the path of a file's content. */
  contentPath(uuid: string): string;
}

/** Starts the demo's endpoint in a separate process on a free port of 127.0.0.1. `folder`: folder for files. */
export async function startKillableEndpoint(folder: string): Promise<KillableServer> {
  const { origin, start, stop } = await startKillableProcess(program, { FOLDER: folder });
  const uploads = `${origin}/uploads`;
  return { uploads, done: `${uploads}/done`, start, stop, contentPath: (uuid) => join(folder, uuid, 'content') };
}

async function listen(): Promise<void> {
  const folder = process.env['FOLDER'] ?? '';
  const handler = await createTraditionalEndpoint({ folder, allowedOrigins: ['*'], authorize: () => 'tester' });
  const server = http.createServer((request, response) => {
    void handler(request, response).then((answered) => {
      if (!answered) response.writeHead(404).end();
    });
  });
  server.listen(Number(process.env['PORT']), '127.0.0.1', () => console.log((server.address() as AddressInfo).port));
}

if (process.argv[1] === program) await listen();
