/** Fails where custom-elements.json is not what the sources say. `npm run build` makes it anew. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { root, run } from './sections.mjs';

const folder = mkdtempSync(path.join(tmpdir(), 'fine-uploader-manifest-'));
try {
  // The analyzer takes its folder relative to where it runs.
  const made = await run({ name: 'cem', command: 'cem', args: ['analyze', '--quiet', '--outdir', path.relative(root, folder)] });
  const read = (/** @type {string} */ where) => readFileSync(path.join(where, 'custom-elements.json'), 'utf8');
  const current = made && read(folder) === read(root);
  if (current) console.log('custom-elements.json says what the sources say.');
  else console.error('custom-elements.json is not what the sources say: run `npm run build`, and commit it.');
  process.exitCode = current ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true });
}
