/**
 * @typedef {{passed: number, failed: number, skipped: number}} Counts - numbers of tests
 * @typedef {{files: Record<string, Counts>, coverageFailed: boolean}} TestCounts - `files`: the counts of each test file, by its path in the project
 */

/** @returns {Counts} */
export const noCounts = () => ({ passed: 0, failed: 0, skipped: 0 });

/** @param {Counts} total @param {Counts} counts */
export function addCounts(total, counts) {
  total.passed += counts.passed;
  total.failed += counts.failed;
  total.skipped += counts.skipped;
}
