/** Runs the PHP endpoint that people copy (demo/servers/php/traditional-endpoint.php) in PHP's own web server, with several workers, for pages of any origin. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { ensureInstalled } from './languages/debian.js';
import type { Stoppable } from './local-server.js';
import { root } from '../tools/sections.mjs';

/** A running PHP server. Its address stays the same when it is stopped and started. */
export interface PhpEndpoint extends Stoppable {
  /** Such as `http://127.0.0.1:40123`; the endpoint is /endpoint.php there. */
  readonly origin: string;
  /** Where the bytes of a whole file are. */
  contentPath(uuid: string): string;
  /** A whole file, or undefined where there is none. */
  find(uuid: string): Promise<{ readonly name: string; readonly size: number } | undefined>;
}

const SCRIPT = fileURLToPath(new URL('php/endpoint.php', import.meta.url));
/** Six connections of a browser, and one for whoever looks on. */
const WORKERS = 7;

/**
 * Sees to it that PHP can be run: finds it, or installs Debian's package where it may.
 * @throws one sentence saying what to do, where it cannot
 */
export async function ensurePhp(): Promise<void> {
  await ensureInstalled(['php'], ['php-cli']);
}

/**
 * Starts the endpoint on a free port of 127.0.0.1.
 * @param folder - where it keeps files; it is made if it is not there
 * @param cookieHost - requests to this `host:port` may bring cookies and any header from another origin
 * @throws where PHP is not installed (see {@link ensurePhp}) or does not start
 */
export async function startPhpEndpoint(folder: string, cookieHost = ''): Promise<PhpEndpoint> {
  await mkdir(join(folder, 'temporary'), { recursive: true });
  const source = await readFile(join(root, 'demo/servers/php/traditional-endpoint.php'), 'utf8');
  const endpoint = join(folder, 'traditional-endpoint.php');
  await writeFile(
    endpoint,
    source.replace('$authorize = null;', () => "$authorize = fn() => 'tester';"),
  );
  const port = await freePort();
  let child: ChildProcess | undefined;

  const endGroup = (): void => {
    // The workers are children of the child: the whole group goes at once.
    if (child?.pid !== undefined && child.exitCode === null && child.signalCode === null) process.kill(-child.pid, 'SIGKILL');
  };

  async function start(): Promise<void> {
    if (child) return;
    const settings = {
      post_max_size: '0',
      upload_max_filesize: '8G',
      upload_tmp_dir: join(folder, 'temporary'),
      max_execution_time: '0',
      display_errors: '0',
      log_errors: '1',
      'opcache.enable_cli': '0',
    };
    const words = Object.entries(settings).flatMap(([name, value]) => ['-d', `${name}=${value}`]);
    child = spawn('php', ['-n', ...words, '-S', `127.0.0.1:${port}`, SCRIPT], {
      stdio: ['ignore', 'ignore', 'pipe'],
      detached: true,
      env: { ...process.env, FOLDER: folder, ENDPOINT: endpoint, COOKIE_HOST: cookieHost, PHP_CLI_SERVER_WORKERS: String(WORKERS) },
    });
    process.once('exit', endGroup);
    await ready(child);
    await listening(port, child);
  }

  async function stop(): Promise<void> {
    if (!child) return;
    const ended = once(child, 'exit');
    endGroup();
    await ended;
    process.removeListener('exit', endGroup);
    child = undefined;
    // The workers hold the listening socket, and may die a moment after their parent.
    while (!(await isFree(port))) await new Promise(setImmediate);
  }

  await start();
  return {
    origin: `http://127.0.0.1:${port}`,
    start,
    stop,
    contentPath: (uuid) => join(folder, 'files', uuid, 'bytes'),
    async find(uuid) {
      try {
        const { size } = await stat(join(folder, 'files', uuid, 'bytes'));
        return { name: await readFile(join(folder, 'files', uuid, 'name'), 'utf8'), size };
      } catch {
        return undefined;
      }
    },
  };
}

/** Waits until PHP says that it has started; what it says of requests is not kept, what it says of failures is passed on. */
async function ready(child: ChildProcess): Promise<void> {
  const said: string[] = [];
  const lines = createInterface({ input: child.stderr ?? process.stdin });
  await new Promise<void>((resolve, reject) => {
    lines.on('line', (line) => {
      if (/Development Server .* started/.test(line)) resolve();
      else if (/PHP|Failed|Exception|Error/.test(line)) process.stderr.write(`${line}\n`);
      if (said.length < 20) said.push(line);
    });
    child.once('error', (error) => reject(new Error(`PHP did not start: ${error.message}`)));
    child.once('exit', (code) => reject(new Error(`PHP ended with ${code}: ${said.join(' ')}`)));
  });
}

/** PHP says "started" once per worker; the port answers by then, or shortly after. */
async function listening(port: number, child: ChildProcess): Promise<void> {
  while (child.exitCode === null) {
    const socket = connect(port, '127.0.0.1');
    const connected = await once(socket, 'connect').then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (connected) return;
  }
  throw new Error('PHP ended before it listened.');
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  server.listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch {
    return false;
  }
  server.close();
  await once(server, 'close');
  return true;
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
