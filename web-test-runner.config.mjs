/**
 * Runs the tests that need a browser: every test/**\/*.test.ts that is not for Node, Ceph or the built files.
 *
 * BROWSERS=chromium,firefox,webkit selects browsers (default chromium). COVERAGE=1 measures the coverage of src/ and enforces the limits below.
 * TEST_COUNTS=<file> writes the numbers of passed, failed and skipped tests.
 */
import { esbuildPlugin } from '@web/dev-server-esbuild';
import { chromeLauncher, defaultReporter } from '@web/test-runner';
import * as puppeteer from 'puppeteer-core';
import { allSourcesPlugin } from './test/tools/all-sources-plugin.mjs';
import { chromium, chromiumArguments, firefox, webkit } from './test/tools/browsers.mjs';
import { gesturesPlugin } from './test/tools/gestures-plugin.mjs';
import { loopbackPlugin } from './test/tools/loopback-plugin.mjs';
import { runSettingsPlugin } from './test/tools/run-settings-plugin.mjs';
import { testServersPlugin } from './test/tools/test-servers-plugin.mjs';
import { webkitLauncher } from './test/tools/webkit-launcher.mjs';
import { countReporter } from './test/tools/wtr-counts.mjs';

const browserNames = (process.env.BROWSERS ?? 'chromium').split(',');
const measuresCoverage = process.env.COVERAGE === '1';
const browsers = [];
if (browserNames.includes('chromium')) {
  const executablePath = await chromium();
  // The Chromium of the npm package is the headless shell.
  const headless = executablePath.startsWith('/tmp/') ? 'shell' : true;
  browsers.push(chromeLauncher({ launchOptions: { executablePath, headless, args: chromiumArguments } }));
}
if (browserNames.includes('firefox'))
  browsers.push(chromeLauncher({ puppeteer, launchOptions: { browser: 'firefox', executablePath: firefox() } }));
if (browserNames.includes('webkit')) browsers.push(webkitLauncher(webkit()));

export default {
  files: [
    'test/**/*.test.ts',
    '!test/**/*.{node,ceph,azure,e2e}.test.ts',
    '!test/{e2e,bench,frameworks}/**',
    // Gestures that need Chromium's DevTools protocol.
    ...(browserNames.join() === 'chromium' ? [] : ['!test/**/*.chromium.test.ts']),
  ],
  hostname: '127.0.0.1',
  nodeResolve: true,
  // One page at a time: only the foreground page has focus and the clipboard.
  concurrency: 1,
  // One browser at a time: all share the test servers and the faults that a test injects.
  concurrentBrowsers: 1,
  browsers,
  plugins: [
    loopbackPlugin(),
    allSourcesPlugin(),
    testServersPlugin(),
    runSettingsPlugin(),
    gesturesPlugin(),
    esbuildPlugin({ ts: true, tsconfig: 'tsconfig.json', target: 'es2022' }),
  ],
  reporters: [defaultReporter(), countReporter()],
  coverage: measuresCoverage,
  coverageConfig: {
    include: ['src/**/*.ts'],
    reporters: ['lcovonly', 'text-summary'],
    threshold: { statements: 90, branches: 90, functions: 90, lines: 90 },
  },
  // Tests use Lit's development build for its warnings, without its notice.
  filterBrowserLogs: ({ args }) => !String(args[0]).startsWith('Lit is in dev mode'),
  testFramework: { config: { timeout: 10_000 } },
  browserStartTimeout: 60_000,
  testsStartTimeout: 60_000,
  // A script may ask for more random steps than `npm test`.
  testsFinishTimeout: process.env.COUNT ? 3_600_000 : 180_000,
};
