import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { root } from './root.mjs';

/**
 * Runs browser tests with random input. The command line gives the seed (`--seed`) and how much is tried (`--<countName>`); the tests read both from `/run-settings.js`.
 *
 * @param {readonly string[]} files
 * @param {{readonly count: number, readonly countName: string}} options - how much is tried by default.
 */
export function runRandomTests(files, { count, countName }) {
  const { values } = parseArgs({ options: { seed: { type: 'string' }, [countName]: { type: 'string' } } });
  const seed = String(values['seed'] ?? Date.now() % 1_000_000);
  const times = String(values[countName] ?? count);
  console.log(`--seed ${seed} --${countName} ${times}`);
  const wtr = path.join(root, 'node_modules/.bin/wtr');
  const { status } = spawnSync(wtr, ['--files', ...files], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, SEED: seed, COUNT: times },
  });
  process.exitCode = status ?? 1;
}
