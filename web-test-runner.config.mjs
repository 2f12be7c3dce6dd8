/**
 * Runs the tests that need a browser: every test/**\/*.test.ts that is not for Node, Ceph or the whole built page.
 *
 * BROWSERS=chromium,firefox,webkit chooses where (default chromium). COVERAGE=1 measures src and enforces the floor. TEST_COUNTS=<file> writes how
 * many tests passed, failed and were skipped.
 */
import net from 'node:net';
import { esbuildPlugin } from '@web/dev-server-esbuild';
import { chromeLauncher, defaultReporter } from '@web/test-runner';
import * as puppeteer from 'puppeteer-core';
import { allSourcesPlugin } from './test/tools/all-sources-plugin.mjs';
import { chromium, chromiumArguments, firefox, webkit } from './test/tools/browsers.mjs';
import { countReporter } from './test/tools/count-reporter.mjs';
import { testServersPlugin } from './test/tools/test-servers-plugin.mjs';
import { gesturesPlugin } from './test/tools/gestures-plugin.mjs';
import { webkitLauncher } from './test/tools/webkit-launcher.mjs';

// The runner's server asks for no host when its hostname is a loopback one, and would listen on every interface.
const { listen } = net.Server.prototype;
net.Server.prototype.listen = function (options, ...rest) {
  const onlyPort = typeof options === 'object' && options.port !== undefined && options.host === undefined;
  return listen.call(this, onlyPort ? { ...options, host: '127.0.0.1' } : options, ...rest);
};

const wanted = (process.env.BROWSERS ?? 'chromium').split(',');
const measuresCoverage = process.env.COVERAGE === '1';
const browsers = [];
if (wanted.includes('chromium')) {
  const executablePath = await chromium();
  // The Chromium out of an npm package is Chrome's headless shell.
  const headless = executablePath.startsWith('/tmp/') ? 'shell' : true;
  browsers.push(chromeLauncher({ launchOptions: { executablePath, headless, args: chromiumArguments } }));
}
if (wanted.includes('firefox'))
  browsers.push(chromeLauncher({ puppeteer, launchOptions: { browser: 'firefox', executablePath: firefox() } }));
if (wanted.includes('webkit')) browsers.push(webkitLauncher(webkit()));

export default {
  files: [
    'test/**/*.test.ts',
    '!test/**/*.{node,ceph}.test.ts',
    '!test/{e2e,bench,frameworks}/**',
    // Gestures that only Chromium's DevTools protocol can do.
    ...(wanted.join() === 'chromium' ? [] : ['!test/**/*.chromium.test.ts']),
  ],
  hostname: '127.0.0.1',
  nodeResolve: true,
  // One page at a time: focus and the clipboard belong to the page in front.
  concurrency: 1,
  // One browser at a time: the far sides, and what is to go wrong with them, are there once.
  concurrentBrowsers: 1,
  browsers,
  plugins: [
    allSourcesPlugin(),
    testServersPlugin(),
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
  // Lit's development build is wanted for its warnings; that it is one is not news.
  filterBrowserLogs: ({ args }) => !String(args[0]).startsWith('Lit is in dev mode'),
  testFramework: { config: { timeout: 10_000 } },
  browserStartTimeout: 60_000,
  testsStartTimeout: 60_000,
  testsFinishTimeout: 180_000,
};
