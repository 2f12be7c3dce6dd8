/** What cameras write into a JPEG beside the picture, taken from one file to another. */

import { headerBytes, readJpegHeader } from './jpeg-header.js';

/** The tag of the orientation (TIFF 6.0, Exif 2.32). */
const orientationTag = 0x0112;

/**
 * The Exif segment of a JPEG, marker included; undefined where there is none, or not all of it.
 * @param upright - its picture has been turned the way it is seen: the segment says so.
 */
export async function exifSegment(jpeg: Blob, upright: boolean): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const bytes = await jpeg.slice(0, headerBytes).arrayBuffer();
  const exif = readJpegHeader(new DataView(bytes))?.exif;
  if (!exif || exif.end > bytes.byteLength) return undefined;
  const segment = bytes.slice(exif.start, exif.end);
  if (upright) setUpright(new DataView(segment));
  return new Uint8Array(segment);
}

/** A file without its Exif segment; as it is, where it has none. */
export async function withoutExif(jpeg: Blob): Promise<Blob> {
  const exif = readJpegHeader(new DataView(await jpeg.slice(0, headerBytes).arrayBuffer()))?.exif;
  return exif ? joined(jpeg.type, jpeg.slice(0, exif.start), jpeg.slice(exif.end)) : jpeg;
}

/** A JPEG with an Exif segment: it comes first, right after the marker that begins the file. */
export function withExif(jpeg: Blob, segment: Uint8Array<ArrayBuffer>): Promise<Blob> {
  return joined(jpeg.type, jpeg.slice(0, 2), segment, jpeg.slice(2));
}

/** In one piece: Firefox looks at the first one to find out what a file is, and two bytes do not tell. */
async function joined(type: string, ...pieces: BlobPart[]): Promise<Blob> {
  return new Blob([await new Blob(pieces).arrayBuffer()], { type });
}

/**
 * Writes orientation 1 where one is written, and leaves the way to the small picture out: that one has not been turned.
 * Marker, length and "Exif\0\0" are 10 bytes; then TIFF begins.
 */
function setUpright(view: DataView): void {
  const tiff = 10;
  if (view.byteLength < tiff + 8) return;
  const little = view.getUint16(tiff) === 0x4949;
  const directory = tiff + view.getUint32(tiff + 4, little);
  if (directory + 2 > view.byteLength) return;
  const after = directory + 2 + view.getUint16(directory, little) * 12;
  const end = Math.min(view.byteLength - 11, after);
  for (let at = directory + 2; at < end; at += 12) if (view.getUint16(at, little) === orientationTag) view.setUint16(at + 8, 1, little);
  if (after + 4 <= view.byteLength) view.setUint32(after, 0, little);
}
