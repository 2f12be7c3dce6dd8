/** The steps that run-suites.mjs runs, by name: suites of tests, and what has to be done before them. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from './root.mjs';

/**
 * @typedef {object} Suite
 * @property {string} title
 * @property {string} command
 * @property {readonly string[]} args
 * @property {Record<string, string>} [env]
 * @property {(files: readonly string[]) => Suite} [forFiles] - the same suite with these test files alone. A suite that has it writes `TestCounts` (counts.mjs)
 *   as JSON to the file that TEST_COUNTS names
 * @property {boolean} [maySkip] - a skipped test is no failure
 */

const node = process.execPath;

const testFiles = readdirSync(path.join(root, 'test'), { recursive: true, encoding: 'utf8' })
  .map((file) => `test/${file.replaceAll('\\', '/')}`)
  .filter((file) => file.endsWith('.test.ts') && !file.includes('/node_modules/'))
  .sort();

/** @param {RegExp} pattern */
const matching = (pattern) => testFiles.filter((file) => pattern.test(file));

/** @param {string} title @param {readonly string[]} files @param {Record<string, string>} [env] @returns {Suite} */
function nodeTests(title, files, env = {}) {
  if (!files.length) throw new Error(`No test files: ${title}`);
  return {
    title,
    command: node,
    args: [
      ...['--enable-source-maps', '--import', 'tsx', '--test'],
      // One file at a time, because each may start servers and a browser. A file that hangs ends after 15 minutes.
      ...['--test-concurrency=1', '--test-timeout=900000'],
      ...['--test-reporter=spec', '--test-reporter-destination=stdout'],
      ...['--test-reporter=./test/tools/node-counts.mjs', '--test-reporter-destination=stdout'],
      ...files,
    ],
    env,
    forFiles: (some) => nodeTests(title, some, env),
  };
}

/** @param {string} title @param {Record<string, string>} env @param {{files?: readonly string[], maySkip?: boolean}} [more] @returns {Suite} */
const browserTests = (title, env, { files = [], maySkip = false } = {}) => ({
  title,
  command: 'wtr',
  args: files.length ? ['--files', ...files] : [],
  env,
  maySkip,
  // The coverage of a few files is not measured against the limit.
  forFiles: (some) => browserTests(title, { ...env, COVERAGE: '' }, { files: some, maySkip }),
});

/** Tests that use the S3 store of test/servers/test-servers.ts, which Ceph can replace. */
const storeTests = matching(/^(?!test\/(frameworks|http|tools)\/|test\/promises\/published-files).*(?<!\.e2e)\.test\.ts$/).filter((file) =>
  /testServers\.store|startTestServers|startS3Target|\/test-store\.js/.test(readFileSync(path.join(root, file), 'utf8')),
);

/** @type {Record<string, () => Suite>} */
export const suites = {
  'install-chromium': () => ({ title: 'Install Chromium', command: node, args: ['test/tools/browsers.mjs', 'chromium'] }),
  'install-browsers': () => ({
    title: 'Install browsers',
    command: node,
    args: ['test/tools/browsers.mjs', 'chromium', 'firefox', 'webkit'],
  }),
  'install-ceph': () => ({
    title: 'Install Ceph',
    command: node,
    args: ['--import', 'tsx', '--eval', "import('./test/servers/ceph/ceph.ts').then(({ ensureCeph }) => ensureCeph())"],
  }),
  'install-frameworks': () => ({
    title: 'Install React, Vue and Svelte',
    command: 'npm',
    args: ['ci', '--prefix', 'test/frameworks', '--ignore-scripts', '--no-audit', '--no-fund'],
  }),
  'install-azurite': () => ({
    title: 'Install Azurite',
    command: 'npm',
    args: ['ci', '--prefix', 'test/servers/azurite', '--ignore-scripts', '--no-audit', '--no-fund'],
  }),
  'install-server-packages': () => ({
    title: 'Install Express, Hono and Next',
    command: 'npm',
    args: ['ci', '--prefix', 'test/servers/languages', '--ignore-scripts', '--no-audit', '--no-fund'],
  }),
  lint: () => ({ title: 'Lint', command: 'npm', args: ['run', 'lint'], env: { WIREIT_FAILURES: 'continue' } }),
  build: () => ({ title: 'Build', command: 'npm', args: ['run', 'build'] }),
  core: () => ({ title: 'Core, in Node', command: 'mocha', args: ['--reporter', 'dot'] }),
  browser: () => browserTests('In Chromium', { BROWSERS: 'chromium', COVERAGE: '1' }),
  node: () => nodeTests('In Node', matching(/\.node\.test\.ts$/)),
  e2e: () => nodeTests('End to end, with the built files', matching(/\.e2e\.test\.ts$/)),
  frameworks: () => nodeTests('In React, Vue and Svelte', ['test/frameworks/frameworks.test.mjs']),
  servers: () =>
    nodeTests(
      'The servers that people copy',
      ['signing', 'agreement', 'endpoints', 'sas', 'browser'].map((file) => `test/servers/languages/${file}.ts`),
    ),
  soak: () => ({
    title: 'Soak, one minute',
    command: node,
    args: ['--import', 'tsx', 'test/soak/soak.ts', '--minutes', '1'],
  }),
  chromium: () => browserTests('In Chromium', { BROWSERS: 'chromium' }, { maySkip: true }),
  firefox: () => browserTests('In Firefox', { BROWSERS: 'firefox' }, { maySkip: true }),
  webkit: () => browserTests('In WebKit', { BROWSERS: 'webkit' }, { maySkip: true }),
  azure: () => nodeTests('Azure Blob Storage, with Azurite', matching(/\.azure\.test\.ts$/)),
  'ceph-conformance': () =>
    nodeTests("The demo's store compared with Ceph", matching(/(conformance\.node|\.ceph)\.test\.ts$/), { CEPH: '1' }),
  'ceph-node': () =>
    nodeTests(
      'In Node, with Ceph',
      storeTests.filter((file) => file.endsWith('.node.test.ts')),
      { S3_STORE: 'ceph' },
    ),
  'ceph-browser': () =>
    browserTests(
      'In Chromium, with Ceph',
      { BROWSERS: 'chromium', S3_STORE: 'ceph' },
      { files: storeTests.filter((file) => !/\.(node|ceph)\.test\.ts$/.test(file)) },
    ),
};
