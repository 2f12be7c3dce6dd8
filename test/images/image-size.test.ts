/** The size of images, for the limits on it. */
import { expect } from '@open-wc/testing';
import { drawThumbnail } from '../../src/images/draw-thumbnail.js';
import { imageSize } from '../../src/images/image-size.js';
import { openPicture } from '../../src/images/picture.js';
import { scaleImage } from '../../src/images/scale.js';
import { blackPng, encode, fourCorners, orientedJpeg } from './pictures.js';

/** Counts the images that are decoded, and the most that were decoded at the same time. */
async function decodings(act: () => Promise<unknown>): Promise<{ count: number; most: number }> {
  const createImageBitmap: (image: ImageBitmapSource) => Promise<ImageBitmap> = window.createImageBitmap;
  const counts = { count: 0, most: 0 };
  let running = 0;
  window.createImageBitmap = async (image: ImageBitmapSource) => {
    counts.count++;
    counts.most = Math.max(counts.most, ++running);
    try {
      return await createImageBitmap.call(window, image);
    } finally {
      running--;
    }
  };
  try {
    await act();
  } finally {
    window.createImageBitmap = createImageBitmap;
  }
  return counts;
}

/** A PNG whose header does not tell whether it is rotated. */
async function undecidedPng(): Promise<Blob> {
  const png = await blackPng(30, 20);
  const chunk = new Uint8Array([0, 0, 0, 0, 0x65, 0x58, 0x49, 0x66, 0, 0, 0, 0]);
  return new Blob([png.slice(0, -12), chunk, png.slice(-12)], { type: 'image/png' });
}

describe('imageSize', () => {
  it('does not decode an image whose header tells its size', async () => {
    const images = await Promise.all(['image/png', 'image/jpeg', 'image/webp'].map((type) => encode(fourCorners(30, 20), type)));
    images.push(await orientedJpeg(6, 30, 20));
    const { count } = await decodings(async () => {
      for (const image of images) expect(await imageSize(image)).to.include({ width: 30, height: 20 });
    });
    expect(count).to.equal(0);
  });

  it('decodes two at a time of those whose header does not', async () => {
    const image = await undecidedPng();
    const { count, most } = await decodings(async () => {
      const sizes = await Promise.all(Array.from({ length: 129 }, () => imageSize(image)));
      for (const size of sizes) expect(size).to.deep.equal({ width: 30, height: 20 });
    });
    expect(count).to.equal(129);
    expect(most).to.equal(2);
  });

  it('never decodes an image of too many pixels', async () => {
    const large = await blackPng(20_000, 20_000);
    const chunk = new Uint8Array([0, 0, 0, 0, 0x65, 0x58, 0x49, 0x66, 0, 0, 0, 0]);
    const undecided = new Blob([large.slice(0, 33), chunk, large.slice(33)]);
    const { count } = await decodings(async () => {
      for (const image of [large, undecided]) expect(await imageSize(image)).to.include({ width: 20_000, height: 20_000 });
    });
    expect(count).to.equal(0);
  });

  it('nor is it decoded for thumbnails and scaling, which reject at once', async () => {
    const large = await blackPng(20_000, 20_000);
    const { signal } = new AbortController();
    const start = performance.now();
    const { count } = await decodings(async () => {
      const attempts = await Promise.allSettled([
        openPicture(large, 64, signal),
        drawThumbnail(document.createElement('canvas'), large, 64),
        drawThumbnail(document.createElement('img'), large),
        scaleImage(large, { maxSize: 64 }),
      ]);
      for (const attempt of attempts) {
        expect(attempt.status).to.equal('rejected');
        expect((attempt as PromiseRejectedResult).reason).to.be.instanceOf(RangeError);
      }
    });
    expect(count).to.equal(0);
    expect(performance.now() - start).to.be.lessThan(2000);
  });

  it('is undefined for what is no image', async () => {
    expect(await imageSize(new Blob(['This is text.'], { type: 'image/png' }))).to.equal(undefined);
    const { count } = await decodings(async () => expect(await imageSize(await undecidedPng(), false)).to.equal(undefined));
    expect(count).to.equal(0);
  });
});
