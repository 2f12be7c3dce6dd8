/** Prints results. */

import type { Result } from './row.js';

const shown = (value: number | undefined) => (value === undefined ? '' : String(value));

/** Prints a row as a table, and its goals. */
export function printResult({ id, title, fast, rounds, contestants, goals }: Result): void {
  console.log(`\n${id}: ${title} (${fast ? 'much smaller, as a hint; ' : ''}${rounds === 1 ? 'measured once' : `median of ${rounds}`})`);
  if (!contestants.length) return console.log('  not measured');
  const measures = [...new Set(contestants.flatMap(({ values }) => Object.keys(values)))].sort((a, b) => rank(a) - rank(b));
  const table = [
    ['', ...measures],
    ...contestants.map(({ name, values, failed }) => [
      name,
      ...(failed && !Object.keys(values).length ? [failed] : measures.map((measure) => shown(values[measure]))),
    ]),
  ];
  const widths = measures.map((_, index) => Math.max(...table.map((cells) => (cells.length > 2 ? (cells[index + 1]?.length ?? 0) : 0))));
  const first = Math.max(...table.map(([name]) => name?.length ?? 0));
  for (const [name = '', ...cells] of table)
    console.log(
      `  ${name.padEnd(first)}  ${cells.map((cell, index) => cell.padStart(cells.length > 1 ? (widths[index] ?? 0) : 0)).join('  ')}`,
    );
  for (const { text, is, met } of goals) console.log(`  ${met ? 'met    ' : 'NOT MET'}  ${text}   (is ${is ?? 'unknown'})`);
}

const rank = (measure: string) => (measure === 'ratio' ? 0 : 1);
