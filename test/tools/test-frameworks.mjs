/** `npm run test:frameworks`: the element in pages of React, Vue and Svelte. They are installed for it, in a folder of their own; `npm run build` comes first. */
import path from 'node:path';
import { heading, root, run } from './sections.mjs';

const folder = path.join(root, 'test', 'frameworks');
heading('React, Vue and Svelte');
const steps = [
  { name: 'npm ci', command: 'npm', args: ['ci', '--prefix', folder, '--ignore-scripts', '--no-audit', '--no-fund'] },
  {
    name: 'Tests',
    command: process.execPath,
    args: ['--import', 'tsx', '--test', '--test-reporter=spec', path.join(folder, 'frameworks.test.mjs')],
  },
];
for (const step of steps) if (!(await run(step))) process.exit(1);
