/**
 * `npm run test:servers`: the servers that people copy (demo/servers), each started from a copy in an empty folder, held to the suites, and driven by the
 * elements in a browser. Their languages are installed where they are missing, on Debian and Ubuntu as root. ONLY=Python,Go takes those.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { heading, root, run } from './sections.mjs';

const folder = path.join(root, 'test', 'servers', 'languages');
const node = process.execPath;
/** @param {string} file */
const tests = (file) => [
  '--import',
  'tsx',
  '--test',
  '--test-reporter=spec',
  '--test-reporter-destination=stdout',
  path.join(folder, file),
];
heading('The servers that people copy');
const steps = [
  { name: 'A browser', command: node, args: ['test/tools/browsers.mjs', 'chromium'] },
  { name: 'Build', command: node, args: ['test/tools/build.mjs'] },
  { name: 'npm ci', command: 'npm', args: ['ci', '--prefix', folder, '--ignore-scripts', '--no-audit', '--no-fund'] },
];
for (const step of steps) if (!(await run(step))) process.exit(1);

let failed = false;
for (const file of ['signing.ts', 'endpoints.ts', 'browser.ts']) {
  failed = !(await run({ name: file, command: node, args: tests(file) })) || failed;
}
const { dependencies } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
console.log(
  `With ${Object.entries(dependencies)
    .map(([name, version]) => `${name} ${version}`)
    .join(', ')}.`,
);
process.exitCode = failed ? 1 : 0;
