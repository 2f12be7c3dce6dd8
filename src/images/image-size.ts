import { Semaphore } from '../utils/semaphore.js';
import { maxPixels, readImageHeader } from './image-header.js';
import type { ImageSize } from './image-header.js';

/** Two images are decoded at a time: a decoded image of 12 megapixels takes 48 MB. */
const decoders = new Semaphore(2);
/** Number of headers that are read at a time. */
const readers = new Semaphore(8);

/**
 * The size of an image after its Exif orientation is applied; undefined for a file that is not a readable image. Read from the header of the file, if it tells the
 * size; else the image is decoded, unless it is too large for that.
 * @param mayDecode - false: undefined, if the header does not tell the size.
 */
export async function imageSize(blob: Blob, mayDecode = true): Promise<ImageSize | undefined> {
  try {
    const header = await readers.run(() => readImageHeader(blob));
    if (header?.isExact || (header && header.width * header.height > maxPixels)) return header;
    return mayDecode ? await decoders.run(() => decodedSize(blob)) : undefined;
  } catch {
    return undefined;
  }
}

/** Limits of the size of an image in pixels. A maximum of 0 is none. */
export interface ImageSizeLimits {
  readonly minWidth: number;
  readonly maxWidth: number;
  readonly minHeight: number;
  readonly maxHeight: number;
}

/** Returns which limit an image does not keep; undefined for none, and for a file that is not a readable image. Parameters as for {@link imageSize}. */
export async function imageSizeProblem(
  blob: Blob,
  { minWidth, maxWidth, minHeight, maxHeight }: ImageSizeLimits,
  mayDecode?: boolean,
): Promise<'maxHeightImageError' | 'maxWidthImageError' | 'minHeightImageError' | 'minWidthImageError' | undefined> {
  const size = await imageSize(blob, mayDecode);
  if (!size) return undefined;
  const { width, height } = size;
  if (maxHeight > 0 && height > maxHeight) return 'maxHeightImageError';
  if (maxWidth > 0 && width > maxWidth) return 'maxWidthImageError';
  if (height < minHeight) return 'minHeightImageError';
  return width < minWidth ? 'minWidthImageError' : undefined;
}

async function decodedSize(blob: Blob): Promise<ImageSize> {
  const bitmap = await createImageBitmap(blob);
  const { width, height } = bitmap;
  bitmap.close();
  return { width, height };
}
