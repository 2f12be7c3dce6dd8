/**
 * The demo's traditional endpoint in a separate process that can be killed at any time.
 *
 * This file is also the program of that process. It reads PORT and FOLDER from the environment and prints its port when it listens.
 */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { createTraditionalEndpoint } from '../../demo/servers/node/traditional-endpoint.mjs';
import type { Stoppable } from '../servers/local-server.js';
import { root } from '../tools/root.mjs';

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
  let child: ChildProcess | undefined;
  let port = '0';
  const kill = (): void => void child?.kill('SIGKILL');

  async function start(): Promise<void> {
    if (child) return;
    const started = spawn(process.execPath, ['--import', 'tsx', program], {
      cwd: root,
      env: { ...process.env, PORT: port, FOLDER: folder },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    child = started;
    process.once('exit', kill);
    port = await new Promise<string>((resolve, reject) => {
      createInterface(started.stdout).once('line', resolve);
      started.once('exit', (code) => reject(new Error(`The endpoint ended with ${code} before it listened.`)));
    });
  }

  async function stop(): Promise<void> {
    if (!child) return;
    const ended = once(child, 'exit');
    kill();
    await ended;
    process.removeListener('exit', kill);
    child = undefined;
  }

  await start();
  const uploads = `http://127.0.0.1:${port}/uploads`;
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
