/** The highest number of connections that is tried. */
const maxSize = 32;
/** A measurement takes `minTime` to `maxTime` ms: less than `maxTime` where at least `requests` requests of each connection have ended. */
const measurement = { minTime: 500, maxTime: 1500, requests: 8 };
/**
 * How much faster a larger number has to be (`gain`), and for how many ms no larger number is tried after one was not faster (`pause`): where requests are known to share one
 * connection, and where it is not known.
 */
const sharedLimits = { gain: 1.08, pause: 20_000 };
const unknownLimits = { gain: 1.2, pause: 60_000 };

/**
 * Finds the number of connections by measuring: more, as long as more are faster. That helps where requests share one connection (HTTP/2 and HTTP/3); of HTTP/1.1 connections
 * a browser opens six to a host, and more requests wait for each other. Where it is not known which it is, more are tried only while requests are short, so that none waits
 * in the browser for longer than the stall timeout.
 */
export class ConnectionTuner {
  readonly #minSize: number;
  #size: number;
  /** The number to return to. */
  #previousSize: number;
  /** Bytes per ms before the number was raised; undefined where nothing is compared. */
  #speedBefore: number | undefined;
  #bytes = 0;
  #start = 0;
  #endedAtStart = 0;
  #lastTime = -Infinity;
  #pausedUntil = -Infinity;
  /** Requests that are on the wire when the number changes belong to both numbers: the next measurement is ignored. */
  #ignoresNext = false;

  /**
   * @param minSize - the number to begin with; it never becomes smaller.
   * @param usesSharedConnection - returns whether requests share one connection; undefined where it is not known.
   */
  constructor(
    minSize: number,
    private readonly usesSharedConnection: () => boolean | undefined,
  ) {
    this.#minSize = this.#size = this.#previousSize = minSize;
  }

  /** The number of connections. */
  get size(): number {
    return this.#size;
  }

  /**
   * Adds bytes that have arrived.
   * @param now - ms.
   * @param ended - number of requests that have ended since the beginning.
   * @returns whether the number has changed.
   */
  add(bytes: number, now: number, ended: number): boolean {
    // After a pause the time in between says nothing.
    if (now - this.#lastTime > measurement.maxTime) this.#startMeasurement(now, ended);
    this.#lastTime = now;
    this.#bytes += bytes;
    const time = now - this.#start;
    const requests = ended - this.#endedAtStart;
    if (time < (requests < measurement.requests * this.#size ? measurement.maxTime : measurement.minTime)) return false;
    const speed = this.#bytes / time;
    this.#startMeasurement(now, ended);
    if (this.#ignoresNext) {
      this.#ignoresNext = false;
      return false;
    }
    return this.#decide(speed, requests / this.#size, now);
  }

  #startMeasurement(now: number, ended: number): void {
    this.#start = now;
    this.#bytes = 0;
    this.#endedAtStart = ended;
  }

  /** @param rounds - number of requests of each connection that have ended in the measurement. */
  #decide(speed: number, rounds: number, now: number): boolean {
    const shared = this.usesSharedConnection();
    if (shared === false || (shared === undefined && rounds < 1)) return this.#size > this.#minSize && this.#resize(this.#minSize);
    if (this.#speedBefore === undefined) {
      if (now < this.#pausedUntil || this.#size >= maxSize || (!shared && rounds < 2)) return false;
      this.#speedBefore = speed;
      return this.#resize(largerSize(this.#size));
    }
    const { gain, pause } = shared ? sharedLimits : unknownLimits;
    const isFaster = speed > this.#speedBefore * gain;
    if (isFaster && this.#size < maxSize) {
      this.#speedBefore = speed;
      return this.#resize(largerSize(this.#size));
    }
    this.#speedBefore = undefined;
    this.#pausedUntil = now + pause;
    return !isFaster && this.#resize(this.#previousSize);
  }

  #resize(size: number): boolean {
    this.#ignoresNext = true;
    this.#previousSize = Math.min(this.#size, size);
    this.#size = size;
    return true;
  }
}

/** By half, so that the difference can be measured. */
function largerSize(size: number): number {
  return Math.min(maxSize, Math.ceil(size * 1.5));
}
