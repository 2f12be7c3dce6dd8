/** A thumbnail on an element of the page's own. */

import { enough, ofBitmap, openEmbedded, openImage, openPicture, turn } from './picture.js';
import type { Picture } from './picture.js';
import { decoders, scaleImage } from './scale.js';
import type { CustomResizer } from './scale.js';

/** What a thumbnail is drawn on. */
export type ThumbnailTarget = HTMLImageElement | HTMLCanvasElement;

/** As much of a picture as a canvas without a limit gets, pixels. */
const largest = 4096;

/**
 * Draws an image, or the first frame of a video, on an `<img>` or a `<canvas>`, in its own proportions and turned the way it is seen.
 * @param maxSize - the longer side, pixels. Default: the picture's own size.
 * @throws where the browser cannot show the file.
 */
export async function drawThumbnail(target: ThumbnailTarget, blob: Blob, maxSize?: number, customResizer?: CustomResizer): Promise<void> {
  const small = customResizer && maxSize ? await scaleImage(blob, { maxSize, customResizer }) : undefined;
  if (target instanceof HTMLImageElement && (small || !maxSize)) return show(target, small ?? blob);
  const canvas = target instanceof HTMLCanvasElement ? target : document.createElement('canvas');
  await decoders.run(() => draw(canvas, small ?? blob, maxSize));
  if (target instanceof HTMLCanvasElement) return;
  const drawn = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
  canvas.width = canvas.height = 0;
  if (!drawn) throw new TypeError('The thumbnail could not be drawn.');
  await show(target, drawn);
}

/** Draws what a server has for a thumbnail. */
export async function drawThumbnailOf(target: ThumbnailTarget, url: string, maxSize?: number): Promise<void> {
  const image = target instanceof HTMLImageElement ? target : new Image();
  image.src = url;
  await image.decode();
  if (target instanceof HTMLImageElement) {
    if (maxSize) target.style.maxWidth = target.style.maxHeight = `${maxSize}px`;
    return;
  }
  const [width, height] = [image.naturalWidth, image.naturalHeight];
  const ratio = Math.min(1, (maxSize ?? largest) / Math.max(1, width, height));
  target.width = Math.max(1, Math.round(width * ratio));
  target.height = Math.max(1, Math.round(height * ratio));
  target.getContext('2d')?.drawImage(image, 0, 0, target.width, target.height);
}

/** A picture with no fewer pixels than are wanted, unless it has no more. */
async function open(blob: Blob, maxSize: number): Promise<Picture> {
  const never = new AbortController().signal;
  if (/^(video\/|image\/svg)/.test(blob.type)) return openPicture(blob, maxSize, never);
  // The shorter side is asked for: the longer one has as much, too.
  const small = blob.type === 'image/jpeg' ? await openEmbedded(blob, maxSize / enough, never) : undefined;
  if (small) return small;
  let bitmap: ImageBitmap;
  try {
    bitmap = await createImageBitmap(blob);
  } catch {
    return openImage(blob, never);
  }
  return ofBitmap(bitmap, never);
}

async function draw(canvas: HTMLCanvasElement, blob: Blob, maxSize = largest): Promise<void> {
  const picture = await open(blob, maxSize);
  try {
    const { image, crop, width, height, orientation } = picture;
    const ratio = Math.min(1, maxSize / Math.max(width, height));
    canvas.width = Math.max(1, Math.round(width * ratio));
    canvas.height = Math.max(1, Math.round(height * ratio));
    const context = canvas.getContext('2d');
    if (!context) throw new TypeError('The thumbnail could not be drawn.');
    context.imageSmoothingQuality = 'high';
    context.translate(canvas.width / 2, canvas.height / 2);
    turn(context, orientation);
    const [w, h] = [crop.width * ratio, crop.height * ratio];
    context.drawImage(image, crop.x, crop.y, crop.width, crop.height, -w / 2, -h / 2, w, h);
  } finally {
    picture.close();
  }
}

/** The picture stays when its URL is taken back. */
async function show(image: HTMLImageElement, blob: Blob): Promise<void> {
  const url = URL.createObjectURL(blob);
  try {
    image.src = url;
    await image.decode();
  } finally {
    URL.revokeObjectURL(url);
  }
}
