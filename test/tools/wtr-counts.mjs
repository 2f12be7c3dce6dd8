/** Reporter for Web Test Runner: writes `TestCounts` (counts.mjs) as JSON to the file that TEST_COUNTS names. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { addCounts, noCounts } from './counts.mjs';
import { root } from './root.mjs';

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
      /** @type {Record<string, Counts>} */
      const files = {};
      for (const session of sessions) {
        const counts = noCounts();
        count(session.testResults, counts);
        // A file that does not load, or an error outside of all tests, fails the session without a failed test.
        if (!session.passed && counts.failed === 0) counts.failed = 1;
        addCounts((files[path.relative(root, session.testFile).replaceAll('\\', '/')] ??= noCounts()), counts);
      }
      writeFileSync(target, JSON.stringify({ files, coverageFailed: testCoverage?.passed === false }));
    },
  };
}
