/** Pictures out of files, made small, without holding up the page. */

import { headerBytes, readJpegHeader } from './jpeg-header.js';
import { Semaphore } from '../utils/semaphore.js';

/** A picture that can be drawn on a canvas. Close it when it is not needed any more. */
export interface Picture {
  readonly image: CanvasImageSource;
  /** Pixels, turned the way the picture is to be seen. */
  readonly width: number;
  readonly height: number;
  /** The part of `image` to draw, in its own pixels. */
  readonly crop: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
  /** TIFF's orientation, 1 to 8, that drawing has still to apply. */
  readonly orientation: number;
  close(): void;
}

/** An SVG larger than this (bytes) may be drawn for seconds, on the page's own thread. */
const largestSvg = 1_000_000;
/** How long (ms) a video may take to show its first frame. */
const videoPatience = 15_000;
/** The share of the wanted pixels that the small picture in a JPEG has to have: it may be drawn a little larger than it is. */
export const enough = 0.7;

/**
 * Opens an image or the first frame of a video, at about the size it is wanted.
 *
 * A JPEG that carries a small picture of itself gives that, which takes a tenth of the time. Everything else is decoded by `createImageBitmap`, off the page's thread and
 * scaled down at once. What that cannot read (SVG, and HEIC in Safari) is read by an `<img>`, where scripts do not run and nothing is loaded; that and video need `blob:`
 * in the page's Content Security Policy.
 *
 * @param blob - the file.
 * @param size - how many pixels the shorter side needs to have.
 * @param signal - gives up; the promise rejects with its reason.
 * @param decoders - limits how many files are decoded at the same time. Looking for the embedded picture needs no permit.
 * @throws where the browser cannot show the file.
 */
export async function openPicture(blob: Blob, size: number, signal: AbortSignal, decoders = new Semaphore(1)): Promise<Picture> {
  signal.throwIfAborted();
  const small = blob.type === 'image/jpeg' ? await openEmbedded(blob, size, signal) : undefined;
  return small ?? decoders.run(() => openWhole(blob, size, signal), signal);
}

async function openWhole(blob: Blob, size: number, signal: AbortSignal): Promise<Picture> {
  signal.throwIfAborted();
  const { type } = blob;
  if (type.startsWith('video/')) return openVideo(blob, size, signal);
  if (type.startsWith('image/svg')) return openImage(blob, signal);
  let bitmap: ImageBitmap;
  try {
    // Twice the size, for a picture that is up to twice as wide as high: how it is shaped is not known yet.
    bitmap = await createImageBitmap(blob, { resizeWidth: 2 * size, resizeQuality: 'medium', imageOrientation: 'from-image' });
  } catch {
    return openImage(blob, signal);
  }
  return ofBitmap(bitmap, signal);
}

/** The small picture that cameras put into their files, where there is one of some use. */
export async function openEmbedded(blob: Blob, size: number, signal: AbortSignal): Promise<Picture | undefined> {
  const view = new DataView(await blob.slice(0, headerBytes).arrayBuffer());
  signal.throwIfAborted();
  const header = readJpegHeader(view);
  if (!header?.thumbnail) return undefined;
  let bitmap: ImageBitmap;
  try {
    bitmap = await createImageBitmap(blob.slice(header.thumbnail.start, header.thumbnail.end, 'image/jpeg'), { imageOrientation: 'none' });
  } catch {
    return undefined;
  }
  const crop = withoutBars(bitmap, header.width, header.height);
  if (Math.min(crop.width, crop.height) < size * enough) {
    bitmap.close();
    return undefined;
  }
  return { ...ofBitmap(bitmap, signal), ...turned(crop, header.orientation), crop, orientation: header.orientation };
}

/** Cameras fill a small picture of 4:3 up with black bars where the large one has another shape. */
function withoutBars({ width, height }: ImageBitmap, fullWidth = width, fullHeight = height): Picture['crop'] {
  const shape = fullWidth > 0 && fullHeight > 0 ? fullWidth / fullHeight : width / height;
  const [w, h] = shape > width / height ? [width, width / shape] : [height * shape, height];
  return { x: (width - w) / 2, y: (height - h) / 2, width: w, height: h };
}

function turned({ width, height }: { width: number; height: number }, orientation: number): { width: number; height: number } {
  return orientation > 4 ? { width: height, height: width } : { width, height };
}

/** A bitmap as a picture; closed where it has come too late. */
export function ofBitmap(bitmap: ImageBitmap, signal: AbortSignal): Picture {
  if (signal.aborted) bitmap.close();
  signal.throwIfAborted();
  const { width, height } = bitmap;
  return { image: bitmap, width, height, crop: { x: 0, y: 0, width, height }, orientation: 1, close: () => bitmap.close() };
}

/** By an `<img>`: SVG, and what only that can read. */
export async function openImage(blob: Blob, signal: AbortSignal): Promise<Picture> {
  if (blob.type.startsWith('image/svg') && blob.size > largestSvg) throw new RangeError('The SVG is too large to be drawn as a thumbnail.');
  const image = new Image();
  const url = URL.createObjectURL(blob);
  const close = (): void => {
    image.removeAttribute('src');
    URL.revokeObjectURL(url);
  };
  try {
    image.src = url;
    await image.decode();
    signal.throwIfAborted();
    // An SVG without a size of its own.
    const [width, height] = [image.naturalWidth || 300, image.naturalHeight || 150];
    return { image, width, height, crop: { x: 0, y: 0, width, height }, orientation: 1, close };
  } catch (error) {
    close();
    throw error;
  }
}

async function openVideo(blob: Blob, size: number, signal: AbortSignal): Promise<Picture> {
  const video = document.createElement('video');
  const url = URL.createObjectURL(blob);
  const settled = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  try {
    video.muted = true;
    video.playsInline = true;
    video.preload = 'auto';
    await new Promise<void>((resolve, reject) => {
      timer = setTimeout(() => reject(new TypeError('The video takes too long to show its first frame.')), videoPatience);
      signal.addEventListener('abort', () => reject(signal.reason as Error), { signal: settled.signal });
      video.addEventListener('loadeddata', () => resolve());
      video.addEventListener('error', () => reject(new TypeError(video.error?.message || 'The video cannot be shown.')));
      video.src = url;
    });
    const scale = Math.min(1, (2 * size) / Math.max(1, video.videoWidth));
    const bitmap = await createImageBitmap(video, {
      resizeWidth: Math.max(1, Math.round(video.videoWidth * scale)),
      resizeHeight: Math.max(1, Math.round(video.videoHeight * scale)),
    });
    return ofBitmap(bitmap, signal);
  } finally {
    clearTimeout(timer);
    settled.abort();
    // Lets go of the decoder, of which there are few.
    video.removeAttribute('src');
    video.load();
    URL.revokeObjectURL(url);
  }
}

/** Draws the middle of a picture so that it fills a square of `size` pixels. */
export function drawSquare(canvas: HTMLCanvasElement, { image, crop, width, height, orientation }: Picture, size: number): void {
  canvas.width = canvas.height = size;
  const context = canvas.getContext('2d');
  if (!context) return;
  const scale = size / Math.min(width, height);
  context.imageSmoothingQuality = 'high';
  context.translate(size / 2, size / 2);
  turn(context, orientation);
  const [w, h] = [crop.width * scale, crop.height * scale];
  context.drawImage(image, crop.x, crop.y, crop.width, crop.height, -w / 2, -h / 2, w, h);
}

/** For each orientation: how many quarter turns clockwise, after mirroring left and right or not. */
const turns: readonly (readonly [quarters: number, mirrored: boolean])[] = [
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

/** Turns and mirrors what is drawn next, around the origin, as TIFF's orientation (1 to 8) asks for. */
export function turn(context: CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D, orientation: number): void {
  const [quarters, mirrored] = turns[orientation] ?? [0, false];
  context.rotate((quarters * Math.PI) / 2);
  if (mirrored) context.scale(-1, 1);
}
