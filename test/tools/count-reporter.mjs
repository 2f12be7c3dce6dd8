/**
 * Counts the browser tests, for the sum at the end of `npm test`: writes TestCounts (test/tools/totals.mjs) as JSON to the file named by TEST_COUNTS.
 */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { addCounts, noCounts } from './counts.mjs';
import { root } from './sections.mjs';

/**
 * @typedef {import('./counts.mjs').Counts} Counts
 * @typedef {{tests: {passed: boolean, skipped: boolean}[], suites: Suite[]}} Suite
 */

/** @param {Suite | undefined} suite @param {Counts} counts */
function count(suite, counts) {
  for (const test of suite?.tests ?? []) counts[test.skipped ? 'skipped' : test.passed ? 'passed' : 'failed']++;
  for (const inner of suite?.suites ?? []) count(inner, counts);
}

/** @returns {import('@web/test-runner').Reporter} */
export function countReporter() {
  return {
    onTestRunFinished({ sessions, testCoverage }) {
      const target = process.env['TEST_COUNTS'];
      if (!target) return;
      const sum = noCounts();
      /** @type {Record<string, Counts>} */
      const failedFiles = {};
      for (const session of sessions) {
        const counts = noCounts();
        count(session.testResults, counts);
        // A file that does not load, or an error outside every test, fails its session without a failed test.
        if (!session.passed && counts.failed === 0) counts.failed = 1;
        addCounts(sum, counts);
        if (counts.failed) failedFiles[path.relative(root, session.testFile).replaceAll('\\', '/')] = counts;
      }
      writeFileSync(target, JSON.stringify({ ...sum, failedFiles, testsAlone: testCoverage?.passed ?? true }));
    },
  };
}
