/** Runs suites one after the other and sums what they counted. The last line of every test command is this sum. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { heading, run } from './sections.mjs';

/**
 * @typedef {import('./sections.mjs').Step} Step
 * @typedef {{passed: number, failed: number, skipped: number}} Counts
 */

const node = process.execPath;

/** @param {string} name @param {readonly string[]} patterns @param {Record<string, string>} [env] @returns {Step} */
export const nodeTests = (name, patterns, env = {}) => ({
  name,
  command: node,
  args: ['--enable-source-maps', '--import', 'tsx', 'test/tools/node-tests.mjs', ...patterns],
  env,
});

/** @param {string} name @param {Record<string, string>} env @param {readonly string[]} [files] patterns in place of the configuration's @returns {Step} */
export const browserTests = (name, env, files = []) => ({ name, command: 'wtr', args: files.length ? ['--files', ...files] : [], env });

/**
 * Runs steps and suites, and ends the process: with 0 only where every step ended well and every test ran and passed.
 * @param {{steps?: readonly Step[], suites: readonly Step[], maySkip?: boolean}} work - steps count nothing; suites write their counts to TEST_COUNTS.
 *   `maySkip`: a skipped test is no failure
 */
export async function runAndSum({ steps = [], suites, maySkip = false }) {
  const started = Date.now();
  const folder = mkdtempSync(path.join(tmpdir(), 'fine-uploader-counts-'));
  const failed = [];
  /** @type {Counts} */
  const sum = { passed: 0, failed: 0, skipped: 0 };
  for (const step of steps) {
    heading(step.name);
    if (!(await run(step))) failed.push(step.name);
  }
  for (const [index, suite] of suites.entries()) {
    heading(suite.name);
    const file = path.join(folder, `${index}.json`);
    const endedWell = await run({ ...suite, env: { ...suite.env, TEST_COUNTS: file } });
    /** @type {Counts} */
    const counts = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : { passed: 0, failed: 1, skipped: 0 };
    for (const key of /** @type {const} */ (['passed', 'failed', 'skipped'])) sum[key] += counts[key];
    if (!endedWell) failed.push(suite.name);
    if (counts.skipped && !maySkip) failed.push(`${suite.name} (${counts.skipped} skipped)`);
  }
  rmSync(folder, { recursive: true, force: true });

  heading('Sum');
  if (failed.length) console.log(`Failed: ${failed.join(', ')}`);
  console.log(`${Math.round((Date.now() - started) / 1000)} seconds`);
  // Whatever failed without a failed test (types, coverage, a server that did not start) is counted as one, so that nobody reads the last line as a success.
  const failures = failed.length ? Math.max(sum.failed, 1) : sum.failed;
  console.log(`${sum.passed} passed, ${failures} failed`);
  process.exit(failures ? 1 : 0);
}
