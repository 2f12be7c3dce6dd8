/** Draws thumbnails on elements of the page. */

import { assertDecodable } from './image-header.js';
import { assertDrawable, minEmbeddedScale, pictureFromBitmap, openEmbedded, openImage, openPicture, applyOrientation } from './picture.js';
import type { Picture } from './picture.js';
import { decoders, scaleImage } from './scale.js';
import type { CustomResizer } from './scale.js';

/** The element that shows a thumbnail. */
export type ThumbnailTarget = HTMLImageElement | HTMLCanvasElement;

/** The longer side (pixels) of a thumbnail without a maximum size. */
const defaultMaxSize = 4096;

/** What is known of a file. */
interface PictureFile {
  readonly name: string;
  readonly data: Blob | undefined;
  /** URL of a thumbnail that the server provides, or ''. */
  readonly thumbnailUrl: string;
}

/**
 * Draws the thumbnail of a file. Parameters as for {@link drawThumbnail}.
 * @param fromServer - draws the server's thumbnail also where the file is there.
 * @throws if there is no file, or no picture of it.
 */
export async function drawFile(
  target: ThumbnailTarget,
  id: number,
  file: PictureFile | undefined,
  fromServer: boolean,
  maxSize?: number,
  customResizer?: CustomResizer,
): Promise<void> {
  if (!file) throw new TypeError(`There is no file ${id}.`);
  const { name, data, thumbnailUrl } = file;
  if (data && !fromServer) return drawThumbnail(target, data, maxSize, customResizer);
  if (!thumbnailUrl) throw new TypeError(`There is no picture of ${JSON.stringify(name)} here.`);
  return drawThumbnailFromUrl(target, thumbnailUrl, maxSize);
}

/**
 * Draws an image, or the first frame of a video, on an `<img>` or a `<canvas>`: upright, with its aspect ratio.
 * @param maxSize - pixels of the longer side. Default: the size of the image. A smaller image is not enlarged.
 * @throws if the browser cannot decode the file, and for an image of too many pixels to be decoded.
 */
export async function drawThumbnail(target: ThumbnailTarget, blob: Blob, maxSize?: number, customResizer?: CustomResizer): Promise<void> {
  const resized = customResizer && maxSize ? await scaleImage(blob, { maxSize, customResizer }) : undefined;
  if (target instanceof HTMLImageElement && (resized || !maxSize)) return showBlob(target, resized ?? blob);
  const canvas = target instanceof HTMLCanvasElement ? target : document.createElement('canvas');
  await decoders.run(() => draw(canvas, resized ?? blob, maxSize));
  if (target instanceof HTMLCanvasElement) return;
  const png = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
  canvas.width = canvas.height = 0;
  if (!png) throw new TypeError('The thumbnail could not be drawn.');
  await showBlob(target, png);
}

/** Draws the thumbnail that a server provides. */
export async function drawThumbnailFromUrl(target: ThumbnailTarget, url: string, maxSize?: number): Promise<void> {
  const image = target instanceof HTMLImageElement ? target : new Image();
  image.src = url;
  await image.decode();
  if (target instanceof HTMLImageElement) {
    if (maxSize) target.style.maxWidth = target.style.maxHeight = `${maxSize}px`;
    return;
  }
  const [width, height] = [image.naturalWidth, image.naturalHeight];
  const ratio = Math.min(1, (maxSize ?? defaultMaxSize) / Math.max(1, width, height));
  target.width = Math.max(1, Math.round(width * ratio));
  target.height = Math.max(1, Math.round(height * ratio));
  target.getContext('2d')?.drawImage(image, 0, 0, target.width, target.height);
}

/** Opens a picture with at least `maxSize` pixels on its longer side, or all that it has. */
async function openThumbnail(blob: Blob, maxSize: number): Promise<Picture> {
  const neverAborted = new AbortController().signal;
  if (/^(video\/|image\/svg)/.test(blob.type)) return openPicture(blob, maxSize, neverAborted);
  // openEmbedded() takes the shorter side; the longer one has at least as many pixels.
  const embedded = blob.type === 'image/jpeg' ? await openEmbedded(blob, maxSize / minEmbeddedScale, neverAborted) : undefined;
  if (embedded) return embedded;
  await assertDecodable(blob);
  let bitmap: ImageBitmap;
  try {
    bitmap = await createImageBitmap(blob);
  } catch {
    return openImage(blob, neverAborted);
  }
  return pictureFromBitmap(bitmap, neverAborted);
}

async function draw(canvas: HTMLCanvasElement, blob: Blob, maxSize = defaultMaxSize): Promise<void> {
  const picture = await openThumbnail(blob, maxSize);
  try {
    const { image, crop, width, height, orientation } = picture;
    const ratio = Math.min(1, maxSize / Math.max(width, height));
    canvas.width = Math.max(1, Math.round(width * ratio));
    canvas.height = Math.max(1, Math.round(height * ratio));
    const context = canvas.getContext('2d');
    if (!context) throw new TypeError('The thumbnail could not be drawn.');
    context.imageSmoothingQuality = 'high';
    context.translate(canvas.width / 2, canvas.height / 2);
    applyOrientation(context, orientation);
    const [w, h] = [crop.width * ratio, crop.height * ratio];
    context.drawImage(image, crop.x, crop.y, crop.width, crop.height, -w / 2, -h / 2, w, h);
  } finally {
    picture.close();
  }
}

/** Shows a blob in an `<img>`. The decoded image stays when its URL is revoked. */
async function showBlob(image: HTMLImageElement, blob: Blob): Promise<void> {
  await assertDrawable(blob);
  const url = URL.createObjectURL(blob);
  try {
    image.src = url;
    await image.decode();
  } finally {
    URL.revokeObjectURL(url);
  }
}
