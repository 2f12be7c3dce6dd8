/**
 * `npm run bench`: compares this project with other uploaders and with plain requests (the floor).
 *
 * --only row[,row]   measures only these rows or contestants: `--only large,small` · `--only large,ours`
 * --fast             measures smaller workloads once, without the slowest contestants, in less than three minutes. The results are a rough estimate
 * --rounds n         number of measurements, of which the median is used. Default 3
 * --profile          prints a profile of the main thread for every run. It distorts the measurements
 * --src              uses src/ instead of the build in dist/
 * --keep             does not write results.json. By default, complete rows are written to it
 */
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { format } from 'prettier';
import { root } from '../tools/root.mjs';
import { buildOurs, installPeers } from './bundles.js';
import { Lab } from './lab.js';
import { printResult } from './report.js';
import { measureRow } from './row.js';
import type { Result, Row } from './row.js';
import { growth } from './rows/growth.js';
import { lists } from './rows/lists.js';
import { sizes } from './rows/sizes.js';
import { transfers } from './rows/transfers.js';

const rows: readonly Row[] = [...transfers, ...lists, sizes, ...growth];

const { values: flags } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    fast: { type: 'boolean', default: false },
    rounds: { type: 'string' },
    profile: { type: 'boolean', default: false },
    src: { type: 'boolean', default: false },
    keep: { type: 'boolean', default: false },
  },
});

const only = flags.only.split(',').filter(Boolean);
const onlyRows = only.filter((word) => rows.some(({ id }) => id === word));
const onlyNames = only.filter((word) => !onlyRows.includes(word)).map((word) => word.toLowerCase());
const unknown = onlyNames.filter((word) => !/^[a-z]/.test(word));
if (unknown.length) throw new Error(`Unknown row: ${unknown.join(', ')}. The rows are ${rows.map(({ id }) => id).join(', ')}.`);
const wantedRows = rows.filter(({ id }) => !onlyRows.length || onlyRows.includes(id));
const wanted = (name: string) => !onlyNames.length || onlyNames.some((word) => name.toLowerCase().startsWith(word));
const scale = { fast: flags.fast, rounds: Number(flags.rounds ?? (flags.fast ? 1 : 3)), fromSources: flags.src };

installPeers();
if (!flags.src) buildOurs();
const lab = await Lab.start([...new Set(wantedRows.flatMap(({ pages }) => pages))], { fromSources: flags.src, profiling: flags.profile });
// Removes the temporary files and closes the browser on a signal.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void lab.close().finally(() => process.exit(1)));
const results: Result[] = [];
try {
  for (const row of wantedRows) {
    const result = await measureRow(row, lab, scale, wanted);
    printResult(result);
    results.push(result);
  }
} finally {
  await lab.close();
}

// Complete rows replace their earlier results. Partial and fast measurements are not saved.
if (!flags.keep && !flags.profile && !flags.fast && !onlyNames.length) {
  const file = path.join(root, 'test', 'bench', 'results.json');
  const before = existsSync(file) ? (JSON.parse(await readFile(file, 'utf8')) as { readonly rows: readonly Result[] }).rows : [];
  const known = new Map([...before, ...results].map((result) => [result.id, result]));
  const machine = { processors: cpus().length, platform: process.platform, node: process.version };
  const text = JSON.stringify({ machine, rows: rows.flatMap(({ id }) => known.get(id) ?? []) });
  await writeFile(file, await format(text, { parser: 'json', printWidth: 140 }));
}
const missed = results.flatMap(({ id, goals }) => goals.filter(({ met }) => !met).map(({ text }) => `${id}: ${text}`));
console.log(missed.length ? `\nNot met: ${missed.join(' · ')}` : '\nEvery goal is met.');
