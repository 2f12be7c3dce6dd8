/** What a suite of tests counted. */

/**
 * @typedef {{passed: number, failed: number, skipped: number}} Counts
 * @typedef {Counts & {failedFiles: Record<string, Counts>, testsAlone: boolean}} TestCounts - `failedFiles`: the test files in which something failed, from
 *   the project's folder, and all that was counted in each. `testsAlone`: nothing but these tests failed (coverage, say)
 */

/** @returns {Counts} */
export const noCounts = () => ({ passed: 0, failed: 0, skipped: 0 });

/** @param {Counts} sum @param {Counts} counts @param {1 | -1} [sign] */
export function addCounts(sum, counts, sign = 1) {
  for (const key of /** @type {const} */ (['passed', 'failed', 'skipped'])) sum[key] += sign * counts[key];
}
