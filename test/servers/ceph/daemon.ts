import { spawn, type ChildProcess } from 'node:child_process';

/** A program of the cluster, running in the foreground as our child. */
export interface Daemon {
  name: string;
  /** Settles (never rejects) when the program has ended, with a sentence about how. */
  ended: Promise<string>;
  /** SIGKILL at once: the data is thrown away, and a polite end takes radosgw seconds. Harmless when it has ended already. */
  kill(): void;
}

/** Starts a long-running program. It never outlives this process. */
export function startDaemon(command: string, words: string[]): Daemon {
  const child = start(command, words);
  const said = lastWords(child);
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(`${command} did not start: ${error.message}`));
    child.once('close', (code, signal) => resolve(`${command} ended with ${signal ?? code}${said()}`));
  });
  return { name: command, ended, kill: () => void child.kill('SIGKILL') };
}

/**
 * Runs a program to its end.
 * @returns what it wrote to standard output
 * @throws an Error with its last words when it ends with another code than 0, or `signal` aborts it
 */
export async function run(command: string, words: string[], signal: AbortSignal): Promise<string> {
  const child = start(command, words);
  const kill = () => void child.kill('SIGKILL');
  signal.addEventListener('abort', kill);
  if (signal.aborted) kill();
  const said = lastWords(child);
  let output = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (output += text));
  const end = await new Promise<number | NodeJS.Signals | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, killedBy) => resolve(killedBy ?? code));
  }).finally(() => signal.removeEventListener('abort', kill));
  signal.throwIfAborted();
  if (end !== 0) throw new Error(`"${command} ${words.join(' ')}" ended with ${end}${said()}`);
  return output;
}

function start(command: string, words: string[]): ChildProcess {
  // On Linux the kernel kills the child when we die in whatever way, SIGKILL included.
  const [program, ...rest] = process.platform === 'linux' ? ['setpriv', '--pdeathsig', 'KILL', command, ...words] : [command, ...words];
  return spawn(program ?? command, rest, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, LC_ALL: 'C.UTF-8' } });
}

function lastWords(child: ChildProcess): () => string {
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-2000)));
  return () => (said.trim() === '' ? '.' : `. It said at last:\n${said.trim()}`);
}
