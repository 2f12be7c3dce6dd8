/** The most requests at once that are tried. */
const most = 32;
/** The next larger number: by a third, so that it makes a difference that can be measured. */
const more = (size: number): number => Math.min(most, size + Math.max(2, Math.round(size / 3)));
/** For how long (ms) a number is measured. */
const span = 1500;
/** How much faster it must be for a larger number to stay. */
const gain = 1.08;
/** How many spans pass before more are tried again after that was not faster. */
const rest = 10;

/**
 * Finds by measuring how many requests at once are worth it: more, as long as more are faster. Only where requests share one connection (HTTP/2 and 3): of HTTP/1.1 connections a
 * browser opens six to a host, and lets the others wait.
 */
export class ConnectionCount {
  #size: number;
  #smaller: number;
  /** What was measured before more were tried; undefined while there is nothing to compare with. */
  #before: number | undefined;
  #bytes = 0;
  #since = 0;
  #last = -Infinity;
  #resting = 0;
  /** What is on the wire when the number changes belongs to both: it is not measured. */
  #settling = false;

  /**
   * @param least - the number to begin with; it never becomes less.
   * @param shared - whether requests share one connection.
   */
  constructor(
    least: number,
    private readonly shared: () => boolean,
  ) {
    this.#size = this.#smaller = least;
  }

  get size(): number {
    return this.#size;
  }

  /**
   * Bytes have arrived.
   * @param now - ms.
   * @returns whether the number is another one now.
   */
  add(bytes: number, now: number): boolean {
    // After a pause nothing is known of the time in between.
    if (now - this.#last > span) this.#begin(now);
    this.#last = now;
    this.#bytes += bytes;
    const time = now - this.#since;
    if (time < span) return false;
    const speed = this.#bytes / time;
    this.#begin(now);
    if (this.#settling) {
      this.#settling = false;
      return false;
    }
    return this.#measured(speed);
  }

  #begin(now: number): void {
    this.#since = now;
    this.#bytes = 0;
  }

  #measured(speed: number): boolean {
    if (this.#before === undefined) {
      if (this.#resting-- > 0 || this.#size >= most || !this.shared()) return false;
      this.#before = speed;
      return this.#become(more(this.#size));
    }
    const faster = speed > this.#before * gain;
    if (faster && this.#size < most) {
      this.#before = speed;
      return this.#become(more(this.#size));
    }
    this.#before = undefined;
    this.#resting = rest;
    return !faster && this.#become(this.#smaller);
  }

  #become(size: number): boolean {
    this.#settling = true;
    this.#smaller = Math.min(this.#size, size);
    this.#size = size;
    return true;
  }
}
