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

async function decodedSize(blob: Blob): Promise<ImageSize> {
  const bitmap = await createImageBitmap(blob);
  const { width, height } = bitmap;
  bitmap.close();
  return { width, height };
}
