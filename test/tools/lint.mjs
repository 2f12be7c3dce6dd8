/** `npm run lint`: everything that can be said of the sources and of the built package without running them. Builds in between; dist/ is fresh afterwards. */
import { existsSync } from 'node:fs';
import { heading, runAll } from './sections.mjs';

const node = process.execPath;

const failed = await runAll([
  { name: 'Types', command: 'tsc', args: ['--noEmit', '-p', 'tsconfig.json'] },
  { name: 'ESLint', command: 'eslint', args: ['.', '--max-warnings', '0'] },
  // It does not know `webkitdirectory` and `capture` as attributes of an input.
  {
    name: 'Templates',
    command: 'lit-analyzer',
    args: ['src/**/*.ts', '--strict', '--maxWarnings', '0', '--rules.no-unknown-attribute', 'off'],
  },
  { name: 'Formatting', command: 'prettier', args: ['--check', '--log-level', 'warn', '.'] },
  { name: 'Manifest', command: node, args: ['test/tools/manifest-current.mjs'] },
  { name: 'Tables in the README', command: node, args: ['test/tools/readme-tables.mjs', '--check'] },
  { name: 'Migration table in the README', command: node, args: ['test/tools/migration-table.mjs', '--check'] },
  { name: 'Benchmark in the README', command: node, args: ['test/bench/readme-table.mjs', '--check'] },
  { name: 'Unused files, exports and packages', command: 'knip', args: [] },
  { name: 'Build', command: node, args: ['test/tools/build.mjs'] },
]);
// What is left of an earlier build says nothing about this one.
if (failed.includes('Build') || !existsSync(new URL('../../dist/index.js', import.meta.url))) {
  heading('The built package is not looked at: there is none.');
} else {
  failed.push(
    ...(await runAll([
      { name: 'Package', command: 'publint', args: ['--strict'] },
      { name: 'Package, as TypeScript sees it', command: 'attw', args: ['--pack', '.', '--profile', 'esm-only', '--quiet'] },
      { name: 'Sizes', command: node, args: ['test/tools/sizes.mjs'] },
    ])),
  );
}

heading('Lint');
if (failed.length) {
  console.error(`Failed: ${failed.join(', ')}`);
  process.exit(1);
}
console.log('All is well.');
