import { drawSquare, openPicture } from './picture.js';
import { Semaphore } from '../utils/semaphore.js';

/** A canvas that is in view, and the file whose picture belongs on it. */
export interface Wanted {
  readonly blob: Blob;
  readonly canvas: HTMLCanvasElement;
}

/** How many files are decoded at a time: one on the page's way, one behind it. */
const atATime = 2;
/** How many are looked at in all: while the first are decoded, the next are searched for the small picture that cameras put into them. */
const inHand = 4;
/** How many small pictures are kept for scrolling back: 100 of 88 pixels squared take 3 MB. */
const kept = 100;

/** Draws thumbnails for the rows that are in view, a few at a time, and forgets the rest. */
export class Thumbnails {
  /** Small pictures that were drawn before; `null` of what cannot be shown. They keep no file in memory. */
  #drawn = new WeakMap<Blob, HTMLCanvasElement | null>();
  /** Whose they are, the oldest first. */
  #order: WeakRef<Blob>[] = [];
  #wanted: readonly Wanted[] = [];
  /** Whose picture a canvas has, or is to have: after a reset, a row may belong to another file. */
  readonly #owners = new WeakMap<HTMLCanvasElement, Blob>();
  readonly #decoders = new Semaphore(atATime);
  readonly #running = new Map<Blob, AbortController>();

  /**
   * Says which canvases are in view now; the first comes first. Those that were not drawn yet are drawn, and get the class `there`. What is not in view any more is given up.
   */
  show(wanted: readonly Wanted[]): void {
    this.#wanted = wanted;
    const blobs = new Set(wanted.map(({ blob }) => blob));
    for (const [blob, abort] of this.#running) if (!blobs.has(blob)) abort.abort();
    for (const { blob, canvas } of wanted) {
      if (this.#owners.get(canvas) !== blob) canvas.classList.remove('there');
      this.#owners.set(canvas, blob);
      const before = this.#drawn.get(blob);
      if (before && !canvas.classList.contains('there')) copy(before, canvas);
    }
    this.#next();
  }

  /** Gives everything up, and gives all memory back. */
  clear(): void {
    this.show([]);
    this.#drawn = new WeakMap();
    this.#order = [];
  }

  #next(): void {
    for (const { blob, canvas } of this.#wanted) {
      if (this.#running.size >= inHand) return;
      if (this.#running.has(blob) || this.#drawn.has(blob)) continue;
      const abort = new AbortController();
      this.#running.set(blob, abort);
      void this.#draw(blob, pixels(canvas), abort.signal).finally(() => {
        this.#running.delete(blob);
        this.#next();
      });
    }
  }

  async #draw(blob: Blob, size: number, signal: AbortSignal): Promise<void> {
    try {
      const picture = await openPicture(blob, size, signal, this.#decoders);
      const small = document.createElement('canvas');
      drawSquare(small, picture, size);
      picture.close();
      if (signal.aborted) return;
      this.#keep(blob, small);
      for (const { blob: other, canvas } of this.#wanted) if (other === blob) copy(small, canvas);
    } catch {
      // Not to be tried again, but for what was given up because it was out of view. The placeholder stays.
      if (!signal.aborted) this.#keep(blob, null);
    }
  }

  #keep(blob: Blob, small: HTMLCanvasElement | null): void {
    this.#drawn.set(blob, small);
    this.#order.push(new WeakRef(blob));
    const oldest = this.#order.length > kept ? this.#order.shift()?.deref() : undefined;
    if (oldest) this.#drawn.delete(oldest);
  }
}

/** How many of the screen's pixels a canvas covers along one side. */
function pixels(canvas: HTMLCanvasElement): number {
  return Math.min(256, Math.max(32, Math.ceil((canvas.clientWidth || 44) * devicePixelRatio)));
}

function copy(from: HTMLCanvasElement, to: HTMLCanvasElement): void {
  to.width = from.width;
  to.height = from.height;
  to.getContext('2d')?.drawImage(from, 0, 0);
  to.classList.add('there');
}
