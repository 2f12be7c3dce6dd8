/** `npm run test:frameworks`: the element in pages of React, Vue and Svelte. They are installed for it, in a folder of their own. */
import path from 'node:path';
import { heading, root, run } from './sections.mjs';

const folder = path.join(root, 'test', 'frameworks');
heading('React, Vue and Svelte');
const node = process.execPath;
const steps = [
  { name: 'A browser', command: node, args: ['test/tools/browsers.mjs', 'chromium'] },
  { name: 'Build', command: node, args: ['test/tools/build.mjs'] },
  { name: 'npm ci', command: 'npm', args: ['ci', '--prefix', folder, '--ignore-scripts', '--no-audit', '--no-fund'] },
  {
    name: 'Tests',
    command: node,
    args: ['--import', 'tsx', '--test', '--test-reporter=spec', path.join(folder, 'frameworks.test.mjs')],
  },
];
for (const step of steps) if (!(await run(step))) process.exit(1);
