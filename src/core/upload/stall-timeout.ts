import type { BodyProgress } from '../types.js';
import type { UploaderOptions } from '../uploader-options.js';

/** The highest limit, ms. */
const maxLimit = 180_000;
/** The shortest time (ms) that a server gets to answer once the whole body is sent. */
const minAnswerTime = 30_000;
/** Number of requests that are remembered. */
const maxSamples = 32;
/** Number of requests from which the limit is learnt. */
const minSamples = 3;
/** Bytes of a body that buffers between the browser and the server may hold: Linux gives a connection at most 6 MiB. */
const maxBuffered = 6 * 1024 * 1024;
/** The slowest connection that is expected, bytes per ms: 1 Mbit/s. */
const minSpeed = 125;

/**
 * Learns how long a request may show no sign of life before it counts as lost: four times the longest silence of the last successful requests. A server that always needs
 * 20 s to respond gets 80 s.
 */
export class StallTimeout {
  /** ms. */
  readonly #silences: number[] = [];
  /** Bytes per ms. */
  readonly #speeds: number[] = [];
  #raisedMinimum = 0;

  constructor(private readonly options: { readonly current: Pick<UploaderOptions, 'stallTimeout'> }) {}

  /**
   * Learns from a request that was answered.
   * @param silence - its longest one, ms.
   * @param speed - of its body, bytes per ms.
   */
  learn(silence: number, speed: number): void {
    this.#raisedMinimum /= 2;
    this.#silences.push(silence);
    this.#speeds.push(speed);
    if (this.#silences.length <= maxSamples) return;
    this.#silences.shift();
    this.#speeds.shift();
  }

  /** Doubles the limit after a request was given up, perhaps too soon. Each request that is answered halves what was added. */
  extend(): void {
    this.#raisedMinimum = Math.min(maxLimit, 2 * this.limit);
  }

  /**
   * Returns the limit (ms) for a request with a body. Buffers between the browser and a slow link may take a whole part at once, and then there is no sign of life until it
   * has arrived. So the bytes that were taken get the time they need: at a quarter of the best recent speed, because more requests may share the link now, or at the
   * slowest expected speed where none is known.
   * @param sharing - number of requests on the wire.
   */
  limitFor({ bytes, elapsed, isSent }: BodyProgress, sharing: number): number {
    if (this.options.current.stallTimeout.fixed !== undefined) return this.limit;
    // Bytes beyond all buffers were sent, which tells the speed.
    const knownSpeed = Math.max(...this.#speeds, (bytes - maxBuffered) / (elapsed + 1)) / 4;
    const timeToArrive = Math.min(bytes, maxBuffered) / Math.max(knownSpeed, minSpeed / Math.max(1, sharing));
    // A learnt limit may contain the time of such a part already: it is not added twice.
    return Math.max(isSent ? minAnswerTime : 0, this.limit, this.#minimum + timeToArrive);
  }

  /** The limit (ms) for a request without a body. */
  get limit(): number {
    const { fixed } = this.options.current.stallTimeout;
    if (fixed !== undefined) return fixed;
    return this.#hasLearnt ? Math.min(maxLimit, Math.max(this.#minimum, 4 * Math.max(...this.#silences))) : this.#minimum;
  }

  get #hasLearnt(): boolean {
    return this.#silences.length >= minSamples;
  }

  get #minimum(): number {
    const { initial, minimum } = this.options.current.stallTimeout;
    return Math.max(this.#hasLearnt ? minimum : initial, this.#raisedMinimum);
  }
}
