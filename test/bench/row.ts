/** What a row of the benchmark is, and how its measurements become one line. */

import type { Lab } from './lab.js';

/** How large the run is. */
export interface Scale {
  readonly fast: boolean;
  /** How often everything is measured. */
  readonly rounds: number;
  /** src/ as it is, not dist/. */
  readonly fromSources: boolean;
}

/** Measured once: numbers by what they are. */
export type Measurement = Readonly<Record<string, number>>;

/** Somebody who does the work of a row. */
export interface Contestant {
  readonly name: string;
  measure(): Promise<Measurement>;
}

/** What ours shall reach in a row. */
export interface Goal {
  /** Which contestant's. */
  readonly of: string;
  readonly measure: string;
  /** At most, or at least, that. */
  readonly atMost?: number;
  readonly atLeast?: number;
  /** In words, with the unit. */
  readonly unit?: string;
}

/** One work, and all who do it. */
export interface Row {
  /** For `--only`. */
  readonly id: string;
  /** What is measured, in words. */
  readonly title: string;
  /** Pages it needs, of pages/. */
  readonly pages: readonly string[];
  readonly goals: readonly Goal[];
  /** The measure that is shown as a ratio to the first contestant's. */
  readonly ratio?: string;
  /** Measures whose growth with the measure `size` is told: a line of exponents. */
  readonly grows?: readonly string[];
  contestants(lab: Lab, scale: Scale): Contestant[];
}

/** The middle one. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? (sorted[middle] ?? NaN) : ((sorted[middle - 1] ?? NaN) + (sorted[middle] ?? NaN)) / 2;
}

/** A row's results: the medians of every contestant, and its ratio to the first: the median of the ratios of each round. */
export interface Result {
  readonly id: string;
  readonly title: string;
  readonly date: string;
  /** True of smaller works: a hint, not a result. */
  readonly fast: boolean;
  readonly rounds: number;
  readonly contestants: readonly { readonly name: string; readonly values: Measurement; readonly failed?: string }[];
  readonly goals: readonly { readonly text: string; readonly is: number | null; readonly met: boolean }[];
}

/** Measures a row: all contestants in turn, round by round, so that whatever else the machine does meets all of them. */
export async function measureRow(row: Row, lab: Lab, scale: Scale, wanted: (name: string) => boolean): Promise<Result> {
  const contestants = row.contestants(lab, scale).filter(({ name }, index) => wanted(name) || (index === 0 && row.ratio !== undefined));
  const measured = new Map<string, Measurement[]>(contestants.map(({ name }) => [name, []]));
  const failures = new Map<string, string>();
  for (let round = 0; round < scale.rounds; round++) {
    for (const { name, measure } of contestants) {
      if (failures.has(name)) continue;
      process.stderr.write(`\r\x1b[K${row.id}: ${round + 1}/${scale.rounds} ${name}`);
      try {
        measured.get(name)?.push(await measure());
      } catch (error) {
        failures.set(name, error instanceof Error ? error.message : String(error));
      }
    }
  }
  process.stderr.write('\r\x1b[K');
  const base = contestants[0] && row.ratio ? (measured.get(contestants[0].name) ?? []) : [];
  const lines = contestants.map(({ name }) => {
    const all = measured.get(name) ?? [];
    const values: Record<string, number> = {};
    for (const measure of Object.keys(all[0] ?? {})) values[measure] = round(median(all.map((one) => one[measure] ?? NaN)));
    if (row.ratio && all.length) {
      const measure = row.ratio;
      values['ratio'] = round(median(all.map((one, index) => (one[measure] ?? NaN) / (base[index]?.[measure] ?? NaN))));
    }
    const failed = failures.get(name);
    return { name, values, ...(failed ? { failed } : {}) };
  });
  if (row.grows) {
    // Between the two largest: in smaller ones, what is the same for all hides the rest.
    const largest = lines.slice(-2);
    const slopes = row.grows.map((measure) => [
      measure,
      round(slope(largest.map(({ values }) => [values['size'] ?? 1, values[measure] ?? 1]))),
    ]);
    // Nothing can be said of what did not end.
    lines.push({ name: 'exponent', values: failures.size ? {} : (Object.fromEntries(slopes) as Measurement) });
  }
  // Whoever did not take part has missed nothing.
  const goals = row.goals
    .filter(({ of }) => lines.some(({ name }) => name === of))
    .map(({ of, measure, atMost, atLeast, unit = '' }) => {
      const is = lines.find(({ name }) => name === of)?.values[measure] ?? null;
      const text = `${of}: ${measure} ${atMost === undefined ? `>= ${atLeast}` : `<= ${atMost}`}${unit}`;
      return { text, is, met: is !== null && (atMost === undefined || is <= atMost) && (atLeast === undefined || is >= atLeast) };
    });
  const { fast, rounds } = scale;
  return { id: row.id, title: row.title, date: new Date().toISOString().slice(0, 10), fast, rounds, contestants: lines, goals };
}

/** What ten times the work does, as a power of ten: 1 is linear. */
function slope(points: readonly (readonly [work: number, cost: number])[]): number {
  const [first = [1, 1], last = [1, 1]] = points;
  return Math.log(last[1] / first[1]) / Math.log(last[0] / first[0]);
}

/** To three digits, or whole. */
function round(value: number): number {
  return Math.abs(value) >= 100 ? Math.round(value) : Number(value.toPrecision(3));
}
