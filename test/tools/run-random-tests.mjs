import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { root } from './root.mjs';

/**
 * Runs tests with random input. The command line gives the seed (`--seed`) and how much is tried (`--<countName>`); the tests get both in SEED and COUNT, in the browser from
 * `/run-settings.js`.
 *
 * @param {readonly [command: string, ...args: string[]]} command - a program, or one of node_modules/.bin.
 * @param {{readonly count: number, readonly countName: string}} options - how much is tried by default.
 */
export function runRandomTests([command, ...args], { count, countName }) {
  const { values } = parseArgs({ options: { seed: { type: 'string' }, [countName]: { type: 'string' } } });
  const seed = String(values['seed'] ?? Date.now() % 1_000_000);
  const times = String(values[countName] ?? count);
  console.log(`--seed ${seed} --${countName} ${times}`);
  const PATH = [path.join(root, 'node_modules/.bin'), process.env['PATH']].join(path.delimiter);
  const { status } = spawnSync(command, args, { cwd: root, stdio: 'inherit', env: { ...process.env, PATH, SEED: seed, COUNT: times } });
  process.exitCode = status ?? 1;
}
