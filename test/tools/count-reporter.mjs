/** Counts the browser tests, for the sum at the end of `npm test`: writes {passed, failed, skipped} as JSON to the file named by TEST_COUNTS. */
import { writeFileSync } from 'node:fs';

/**
 * @typedef {{tests: {passed: boolean, skipped: boolean}[], suites: Suite[]}} Suite
 * @typedef {{passed: number, failed: number, skipped: number}} Counts
 */

/** @param {Suite | undefined} suite @param {Counts} counts */
function count(suite, counts) {
  for (const test of suite?.tests ?? []) counts[test.skipped ? 'skipped' : test.passed ? 'passed' : 'failed']++;
  for (const inner of suite?.suites ?? []) count(inner, counts);
}

/** @returns {import('@web/test-runner').Reporter} */
export function countReporter() {
  return {
    onTestRunFinished({ sessions }) {
      const target = process.env['TEST_COUNTS'];
      if (!target) return;
      const total = { passed: 0, failed: 0, skipped: 0 };
      for (const session of sessions) {
        const counts = { passed: 0, failed: 0, skipped: 0 };
        count(session.testResults, counts);
        // A file that does not load, or an error outside every test, fails its session without a failed test.
        if (!session.passed && counts.failed === 0) counts.failed = 1;
        total.passed += counts.passed;
        total.failed += counts.failed;
        total.skipped += counts.skipped;
      }
      writeFileSync(target, JSON.stringify(total));
    },
  };
}
