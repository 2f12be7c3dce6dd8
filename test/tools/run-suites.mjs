/**
 * `node test/tools/run-suites.mjs SUITE…`: runs suites (suites.mjs) one after the other, all of them even if one fails. The last line is the sum,
 * `N passed, N failed`. A failure that is no failed test (types, coverage, a skipped test) counts as one.
 *
 * TRY_AGAIN=1, for build servers: a file in which a test failed runs once more, alone. If it passes then, it is listed as unsteady and is no failure.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { addCounts, noCounts } from './counts.mjs';
import { root } from './root.mjs';
import { suites } from './suites.mjs';

/** @typedef {import('./suites.mjs').Suite} Suite */

const started = performance.now();
const folder = mkdtempSync(path.join(tmpdir(), 'fine-uploader-tests-'));
const countsFile = path.join(folder, 'counts.json');

/** @param {string} title */
const heading = (title) => console.log(`\n──── ${title} ${'─'.repeat(Math.max(3, 74 - title.length))}\n`);

/** Runs a command, with the binaries of node_modules in its PATH. @param {Suite} suite @returns {boolean} whether it succeeded */
function run({ command, args, env }) {
  const { status, error } = spawnSync(command, args, {
    cwd: root,
    stdio: 'inherit',
    env: {
      ...process.env,
      PATH: [path.join(root, 'node_modules/.bin'), process.env['PATH']].join(path.delimiter),
      TEST_COUNTS: countsFile,
      ...env,
    },
    // On Windows, only a shell can start the .cmd files in node_modules/.bin.
    shell: process.platform === 'win32',
  });
  if (error) console.error(error.message);
  return status === 0;
}

/** @param {Suite} suite */
function runTests(suite) {
  rmSync(countsFile, { force: true });
  const succeeded = run(suite);
  /** @type {import('./counts.mjs').TestCounts | undefined} */
  const counts = existsSync(countsFile) ? JSON.parse(readFileSync(countsFile, 'utf8')) : undefined;
  return { succeeded: succeeded && counts !== undefined, files: counts?.files ?? {}, coverageFailed: counts?.coverageFailed ?? false };
}

const total = noCounts();
/** @type {string[]} */
const failures = [];
/** @type {string[]} */
const unsteady = [];

for (const name of process.argv.slice(2)) {
  const suite = suites[name]?.();
  if (!suite) throw new Error(`Unknown suite: ${name}. There are: ${Object.keys(suites).join(', ')}.`);
  heading(suite.title);
  if (!suite.forFiles) {
    if (!run(suite)) failures.push(suite.title);
    continue;
  }
  let { succeeded, files, coverageFailed } = runTests(suite);
  const failedFiles = Object.keys(files).filter((file) => files[file]?.failed);
  if (!succeeded && failedFiles.length && process.env['TRY_AGAIN'] === '1') {
    heading(`${suite.title}: second try`);
    const second = runTests(suite.forFiles(failedFiles));
    succeeded = second.succeeded && !coverageFailed;
    files = { ...files, ...second.files };
    unsteady.push(...failedFiles.filter((file) => second.files[file]?.failed === 0));
  }
  const counts = noCounts();
  for (const fileCounts of Object.values(files)) addCounts(counts, fileCounts);
  addCounts(total, counts);
  if (!succeeded) failures.push(suite.title);
  if (counts.skipped && !suite.maySkip) failures.push(`${suite.title} (${counts.skipped} skipped)`);
}
rmSync(folder, { recursive: true, force: true });

heading('Sum');
if (failures.length) console.log(`Failed: ${failures.join(', ')}`);
if (unsteady.length) console.log(`Unsteady, failed once and passed once: ${unsteady.join(', ')}`);
console.log(`${Math.round((performance.now() - started) / 1000)} seconds`);
const failed = failures.length ? Math.max(total.failed, 1) : total.failed;
console.log(`${total.passed} passed, ${failed} failed`);
process.exitCode = failed ? 1 : 0;
