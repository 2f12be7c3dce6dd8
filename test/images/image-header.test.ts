/** Sizes of images from their headers, also of damaged and malicious ones. */
import { expect } from '@open-wc/testing';
import { assertDecodable, readImageHeader } from '../../src/images/image-header.js';
import { blackPng, encode, fourCorners, orientedJpeg } from './pictures.js';

const bytes = (...values: (number | string)[]) =>
  new Uint8Array(values.flatMap((value) => (typeof value === 'string' ? [...value].map((letter) => letter.charCodeAt(0)) : value)));
const uint32 = (value: number) => [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];
const littleEndian = (value: number, length: number) => Array.from({ length }, (_, index) => (value >>> (8 * index)) & 255);
const headerOf = async (...parts: BlobPart[]) => {
  const { width, height, isExact } = (await readImageHeader(new Blob(parts))) ?? {};
  return width === undefined ? undefined : [width, height, isExact];
};
const padding = new Uint8Array(64);

describe('readImageHeader', () => {
  for (const type of ['image/png', 'image/jpeg', 'image/webp']) {
    it(`reads the size of ${type}, whatever the type of the file is`, async () => {
      const image = await encode(fourCorners(321, 123), type);
      // A browser that cannot encode the type makes a PNG.
      expect(await headerOf(image)).to.deep.equal([321, 123, true]);
    });
  }

  it('applies the orientation of a JPEG', async () => {
    for (const orientation of [1, 3, 6, 8])
      expect(await headerOf(await orientedJpeg(orientation, 300, 200))).to.deep.equal([300, 200, true]);
  });

  it('reads the size of a JPEG behind metadata of any length', async () => {
    const jpeg = await encode(fourCorners(300, 200));
    const segment = (length: number) => bytes(0xff, 0xee, length >>> 8, length & 255, ...Array<number>(length - 2).fill(0));
    const segments = Array<BlobPart>(40).fill(segment(65_535));
    expect(await headerOf(jpeg.slice(0, 2), ...segments, jpeg.slice(2))).to.deep.equal([300, 200, true]);
    const endless = Array<BlobPart>(300).fill(segment(65_535));
    expect(await headerOf(jpeg.slice(0, 2), ...endless, jpeg.slice(2))).to.deep.equal([Infinity, Infinity, false]);
  });

  it('reads the size of WebP in its three forms', async () => {
    const riff = (kind: string, ...data: number[]) => bytes('RIFF', 0, 0, 0, 0, 'WEBP', kind, 0, 0, 0, 0, ...data);
    expect(await headerOf(riff('VP8 ', 0, 0, 0, 0x9d, 1, 0x2a, ...littleEndian(640, 2), ...littleEndian(480, 2)))).to.deep.equal([
      640,
      480,
      true,
    ]);
    const lossless = ((480 - 1) << 14) | (640 - 1);
    expect(await headerOf(riff('VP8L', 0x2f, ...littleEndian(lossless, 4)), padding)).to.deep.equal([640, 480, true]);
    const extended = (flags: number) => riff('VP8X', flags, 0, 0, 0, ...littleEndian(16_383, 3), ...littleEndian(479, 3));
    expect(await headerOf(extended(0))).to.deep.equal([16_384, 480, true]);
    // Its Exif data may rotate it.
    expect(await headerOf(extended(8))).to.deep.equal([16_384, 480, false]);
  });

  it('reads the size of GIF, also of a frame that is larger than its screen', async () => {
    const screen = (width: number, height: number, flags = 0) =>
      bytes('GIF89a', ...littleEndian(width, 2), ...littleEndian(height, 2), flags, 0, 0);
    const frame = (width: number, height: number) => bytes(0x2c, 0, 0, 0, 0, ...littleEndian(width, 2), ...littleEndian(height, 2), 0);
    const extension = bytes(0x21, 0xf9, 4, 1, 2, 3, 4, 0);
    expect(await headerOf(screen(20, 10), frame(20, 10), padding)).to.deep.equal([20, 10, true]);
    expect(await headerOf(screen(20, 10, 0x80), new Uint8Array(6), extension, frame(20, 10), padding)).to.deep.equal([20, 10, true]);
    expect(await headerOf(screen(1, 1), extension, frame(60_000, 50_000), padding)).to.deep.equal([60_000, 50_000, false]);
  });

  it('reads the size of BMP, top down and in its oldest form, too', async () => {
    const bmp = (headerSize: number, ...sizes: number[]) =>
      bytes('BM', ...Array<number>(12).fill(0), ...littleEndian(headerSize, 4), ...sizes);
    expect(await headerOf(bmp(40, ...littleEndian(70_000, 4), ...littleEndian(-500, 4)), padding)).to.deep.equal([70_000, 500, true]);
    expect(await headerOf(bmp(12, ...littleEndian(700, 2), ...littleEndian(500, 2)), padding)).to.deep.equal([700, 500, true]);
  });

  it('reads the largest size in AVIF and HEIC, which may be that of a tile', async () => {
    const ispe = (width: number, height: number) => bytes(...uint32(20), 'ispe', 0, 0, 0, 0, ...uint32(width), ...uint32(height));
    const file = [bytes(...uint32(12), 'ftypavif'), ispe(160, 120), ispe(4000, 3000), padding];
    expect(await headerOf(...file)).to.deep.equal([4000, 3000, false]);
  });

  it('does not trust the size of a PNG that has Exif data', async () => {
    const png = await blackPng(30, 20);
    expect(await headerOf(png.slice(0, 33), bytes(0, 0, 0, 0, 'eXIf', 0, 0, 0, 0), png.slice(33))).to.deep.equal([30, 20, false]);
  });

  it('is undefined for anything else, and never fails for a damaged file', async () => {
    expect(await headerOf('This is text, and no image, whatever its name says.')).to.equal(undefined);
    expect(await headerOf()).to.equal(undefined);
    const images = [
      await blackPng(30, 20),
      await encode(fourCorners(30, 20)),
      new Blob([bytes('GIF89a', 9, 0, 9, 0, 0x80)]),
      new Blob([bytes('RIFF', 0, 0, 0, 0, 'WEBPVP8X', 0, 0, 0, 0, 0, 0, 0, 0)]),
      new Blob([bytes('BM'), padding]),
      new Blob([bytes(...uint32(12), 'ftypheic', ...uint32(20), 'ispe')]),
    ];
    for (const image of images)
      for (let length = 0; length < Math.min(image.size, 80); length++) await readImageHeader(image.slice(0, length));
  });
});

describe('assertDecodable', () => {
  it('throws for an image of too many pixels', async () => {
    await assertDecodable(await blackPng(12_000, 9000));
    await assertDecodable(new Blob(['no image']));
    let thrown: unknown;
    try {
      await assertDecodable(await blackPng(20_000, 20_000));
    } catch (error) {
      thrown = error;
    }
    expect(thrown).to.be.instanceOf(RangeError);
    expect((thrown as Error).message).to.equal('The picture is too large to be shown or scaled. It has 20000 × 20000 pixels.');
  });
});
