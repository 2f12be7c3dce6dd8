/** What stands at the beginning of a JPEG file, before the picture: its size, its orientation, and the small picture that cameras put there. */

/** What was found. Everything is in bytes or pixels as stored, not turned. */
export interface JpegHeader {
  /** Pixels as stored; undefined where the frame header is not in the bytes that were read. */
  readonly width: number | undefined;
  readonly height: number | undefined;
  /** TIFF's orientation, 1 to 8; 1 is upright. */
  readonly orientation: number;
  /** Where the small JPEG lies in the file, if there is one. */
  readonly thumbnail: ByteRange | undefined;
  /** The whole Exif segment, marker included, if there is one. */
  readonly exif: ByteRange | undefined;
}

/** From `start` up to, not including, `end`. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** How many bytes of a file hold its header: Exif is at most 64 KiB, and colour profiles may follow it. */
export const headerBytes = 131_072;

/**
 * Reads the header of a JPEG (ITU-T T.81 annex B, Exif 2.32, TIFF 6.0). Whatever the bytes say, nothing outside of them is read.
 *
 * @param view - the first {@link headerBytes} of a file.
 * @returns undefined for anything but a JPEG.
 */
export function readJpegHeader(view: DataView): JpegHeader | undefined {
  if (view.byteLength < 4 || view.getUint16(0) !== 0xffd8) return undefined;
  let exif: ByteRange | undefined;
  let found: { orientation: number; thumbnail: ByteRange | undefined } = { orientation: 1, thumbnail: undefined };
  let at = 2;
  while (at + 4 <= view.byteLength) {
    const marker = view.getUint16(at);
    if (marker === 0xffff) {
      at++;
      continue;
    }
    const length = view.getUint16(at + 2);
    // 0xFFDA: the picture begins.
    if (marker < 0xff01 || marker === 0xffda || length < 2) break;
    if (!exif && marker === 0xffe1 && at + 10 <= view.byteLength && view.getUint32(at + 4) === 0x45786966) {
      exif = { start: at, end: at + 2 + length };
      found = readTiff(view, at + 10, Math.min(at + 2 + length, view.byteLength));
    }
    // SOF0 to SOF15 but for DHT, JPG and DAC.
    if (marker >= 0xffc0 && marker <= 0xffcf && ![0xffc4, 0xffc8, 0xffcc].includes(marker) && at + 9 <= view.byteLength) {
      return { ...found, exif, width: view.getUint16(at + 7), height: view.getUint16(at + 5) };
    }
    at += 2 + length;
  }
  return { ...found, exif, width: undefined, height: undefined };
}

/** Orientation and small picture, out of the TIFF structure inside of an Exif segment. */
function readTiff(view: DataView, start: number, end: number): { orientation: number; thumbnail: ByteRange | undefined } {
  let orientation = 1;
  let thumbnail: ByteRange | undefined;
  const order = start + 8 <= end ? view.getUint16(start) : 0;
  if (order !== 0x4949 && order !== 0x4d4d) return { orientation, thumbnail };
  const little = order === 0x4949;
  /** Reads the entries of one directory. Answers where the next directory is, 0 for nowhere. */
  const readDirectory = (offset: number, entry: (tag: number, value: number) => void): number => {
    const directory = start + offset;
    if (offset < 8 || directory + 2 > end) return 0;
    const count = view.getUint16(directory, little);
    const after = directory + 2 + count * 12;
    if (after > end) return 0;
    for (let at = directory + 2; at < after; at += 12) {
      // A SHORT stands in the first half of the value, a LONG fills it.
      const short = view.getUint16(at + 2, little) === 3;
      entry(view.getUint16(at, little), short ? view.getUint16(at + 8, little) : view.getUint32(at + 8, little));
    }
    return after + 4 <= end ? view.getUint32(after, little) : 0;
  };
  const second = readDirectory(view.getUint32(start + 4, little), (tag, value) => {
    if (tag === 0x0112 && value >= 1 && value <= 8) orientation = value;
  });
  let [offset, length] = [0, 0];
  readDirectory(second, (tag, value) => {
    if (tag === 0x0201) offset = value;
    else if (tag === 0x0202) length = value;
  });
  if (offset > 0 && length > 0 && start + offset + length <= end) thumbnail = { start: start + offset, end: start + offset + length };
  return { orientation, thumbnail };
}
