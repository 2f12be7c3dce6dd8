/** Reads the header of a JPEG file: size, orientation, and the thumbnail that cameras embed. */

/** The header of a JPEG. Sizes are those of the stored image, before its orientation is applied. */
export interface JpegHeader {
  /** Pixels; undefined if the frame header is not in the bytes that were read. */
  readonly width: number | undefined;
  readonly height: number | undefined;
  /** Orientation as TIFF 6.0 defines it, 1 to 8; 1 is upright. */
  readonly orientation: number;
  /** Position of the embedded thumbnail, which is a JPEG. */
  readonly thumbnail: ByteRange | undefined;
  /** Position of the Exif segment, marker included. */
  readonly exif: ByteRange | undefined;
}

/** The bytes from `start` up to, but not including, `end`. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** Number of bytes at the start of a file that contain its header: Exif has at most 64 KiB, and a colour profile may follow. */
export const headerBytes = 131_072;

/**
 * Reads the header of a JPEG (ITU-T T.81 annex B, Exif 2.32, TIFF 6.0). Never reads outside of the bytes, whatever offsets they contain.
 *
 * @param view - the first {@link headerBytes} of a file.
 * @returns undefined if the file is not a JPEG.
 */
export function readJpegHeader(view: DataView): JpegHeader | undefined {
  if (view.byteLength < 4 || view.getUint16(0) !== 0xffd8) return undefined;
  let exif: ByteRange | undefined;
  let tiff: { orientation: number; thumbnail: ByteRange | undefined } = { orientation: 1, thumbnail: undefined };
  let offset = 2;
  while (offset + 4 <= view.byteLength) {
    const marker = view.getUint16(offset);
    if (marker === 0xffff) {
      offset++;
      continue;
    }
    const length = view.getUint16(offset + 2);
    // 0xFFDA, start of scan: the header ends.
    if (marker < 0xff01 || marker === 0xffda || length < 2) break;
    if (!exif && marker === 0xffe1 && offset + 10 <= view.byteLength && view.getUint32(offset + 4) === 0x45786966) {
      exif = { start: offset, end: offset + 2 + length };
      tiff = readTiff(view, offset + 10, Math.min(offset + 2 + length, view.byteLength));
    }
    // SOF0 to SOF15, without DHT, JPG and DAC.
    if (marker >= 0xffc0 && marker <= 0xffcf && ![0xffc4, 0xffc8, 0xffcc].includes(marker) && offset + 9 <= view.byteLength) {
      return { ...tiff, exif, width: view.getUint16(offset + 7), height: view.getUint16(offset + 5) };
    }
    offset += 2 + length;
  }
  return { ...tiff, exif, width: undefined, height: undefined };
}

/** Reads orientation and thumbnail from the TIFF structure of an Exif segment. */
function readTiff(view: DataView, start: number, end: number): { orientation: number; thumbnail: ByteRange | undefined } {
  let orientation = 1;
  let thumbnail: ByteRange | undefined;
  const byteOrder = start + 8 <= end ? view.getUint16(start) : 0;
  if (byteOrder !== 0x4949 && byteOrder !== 0x4d4d) return { orientation, thumbnail };
  const littleEndian = byteOrder === 0x4949;
  /** Reads the entries of a directory. Returns the offset of the next directory, or 0. */
  const readDirectory = (offset: number, onEntry: (tag: number, value: number) => void): number => {
    const directory = start + offset;
    if (offset < 8 || directory + 2 > end) return 0;
    const count = view.getUint16(directory, littleEndian);
    const nextDirectoryOffset = directory + 2 + count * 12;
    if (nextDirectoryOffset > end) return 0;
    for (let entry = directory + 2; entry < nextDirectoryOffset; entry += 12) {
      // A SHORT has the first two bytes of the value, a LONG all four.
      const isShort = view.getUint16(entry + 2, littleEndian) === 3;
      const value = isShort ? view.getUint16(entry + 8, littleEndian) : view.getUint32(entry + 8, littleEndian);
      onEntry(view.getUint16(entry, littleEndian), value);
    }
    return nextDirectoryOffset + 4 <= end ? view.getUint32(nextDirectoryOffset, littleEndian) : 0;
  };
  const thumbnailDirectory = readDirectory(view.getUint32(start + 4, littleEndian), (tag, value) => {
    if (tag === 0x0112 && value >= 1 && value <= 8) orientation = value;
  });
  let [offset, length] = [0, 0];
  readDirectory(thumbnailDirectory, (tag, value) => {
    if (tag === 0x0201) offset = value;
    else if (tag === 0x0202) length = value;
  });
  if (offset > 0 && length > 0 && start + offset + length <= end) thumbnail = { start: start + offset, end: start + offset + length };
  return { orientation, thumbnail };
}
