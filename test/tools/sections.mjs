/** Runs the commands behind `npm test` and its relatives one after the other, each under a heading, and goes on after a failure: one run shows them all. */
import { spawn } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../', import.meta.url));

/** @typedef {{name: string, command: string, args?: readonly string[], env?: Record<string, string>}} Step */

/** @param {string} title */
export const heading = (title) => console.log(`\n──── ${title} ${'─'.repeat(Math.max(3, 74 - title.length))}\n`);

/** Commands of the packages in node_modules are found by name, as in an npm script, whether or not one runs this. */
const searchPath = [path.join(root, 'node_modules', '.bin'), process.env['PATH']].join(path.delimiter);

/**
 * @param {Step} step
 * @returns {Promise<boolean>} whether it ended well
 */
export function run({ name, command, args = [], env = {} }) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: root,
      stdio: 'inherit',
      env: { ...process.env, PATH: searchPath, ...env },
      // On Windows the commands of packages are .cmd files, which only a shell can start.
      shell: process.platform === 'win32',
    });
    child.on('error', (error) => {
      console.error(`${name} could not be started: ${error.message}`);
      resolve(false);
    });
    child.on('close', (code) => resolve(code === 0));
  });
}

/**
 * @param {readonly Step[]} steps
 * @returns {Promise<string[]>} the names of those that failed
 */
export async function runAll(steps) {
  const failed = [];
  for (const step of steps) {
    heading(step.name);
    if (!(await run(step))) failed.push(step.name);
  }
  return failed;
}
