/** Pictures for tests, drawn and encoded by the browser. */

/** The colours of the corners of an upright picture, clockwise from the top left. */
export const corners = ['#ff0000', '#00ff00', '#0000ff', '#ffff00'] as const;

/** A picture with four coloured corners. */
export function fourCorners(width: number, height: number, colours: readonly string[] = corners): HTMLCanvasElement {
  const canvas = Object.assign(document.createElement('canvas'), { width, height });
  const context = canvas.getContext('2d');
  if (!context) throw new Error('There is no canvas.');
  const [w, h] = [width / 2, height / 2];
  [
    [0, 0],
    [w, 0],
    [w, h],
    [0, h],
  ].forEach(([x = 0, y = 0], corner) => {
    context.fillStyle = colours[corner] ?? '#000';
    context.fillRect(x, y, w, h);
  });
  return canvas;
}

/**
 * For each orientation of TIFF 6.0 (page 36): the corners of the stored picture, clockwise from its
 * top left, as numbers of corners of the upright picture.
 */
export const storedCorners: Readonly<Record<number, readonly [number, number, number, number]>> = {
  1: [0, 1, 2, 3],
  2: [1, 0, 3, 2],
  3: [2, 3, 0, 1],
  4: [3, 2, 1, 0],
  5: [0, 3, 2, 1],
  6: [1, 2, 3, 0],
  7: [2, 1, 0, 3],
  8: [3, 0, 1, 2],
};

/** Encodes a canvas. */
export function encode(canvas: HTMLCanvasElement, type = 'image/jpeg'): Promise<Blob> {
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('The canvas could not be encoded.'))), type, 0.95);
  });
}

/** A black PNG of any size, which takes little memory until it is decoded. */
export async function blackPng(width: number, height: number): Promise<Blob> {
  const rows = new Blob([new Uint8Array((Math.ceil(width / 8) + 1) * height)]).stream().pipeThrough(new CompressionStream('deflate'));
  const header = new DataView(new ArrayBuffer(13));
  header.setUint32(0, width);
  header.setUint32(4, height);
  header.setUint8(8, 1);
  const signature = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const data = new Uint8Array(await new Response(rows).arrayBuffer());
  const chunks = [pngChunk('IHDR', new Uint8Array(header.buffer)), pngChunk('IDAT', data), pngChunk('IEND', new Uint8Array())];
  return new Blob([signature, ...chunks], { type: 'image/png' });
}

function pngChunk(name: string, data: Uint8Array): Uint8Array<ArrayBuffer> {
  const chunk = new Uint8Array(data.length + 12);
  chunk.set(new TextEncoder().encode(name), 4);
  chunk.set(data, 8);
  let crc = -1;
  for (const byte of chunk.subarray(4, -4)) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  const view = new DataView(chunk.buffer);
  view.setUint32(0, data.length);
  view.setUint32(data.length + 8, ~crc);
  return chunk;
}

/** Adds an Exif segment to a JPEG, with an orientation and a thumbnail. */
export async function withExif(
  jpeg: Blob,
  { orientation, thumbnail, littleEndian = false }: { orientation: number; thumbnail?: Blob | undefined; littleEndian?: boolean },
): Promise<Blob> {
  const thumbnailBytes = thumbnail ? new Uint8Array(await thumbnail.arrayBuffer()) : new Uint8Array();
  // Exif header 6, TIFF header 8, first directory 2 + 12 + 4, second 2 + 24 + 4.
  const tiff = 6;
  const second = 8 + 18;
  const data = second + 30;
  const payload = new DataView(new ArrayBuffer(tiff + data + thumbnailBytes.byteLength));
  payload.setUint32(0, 0x45786966);
  payload.setUint16(tiff, littleEndian ? 0x4949 : 0x4d4d);
  payload.setUint16(tiff + 2, 42, littleEndian);
  payload.setUint32(tiff + 4, 8, littleEndian);
  const entry = (at: number, tag: number, type: number, value: number): void => {
    payload.setUint16(tiff + at, tag, littleEndian);
    payload.setUint16(tiff + at + 2, type, littleEndian);
    payload.setUint32(tiff + at + 4, 1, littleEndian);
    if (type === 3) payload.setUint16(tiff + at + 8, value, littleEndian);
    else payload.setUint32(tiff + at + 8, value, littleEndian);
  };
  payload.setUint16(tiff + 8, 1, littleEndian);
  entry(10, 0x0112, 3, orientation);
  payload.setUint32(tiff + 22, thumbnailBytes.byteLength > 0 ? second : 0, littleEndian);
  payload.setUint16(tiff + second, 2, littleEndian);
  entry(second + 2, 0x0201, 4, data);
  entry(second + 14, 0x0202, 4, thumbnailBytes.byteLength);
  new Uint8Array(payload.buffer).set(thumbnailBytes, tiff + data);
  const head = new DataView(new ArrayBuffer(4));
  head.setUint16(0, 0xffe1);
  head.setUint16(2, payload.byteLength + 2);
  return new Blob([jpeg.slice(0, 2), head, payload, jpeg.slice(2)], { type: 'image/jpeg' });
}

/** A JPEG with an orientation. Upright, it has the four corners. */
export async function orientedJpeg(orientation: number, width: number, height: number, thumbnail?: Blob): Promise<Blob> {
  const stored = storedCorners[orientation] ?? [0, 1, 2, 3];
  const [w, h] = orientation > 4 ? [height, width] : [width, height];
  const colours = stored.map((corner) => corners[corner] ?? '');
  return withExif(await encode(fourCorners(w, h, colours)), { orientation, thumbnail });
}

/** The colour at each corner of a canvas, clockwise from the top left; 'other' for a colour that is not in `corners`. */
export function canvasCorners(canvas: HTMLCanvasElement): string[] {
  const { width, height } = canvas;
  const [left, top, right, bottom] = [width * 0.2, height * 0.2, width * 0.8, height * 0.8];
  return [
    [left, top],
    [right, top],
    [right, bottom],
    [left, bottom],
  ].map(([x = 0, y = 0]) => colourAt(canvas, x, y));
}

/** The colour in `corners` that a pixel has, with a tolerance for JPEG; 'other' for any other colour. */
export function colourAt(canvas: HTMLCanvasElement, x: number, y: number): string {
  const [red = 0, green = 0, blue = 0] = canvas.getContext('2d')?.getImageData(Math.floor(x), Math.floor(y), 1, 1).data ?? [];
  return (
    corners.find((colour) => {
      const rgb = [1, 3, 5].map((start) => Number.parseInt(colour.slice(start, start + 2), 16));
      return [red, green, blue].every((value, index) => Math.abs(value - (rgb[index] ?? 0)) < 60);
    }) ?? 'other'
  );
}
