/** Runs test/servers/php/endpoint.php in PHP's built-in web server with several workers. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:fs';
import { access, mkdir, readFile, stat } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Stoppable } from './local-server.js';

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
  if (await isInPath('php')) return;
  const command = 'apt-get install -y --no-install-recommends php-cli';
  const release = await readFile('/etc/os-release', 'utf8').catch(() => '');
  if (!/^ID(_LIKE)?="?.*\b(debian|ubuntu)\b/m.test(release)) {
    throw new Error('PHP is not installed: put "php" into your PATH ("brew install php" on a Mac) and start again.');
  }
  if (process.getuid?.() !== 0) throw new Error(`PHP is not installed: run "sudo ${command}" and start again.`);
  process.stderr.write('Installing PHP with apt-get (once) ...\n');
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  for (const words of ['apt-get update', command]) {
    const child = spawn('sh', ['-c', `${words} >&2`], { stdio: ['ignore', 'ignore', 'inherit'], env: environment });
    const [code] = (await once(child, 'close')) as [number | null];
    if (code !== 0) throw new Error(`"${words}" ended with ${code}: install PHP (package php-cli) and start again.`);
  }
  if (!(await isInPath('php'))) throw new Error('apt-get installed php-cli, but "php" cannot be found in PATH.');
}

/**
 * Starts the endpoint on a free port of 127.0.0.1.
 * @param folder - folder for files; it is created if it does not exist
 * @param cookieHost - `host:port` that accepts cross-origin requests with cookies and any header
 * @throws if PHP is not installed (see {@link ensurePhp}) or does not start
 */
export async function startPhpEndpoint(folder: string, cookieHost = ''): Promise<PhpEndpoint> {
  await mkdir(join(folder, 'temporary'), { recursive: true });
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
      env: { ...process.env, UPLOAD_FOLDER: folder, COOKIE_HOST: cookieHost, PHP_CLI_SERVER_WORKERS: String(WORKERS) },
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

async function isInPath(program: string): Promise<boolean> {
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    const found = await access(join(folder, program), constants.X_OK).then(
      () => true,
      () => false,
    );
    if (found) return true;
  }
  return false;
}
