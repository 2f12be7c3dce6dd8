/** The most requests at once that are tried. */
const most = 32;
/** The next larger number: by half, so that it makes a difference that can be measured. */
const more = (size: number): number => Math.min(most, Math.ceil(size * 1.5));
/** For how long (ms) a number is measured at most, and at least: less than the most where so many requests of each connection have ended. */
const span = { most: 1500, least: 500, requests: 8 };
/** What is known of the connections decides how much faster it must be for a larger number to stay, and for how long (ms) no larger one is tried after it was not. */
const known = { gain: 1.08, rest: 20_000 };
const unknown = { gain: 1.2, rest: 60_000 };

/**
 * Finds by measuring how many requests at once are worth it: more, as long as more are faster. That is where requests share one connection (HTTP/2 and 3); of HTTP/1.1
 * connections a browser opens six to a host, and lets the others wait. Where nobody tells which it is, more are tried, too, but only while requests are short: none is to wait
 * in the browser for longer than the far side's silence is borne.
 */
export class ConnectionTuner {
  readonly #least: number;
  #size: number;
  #smaller: number;
  /** What was measured before more were tried; undefined while there is nothing to compare with. */
  #before: number | undefined;
  #bytes = 0;
  #since = 0;
  #endedBefore = 0;
  #last = -Infinity;
  #restUntil = -Infinity;
  /** What is on the wire when the number changes belongs to both: it is not measured. */
  #settling = false;

  /**
   * @param least - the number to begin with; it never becomes less.
   * @param shared - whether requests share one connection; undefined where that is not known.
   */
  constructor(
    least: number,
    private readonly shared: () => boolean | undefined,
  ) {
    this.#least = this.#size = this.#smaller = least;
  }

  get size(): number {
    return this.#size;
  }

  /**
   * Bytes have arrived.
   * @param now - ms.
   * @param ended - how many requests have ended since the beginning.
   * @returns whether the number is another one now.
   */
  add(bytes: number, now: number, ended: number): boolean {
    // After a pause nothing is known of the time in between.
    if (now - this.#last > span.most) this.#begin(now, ended);
    this.#last = now;
    this.#bytes += bytes;
    const time = now - this.#since;
    const requests = ended - this.#endedBefore;
    if (time < (requests < span.requests * this.#size ? span.most : span.least)) return false;
    const speed = this.#bytes / time;
    this.#begin(now, ended);
    if (this.#settling) {
      this.#settling = false;
      return false;
    }
    return this.#measured(speed, requests / this.#size, now);
  }

  #begin(now: number, ended: number): void {
    this.#since = now;
    this.#bytes = 0;
    this.#endedBefore = ended;
  }

  /** @param rounds - how many requests of each connection have ended meanwhile. */
  #measured(speed: number, rounds: number, now: number): boolean {
    const shared = this.shared();
    if (shared === false || (shared === undefined && rounds < 1)) return this.#size > this.#least && this.#become(this.#least);
    if (this.#before === undefined) {
      if (now < this.#restUntil || this.#size >= most || (!shared && rounds < 2)) return false;
      this.#before = speed;
      return this.#become(more(this.#size));
    }
    const { gain, rest } = shared ? known : unknown;
    const faster = speed > this.#before * gain;
    if (faster && this.#size < most) {
      this.#before = speed;
      return this.#become(more(this.#size));
    }
    this.#before = undefined;
    this.#restUntil = now + rest;
    return !faster && this.#become(this.#smaller);
  }

  #become(size: number): boolean {
    this.#settling = true;
    this.#smaller = Math.min(this.#size, size);
    this.#size = size;
    return true;
  }
}
