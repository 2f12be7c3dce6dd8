/** Reads the size of an image from the first bytes of its file, so that a limit on its size costs no decoding. */

import { headerBytes, readJpegHeader } from './jpeg-header.js';

/** The size of an image, pixels. */
export interface ImageSize {
  readonly width: number;
  readonly height: number;
}

/** What the header of an image says about its size. */
export interface ImageHeader extends ImageSize {
  /** False if the image may be shown with another size: rotated by its metadata, or composed of tiles. */
  readonly isExact: boolean;
}

/** Images with more pixels are never decoded: it takes a browser seconds and, with 4 bytes per pixel, more than 512 MiB. Phones take pictures of 108 megapixels. */
export const maxPixels = 2 ** 27;

/** The largest number of bytes before the size of a JPEG, which metadata of any length may precede. */
const maxMetadataBytes = 2 ** 24;

/** The header of a PNG, JPEG, GIF, WebP, BMP, AVIF or HEIC image, whatever its file's type is; undefined for anything else, and for a damaged header. */
export async function readImageHeader(blob: Blob): Promise<ImageHeader | undefined> {
  const view = await viewOf(blob, 64);
  if (view.byteLength < 12) return undefined;
  const start = view.getUint32(0);
  if (start >>> 16 === 0xffd8) return jpegHeader(blob);
  const header = await headerReaders.get(start)?.(view, blob);
  if (header) return header;
  if (start >>> 16 === 0x424d) return bmpHeader(view);
  return view.getUint32(4) === fourCC('ftyp') ? heifHeader(await viewOf(blob, headerBytes)) : undefined;
}

/**
 * Throws for an image that must not be decoded.
 * @throws {RangeError} for an image of more than {@link maxPixels}, and for a JPEG whose size cannot be found.
 */
export async function assertDecodable(blob: Blob): Promise<void> {
  const header = await readImageHeader(blob);
  if (!header || header.width * header.height <= maxPixels) return;
  const size = Number.isFinite(header.width) ? `It has ${header.width} × ${header.height} pixels.` : 'Its size cannot be read.';
  throw new RangeError(`The picture is too large to be shown or scaled. ${size}`);
}

const fourCC = (text: string): number => [...text].reduce((code, letter) => code * 256 + letter.charCodeAt(0), 0);

/** By the first four bytes. */
const headerReaders = new Map<number, (view: DataView, blob: Blob) => ImageHeader | undefined | Promise<ImageHeader | undefined>>([
  [0x89504e47, pngHeader],
  [fourCC('GIF8'), gifHeader],
  [fourCC('RIFF'), webpHeader],
]);

async function viewOf(blob: Blob, length: number): Promise<DataView> {
  return new DataView(await blob.slice(0, length).arrayBuffer());
}

/** https://www.w3.org/TR/png-3/#11IHDR */
async function pngHeader(view: DataView, blob: Blob): Promise<ImageHeader | undefined> {
  if (view.byteLength < 24 || view.getUint32(12) !== fourCC('IHDR')) return undefined;
  const isExact = !contains(await viewOf(blob, headerBytes), fourCC('eXIf'));
  return { width: view.getUint32(16), height: view.getUint32(20), isExact };
}

async function jpegHeader(blob: Blob): Promise<ImageHeader | undefined> {
  for (let length = headerBytes; ; length = Math.min(8 * length, maxMetadataBytes)) {
    const header = readJpegHeader(await viewOf(blob, length));
    const { width, height, orientation = 1 } = header ?? {};
    if (width && height) return { width: orientation > 4 ? height : width, height: orientation > 4 ? width : height, isExact: true };
    if (length >= blob.size) return undefined;
    if (length >= maxMetadataBytes) return { width: Infinity, height: Infinity, isExact: false };
  }
}

/** https://www.w3.org/Graphics/GIF/spec-gif89a.txt: the size of the screen, or of a first frame that does not fit on it. */
async function gifHeader(_start: DataView, blob: Blob): Promise<ImageHeader> {
  const view = await viewOf(blob, headerBytes);
  const screen = { width: view.getUint16(6, true), height: view.getUint16(8, true) };
  const flags = view.byteLength > 10 ? view.getUint8(10) : 0;
  let offset = 13 + (flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0);
  // Extensions: a label, then blocks with their length before them, up to one of length 0.
  while (offset + 2 < view.byteLength && view.getUint8(offset) === 0x21) {
    offset += 2;
    while (offset < view.byteLength && view.getUint8(offset) > 0) offset += 1 + view.getUint8(offset);
    offset++;
  }
  if (offset + 10 > view.byteLength || view.getUint8(offset) !== 0x2c) return { ...screen, isExact: screen.width * screen.height > 0 };
  const right = view.getUint16(offset + 1, true) + view.getUint16(offset + 5, true);
  const bottom = view.getUint16(offset + 3, true) + view.getUint16(offset + 7, true);
  const fits = right <= screen.width && bottom <= screen.height;
  return { width: Math.max(screen.width, right), height: Math.max(screen.height, bottom), isExact: fits };
}

/** https://developers.google.com/speed/webp/docs/riff_container */
function webpHeader(view: DataView): ImageHeader | undefined {
  if (view.byteLength < 30 || view.getUint32(8) !== fourCC('WEBP')) return undefined;
  const uint24 = (offset: number) => view.getUint16(offset, true) + (view.getUint8(offset + 2) << 16);
  switch (view.getUint32(12)) {
    case fourCC('VP8 '):
      return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff, isExact: true };
    case fourCC('VP8L'): {
      const bits = view.getUint32(21, true);
      return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1, isExact: true };
    }
    case fourCC('VP8X'): {
      const hasExif = (view.getUint8(20) & 8) !== 0;
      return { width: uint24(24) + 1, height: uint24(27) + 1, isExact: !hasExif };
    }
  }
  return undefined;
}

/** https://learn.microsoft.com/en-us/windows/win32/api/wingdi/ns-wingdi-bitmapinfoheader */
function bmpHeader(view: DataView): ImageHeader | undefined {
  if (view.byteLength < 26) return undefined;
  if (view.getUint32(14, true) === 12) return { width: view.getUint16(18, true), height: view.getUint16(20, true), isExact: true };
  return { width: Math.abs(view.getInt32(18, true)), height: Math.abs(view.getInt32(22, true)), isExact: true };
}

/** AVIF and HEIC, ISO/IEC 23008-12: the largest size in an `ispe` property, which may be that of a tile. */
function heifHeader(view: DataView): ImageHeader | undefined {
  let largest: ImageHeader | undefined;
  for (let offset = 0; (offset = indexOf(view, fourCC('ispe'), offset)) >= 0; offset += 4) {
    if (offset + 16 > view.byteLength) break;
    const [width, height] = [view.getUint32(offset + 8), view.getUint32(offset + 12)];
    if (!largest || width * height > largest.width * largest.height) largest = { width, height, isExact: false };
  }
  return largest;
}

function contains(view: DataView, code: number): boolean {
  return indexOf(view, code, 0) >= 0;
}

function indexOf(view: DataView, code: number, start: number): number {
  for (let offset = start; offset + 4 <= view.byteLength; offset++) if (view.getUint32(offset) === code) return offset;
  return -1;
}
