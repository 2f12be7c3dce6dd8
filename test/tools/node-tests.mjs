/**
 * Runs tests with node:test: `node --import tsx test/tools/node-tests.mjs <pattern> …`, a pattern being the end of a file name below test/, as in
 * `.node.test.ts`, or a file. Files run one after the other: each may start servers and a browser, and there are machines with two cores.
 *
 * TEST_COUNTS=<file> writes TestCounts (test/tools/counts.mjs) as JSON.
 */
import { readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { finished } from 'node:stream/promises';
import { noCounts } from './counts.mjs';
import { root } from './sections.mjs';

const patterns = process.argv.slice(2).map((pattern) => pattern.replaceAll('\\', '/'));
const everyFile = readdirSync(path.join(root, 'test'), { recursive: true, encoding: 'utf8' })
  .map((file) => `test/${file.replaceAll('\\', '/')}`)
  .filter((file) => !/\/(frameworks|node_modules)\//.test(file));
const files = everyFile.filter((file) => patterns.some((pattern) => file.endsWith(pattern))).sort();
const counts = noCounts();
/** @type {Record<string, import('./counts.mjs').Counts>} */
const countsOfFile = {};
/** @param {string | undefined} file @param {keyof import('./counts.mjs').Counts} key */
function count(file, key) {
  counts[key]++;
  (countsOfFile[path.relative(root, file ?? root).replaceAll('\\', '/')] ??= noCounts())[key]++;
}

if (files.length === 0) console.log(`No file ends with ${patterns.join(' or ')}.`);
else {
  // The time limit is per file, and generous: a test that hangs must not hold up a build server for ever.
  const tests = run({ files: files.map((file) => path.join(root, file)), concurrency: 1, timeout: 15 * 60_000 });
  /** @param {{details?: {type?: string | undefined}, skip?: string | boolean | undefined, todo?: string | boolean | undefined}} result */
  const isTest = (result) => result.details?.type !== 'suite';
  tests.on('test:pass', (result) => {
    if (!isTest(result)) return;
    if (result.skip !== undefined || result.todo !== undefined) count(result.file, 'skipped');
    else count(result.file, 'passed');
  });
  tests.on('test:fail', (result) => {
    // A suite fails because of its tests, which are counted; one that fails by itself (in a hook, say) has no other to speak for it.
    const error = /** @type {{failureType?: string} | undefined} */ (result.details.error);
    if (isTest(result) || error?.failureType !== 'subtestsFailed') count(result.file, 'failed');
  });
  const report = tests.compose(new spec());
  report.pipe(process.stdout);
  await finished(report);
}

console.log(`\n${counts.passed} passed, ${counts.failed} failed${counts.skipped ? `, ${counts.skipped} skipped` : ''}\n`);
if (process.env['TEST_COUNTS']) {
  const failedFiles = Object.fromEntries(Object.entries(countsOfFile).filter(([, { failed }]) => failed));
  writeFileSync(process.env['TEST_COUNTS'], JSON.stringify({ ...counts, failedFiles, testsAlone: true }));
}
process.exitCode = counts.failed ? 1 : 0;
