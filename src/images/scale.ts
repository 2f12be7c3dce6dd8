/** Scales images down before they are uploaded. */

import { exifSegment, withExif, withoutExif } from './exif.js';
import { assertDecodable } from './image-header.js';
import { openImage } from './picture.js';
import { scaledType } from './scaled-type.js';
import { Semaphore } from '../utils/semaphore.js';

/** Argument of a {@link CustomResizer}, as in Fine Uploader. */
export interface ResizeInfo {
  readonly blob: Blob;
  /** The image in full size, upright. */
  readonly image: CanvasImageSource;
  /** The image on a canvas, in full size. */
  readonly sourceCanvas: HTMLCanvasElement;
  /** The canvas to draw on. It has the requested size. */
  readonly targetCanvas: HTMLCanvasElement;
  /** Requested width, pixels. */
  readonly width: number;
  /** Requested height, pixels. */
  readonly height: number;
}

/** Draws a scaled image on `targetCanvas`. May return a promise. */
export type CustomResizer = (resizeInfo: ResizeInfo) => unknown;

/** Options of {@link scaleImage}. */
export interface ScaleOptions {
  /** Pixels of the longer side. A smaller image keeps its size. */
  readonly maxSize: number;
  /** MIME type. Default: `image/jpeg` for JPEG and HEIC, `image/png` for any other image. */
  readonly type?: string | undefined;
  /** 0 to 100, for types with lossy compression. Default 80. */
  readonly quality?: number | undefined;
  /** Applies the Exif orientation. Default true. */
  readonly orient?: boolean | undefined;
  /** Copies the Exif data of a JPEG, location and time included, to the scaled JPEG. Default false. */
  readonly includeExif?: boolean | undefined;
  readonly customResizer?: CustomResizer | undefined;
}

/** Two images are decoded at a time: a decoded image of 12 megapixels takes 48 MB. */
export const decoders = new Semaphore(2);

/**
 * Scales an image down. The browser decodes, scales and encodes off the page's thread, if it can. Two images are scaled at a time.
 * @param signal - aborts; the promise rejects with its reason.
 * @throws {TypeError} if the browser cannot decode the image. {RangeError} if it has too many pixels to be decoded.
 */
export function scaleImage(blob: Blob, options: ScaleOptions, signal?: AbortSignal): Promise<Blob> {
  return decoders.run(() => scale(blob, options, signal), signal);
}

async function scale(blob: Blob, options: ScaleOptions, signal?: AbortSignal): Promise<Blob> {
  const { maxSize, quality = 80, orient = true, includeExif = false, customResizer } = options;
  const type = scaledType(blob.type, options.type);
  const source = await openSource(blob, orient, signal);
  const target = { width: source.width, height: source.height };
  const ratio = Math.min(1, maxSize / Math.max(source.width, source.height));
  target.width = Math.max(1, Math.round(source.width * ratio));
  target.height = Math.max(1, Math.round(source.height * ratio));
  let scaled: Blob;
  try {
    signal?.throwIfAborted();
    scaled = customResizer
      ? await encode(await drawByCustomResizer(customResizer, blob, source, target), type, quality)
      : await drawAndEncode(source, target, type, quality);
  } finally {
    source.close();
  }
  signal?.throwIfAborted();
  const exif = includeExif && blob.type === 'image/jpeg' && scaled.type === 'image/jpeg' ? await exifSegment(blob, orient) : undefined;
  return exif ? withExif(scaled, exif) : scaled;
}

interface SourceImage {
  readonly image: CanvasImageSource;
  readonly width: number;
  readonly height: number;
  close(): void;
}

async function openSource(blob: Blob, orient: boolean, signal: AbortSignal | undefined): Promise<SourceImage> {
  await assertDecodable(blob);
  signal?.throwIfAborted();
  try {
    // Browsers disagree about `imageOrientation: 'none'`. Without Exif, the image is decoded as it is stored.
    const image = await createImageBitmap(orient ? blob : await withoutExif(blob));
    return { image, width: image.width, height: image.height, close: () => image.close() };
  } catch (cause) {
    // Safari decodes HEIC only in an <img>.
    try {
      return await openImage(blob, signal ?? new AbortController().signal);
    } catch {
      throw new TypeError('This file cannot be read as an image.', { cause });
    }
  }
}

async function drawAndEncode(
  source: SourceImage,
  { width, height }: { width: number; height: number },
  type: string,
  quality: number,
): Promise<Blob> {
  const canvas = createCanvas(width, height);
  let resized: ImageBitmap | undefined;
  try {
    if (source.image instanceof ImageBitmap && width < source.width)
      resized = await createImageBitmap(source.image, { resizeWidth: width, resizeHeight: height, resizeQuality: 'high' });
    const context = get2dContext(canvas);
    context.imageSmoothingQuality = 'high';
    // Transparent pixels would become black in a JPEG.
    if (type === 'image/jpeg') {
      context.fillStyle = '#fff';
      context.fillRect(0, 0, width, height);
    }
    context.drawImage(resized ?? source.image, 0, 0, width, height);
    return await encode(canvas, type, quality);
  } finally {
    resized?.close();
    // Frees the memory at once.
    canvas.width = canvas.height = 0;
  }
}

async function drawByCustomResizer(
  resizer: CustomResizer,
  blob: Blob,
  { image, width: fullWidth, height: fullHeight }: SourceImage,
  { width, height }: { width: number; height: number },
): Promise<HTMLCanvasElement> {
  const sourceCanvas = createPageCanvas(fullWidth, fullHeight);
  get2dContext(sourceCanvas).drawImage(image, 0, 0, fullWidth, fullHeight);
  const targetCanvas = createPageCanvas(width, height);
  await resizer({ blob, image, sourceCanvas, targetCanvas, width, height });
  return targetCanvas;
}

type Canvas = HTMLCanvasElement | OffscreenCanvas;

function createCanvas(width: number, height: number): Canvas {
  return typeof OffscreenCanvas === 'function' ? new OffscreenCanvas(width, height) : createPageCanvas(width, height);
}

function createPageCanvas(width: number, height: number): HTMLCanvasElement {
  return Object.assign(document.createElement('canvas'), { width, height });
}

function get2dContext(canvas: Canvas): CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D {
  const context = canvas.getContext('2d');
  if (!context) throw new TypeError('There is not enough memory to draw this image.');
  return context;
}

/** @param quality - 0 to 100. */
function encode(canvas: Canvas, type: string, quality: number): Promise<Blob> {
  const ratio = Math.min(100, Math.max(0, quality)) / 100;
  if ('convertToBlob' in canvas) return canvas.convertToBlob({ type, quality: ratio });
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new TypeError('The image could not be encoded.'))), type, ratio);
  });
}
