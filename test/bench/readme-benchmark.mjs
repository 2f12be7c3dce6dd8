/** The README's table of the benchmark, made from results.json. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from '../tools/root.mjs';

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

/** The contestants of each column. Several names in a column are variants, separated by slashes in the cell. */
const columns = [
  {
    head: '**ours**',
    names: ['ours unsigned', 'ours signed', 'ours', 'ours batch-policy', 'ours batch-policy, auto', 'ours: <fine-uploader-s3>'],
  },
  { head: 'no library', names: ['floor', 'bare Lit list', 'Lit alone'] },
  { head: 'Fine Uploader', names: ['Fine Uploader v4', 'Fine Uploader v2', 'Fine Uploader', 'Fine Uploader S3 with UI'] },
  { head: 'Uppy', names: ['Uppy', 'Uppy credentials', 'Uppy Dashboard', 'Uppy, Dashboard and S3'] },
  { head: 'AWS lib-storage', names: ['lib-storage', 'lib-storage no checksums', 'lib-storage, no UI'] },
  { head: 'Evaporate', names: ['Evaporate', 'Evaporate v2', 'Evaporate, no UI'] },
  { head: 'Uploadcare', names: ['Uploadcare'] },
];

/** @type {{row: string, measure: string, unit: keyof typeof units, label: string}[]} */
const lines = [
  { row: 'large', measure: 'ratio', unit: 'times', label: '1 GiB in parts, time (unsigned / signed)' },
  { row: 'large', measure: 'blocked', unit: 'ms', label: 'main thread blocked' },
  { row: 'large', measure: 'memoryMB', unit: 'MB', label: 'memory' },
  { row: 'small', measure: 'ratio', unit: 'times', label: '1,000 files of 10 KiB, time (one by one / `batch-policy`)' },
  { row: 'latency', measure: 'ratio', unit: 'times', label: 'the same, 50 ms latency' },
  { row: 'latency', measure: 'requestsPerFile', unit: 'each', label: 'requests to the store per file' },
  {
    row: 'http2-small',
    measure: 'ratio',
    unit: 'times',
    label: 'the same over HTTP/2, 100 ms latency (six connections / `max-connections="auto"`)',
  },
  { row: 'slow-link', measure: 'ratio', unit: 'times', label: '100 of them over 1 Mbit/s, 300 ms latency (one by one / `batch-policy`)' },
  { row: 'phone-4x', measure: 'ratio', unit: 'times', label: '200 of them, processor 4 times slower (one by one / `batch-policy`)' },
  { row: 'many', measure: 'ready', unit: 'ms', label: '10,000 files added, until rows are visible' },
  { row: 'many', measure: 'nodes', unit: 'count', label: 'DOM nodes' },
  { row: 'photos', measure: 'msPerPhoto', unit: 'ms', label: 'thumbnail of a 2.5 MB photo' },
  { row: 'photos', measure: 'memoryMB', unit: 'MB', label: 'memory with 300 thumbnails' },
  { row: 'paint', measure: 'ms', unit: 'ms', label: 'first paint, processor 4 times slower' },
  { row: 'sizes', measure: 'kB', unit: 'kB', label: 'script loaded first, compressed' },
  { row: 'sizes', measure: 'allKB', unit: 'kB', label: 'with all parts that load later (ours: eleven languages)' },
];

/** @param {typeof lines[number]} line @param {readonly string[]} names */
function cell({ row, measure, unit }, names) {
  const contestants = rows.find(({ id }) => id === row)?.contestants.filter(({ name }) => names.includes(name)) ?? [];
  const texts = contestants.flatMap(({ values, failed }) => {
    const value = values[measure];
    return value === undefined ? (failed ? ['fails'] : []) : [units[unit]?.(value) ?? ''];
  });
  return texts.join(' / ') || '–';
}

/** @returns {string} */
export function benchmarkTable() {
  const measured = lines.filter(({ row }) => rows.some(({ id }) => id === row));
  const table = [
    ['', ...columns.map(({ head }) => head)],
    ['---', ...columns.map(() => '---')],
    ...measured.map((line) => [line.label, ...columns.map(({ names }) => cell(line, names))]),
  ]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
  const rounds = Math.min(...rows.map((row) => row.rounds));
  const repetitions = rounds > 1 ? `the median of ${rounds} runs` : 'one run';
  const note = `Measured side by side on one machine with ${machine.processors} processors, ${repetitions}; \`npm run bench\` measures on yours. “×” compares with plain requests without any library.`;
  return `${table}\n\n${note}`;
}
