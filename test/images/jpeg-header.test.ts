/** What is read at the beginning of a JPEG, and that nothing can lead it astray. */
import { expect } from '@open-wc/testing';
import { headerBytes, readJpegHeader } from '../../src/images/jpeg-header.js';
import { encode, fourCorners, withExif } from './pictures.js';

const bytesOf = async (blob: Blob) => new Uint8Array(await blob.arrayBuffer());
const view = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

describe('the header of a JPEG', () => {
  let plain: Blob;
  let small: Blob;
  before(async () => {
    plain = await encode(fourCorners(300, 200));
    small = await encode(fourCorners(160, 120));
  });

  it('tells the size as stored', async () => {
    const header = readJpegHeader(view(await bytesOf(plain)));
    expect(header).to.include({ width: 300, height: 200, orientation: 1, thumbnail: undefined });
  });

  for (const little of [true, false]) {
    it(`tells orientation and small picture, ${little ? 'little' : 'big'} end first`, async () => {
      const file = await withExif(plain, { orientation: 6, thumbnail: small, little });
      const header = readJpegHeader(view(await bytesOf(file)));
      expect(header).to.include({ width: 300, height: 200, orientation: 6 });
      const { start = 0, end = 0 } = header?.thumbnail ?? {};
      expect(await bytesOf(file.slice(start, end))).to.deep.equal(await bytesOf(small));
    });
  }

  it('tells where the Exif segment is, so that it can be kept', async () => {
    const file = await withExif(plain, { orientation: 3 });
    const { exif } = readJpegHeader(view(await bytesOf(file))) ?? {};
    const without = new Blob([file.slice(0, exif?.start), file.slice(exif?.end)]);
    expect(await bytesOf(without)).to.deep.equal(await bytesOf(plain));
  });

  it('knows what is no JPEG', async () => {
    expect(readJpegHeader(view(new Uint8Array()))).to.equal(undefined);
    expect(readJpegHeader(view(await bytesOf(await encode(fourCorners(8, 8), 'image/png'))))).to.equal(undefined);
  });

  it('reads nothing outside of what it was given, wherever the file is cut off', async () => {
    const bytes = await bytesOf(await withExif(plain, { orientation: 8, thumbnail: small }));
    for (let length = 0; length < Math.min(bytes.length, headerBytes); length++) {
      const header = readJpegHeader(view(bytes.slice(0, length)));
      if (header?.thumbnail) expect(header.thumbnail.end).to.be.at.most(length);
    }
  });

  it('survives any lie in the Exif segment', async () => {
    const honest = await bytesOf(await withExif(plain, { orientation: 8, thumbnail: small }));
    for (let at = 2; at < 80; at++) {
      for (const lie of [0, 1, 0x7f, 0xff]) {
        const bytes = honest.slice();
        bytes[at] = lie;
        const header = readJpegHeader(view(bytes));
        expect(header?.orientation ?? 1).to.be.within(1, 8);
        if (header?.thumbnail) expect(header.thumbnail.end).to.be.at.most(bytes.length);
      }
    }
  });
});
