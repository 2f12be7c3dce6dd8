/**
 * `npm run docs`: writes the tables of README.md, each between `<!-- table: NAME -->` and `<!-- end -->`. `--check` writes nothing, and fails where a table
 * is out of date.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { benchmarkTable } from '../bench/readme-benchmark.mjs';
import { elementTables } from './readme-elements.mjs';
import { migrationTables } from './readme-migration.mjs';
import { root } from './root.mjs';

/** @type {Record<string, string>} */
const tables = { ...elementTables(), migration: await migrationTables(), benchmark: benchmarkTable() };

const file = path.join(root, 'README.md');
const before = readFileSync(file, 'utf8');
const missing = new Set(Object.keys(tables));
/** @type {string[]} */
const outdated = [];
const text = before.replaceAll(/(<!-- table: ([\w-]+) -->\n)[^]*?(<!-- end -->)/g, (current, start, name, end) => {
  const table = tables[name];
  if (table === undefined) throw new Error(`README.md has markers for an unknown table: ${name}.`);
  missing.delete(name);
  const next = `${start}\n${table}\n\n${end}`;
  if (next !== current) outdated.push(name);
  return next;
});
if (missing.size) throw new Error(`README.md has no markers for: ${[...missing].join(', ')}.`);

if (!process.argv.includes('--check')) writeFileSync(file, text);
else if (outdated.length) {
  console.error(`Out of date in README.md: ${outdated.join(', ')}. Run \`npm run docs\` and commit README.md.`);
  process.exitCode = 1;
}
