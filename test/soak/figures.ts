/** Counts what a soak has done. */
import type { SeenRequest } from '../servers/fault-proxy.js';
import type { SoakFile } from './content.js';
import type { FaultPlan } from './fault-plan.js';
import type { Row } from './page/soak-page.js';
import { stepOf } from './requests.js';

/** The sums over all rounds. */
export class Figures {
  rounds = 0;
  /** Number of files whose success was told, and that are stored. */
  stored = 0;
  #files = 0;
  #bytes = 0;
  #requests = 0;
  /** Bytes of files that the servers received. */
  #sentBytes = 0;
  #settled = { time: 0, slowest: '' };
  #left = 0;
  readonly #faults = new Map<string, number>();
  readonly #statuses = new Map<string, number>();
  readonly #actions = new Map<string, number>();
  readonly #orphans = new Map<string, number>();

  /** Counts an action from a line of the trace. */
  countEvent(line: string): void {
    const action = /^(\w+)\(\) while/.exec(line)?.[1];
    if (action) this.countAction(action);
  }

  countAction(name: string): void {
    count(this.#actions, name, 1);
  }

  countOrphan(reason: string): void {
    count(this.#orphans, reason, 1);
  }

  /** @param settled - ms from the end of the faults until the last row was finished, and that row's file */
  addRound(
    rows: readonly Row[],
    requests: readonly SeenRequest[],
    faults: FaultPlan,
    files: readonly SoakFile[],
    left: ReadonlySet<string>,
    settled: { readonly time: number; readonly slowest: string },
  ): void {
    this.rounds++;
    this.#files += files.length;
    this.#bytes += files.reduce((sum, { size }) => sum + size, 0);
    this.#left += left.size;
    if (settled.time > this.#settled.time) this.#settled = settled;
    for (const { status } of rows) count(this.#statuses, status, 1);
    for (const [name, hits] of faults.counts) count(this.#faults, name, hits);
    for (const request of requests) {
      this.#requests++;
      if (['part', 'put', 'form', 'upload'].includes(stepOf(request))) this.#sentBytes += request.requestBytes;
    }
  }

  /** The figures as lines of text. */
  toString(): string {
    const list = (counts: ReadonlyMap<string, number>) =>
      [...counts]
        .sort()
        .map(([name, number]) => `${name} ${number}`)
        .join(', ') || 'none';
    return [
      `rounds:     ${this.rounds}`,
      `files:      ${this.#files}, ${this.stored} of them told as stored and found byte for byte; ${this.#left} ended by a reload`,
      `last rows:  ${list(this.#statuses)}`,
      `bytes:      ${this.#bytes} of files, ${this.#sentBytes} sent`,
      `requests:   ${this.#requests}`,
      `faults:     ${list(this.#faults)}`,
      `actions:    ${list(this.#actions)}`,
      `settled:    at most ${(this.#settled.time / 1000).toFixed(1)} s after the faults have ended (${this.#settled.slowest})`,
      `unfinished multipart uploads that the page cannot know, or that a record tells: ${list(this.#orphans)}`,
    ].join('\n');
  }
}

function count(counts: Map<string, number>, name: string, by: number): void {
  counts.set(name, (counts.get(name) ?? 0) + by);
}
