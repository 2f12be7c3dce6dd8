/** The bytes of the files. The page and Node create the same ones. */
import { Random } from './random.js';

/** A file that the page uploads. Its name is unique within a run. */
export interface SoakFile {
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** MIME type. A bitmap is a valid picture, so that it has a thumbnail. */
  readonly type: 'application/octet-stream' | 'image/bmp';
}

const bitmapHeaderSize = 54;
/** Pixels. A row of 24-bit pixels has 300 bytes. */
const bitmapWidth = 100;

/** The bytes of a file. */
export function contentOf({ name, size, type }: SoakFile): Uint8Array<ArrayBuffer> {
  const words = new Uint32Array(Math.ceil(size / 4));
  let state = new Random(name).integer(1, 2 ** 31);
  for (let index = 0; index < words.length; index++) {
    // xorshift32
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    words[index] = state;
  }
  const bytes = new Uint8Array(words.buffer, 0, size);
  if (type === 'image/bmp') writeBitmapHeader(bytes);
  return bytes;
}

/** https://learn.microsoft.com/en-us/windows/win32/gdi/bitmap-storage */
function writeBitmapHeader(bytes: Uint8Array<ArrayBuffer>): void {
  const view = new DataView(bytes.buffer);
  const height = Math.floor((bytes.length - bitmapHeaderSize) / (bitmapWidth * 3));
  bytes.fill(0, 0, bitmapHeaderSize);
  view.setUint16(0, 0x424d);
  view.setUint32(2, bytes.length, true);
  view.setUint32(10, bitmapHeaderSize, true);
  view.setUint32(14, 40, true);
  view.setInt32(18, bitmapWidth, true);
  view.setInt32(22, height, true);
  view.setUint16(26, 1, true);
  view.setUint16(28, 24, true);
}
