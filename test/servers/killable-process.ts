/** A server in a process of its own that can be killed at any time. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { root } from '../tools/root.mjs';
import type { Stoppable } from './local-server.js';

/** A server that `stop` kills with SIGKILL. It restarts at the same port. */
export interface KillableProcess extends Stoppable {
  /** Such as `http://127.0.0.1:40123`. */
  readonly origin: string;
}

/**
 * Starts a program on a free port of 127.0.0.1. Its first line ends with the port.
 * @param program - path of its TypeScript file
 * @param env - environment variables
 * @param portVariable - name of the variable that tells it the port; 0 picks a free one
 */
export async function startKillableProcess(
  program: string,
  env: Readonly<Record<string, string>>,
  portVariable = 'PORT',
): Promise<KillableProcess> {
  let child: ChildProcess | undefined;
  let port = '0';
  const kill = (): void => void child?.kill('SIGKILL');

  async function start(): Promise<void> {
    if (child) return;
    const started = spawn(process.execPath, ['--import', 'tsx', program], {
      cwd: root,
      env: { ...process.env, ...env, [portVariable]: port },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    child = started;
    process.once('exit', kill);
    port = await new Promise<string>((resolve, reject) => {
      createInterface(started.stdout).once('line', (line) => resolve(/\d+$/.exec(line)?.[0] ?? ''));
      started.once('exit', (code) => reject(new Error(`${program} ended with ${code} before it listened.`)));
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
  return { origin: `http://127.0.0.1:${port}`, start, stop };
}
