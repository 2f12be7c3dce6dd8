/** The promise of SECURITY.md: each of its lines has a test, by the name that stands there. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { it } from 'node:test';
import { root } from '../tools/root.mjs';

it('SECURITY.md names a test for everything that it promises', async () => {
  const text = await readFile(join(root, 'SECURITY.md'), 'utf8');
  const promised = text.slice(text.indexOf('## What can attack'), text.indexOf('## What is not promised'));
  const rows = promised.split('\n').filter((line) => line.startsWith('|') && !/^\| (promise|-)/.test(line));
  assert.ok(rows.length >= 15);
  for (const row of rows) {
    const [, file = '', name = ''] = /\| `([^`]+)`: (.+?) +\|$/.exec(row) ?? [];
    assert.notEqual(file, '', row);
    // The title of a test, not any text: a comment would do then, or a test that is skipped.
    const titles = [...(await readFile(join(root, file), 'utf8')).matchAll(/\b(?:it|test|describe|chapter)\(\s*(['"`])(.+?)\1,/gs)];
    assert.ok(
      titles.some(([, , title = '']) => title.includes(name)),
      `${file} has no test "${name}"`,
    );
  }
});
