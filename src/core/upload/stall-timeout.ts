import type { BodyProgress } from '../types.js';

/** How patient to be with requests that show no sign of life, where nothing is known yet. */
export interface StallTimeoutRules {
  /** Fixed by the page, ms; nothing is learnt then. */
  readonly fixed?: number | undefined;
  /** Before anything has been learnt, ms. */
  readonly initial: number;
  /** Never less than this, ms. */
  readonly minimum: number;
}

/** The longest patience, ms. */
const most = 180_000;
const remembered = 32;
/** So many silences tell something. */
const enough = 3;
/** As much (bytes) of a body as buffers on the way may hold: 6 MiB is the most that Linux gives a connection. */
const buffers = 6 * 1024 * 1024;
/** The slowest link that is expected, bytes per ms: 1 Mbit/s. */
const slowest = 125;

/**
 * Learns from the silences of requests that went well how long a silence may last before it means that the request is lost: four times the longest
 * of the last ones. A far side that always needs 20 s to answer is given 80; one that answers at once is not waited for half a minute.
 */
export class StallTimeout {
  readonly #silences: number[] = [];
  readonly #speeds: number[] = [];
  #floor = 0;

  constructor(private readonly rules: () => StallTimeoutRules) {}

  /**
   * Takes note of a request that was answered.
   * @param silence - its longest one, ms.
   * @param speed - of its body, bytes per ms.
   */
  learn(silence: number, speed: number): void {
    this.#silences.push(silence);
    this.#speeds.push(speed);
    if (this.#silences.length <= remembered) return;
    this.#silences.shift();
    this.#speeds.shift();
  }

  /** A request was given up. Perhaps too soon: the next one gets twice as long. */
  lengthen(): void {
    this.#floor = Math.min(most, 2 * this.limit);
  }

  /**
   * How long (ms) a request may be silent that has come so far. Between a browser and a slow link there may be buffers that swallow a whole part at once, and then there
   * is no sign of life until it has arrived: what has been taken gets the time that it needs, at a fourth of the best speed that was seen lately (more requests may share
   * the link now), or where nothing is known, at the slowest that is expected.
   * @param sharing - requests on the wire.
   */
  limitOf({ bytes: taken, elapsed: time }: BodyProgress, sharing: number): number {
    if (this.rules().fixed !== undefined) return this.limit;
    // What is more than all buffers hold has gone on its way, and tells how fast.
    const seen = Math.max(...this.#speeds, (taken - buffers) / (time + 1)) / 4;
    const arriving = Math.min(taken, buffers) / Math.max(seen, slowest / Math.max(1, sharing));
    // What was silent before may have been such parts: it is not counted twice.
    return Math.max(this.limit, this.#least + arriving);
  }

  /** How long (ms) a request may be silent that sends nothing. */
  get limit(): number {
    const { fixed } = this.rules();
    if (fixed !== undefined) return fixed;
    return this.#known ? Math.min(most, Math.max(this.#least, 4 * Math.max(...this.#silences))) : this.#least;
  }

  get #known(): boolean {
    return this.#silences.length >= enough;
  }

  get #least(): number {
    const { initial, minimum: least } = this.rules();
    return Math.max(this.#known ? least : initial, this.#floor);
  }
}
