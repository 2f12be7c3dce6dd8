import { drawSquare, openPicture } from './picture.js';
import { Semaphore } from '../utils/semaphore.js';

/** A canvas in view, and the file whose thumbnail it shows. */
export interface ThumbnailRequest {
  readonly blob: Blob;
  readonly canvas: HTMLCanvasElement;
}

/** Number of files that are decoded at a time. */
const maxDecoding = 2;
/** Number of files that are opened at a time: while two are decoded, the next are searched for an embedded thumbnail. */
const maxOpen = 4;
/** Number of thumbnails that are cached for scrolling back: 100 of 88 × 88 pixels take 3 MB. */
const maxCached = 100;

/** Draws thumbnails for the rows in view, a few at a time, and caches the latest. */
export class Thumbnails {
  /** Drawn thumbnails; `null` for files that cannot be decoded. Keeps no file in memory. */
  #cache = new WeakMap<Blob, HTMLCanvasElement | null>();
  /** The files in the cache, the oldest first. */
  #cachedBlobs: WeakRef<Blob>[] = [];
  #requests: readonly ThumbnailRequest[] = [];
  /** The file of each canvas: after a reset, a row may show another file. */
  readonly #blobs = new WeakMap<HTMLCanvasElement, Blob>();
  readonly #decoders = new Semaphore(maxDecoding);
  readonly #running = new Map<Blob, AbortController>();

  /**
   * Sets the canvases in view, and draws their thumbnails in this order. A drawn canvas gets the class `there`. Files out of view are no longer decoded.
   */
  show(requests: readonly ThumbnailRequest[]): void {
    this.#requests = requests;
    const blobs = new Set(requests.map(({ blob }) => blob));
    for (const [blob, controller] of this.#running) if (!blobs.has(blob)) controller.abort();
    for (const { blob, canvas } of requests) {
      if (this.#blobs.get(canvas) !== blob) canvas.classList.remove('there');
      this.#blobs.set(canvas, blob);
      const cached = this.#cache.get(blob);
      if (cached && !canvas.classList.contains('there')) copy(cached, canvas);
    }
    this.#openNext();
  }

  /** Stops all decoding and frees the cache. */
  clear(): void {
    this.show([]);
    this.#cache = new WeakMap();
    this.#cachedBlobs = [];
  }

  #openNext(): void {
    for (const { blob, canvas } of this.#requests) {
      if (this.#running.size >= maxOpen) return;
      if (this.#running.has(blob) || this.#cache.has(blob)) continue;
      const controller = new AbortController();
      this.#running.set(blob, controller);
      void this.#draw(blob, devicePixels(canvas), controller.signal).finally(() => {
        this.#running.delete(blob);
        this.#openNext();
      });
    }
  }

  async #draw(blob: Blob, size: number, signal: AbortSignal): Promise<void> {
    try {
      const picture = await openPicture(blob, size, signal, this.#decoders);
      const thumbnail = document.createElement('canvas');
      drawSquare(thumbnail, picture, size);
      picture.close();
      if (signal.aborted) return;
      this.#addToCache(blob, thumbnail);
      for (const { blob: other, canvas } of this.#requests) if (other === blob) copy(thumbnail, canvas);
    } catch {
      // The placeholder stays. Decoding is not tried again, unless it was stopped because the row was out of view.
      if (!signal.aborted) this.#addToCache(blob, null);
    }
  }

  #addToCache(blob: Blob, thumbnail: HTMLCanvasElement | null): void {
    this.#cache.set(blob, thumbnail);
    this.#cachedBlobs.push(new WeakRef(blob));
    const oldest = this.#cachedBlobs.length > maxCached ? this.#cachedBlobs.shift()?.deref() : undefined;
    if (oldest) this.#cache.delete(oldest);
  }
}

/** The width of a canvas in device pixels. */
function devicePixels(canvas: HTMLCanvasElement): number {
  return Math.min(256, Math.max(32, Math.ceil((canvas.clientWidth || 44) * devicePixelRatio)));
}

function copy(source: HTMLCanvasElement, target: HTMLCanvasElement): void {
  target.width = source.width;
  target.height = source.height;
  target.getContext('2d')?.drawImage(source, 0, 0);
  target.classList.add('there');
}
