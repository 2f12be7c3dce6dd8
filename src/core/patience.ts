/** How patient to be with requests that show no sign of life, where nothing is known yet. */
export interface PatienceRules {
  /** Fixed by the page, ms; nothing is learnt then. */
  readonly fixed?: number | undefined;
  /** Before anything has been learnt, ms. */
  readonly initial: number;
  /** Never less than this, ms. */
  readonly least: number;
}

/** The longest patience, ms. */
const most = 180_000;
const remembered = 32;
/** So many silences tell something. */
const enough = 3;

/**
 * Learns from the silences of requests that went well how long a silence may last before it means that the request is lost: four times the longest
 * of the last ones. A far side that always needs 20 s to answer is given 80; one that answers at once is not waited for half a minute.
 */
export class Patience {
  rules: PatienceRules;
  readonly #silences: number[] = [];
  #floor = 0;

  constructor(rules: PatienceRules) {
    this.rules = rules;
  }

  /** Takes note of the longest silence (ms) of a request that was answered. */
  learn(silence: number): void {
    this.#silences.push(silence);
    if (this.#silences.length > remembered) this.#silences.shift();
  }

  /**
   * A request was given up. Perhaps too soon: the next one gets twice as long. Between a browser and a slow link there may be buffers that swallow a whole part at once,
   * and then there is no sign of life until it has arrived.
   */
  lengthen(): void {
    this.#floor = Math.min(most, 2 * this.limit);
  }

  /** How long (ms) a request may be silent. */
  get limit(): number {
    const { fixed, initial, least } = this.rules;
    if (fixed !== undefined) return fixed;
    if (this.#silences.length < enough) return Math.max(initial, this.#floor);
    return Math.min(most, Math.max(least, this.#floor, 4 * Math.max(...this.#silences)));
  }
}
