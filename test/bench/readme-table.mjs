/**
 * Writes the benchmark's table into README.md, from results.json, between its markers. `--check` changes nothing, and fails where it is not current.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { root } from '../tools/sections.mjs';

/**
 * @typedef {{name: string, values: Record<string, number>, failed?: string}} Contestant
 * @typedef {{id: string, title: string, fast: boolean, rounds: number, contestants: Contestant[]}} Row
 */

/** @type {{machine: {processors: number}, rows: Row[]}} */
const { machine, rows } = JSON.parse(readFileSync(path.join(root, 'test', 'bench', 'results.json'), 'utf8'));

/** @typedef {(value: number) => string} Unit */
/** @type {Record<string, Unit>} */
const units = {
  times: (value) => `${value.toFixed(2)}×`,
  ms: (value) => (value >= 1000 ? `${(value / 1000).toFixed(1)} s` : `${Math.round(value)} ms`),
  MB: (value) => `${Math.round(value)} MB`,
  kB: (value) => `${value.toFixed(1)} kB`,
  count: (value) => Math.round(value).toLocaleString('en'),
  each: (value) => value.toFixed(2),
};

/** Who stands in which column; several share one where they are two ways of the same. */
const columns = [
  {
    head: '**ours**',
    names: ['ours unsigned', 'ours signed', 'ours', 'ours batch-policy', 'ours batch-policy, auto', 'ours: <fine-uploader-s3>'],
  },
  { head: 'nothing in between', names: ['floor', 'bare Lit list', 'Lit alone'] },
  { head: 'Fine Uploader', names: ['Fine Uploader v4', 'Fine Uploader v2', 'Fine Uploader', 'Fine Uploader S3 with UI'] },
  { head: 'Uppy', names: ['Uppy', 'Uppy credentials', 'Uppy Dashboard', 'Uppy, Dashboard and S3'] },
  { head: 'AWS lib-storage', names: ['lib-storage', 'lib-storage no checksums', 'lib-storage, no UI'] },
  { head: 'Evaporate', names: ['Evaporate', 'Evaporate v2', 'Evaporate, no UI'] },
  { head: 'Uploadcare', names: ['Uploadcare'] },
];

/** @type {{row: string, measure: string, unit: keyof typeof units, what: string}[]} */
const lines = [
  { row: 'large', measure: 'ratio', unit: 'times', what: '1 GiB in parts, time (unsigned / signed)' },
  { row: 'large', measure: 'blocked', unit: 'ms', what: 'page blocked meanwhile' },
  { row: 'large', measure: 'memoryMB', unit: 'MB', what: 'memory' },
  { row: 'small', measure: 'ratio', unit: 'times', what: '1,000 files of 10 KiB, time (one by one / `batch-policy`)' },
  { row: 'latency', measure: 'ratio', unit: 'times', what: 'the same, 50 ms away' },
  { row: 'latency', measure: 'requestsPerFile', unit: 'each', what: 'requests to the store for a file' },
  {
    row: 'http2-small',
    measure: 'ratio',
    unit: 'times',
    what: 'the same over HTTP/2, 100 ms away (six at once / `max-connections="auto"`)',
  },
  { row: 'slow-link', measure: 'ratio', unit: 'times', what: '100 of them over 1 Mbit/s, 300 ms away (one by one / `batch-policy`)' },
  { row: 'phone-4x', measure: 'ratio', unit: 'times', what: '200 of them, processor 4 times slower (one by one / `batch-policy`)' },
  { row: 'many', measure: 'ready', unit: 'ms', what: '10,000 files added, until they can be seen' },
  { row: 'many', measure: 'nodes', unit: 'count', what: 'DOM nodes then' },
  { row: 'photos', measure: 'msPerPhoto', unit: 'ms', what: 'a thumbnail of a photo of 2.5 MB' },
  { row: 'photos', measure: 'memoryMB', unit: 'MB', what: 'memory with 300 of them' },
  { row: 'paint', measure: 'ms', unit: 'ms', what: 'first paint, processor 4 times slower' },
  { row: 'sizes', measure: 'kB', unit: 'kB', what: 'script that a page waits for, compressed' },
  { row: 'sizes', measure: 'allKB', unit: 'kB', what: 'and with all that may come later (ours: eleven languages, too)' },
];

/** @param {typeof lines[number]} line @param {readonly string[]} names */
function cell({ row, measure, unit }, names) {
  const there = rows.find(({ id }) => id === row)?.contestants.filter(({ name }) => names.includes(name)) ?? [];
  const texts = there.flatMap(({ values, failed }) => {
    const value = values[measure];
    return value === undefined ? (failed ? ['fails'] : []) : [units[unit]?.(value) ?? ''];
  });
  return texts.join(' / ') || '–';
}

const present = lines.filter(({ row }) => rows.some(({ id }) => id === row));
const table = [
  ['', ...columns.map(({ head }) => head)],
  ['---', ...columns.map(() => '---')],
  ...present.map((line) => [line.what, ...columns.map(({ names }) => cell(line, names))]),
]
  .map((cells) => `| ${cells.join(' | ')} |`)
  .join('\n');
const rounds = Math.min(...rows.map((row) => row.rounds));
const note = `Measured side by side on one machine with ${machine.processors} processors, ${rounds > 1 ? `the median of ${rounds}` : 'once'}; \`npm run bench\` does it on yours. “×” is against plain requests without any library.`;

const file = path.join(root, 'README.md');
const before = readFileSync(file, 'utf8');
const marked = /(<!-- benchmark -->\n)[^]*?(<!-- benchmark ends -->)/;
if (!marked.test(before)) throw new Error('README.md has no place for the benchmark: <!-- benchmark --> … <!-- benchmark ends -->');
const text = before.replace(marked, (_, start, end) => `${start}\n${table}\n\n${note}\n\n${end}`);
if (!process.argv.includes('--check')) writeFileSync(file, text);
else if (text === before) console.log('The benchmark in README.md says what test/bench/results.json says.');
else {
  console.error('The benchmark in README.md is not current: run `node test/bench/readme-table.mjs`, and commit README.md.');
  process.exitCode = 1;
}
