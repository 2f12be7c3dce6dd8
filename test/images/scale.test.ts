/** Scaling of images. */
import { expect } from '@open-wc/testing';
import { readJpegHeader } from '../../src/images/jpeg-header.js';
import { scaleImage } from '../../src/images/scale.js';
import type { ScaleOptions } from '../../src/images/scale.js';
import { corners, encode, fourCorners, canvasCorners, orientedJpeg } from './pictures.js';

/** Decodes an image and draws it on a canvas. */
async function decode(blob: Blob): Promise<HTMLCanvasElement> {
  const bitmap = await createImageBitmap(blob);
  const canvas = Object.assign(document.createElement('canvas'), { width: bitmap.width, height: bitmap.height });
  canvas.getContext('2d')?.drawImage(bitmap, 0, 0);
  bitmap.close();
  return canvas;
}
const sizeOf = async (blob: Blob) => {
  const { width, height } = await decode(blob);
  return [width, height];
};
const header = async (blob: Blob) => readJpegHeader(new DataView(await blob.arrayBuffer()));

describe('scaleImage', () => {
  for (const [title, width, height, maxSize, expected] of [
    ['wide', 800, 400, 200, [200, 100]],
    ['high', 400, 800, 200, [100, 200]],
    ['very narrow', 1000, 2, 100, [100, 1]],
    ['smaller than the maximum', 80, 40, 200, [80, 40]],
  ] as const) {
    it(`keeps the aspect ratio: ${title}`, async () => {
      const blob = await encode(fourCorners(width, height));
      expect(await sizeOf(await scaleImage(blob, { maxSize }))).to.deep.equal(expected);
    });
  }

  it('keeps the content of the image', async () => {
    const scaled = await scaleImage(await encode(fourCorners(900, 600)), { maxSize: 90 });
    expect(canvasCorners(await decode(scaled))).to.deep.equal(corners);
  });

  for (const [sourceType, requestedType, type] of [
    ['image/jpeg', undefined, 'image/jpeg'],
    ['image/png', undefined, 'image/png'],
    ['image/webp', undefined, 'image/png'],
    ['image/png', 'image/jpeg', 'image/jpeg'],
  ] as const) {
    it(`encodes ${type} for ${sourceType} and ${requestedType ?? 'no requested type'}`, async () => {
      const scaled = await scaleImage(await encode(fourCorners(90, 60), sourceType), { maxSize: 30, type: requestedType });
      expect(scaled.type).to.equal(type);
      expect(await sizeOf(scaled)).to.deep.equal([30, 20]);
    });
  }

  it('encodes with the requested quality', async () => {
    const noisy = fourCorners(200, 200);
    const context = noisy.getContext('2d')!;
    for (let y = 0; y < 200; y += 2) for (let x = 0; x < 200; x += 2) context.fillRect(x, y, (x * y) % 2, (x ^ y) % 3);
    const blob = await encode(noisy);
    const [low, medium, high] = await Promise.all([5, undefined, 100].map((quality) => scaleImage(blob, { maxSize: 150, quality })));
    expect(low!.size).to.be.lessThan(medium!.size);
    expect(medium!.size).to.be.lessThan(high!.size);
  });

  it('fills transparent pixels of a JPEG with white', async () => {
    const transparent = Object.assign(document.createElement('canvas'), { width: 20, height: 20 });
    const canvas = await decode(await scaleImage(await encode(transparent, 'image/png'), { maxSize: 10, type: 'image/jpeg' }));
    expect([...canvas.getContext('2d')!.getImageData(5, 5, 1, 1).data]).to.deep.equal([255, 255, 255, 255]);
  });

  for (const orientation of [1, 3, 6, 8]) {
    it(`applies orientation ${orientation} and removes the Exif data`, async () => {
      const scaled = await scaleImage(await orientedJpeg(orientation, 300, 200), { maxSize: 60 });
      expect(await sizeOf(scaled)).to.deep.equal([60, 40]);
      expect(canvasCorners(await decode(scaled))).to.deep.equal(corners);
      expect((await header(scaled))?.exif).to.equal(undefined);
    });

    it(`keeps the Exif data on request, and stays upright with orientation ${orientation}`, async () => {
      for (const orient of [true, false]) {
        const scaled = await scaleImage(await orientedJpeg(orientation, 300, 200), { maxSize: 60, orient, includeExif: true });
        expect((await header(scaled))?.orientation).to.equal(orient ? 1 : orientation);
        expect(await sizeOf(scaled)).to.deep.equal([60, 40]);
        expect(canvasCorners(await decode(scaled))).to.deep.equal(corners);
      }
    });
  }

  it('removes the embedded thumbnail, which is not rotated', async () => {
    const thumbnail = await encode(fourCorners(120, 160));
    const photo = await orientedJpeg(6, 300, 200, thumbnail);
    expect((await header(photo))?.thumbnail).to.not.equal(undefined);
    const rotated = await scaleImage(photo, { maxSize: 60, includeExif: true });
    expect((await header(rotated))?.exif).to.not.equal(undefined);
    expect((await header(rotated))?.thumbnail).to.equal(undefined);
    const stored = await scaleImage(photo, { maxSize: 60, includeExif: true, orient: false });
    expect((await header(stored))?.thumbnail).to.not.equal(undefined);
  });

  it('draws with a custom resizer', async () => {
    const sizes: (readonly number[])[] = [];
    const blob = await encode(fourCorners(200, 100));
    const options: ScaleOptions = {
      maxSize: 50,
      customResizer: async ({ sourceCanvas, targetCanvas, width, height, blob: source }) => {
        await Promise.resolve();
        expect(source).to.equal(blob);
        sizes.push([sourceCanvas.width, sourceCanvas.height, targetCanvas.width, targetCanvas.height, width, height]);
        targetCanvas.getContext('2d')?.drawImage(sourceCanvas, 0, 0, width, height);
      },
    };
    const scaled = await scaleImage(blob, options);
    expect(sizes).to.deep.equal([[200, 100, 50, 25, 50, 25]]);
    expect(canvasCorners(await decode(scaled))).to.deep.equal(corners);
  });

  it('rejects a file that is not an image, and scales others', async () => {
    const failures = await Promise.allSettled(
      Array.from({ length: 5 }, () => scaleImage(new Blob(['no image'], { type: 'image/jpeg' }), { maxSize: 10 })),
    );
    for (const failure of failures) expect(failure).to.include({ status: 'rejected' });
    expect(await sizeOf(await scaleImage(await encode(fourCorners(20, 20)), { maxSize: 10 }))).to.deep.equal([10, 10]);
  });

  it('scales two images at a time', async () => {
    const real = window.createImageBitmap;
    let [open, maxOpen] = [0, 0];
    window.createImageBitmap = (async (...args: Parameters<typeof real>) => {
      maxOpen = Math.max(maxOpen, ++open);
      const bitmap = await real(...args);
      const close = bitmap.close.bind(bitmap);
      bitmap.close = () => {
        open--;
        close();
      };
      return bitmap;
    }) as typeof real;
    try {
      const blob = await encode(fourCorners(400, 400));
      await Promise.all(Array.from({ length: 30 }, () => scaleImage(blob, { maxSize: 40 })));
    } finally {
      window.createImageBitmap = real;
    }
    expect(open).to.equal(0);
    // Each has two bitmaps open: the source and the scaled one.
    expect(maxOpen).to.be.at.most(4);
  });

  it('rejects with the reason of the signal when it is aborted', async () => {
    const controller = new AbortController();
    const scaling = scaleImage(await encode(fourCorners(400, 400)), { maxSize: 40 }, controller.signal);
    controller.abort(new Error('cancelled'));
    expect(await scaling.catch((error: Error) => error.message)).to.equal('cancelled');
  });
});
