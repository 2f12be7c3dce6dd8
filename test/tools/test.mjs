/** `npm test`: everything that a change must pass. */
import { browserTests, nodeTests, runAndSum } from './totals.mjs';

const node = process.execPath;

await runAndSum({
  steps: [
    { name: 'A browser', command: node, args: ['test/tools/browsers.mjs', 'chromium'] },
    { name: 'Lint and build', command: node, args: ['test/tools/lint.mjs'] },
  ],
  suites: [
    browserTests('In the browser', { BROWSERS: 'chromium', COVERAGE: '1' }),
    nodeTests('In Node', ['.node.test.ts']),
    nodeTests('End to end, with the built files', ['.e2e.test.ts']),
  ],
});
