/** Runs suites one after the other and sums what they counted. The last line of every test command is this sum. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { addCounts, noCounts } from './counts.mjs';
import { heading, run } from './sections.mjs';

/**
 * @typedef {import('./sections.mjs').Step} Step
 * @typedef {import('./counts.mjs').TestCounts} TestCounts
 * @typedef {Step & {justThese: (files: readonly string[]) => Step}} Suite - `justThese`: the same with these files alone
 */

const node = process.execPath;

/** @param {string} name @param {readonly string[]} patterns @param {Record<string, string>} [env] @returns {Suite} */
export const nodeTests = (name, patterns, env = {}) => ({
  name,
  command: node,
  args: ['--enable-source-maps', '--import', 'tsx', 'test/tools/node-tests.mjs', ...patterns],
  env,
  justThese: (files) => nodeTests(name, files, env),
});

/** @param {string} name @param {Record<string, string>} env @param {readonly string[]} [files] patterns in place of the configuration's @returns {Suite} */
export const browserTests = (name, env, files = []) => ({
  name,
  command: 'wtr',
  args: files.length ? ['--files', ...files] : [],
  env,
  // Of a part of the tests the coverage says nothing.
  justThese: (some) => browserTests(name, { ...env, COVERAGE: '' }, some),
});

/** @param {Step} suite @param {string} file where it writes its counts @returns {Promise<{endedWell: boolean, counts: TestCounts}>} */
async function runAndCount(suite, file) {
  const endedWell = await run({ ...suite, env: { ...suite.env, TEST_COUNTS: file } });
  /** @type {TestCounts} */
  const counts = existsSync(file)
    ? JSON.parse(readFileSync(file, 'utf8'))
    : { passed: 0, failed: 1, skipped: 0, failedFiles: {}, testsAlone: false };
  return { endedWell, counts };
}

/**
 * Runs steps and suites, and ends the process: with 0 only where every step ended well and every test ran and passed.
 *
 * TRY_AGAIN=1 (a build server) runs a file in which a test failed a second time, alone. What passes then is named in the sum as unsteady and is no failure:
 * thousands of tests against real servers and real connections share a machine with strangers there.
 * @param {{steps?: readonly Step[], suites: readonly Suite[], maySkip?: boolean}} work - steps count nothing; suites write their counts to TEST_COUNTS.
 *   `maySkip`: a skipped test is no failure
 */
export async function runAndSum({ steps = [], suites, maySkip = false }) {
  const started = Date.now();
  const folder = mkdtempSync(path.join(tmpdir(), 'fine-uploader-counts-'));
  const failed = [];
  /** @type {string[]} */
  const unsteady = [];
  const sum = noCounts();
  for (const step of steps) {
    heading(step.name);
    if (!(await run(step))) failed.push(step.name);
  }
  for (const [index, suite] of suites.entries()) {
    heading(suite.name);
    let { endedWell, counts } = await runAndCount(suite, path.join(folder, `${index}.json`));
    addCounts(sum, counts);
    const files = Object.keys(counts.failedFiles);
    if (!endedWell && counts.testsAlone && files.length && process.env['TRY_AGAIN'] === '1') {
      heading(`${suite.name}: again, what failed`);
      const again = await runAndCount(suite.justThese(files), path.join(folder, `${index}-again.json`));
      for (const before of Object.values(counts.failedFiles)) addCounts(sum, before, -1);
      addCounts(sum, again.counts);
      endedWell = again.endedWell;
      unsteady.push(...files.filter((file) => !(file in again.counts.failedFiles)));
    }
    if (!endedWell) failed.push(suite.name);
    if (counts.skipped && !maySkip) failed.push(`${suite.name} (${counts.skipped} skipped)`);
  }
  rmSync(folder, { recursive: true, force: true });

  heading('Sum');
  if (failed.length) console.log(`Failed: ${failed.join(', ')}`);
  if (unsteady.length) console.log(`Unsteady, failed once and passed once: ${unsteady.join(', ')}`);
  console.log(`${Math.round((Date.now() - started) / 1000)} seconds`);
  // Whatever failed without a failed test (types, coverage, a server that did not start) is counted as one, so that nobody reads the last line as a success.
  const failures = failed.length ? Math.max(sum.failed, 1) : sum.failed;
  console.log(`${sum.passed} passed, ${failures} failed`);
  process.exit(failures ? 1 : 0);
}
