/** How long (ms) a script that could not be loaded is left alone: a page may be drawn ten times a second. */
const pause = 1000;

/** A part of the uploader that is loaded when it is needed, once for every uploader on the page. */
export class LaterPart<Part> {
  /** The part, where it is here. */
  part: Part | undefined;
  #loading: Promise<Part | undefined> | undefined;

  /** @param fetch - gets the part. */
  constructor(private readonly fetch: () => Promise<Part>) {}

  /** Resolves to the part, or to undefined where it could not be had: the page is offline, or its policy forbids it. Whoever asks a while later tries again. */
  load(): Promise<Part | undefined> {
    return (this.#loading ??= this.fetch().then(
      (part) => (this.part = part),
      () => void setTimeout(() => (this.#loading = undefined), pause),
    ));
  }
}

/** Does something when the page has been painted and has nothing better to do, within half a second. */
export function afterPaint(work: () => void): void {
  requestAnimationFrame(() => {
    // A frame's own work comes before it is painted, a task after it.
    if (typeof requestIdleCallback === 'function') requestIdleCallback(work, { timeout: 500 });
    else setTimeout(work, 100);
  });
}
