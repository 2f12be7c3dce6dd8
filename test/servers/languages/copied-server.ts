/**
 * Runs a server of demo/servers as a stranger does who has copied its one file: into an empty folder, with `authorize` written and the
 * settings in the environment.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Stoppable } from '../local-server.js';
import { root } from '../../tools/root.mjs';
import { ensureInstalled } from './debian.js';

/** A file of demo/servers, and how it is run. */
export interface CopyableServer {
  /** Such as `Python`. */
  readonly name: string;
  /** Below demo/servers/. */
  readonly file: string;
  /** The line that everybody must write, as it stands in the file. */
  readonly unwritten: string;
  /** The same line, written: the user is who the cookie `session` names, in small letters. */
  readonly written: string;
  /** The line as careless people write it: the user is no id. Undefined where a type forbids that. */
  readonly careless?: string;
  /** Whether it cuts off what stalls: else the web server in front does. */
  readonly cutsOff?: boolean;
  /** Programs that it needs, and the Debian packages that bring them. */
  readonly programs: readonly string[];
  readonly packages: readonly string[];
  /** Whether it needs packages of npm: those of test/servers/languages/package.json, or the project's own. */
  readonly npm?: boolean;
  /** Where the copy goes to, if not to the folder itself under its own name. */
  readonly target?: string;
  /** More files that a site needs, by path. */
  readonly beside?: Readonly<Record<string, string>>;
  /** Prepares the folder: compiles, say. The words of a command. */
  readonly prepare?: (file: string) => readonly string[];
  /** The words of the command that starts it. The port is also in the environment, as PORT. */
  readonly command: (file: string, port: number) => readonly string[];
  /** What is in front of `/signature`, or where files are posted to. */
  readonly path: string;
  /** More of the environment. */
  readonly environment?: Readonly<Record<string, string>>;
  /** It reads the environment with a request, as Workers do, and not when it starts. */
  readonly settingsPerRequest?: boolean;
  /** It answers its first request before it says what is missing: PHP has no start. */
  readonly startsAnyway?: boolean;
}

/** A server that runs. */
export interface CopiedServer extends Stoppable {
  readonly origin: string;
  /** Everything that it has written. */
  log(): string;
  /** Resolves once it has written this; rejects after 5 s. What it writes comes through a pipe, and may be later than its answer. */
  logs(sentence: RegExp): Promise<void>;
  /** Ends it for good, and drops its folder. */
  close(): Promise<void>;
}

/**
 * Copies a server and starts it.
 * @param settings of the environment
 * @throws with what it has written, where it ends before it listens
 */
export async function startCopy(
  server: CopyableServer,
  settings: Readonly<Record<string, string>>,
  authorize: 'written' | 'careless' | 'unwritten' = 'written',
): Promise<CopiedServer> {
  await ensureInstalled(server.programs, server.packages);
  const folder = await mkdtemp(join(tmpdir(), 'copied-server-'));
  const source = await readFile(join(root, 'demo/servers', server.file), 'utf8');
  if (!source.includes(server.unwritten)) throw new Error(`${server.file} has no line "${server.unwritten}".`);
  const file = server.target ?? basename(server.file);
  const copy = source.replace(server.unwritten, () => (authorize === 'unwritten' ? server.unwritten : (server[authorize] ?? '')));
  for (const [path, text] of Object.entries({ ...server.beside, [file]: copy })) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }

  if (server.npm) {
    const own = join(root, 'test/servers/languages/node_modules');
    await symlink(existsSync(own) ? own : join(root, 'node_modules'), join(folder, 'node_modules'));
  }

  const port = await freePort();
  const environment = { ...process.env, ...server.environment, ...settings, PORT: String(port), HOST: '127.0.0.1' };
  const output: string[] = [];
  let child: ChildProcess | undefined;
  const run = (words: readonly string[]): ChildProcess => {
    const [program = '', ...rest] = words;
    const started = spawn(program, rest, { cwd: folder, env: environment, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    started.on('error', (error) => output.push(String(error)));
    for (const stream of [started.stdout, started.stderr]) stream?.on('data', (text: Buffer) => output.push(text.toString('utf8')));
    return started;
  };
  // Some have workers: the whole group goes at once.
  const end = (): void => {
    if (child?.pid !== undefined && child.exitCode === null && child.signalCode === null) process.kill(-child.pid, 'SIGKILL');
  };

  async function start(): Promise<void> {
    if (child) return;
    child = run(server.command(file, port));
    process.once('exit', end);
    while (!(await answers(port))) {
      if (child.exitCode !== null || child.pid === undefined) {
        process.removeListener('exit', end);
        throw new Error(`${server.name} ended with ${child.exitCode}: ${output.join('')}`);
      }
      await sleep(20);
    }
  }

  async function stop(): Promise<void> {
    if (!child) return;
    const ended = child.exitCode === null && child.signalCode === null ? once(child, 'exit') : undefined;
    end();
    await ended;
    process.removeListener('exit', end);
    child = undefined;
    while (await answers(port)) await sleep(20);
  }

  if (server.prepare) {
    const preparing = run(server.prepare(file));
    const [code] = (await once(preparing, 'close')) as [number | null];
    if (code !== 0) throw new Error(`${server.name} could not be prepared: ${output.join('')}`);
  }
  try {
    await start();
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
  const log = (): string => output.join('');
  return {
    origin: `http://127.0.0.1:${port}`,
    start,
    stop,
    log,
    async logs(sentence) {
      for (let tries = 0; !sentence.test(log()) && tries < 100; tries++) await sleep(50);
      assert.match(log(), sentence);
    },
    async close() {
      await stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function answers(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  const connected = await once(socket, 'connect').then(
    () => true,
    () => false,
  );
  socket.destroy();
  return connected;
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
