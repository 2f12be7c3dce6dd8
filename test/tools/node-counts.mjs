/** Reporter for `node --test`: writes `TestCounts` (counts.mjs) as JSON to the file that TEST_COUNTS names. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { noCounts } from './counts.mjs';
import { root } from './root.mjs';

/** @param {AsyncIterable<import('node:test/reporters').TestEvent>} events */
// eslint-disable-next-line require-yield -- it prints nothing
export default async function* countReporter(events) {
  /** @type {Record<string, import('./counts.mjs').Counts>} */
  const files = {};
  for await (const { type, data } of events) {
    if (type !== 'test:pass' && type !== 'test:fail') continue;
    if (data.details.type === 'suite') {
      // The tests of a suite are counted. Only a suite that fails by itself, in a hook, counts as well.
      const error = /** @type {{failureType?: string} | undefined} */ ('error' in data.details ? data.details.error : undefined);
      if (type === 'test:pass' || error?.failureType === 'subtestsFailed') continue;
    }
    const counts = (files[path.relative(root, data.file ?? root).replaceAll('\\', '/')] ??= noCounts());
    if (type === 'test:fail') counts.failed++;
    else if (data.skip !== undefined || data.todo !== undefined) counts.skipped++;
    else counts.passed++;
  }
  const target = process.env['TEST_COUNTS'];
  if (target) writeFileSync(target, JSON.stringify({ files, coverageFailed: false }));
}
