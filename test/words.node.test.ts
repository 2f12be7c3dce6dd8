/** Words that do not belong into the sources or the documentation. Each finding is listed as `file:line: text`. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { root } from './tools/root.mjs';

const sources = readdirSync(path.join(root, 'src'), { recursive: true, encoding: 'utf8' })
  .map((file) => `src/${file.replaceAll('\\', '/')}`)
  .filter((file) => file.endsWith('.ts'))
  .sort();

/** Replaces comments by spaces. */
const withoutComments = (text: string): string =>
  text.replaceAll(/\/\*[^]*?\*\/|^\s*\/\/.*$/gm, (comment) => comment.replaceAll(/\S/g, ' '));

function findings(files: readonly string[], pattern: RegExp, prepare = (text: string): string => text): string {
  const lines = files.flatMap((file) => {
    const text = readFileSync(path.join(root, file), 'utf8');
    return [...prepare(text).matchAll(pattern)].map(({ index }) => {
      const line = text.slice(0, index).split('\n').length;
      return `${file}:${line}: ${text.split('\n')[line - 1]?.trim()}`;
    });
  });
  return [...new Set(lines)].join('\n');
}

test('the sources, README and CONTRIBUTING use standard terms', () => {
  // Between the words of a phrase may be a line break, also within a comment.
  const pattern = /\bfar[\s*/-]*sides?\b|\blet[\s*/]*go\b|\bset[\s*/]*aside\b/gi;
  assert.equal(findings([...sources, 'README.md', 'CONTRIBUTING.md'], pattern), '');
});

test('code that all stores share names no store', () => {
  const shared = sources.filter(
    (file) => /^src\/(core|utils|http|session|resume|images|ui|elements)\//.test(file) && !/s3|azure/.test(file),
  );
  // Comments may: attributes that both elements have are documented once.
  assert.equal(findings(shared, /s3|azure|bucket/gi, withoutComments), '');
});
