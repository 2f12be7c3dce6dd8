/** Decodes images and videos for thumbnails, off the page's thread. */

import { assertDecodable } from './image-header.js';
import { headerBytes, readJpegHeader } from './jpeg-header.js';
import { assertHarmlessSvg } from './svg-limits.js';
import { abortable } from '../utils/abortable.js';
import { Semaphore } from '../utils/semaphore.js';

/** A decoded picture that can be drawn on a canvas. The caller closes it. */
export interface Picture {
  readonly image: CanvasImageSource;
  /** Pixels, after the orientation is applied. */
  readonly width: number;
  readonly height: number;
  /** The region of `image` to draw, in pixels of the image. */
  readonly crop: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
  /** The orientation (TIFF 6.0, 1 to 8) to apply when drawing. */
  readonly orientation: number;
  close(): void;
}

/** Time (ms) that an `<img>` may take to decode an image. */
const imageTimeout = 15_000;
/** Time (ms) that a video may take to decode its first frame. */
const videoTimeout = 15_000;
/** The minimum ratio of an embedded thumbnail's pixels to the requested pixels: it may be enlarged a little. */
export const minEmbeddedScale = 0.7;

/**
 * Opens an image or the first frame of a video, at about the requested size.
 *
 * The embedded thumbnail of a JPEG takes a tenth of the time. Other images are decoded and scaled down by `createImageBitmap`, off the page's thread. What that cannot
 * decode (SVG, and HEIC in Safari) is decoded by an `<img>`, which runs no scripts and loads no resources. An `<img>` and a `<video>` need `blob:` in the page's Content
 * Security Policy.
 *
 * @param size - pixels that the shorter side needs.
 * @param signal - aborts; the promise rejects with its reason.
 * @param decoders - limits how many files are decoded at a time. Reading an embedded thumbnail does not count.
 * @throws if the browser cannot decode the file, and for an image of too many pixels to be decoded.
 */
export async function openPicture(blob: Blob, size: number, signal: AbortSignal, decoders = new Semaphore(1)): Promise<Picture> {
  signal.throwIfAborted();
  const embedded = blob.type === 'image/jpeg' ? await openEmbedded(blob, size, signal) : undefined;
  return embedded ?? decoders.run(() => openFullSize(blob, size, signal), signal);
}

async function openFullSize(blob: Blob, size: number, signal: AbortSignal): Promise<Picture> {
  signal.throwIfAborted();
  const { type } = blob;
  if (type.startsWith('video/')) return openVideo(blob, size, signal);
  if (type.startsWith('image/svg')) return openImage(blob, signal);
  await assertDecodable(blob);
  signal.throwIfAborted();
  let bitmap: ImageBitmap;
  try {
    // The aspect ratio is not known yet: twice the width is enough for an image that is up to twice as wide as high.
    bitmap = await createImageBitmap(blob, { resizeWidth: 2 * size, resizeQuality: 'medium', imageOrientation: 'from-image' });
  } catch {
    return openImage(blob, signal);
  }
  return pictureFromBitmap(bitmap, signal);
}

/** Opens the thumbnail embedded in a JPEG; undefined if there is none, or it is too small. */
export async function openEmbedded(blob: Blob, size: number, signal: AbortSignal): Promise<Picture | undefined> {
  const view = new DataView(await blob.slice(0, headerBytes).arrayBuffer());
  signal.throwIfAborted();
  const header = readJpegHeader(view);
  if (!header?.thumbnail) return undefined;
  const thumbnail = blob.slice(header.thumbnail.start, header.thumbnail.end, 'image/jpeg');
  let bitmap: ImageBitmap;
  try {
    await assertDecodable(thumbnail);
    bitmap = await createImageBitmap(thumbnail, { imageOrientation: 'none' });
  } catch {
    return undefined;
  }
  const crop = withoutLetterbox(bitmap, header.width, header.height);
  if (Math.min(crop.width, crop.height) < size * minEmbeddedScale) {
    bitmap.close();
    return undefined;
  }
  return { ...pictureFromBitmap(bitmap, signal), ...rotatedSize(crop, header.orientation), crop, orientation: header.orientation };
}

/** Cameras add black bars to a 4:3 thumbnail of an image with another aspect ratio. */
function withoutLetterbox({ width, height }: ImageBitmap, fullWidth = width, fullHeight = height): Picture['crop'] {
  const aspectRatio = fullWidth > 0 && fullHeight > 0 ? fullWidth / fullHeight : width / height;
  const [w, h] = aspectRatio > width / height ? [width, width / aspectRatio] : [height * aspectRatio, height];
  return { x: (width - w) / 2, y: (height - h) / 2, width: w, height: h };
}

function rotatedSize({ width, height }: { width: number; height: number }, orientation: number): { width: number; height: number } {
  return orientation > 4 ? { width: height, height: width } : { width, height };
}

/** A picture of a bitmap. Closes the bitmap if the signal is aborted. */
export function pictureFromBitmap(bitmap: ImageBitmap, signal: AbortSignal): Picture {
  if (signal.aborted) bitmap.close();
  signal.throwIfAborted();
  const { width, height } = bitmap;
  return { image: bitmap, width, height, crop: { x: 0, y: 0, width, height }, orientation: 1, close: () => bitmap.close() };
}

/** Decodes by an `<img>`: SVG, and formats that `createImageBitmap` does not know. */
export async function openImage(blob: Blob, signal: AbortSignal): Promise<Picture> {
  await assertDrawable(blob);
  signal.throwIfAborted();
  const image = new Image();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const url = URL.createObjectURL(blob);
  const close = (): void => {
    image.removeAttribute('src');
    URL.revokeObjectURL(url);
  };
  try {
    image.src = url;
    const timeout = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new TypeError('The image took too long to be decoded.')), imageTimeout);
    });
    await abortable(Promise.race([image.decode(), timeout]), signal);
    // The default size of an SVG without a size of its own.
    const [width, height] = [image.naturalWidth || 300, image.naturalHeight || 150];
    return { image, width, height, crop: { x: 0, y: 0, width, height }, orientation: 1, close };
  } catch (error) {
    close();
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Throws for a file that must not be given to the browser's decoders.
 * @throws {RangeError} for an image with too many pixels, and for an SVG that may block the page.
 */
export function assertDrawable(blob: Blob): Promise<void> {
  return blob.type.startsWith('image/svg') ? assertHarmlessSvg(blob) : assertDecodable(blob);
}

async function openVideo(blob: Blob, size: number, signal: AbortSignal): Promise<Picture> {
  const video = document.createElement('video');
  const url = URL.createObjectURL(blob);
  const listeners = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  try {
    video.muted = true;
    video.playsInline = true;
    video.preload = 'auto';
    await new Promise<void>((resolve, reject) => {
      timer = setTimeout(() => reject(new TypeError('The video took too long to show its first frame.')), videoTimeout);
      signal.addEventListener('abort', () => reject(signal.reason as Error), { signal: listeners.signal });
      video.addEventListener('loadeddata', () => resolve());
      video.addEventListener('error', () => reject(new TypeError(video.error?.message || 'The video cannot be shown.')));
      video.src = url;
    });
    const scale = Math.min(1, (2 * size) / Math.max(1, video.videoWidth));
    const bitmap = await createImageBitmap(video, {
      resizeWidth: Math.max(1, Math.round(video.videoWidth * scale)),
      resizeHeight: Math.max(1, Math.round(video.videoHeight * scale)),
    });
    return pictureFromBitmap(bitmap, signal);
  } finally {
    clearTimeout(timer);
    listeners.abort();
    // Releases the video decoder: devices have few.
    video.removeAttribute('src');
    video.load();
    URL.revokeObjectURL(url);
  }
}

/** Draws the centre of a picture on a square of `size` pixels. */
export function drawSquare(canvas: HTMLCanvasElement, { image, crop, width, height, orientation }: Picture, size: number): void {
  canvas.width = canvas.height = size;
  const context = canvas.getContext('2d');
  if (!context) return;
  const scale = size / Math.min(width, height);
  context.imageSmoothingQuality = 'high';
  context.translate(size / 2, size / 2);
  applyOrientation(context, orientation);
  const [w, h] = [crop.width * scale, crop.height * scale];
  context.drawImage(image, crop.x, crop.y, crop.width, crop.height, -w / 2, -h / 2, w, h);
}

/** For each orientation: the number of clockwise quarter turns, and whether the picture is mirrored horizontally first. */
const orientations: readonly (readonly [quarterTurns: number, mirrored: boolean])[] = [
  [0, false],
  [0, false],
  [0, true],
  [2, false],
  [2, true],
  [3, true],
  [1, false],
  [1, true],
  [3, false],
];

/** Rotates and mirrors the context around its origin, for an orientation as TIFF 6.0 defines it (1 to 8). */
export function applyOrientation(context: CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D, orientation: number): void {
  const [quarterTurns, mirrored] = orientations[orientation] ?? [0, false];
  context.rotate((quarterTurns * Math.PI) / 2);
  if (mirrored) context.scale(-1, 1);
}
