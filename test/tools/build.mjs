/** `npm run build`: dist/ (modules with their types, and the bundles in dist/cdn/) and custom-elements.json. */
import { rmSync } from 'node:fs';
import path from 'node:path';
import { heading, root, run } from './sections.mjs';

rmSync(path.join(root, 'dist'), { recursive: true, force: true });
for (const step of [
  { name: 'Modules and types', command: 'tsc', args: ['-p', 'tsconfig.build.json'] },
  { name: 'Bundles', command: 'rollup', args: ['-c', '--silent'] },
  { name: 'Manifest', command: 'cem', args: ['analyze', '--quiet'] },
  { name: 'Tables in the README', command: process.execPath, args: ['test/tools/readme-tables.mjs'] },
  { name: 'Migration table in the README', command: process.execPath, args: ['test/tools/migration-table.mjs'] },
]) {
  heading(step.name);
  if (!(await run(step))) {
    console.error(`\nThe build stopped at: ${step.name}`);
    process.exit(1);
  }
}
