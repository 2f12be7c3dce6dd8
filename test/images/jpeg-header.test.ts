/** Reading of JPEG headers, also of damaged and malicious ones. */
import { expect } from '@open-wc/testing';
import { headerBytes, readJpegHeader } from '../../src/images/jpeg-header.js';
import { encode, fourCorners, withExif } from './pictures.js';

const bytesOf = async (blob: Blob) => new Uint8Array(await blob.arrayBuffer());
const view = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

describe('readJpegHeader', () => {
  let plain: Blob;
  let thumbnail: Blob;
  before(async () => {
    plain = await encode(fourCorners(300, 200));
    thumbnail = await encode(fourCorners(160, 120));
  });

  it('reads the size of the stored image', async () => {
    const header = readJpegHeader(view(await bytesOf(plain)));
    expect(header).to.include({ width: 300, height: 200, orientation: 1, thumbnail: undefined });
  });

  for (const littleEndian of [true, false]) {
    it(`reads orientation and thumbnail, ${littleEndian ? 'little' : 'big'}-endian`, async () => {
      const file = await withExif(plain, { orientation: 6, thumbnail, littleEndian });
      const header = readJpegHeader(view(await bytesOf(file)));
      expect(header).to.include({ width: 300, height: 200, orientation: 6 });
      const { start = 0, end = 0 } = header?.thumbnail ?? {};
      expect(await bytesOf(file.slice(start, end))).to.deep.equal(await bytesOf(thumbnail));
    });
  }

  it('reads the position of the Exif segment', async () => {
    const file = await withExif(plain, { orientation: 3 });
    const { exif } = readJpegHeader(view(await bytesOf(file))) ?? {};
    const without = new Blob([file.slice(0, exif?.start), file.slice(exif?.end)]);
    expect(await bytesOf(without)).to.deep.equal(await bytesOf(plain));
  });

  it('returns undefined for a file that is not a JPEG', async () => {
    expect(readJpegHeader(view(new Uint8Array()))).to.equal(undefined);
    expect(readJpegHeader(view(await bytesOf(await encode(fourCorners(8, 8), 'image/png'))))).to.equal(undefined);
  });

  it('reads nothing outside of the bytes, wherever the file is truncated', async () => {
    const bytes = await bytesOf(await withExif(plain, { orientation: 8, thumbnail }));
    for (let length = 0; length < Math.min(bytes.length, headerBytes); length++) {
      const header = readJpegHeader(view(bytes.slice(0, length)));
      if (header?.thumbnail) expect(header.thumbnail.end).to.be.at.most(length);
    }
  });

  it('survives any wrong byte in the Exif segment', async () => {
    const valid = await bytesOf(await withExif(plain, { orientation: 8, thumbnail }));
    for (let offset = 2; offset < 80; offset++) {
      for (const wrong of [0, 1, 0x7f, 0xff]) {
        const bytes = valid.slice();
        bytes[offset] = wrong;
        const header = readJpegHeader(view(bytes));
        expect(header?.orientation ?? 1).to.be.within(1, 8);
        if (header?.thumbnail) expect(header.thumbnail.end).to.be.at.most(bytes.length);
      }
    }
  });
});
