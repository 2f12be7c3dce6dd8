/** `npm run test:browsers`: the browser suites in Chromium, Firefox and WebKit. */
import { browserTests, runAndSum } from './totals.mjs';

const browsers = { chromium: 'Chromium', firefox: 'Firefox', webkit: 'WebKit' };

await runAndSum({
  steps: [{ name: 'The browsers', command: process.execPath, args: ['test/tools/browsers.mjs', ...Object.keys(browsers)] }],
  suites: Object.entries(browsers).map(([browser, name]) => browserTests(name, { BROWSERS: browser })),
  // There are things that one of them has and another has not.
  maySkip: true,
});
