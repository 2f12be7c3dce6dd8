import { expect } from '@open-wc/testing';
import { exifSegment, withExif as addSegment, withoutExif } from '../../src/images/exif.js';
import { headerBytes, readJpegHeader } from '../../src/images/jpeg-header.js';
import { encode, fourCorners, withExif } from './pictures.js';

const bytesOf = async (blob: Blob) => new Uint8Array(await blob.arrayBuffer());
const headerOf = async (blob: Blob) => readJpegHeader(new DataView(await blob.slice(0, headerBytes).arrayBuffer()));

describe('exifSegment', () => {
  let plain: Blob;
  let thumbnail: Blob;
  before(async () => {
    plain = await encode(fourCorners(60, 40));
    thumbnail = await encode(fourCorners(16, 12));
  });

  it('is undefined where the image has none', async () => {
    expect(await exifSegment(plain, false)).to.equal(undefined);
    expect(await exifSegment(await encode(fourCorners(8, 8), 'image/png'), false)).to.equal(undefined);
  });

  for (const littleEndian of [true, false]) {
    it(`moves to another image as it is, ${littleEndian ? 'little' : 'big'}-endian`, async () => {
      const photo = await withExif(plain, { orientation: 6, thumbnail, littleEndian });
      const segment = await exifSegment(photo, false);
      if (!segment) throw new Error('There is no segment.');
      expect(await bytesOf(await addSegment(plain, segment))).to.deep.equal(await bytesOf(photo));
    });

    it(`gets orientation 1 and no thumbnail for an image that was rotated, ${littleEndian ? 'little' : 'big'}-endian`, async () => {
      const segment = await exifSegment(await withExif(plain, { orientation: 6, thumbnail, littleEndian }), true);
      if (!segment) throw new Error('There is no segment.');
      expect(await headerOf(await addSegment(plain, segment))).to.include({ width: 60, height: 40, orientation: 1, thumbnail: undefined });
    });
  }

  it('is undefined where the file ends within it', async () => {
    const photo = await withExif(plain, { orientation: 6, thumbnail });
    expect(await exifSegment(photo.slice(0, 40), true)).to.equal(undefined);
  });
});

describe('withoutExif', () => {
  it('removes the segment, and leaves the image as it was', async () => {
    const plain = await encode(fourCorners(60, 40));
    const stripped = await withoutExif(await withExif(plain, { orientation: 3 }));
    expect(await bytesOf(stripped)).to.deep.equal(await bytesOf(plain));
    expect(stripped.type).to.equal('image/jpeg');
    expect(await bytesOf(await withoutExif(plain))).to.deep.equal(await bytesOf(plain));
  });
});
