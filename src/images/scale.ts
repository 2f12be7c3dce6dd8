/** Images made smaller, before they are sent. */

import { exifSegment, withExif, withoutExif } from './exif.js';
import { openImage } from './picture.js';
import { scaledType } from './scaled-type.js';
import { Semaphore } from '../utils/semaphore.js';

/** What a resizer of the page's own is given, as by Fine Uploader. It draws on `targetCanvas`. */
export interface Resizing {
  readonly blob: Blob;
  /** What is to be drawn, in full size and turned the way it is seen. */
  readonly image: CanvasImageSource;
  /** The same on a canvas. */
  readonly sourceCanvas: HTMLCanvasElement;
  /** Has the size that is wanted. */
  readonly targetCanvas: HTMLCanvasElement;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
}

/** Draws an image smaller than it is. */
export type CustomResizer = (resizing: Resizing) => unknown;

/** How an image is to be. */
export interface ScaleOptions {
  /** The longer side, pixels. Smaller images keep their size. */
  readonly maxSize: number;
  /** MIME type. Default: a JPEG stays one, all else becomes a PNG. */
  readonly type?: string | undefined;
  /** 0 to 100, where the type has such a thing. Default 80. */
  readonly quality?: number | undefined;
  /** Turned the way the camera was held. Default true. */
  readonly orient?: boolean | undefined;
  /** What the camera has written into a JPEG goes into the new JPEG: place and time, too. Default false. */
  readonly includeExif?: boolean | undefined;
  readonly customResizer?: CustomResizer | undefined;
}

/** Limits how many images are decoded at the same time: one of 12 megapixels takes 48 MB. */
export const decoders = new Semaphore(2);

/**
 * Makes an image smaller. Decoding, scaling and encoding are the browser's, beside the page's thread where it can; a few images at a time, the others wait.
 * @param signal - gives up; the promise rejects with its reason.
 * @throws {TypeError} where the browser cannot read it as an image.
 */
export function scaleImage(blob: Blob, options: ScaleOptions, signal?: AbortSignal): Promise<Blob> {
  return decoders.run(() => scale(blob, options, signal), signal);
}

async function scale(blob: Blob, options: ScaleOptions, signal?: AbortSignal): Promise<Blob> {
  const { maxSize, quality = 80, orient = true, includeExif = false, customResizer } = options;
  const type = scaledType(blob.type, options.type);
  const full = await open(blob, orient, signal);
  const scaled = { width: full.width, height: full.height };
  const ratio = Math.min(1, maxSize / Math.max(full.width, full.height));
  scaled.width = Math.max(1, Math.round(full.width * ratio));
  scaled.height = Math.max(1, Math.round(full.height * ratio));
  let made: Blob;
  try {
    signal?.throwIfAborted();
    made = customResizer
      ? await encode(await resizedBy(customResizer, blob, full, scaled), type, quality)
      : await resized(full, scaled, type, quality);
  } finally {
    full.close();
  }
  signal?.throwIfAborted();
  const exif = includeExif && blob.type === 'image/jpeg' && made.type === 'image/jpeg' ? await exifSegment(blob, orient) : undefined;
  return exif ? withExif(made, exif) : made;
}

interface Full {
  readonly image: CanvasImageSource;
  readonly width: number;
  readonly height: number;
  close(): void;
}

async function open(blob: Blob, orient: boolean, signal: AbortSignal | undefined): Promise<Full> {
  try {
    // What browsers make of `imageOrientation: 'none'` differs: as it is stored, a picture is seen without its Exif.
    const image = await createImageBitmap(orient ? blob : await withoutExif(blob));
    return { image, width: image.width, height: image.height, close: () => image.close() };
  } catch (cause) {
    // Safari shows HEIC, but makes no bitmap of it.
    try {
      return await openImage(blob, signal ?? new AbortController().signal);
    } catch {
      throw new TypeError('This file cannot be read as an image.', { cause });
    }
  }
}

async function resized(full: Full, { width, height }: { width: number; height: number }, type: string, quality: number): Promise<Blob> {
  const canvas = newCanvas(width, height);
  let small: ImageBitmap | undefined;
  try {
    if (full.image instanceof ImageBitmap && width < full.width)
      small = await createImageBitmap(full.image, { resizeWidth: width, resizeHeight: height, resizeQuality: 'high' });
    const context = contextOf(canvas);
    context.imageSmoothingQuality = 'high';
    // What is transparent would be black in a JPEG.
    if (type === 'image/jpeg') {
      context.fillStyle = '#fff';
      context.fillRect(0, 0, width, height);
    }
    context.drawImage(small ?? full.image, 0, 0, width, height);
    return await encode(canvas, type, quality);
  } finally {
    small?.close();
    // Gives the memory back at once.
    canvas.width = canvas.height = 0;
  }
}

async function resizedBy(
  resizer: CustomResizer,
  blob: Blob,
  { image, width: fullWidth, height: fullHeight }: Full,
  { width, height }: { width: number; height: number },
): Promise<HTMLCanvasElement> {
  const sourceCanvas = pageCanvas(fullWidth, fullHeight);
  contextOf(sourceCanvas).drawImage(image, 0, 0, fullWidth, fullHeight);
  const targetCanvas = pageCanvas(width, height);
  await resizer({ blob, image, sourceCanvas, targetCanvas, width, height });
  return targetCanvas;
}

type Canvas = HTMLCanvasElement | OffscreenCanvas;

function newCanvas(width: number, height: number): Canvas {
  return typeof OffscreenCanvas === 'function' ? new OffscreenCanvas(width, height) : pageCanvas(width, height);
}

function pageCanvas(width: number, height: number): HTMLCanvasElement {
  return Object.assign(document.createElement('canvas'), { width, height });
}

function contextOf(canvas: Canvas): CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D {
  const context = canvas.getContext('2d');
  if (!context) throw new TypeError('There is no memory to draw this image.');
  return context;
}

/** @param quality - 0 to 100. */
function encode(canvas: Canvas, type: string, quality: number): Promise<Blob> {
  const share = Math.min(100, Math.max(0, quality)) / 100;
  if ('convertToBlob' in canvas) return canvas.convertToBlob({ type, quality: share });
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new TypeError('The image could not be encoded.'))), type, share);
  });
}
