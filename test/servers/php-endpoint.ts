/** Runs the copyable PHP endpoint (demo/servers/php/traditional-endpoint.php) in PHP's built-in web server, with several workers, for pages of any origin. */
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
import { root } from '../tools/root.mjs';

/** A running PHP server. Its port stays the same after a restart. */
export interface PhpEndpoint extends Stoppable {
  /** Such as `http://127.0.0.1:40123`. The endpoint is at /endpoint.php. */
  readonly origin: string;
  /** Returns the path of a file's content. */
  contentPath(uuid: string): string;
  /** Finds a complete file. Returns undefined if it does not exist. */
  find(uuid: string): Promise<{ readonly name: string; readonly size: number } | undefined>;
}

const SCRIPT = fileURLToPath(new URL('php/endpoint.php', import.meta.url));
/** Six connections of a browser and one of the test. */
const WORKERS = 7;

/**
 * Finds PHP, or installs Debian's package if this process runs as root.
 * @throws with instructions if PHP cannot be installed
 */
export async function ensurePhp(): Promise<void> {
  await ensureInstalled(['php'], ['php-cli']);
}

/**
 * Starts the endpoint on a free port of 127.0.0.1.
 * @param folder - folder for files; it is created if it does not exist
 * @param cookieHost - `host:port` that accepts cross-origin requests with cookies and any header
 * @throws if PHP is not installed (see {@link ensurePhp}) or does not start
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
    // The workers are child processes of PHP: the whole process group is killed.
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
    await waitForStart(child);
    await waitForPort(port, child);
  }

  async function stop(): Promise<void> {
    if (!child) return;
    const ended = once(child, 'exit');
    endGroup();
    await ended;
    process.removeListener('exit', endGroup);
    child = undefined;
    // The workers hold the listening socket and may end a moment after their parent.
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

/** Waits until PHP has started. Writes PHP's error messages to stderr. */
async function waitForStart(child: ChildProcess): Promise<void> {
  const output: string[] = [];
  const lines = createInterface({ input: child.stderr ?? process.stdin });
  await new Promise<void>((resolve, reject) => {
    lines.on('line', (line) => {
      if (/Development Server .* started/.test(line)) resolve();
      else if (/PHP|Failed|Exception|Error/.test(line)) process.stderr.write(`${line}\n`);
      if (output.length < 20) output.push(line);
    });
    child.once('error', (error) => reject(new Error(`PHP did not start: ${error.message}`)));
    child.once('exit', (code) => reject(new Error(`PHP ended with ${code}: ${output.join(' ')}`)));
  });
}

/** Waits until the port accepts connections, which may be shortly after PHP reports its start. */
async function waitForPort(port: number, child: ChildProcess): Promise<void> {
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
