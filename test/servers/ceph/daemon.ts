import { spawn, type ChildProcess } from 'node:child_process';

/** A program of the cluster, running as a child process. */
export interface Daemon {
  name: string;
  /** Resolves when the program has ended, with a sentence that describes the reason. Never rejects. */
  ended: Promise<string>;
  /** Sends SIGKILL: the data is temporary, and radosgw needs seconds to end on SIGTERM. May be called repeatedly. */
  kill(): void;
}

/** Starts a long-running program that ends with this process. */
export function startDaemon(command: string, args: string[]): Daemon {
  const child = start(command, args);
  const errorOutput = collectErrorOutput(child);
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(`${command} did not start: ${error.message}`));
    child.once('close', (code, signal) => resolve(`${command} ended with ${signal ?? code}${errorOutput()}`));
  });
  return { name: command, ended, kill: () => void child.kill('SIGKILL') };
}

/**
 * Runs a program until it ends.
 * @returns its standard output
 * @throws with its last error output if it ends with a code other than 0, or if `signal` aborts
 */
export async function run(command: string, args: string[], signal: AbortSignal): Promise<string> {
  const child = start(command, args);
  const kill = () => void child.kill('SIGKILL');
  signal.addEventListener('abort', kill);
  if (signal.aborted) kill();
  const errorOutput = collectErrorOutput(child);
  let output = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (output += text));
  const end = await new Promise<number | NodeJS.Signals | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, killedBy) => resolve(killedBy ?? code));
  }).finally(() => signal.removeEventListener('abort', kill));
  signal.throwIfAborted();
  if (end !== 0) throw new Error(`"${command} ${args.join(' ')}" ended with ${end}${errorOutput()}`);
  return output;
}

function start(command: string, args: string[]): ChildProcess {
  // On Linux the kernel kills the child when this process ends for any reason, even SIGKILL.
  const [program, ...rest] = process.platform === 'linux' ? ['setpriv', '--pdeathsig', 'KILL', command, ...args] : [command, ...args];
  return spawn(program ?? command, rest, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, LC_ALL: 'C.UTF-8' } });
}

function collectErrorOutput(child: ChildProcess): () => string {
  let output = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (output = (output + text).slice(-2000)));
  return () => (output.trim() === '' ? '.' : `. Its last output:\n${output.trim()}`);
}
