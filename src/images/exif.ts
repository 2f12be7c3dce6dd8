/** Copies the Exif segment of a JPEG (Exif 2.32). */

import { headerBytes, readJpegHeader } from './jpeg-header.js';

/** TIFF 6.0, Exif 2.32. */
const orientationTag = 0x0112;

/**
 * The Exif segment of a JPEG, marker included; undefined if there is none, or it is not complete.
 * @param upright - true if the image was rotated: the segment gets orientation 1 and loses its thumbnail.
 */
export async function exifSegment(jpeg: Blob, upright: boolean): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const bytes = await jpeg.slice(0, headerBytes).arrayBuffer();
  const exif = readJpegHeader(new DataView(bytes))?.exif;
  if (!exif || exif.end > bytes.byteLength) return undefined;
  const segment = bytes.slice(exif.start, exif.end);
  if (upright) setUpright(new DataView(segment));
  return new Uint8Array(segment);
}

/** A JPEG without its Exif segment. */
export async function withoutExif(jpeg: Blob): Promise<Blob> {
  const exif = readJpegHeader(new DataView(await jpeg.slice(0, headerBytes).arrayBuffer()))?.exif;
  return exif ? concatenate(jpeg.type, jpeg.slice(0, exif.start), jpeg.slice(exif.end)) : jpeg;
}

/** A JPEG with an Exif segment, which follows the start-of-image marker. */
export function withExif(jpeg: Blob, segment: Uint8Array<ArrayBuffer>): Promise<Blob> {
  return concatenate(jpeg.type, jpeg.slice(0, 2), segment, jpeg.slice(2));
}

/** Joins the parts in one buffer: Firefox detects the type of a Blob from its first part, and two bytes are too few. */
async function concatenate(type: string, ...parts: BlobPart[]): Promise<Blob> {
  return new Blob([await new Blob(parts).arrayBuffer()], { type });
}

/**
 * Sets the orientation to 1 if the segment has one, and removes the offset of the thumbnail, which has not been rotated.
 * The TIFF structure follows the marker, the length and "Exif\0\0".
 */
function setUpright(view: DataView): void {
  const tiffStart = 10;
  if (view.byteLength < tiffStart + 8) return;
  const littleEndian = view.getUint16(tiffStart) === 0x4949;
  const directory = tiffStart + view.getUint32(tiffStart + 4, littleEndian);
  if (directory + 2 > view.byteLength) return;
  const nextDirectoryOffset = directory + 2 + view.getUint16(directory, littleEndian) * 12;
  const end = Math.min(view.byteLength - 11, nextDirectoryOffset);
  for (let entry = directory + 2; entry < end; entry += 12)
    if (view.getUint16(entry, littleEndian) === orientationTag) view.setUint16(entry + 8, 1, littleEndian);
  if (nextDirectoryOffset + 4 <= view.byteLength) view.setUint32(nextDirectoryOffset, 0, littleEndian);
}
