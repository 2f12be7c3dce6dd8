/** Two runs -> the lines in which they differ, as a person reads a diff: `-` Fine Uploader, `+` here. */
import type { Call, Run, WireRequest } from './recorded-run.js';

/** What is changed or left out of both sides before they are compared. */
export interface Difference {
  /** The scenarios it is seen in. */
  readonly scenarios: readonly string[];
  /** Changes what Fine Uploader did to what is done here. */
  readonly expected?: (recorded: Run, scenario: string) => void;
  /** Changes both sides: leaves out or puts in order what differs from run to run here. */
  readonly both?: (run: Run, scenario: string) => void;
}

const show = (value: unknown): string => JSON.stringify(value) ?? 'undefined';

const eventLine = ({ name, args }: Call): string => `${name}(${args.map(show).join(', ')})`;

const callLine = (call: Call): string => eventLine(call) + (call.xhr === undefined ? '' : ` xhr ${call.xhr}`);

function requestLines({ where, method, url, headers, body, preflight }: WireRequest): string[] {
  const lines = [`${where} ${method} ${url}`];
  for (const name of Object.keys(headers).sort()) lines.push(`    ${name}: ${headers[name]}`);
  if (preflight !== undefined) lines.push(`    preflight: ${preflight}`);
  if (Array.isArray(body)) for (const [name, value] of body) lines.push(`    field ${name} = ${show(value)}`);
  else if (body !== undefined) for (const line of body.split(/\\n|,(?=\{)/)) lines.push(`    body ${line}`);
  return lines;
}

function resultLines(result: Readonly<Record<string, unknown>>): string[] {
  return Object.keys(result)
    .sort()
    .flatMap((key) => {
      const value = result[key];
      return Array.isArray(value)
        ? value.map((one, index) => `${key}[${index}] = ${show(sorted(one))}`)
        : [`${key} = ${show(sorted(value))}`];
    });
}

/** The order of an object's keys is nobody's promise. */
function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** A diff by longest common subsequence; only the lines that differ. */
function diff(before: readonly string[], after: readonly string[]): string[] {
  const lengths = Array.from({ length: before.length + 1 }, () => new Array<number>(after.length + 1).fill(0));
  const at = (row: number, column: number) => lengths[row]?.[column] ?? 0;
  for (let row = before.length - 1; row >= 0; row--) {
    for (let column = after.length - 1; column >= 0; column--) {
      lengths[row]![column] =
        before[row] === after[column] ? at(row + 1, column + 1) + 1 : Math.max(at(row + 1, column), at(row, column + 1));
    }
  }
  const lines: string[] = [];
  let [row, column] = [0, 0];
  while (row < before.length || column < after.length) {
    if (row < before.length && column < after.length && before[row] === after[column]) {
      row++;
      column++;
    } else if (column >= after.length || (row < before.length && at(row + 1, column) >= at(row, column + 1)))
      lines.push(`- ${before[row++]}`);
    else lines.push(`+ ${after[column++]}`);
  }
  return lines;
}

/**
 * Applies the differences that are known, and shows the others.
 * @returns lines to read; none where the runs are alike.
 */
export function compare(recorded: Run, ours: Run, scenario: string, differences: readonly Difference[]): string[] {
  const [before, after] = [structuredClone(recorded), structuredClone(ours)];
  const here = differences.filter(({ scenarios }) => scenarios.includes(scenario));
  for (const { expected } of here) expected?.(before, scenario);
  for (const { both } of here) {
    both?.(before, scenario);
    both?.(after, scenario);
  }
  const sections: [string, string[]][] = [
    ['callbacks', diff((before.callbacks ?? []).map(callLine), (after.callbacks ?? []).map(callLine))],
    ['events', diff((before.events ?? []).map(eventLine), (after.events ?? []).map(eventLine))],
    ['wire', diff(before.wire.flatMap(requestLines), after.wire.flatMap(requestLines))],
    ['methods', diff(resultLines(before.result), resultLines(after.result))],
    ['console', diff(before.console, after.console)],
  ];
  return sections.flatMap(([title, lines]) => (lines.length > 0 ? [`${title}:`, ...lines.map((line) => `  ${line}`)] : []));
}
