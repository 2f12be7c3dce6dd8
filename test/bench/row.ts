/** The rows of the benchmark and their measurement. */

import type { Lab } from './lab.js';

/** The scale of a benchmark. */
export interface Scale {
  readonly fast: boolean;
  /** Number of measurements of each contestant. */
  readonly rounds: number;
  /** Measures src/ instead of dist/. */
  readonly fromSources: boolean;
}

/** The values of one measurement by name. */
export type Measurement = Readonly<Record<string, number>>;

/** An uploader that is measured in a row. */
export interface Contestant {
  readonly name: string;
  measure(): Promise<Measurement>;
}

/** A goal of this project in a row. */
export interface Goal {
  /** Name of the contestant. */
  readonly contestant: string;
  readonly measure: string;
  /** Limit of the measured value. */
  readonly atMost?: number;
  readonly atLeast?: number;
  /** Unit of the limit. */
  readonly unit?: string;
}

/** A workload and its contestants. */
export interface Row {
  /** Name for `--only`. */
  readonly id: string;
  /** Description of the workload. */
  readonly title: string;
  /** Names of the required pages in pages/. */
  readonly pages: readonly string[];
  readonly goals: readonly Goal[];
  /** The measure whose ratio to that of the first contestant is shown. */
  readonly ratio?: string;
  /** Measures whose growth with the measure `size` is shown as exponents. */
  readonly grows?: readonly string[];
  contestants(lab: Lab, scale: Scale): Contestant[];
}

/** Returns the median. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? (sorted[middle] ?? NaN) : ((sorted[middle - 1] ?? NaN) + (sorted[middle] ?? NaN)) / 2;
}

/** The results of a row: the medians of each contestant, and the median of its ratios to the first contestant. */
export interface Result {
  readonly id: string;
  readonly title: string;
  readonly date: string;
  /** True for smaller workloads, whose results are rough estimates. */
  readonly fast: boolean;
  readonly rounds: number;
  readonly contestants: readonly { readonly name: string; readonly values: Measurement; readonly failed?: string }[];
  readonly goals: readonly { readonly text: string; readonly is: number | null; readonly met: boolean }[];
}

/** Measures a row. The contestants take turns in each round, so that other load on the machine affects all of them. */
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
    // Between the two largest sizes: constant costs dominate the smaller ones.
    const largest = lines.slice(-2);
    const slopes = row.grows.map((measure) => [
      measure,
      round(slope(largest.map(({ values }) => [values['size'] ?? 1, values[measure] ?? 1]))),
    ]);
    // A failed measurement has no exponent.
    lines.push({ name: 'exponent', values: failures.size ? {} : (Object.fromEntries(slopes) as Measurement) });
  }
  // Goals of contestants that were not measured are skipped.
  const goals = row.goals
    .filter(({ contestant: of }) => lines.some(({ name }) => name === of))
    .map(({ contestant: of, measure, atMost, atLeast, unit = '' }) => {
      const is = lines.find(({ name }) => name === of)?.values[measure] ?? null;
      const text = `${of}: ${measure} ${atMost === undefined ? `>= ${atLeast}` : `<= ${atMost}`}${unit}`;
      return { text, is, met: is !== null && (atMost === undefined || is <= atMost) && (atLeast === undefined || is >= atLeast) };
    });
  const { fast, rounds } = scale;
  return { id: row.id, title: row.title, date: new Date().toISOString().slice(0, 10), fast, rounds, contestants: lines, goals };
}

/** Returns the exponent of the growth: 1 is linear. */
function slope(points: readonly (readonly [work: number, cost: number])[]): number {
  const [first = [1, 1], last = [1, 1]] = points;
  return Math.log(last[1] / first[1]) / Math.log(last[0] / first[0]);
}

/** Rounds to three digits, or to an integer from 100. */
function round(value: number): number {
  return Math.abs(value) >= 100 ? Math.round(value) : Number(value.toPrecision(3));
}
