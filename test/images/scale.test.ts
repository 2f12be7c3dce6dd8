/** Images made smaller. */
import { expect } from '@open-wc/testing';
import { readJpegHeader } from '../../src/images/jpeg-header.js';
import { scaleImage } from '../../src/images/scale.js';
import type { ScaleOptions } from '../../src/images/scale.js';
import { corners, encode, fourCorners, seenCorners, turnedJpeg } from './pictures.js';

/** An image as it is shown. */
async function shown(blob: Blob): Promise<HTMLCanvasElement> {
  const bitmap = await createImageBitmap(blob);
  const canvas = Object.assign(document.createElement('canvas'), { width: bitmap.width, height: bitmap.height });
  canvas.getContext('2d')?.drawImage(bitmap, 0, 0);
  bitmap.close();
  return canvas;
}
const sizeOf = async (blob: Blob) => {
  const { width, height } = await shown(blob);
  return [width, height];
};
const header = async (blob: Blob) => readJpegHeader(new DataView(await blob.arrayBuffer()));

describe('an image that is scaled', () => {
  for (const [what, width, height, maxSize, expected] of [
    ['wide', 800, 400, 200, [200, 100]],
    ['high', 400, 800, 200, [100, 200]],
    ['very narrow', 1000, 2, 100, [100, 1]],
    ['smaller already', 80, 40, 200, [80, 40]],
  ] as const) {
    it(`keeps its proportions: ${what}`, async () => {
      const blob = await encode(fourCorners(width, height));
      expect(await sizeOf(await scaleImage(blob, { maxSize }))).to.deep.equal(expected);
    });
  }

  it('shows the same as before', async () => {
    const scaled = await scaleImage(await encode(fourCorners(900, 600)), { maxSize: 90 });
    expect(seenCorners(await shown(scaled))).to.deep.equal(corners);
  });

  for (const [from, wanted, type] of [
    ['image/jpeg', undefined, 'image/jpeg'],
    ['image/png', undefined, 'image/png'],
    ['image/webp', undefined, 'image/png'],
    ['image/png', 'image/jpeg', 'image/jpeg'],
  ] as const) {
    it(`is ${type}: ${from} as ${wanted ?? 'usual'}`, async () => {
      const scaled = await scaleImage(await encode(fourCorners(90, 60), from), { maxSize: 30, type: wanted });
      expect(scaled.type).to.equal(type);
      expect(await sizeOf(scaled)).to.deep.equal([30, 20]);
    });
  }

  it('is as good as it shall be', async () => {
    const noisy = fourCorners(200, 200);
    const context = noisy.getContext('2d')!;
    for (let y = 0; y < 200; y += 2) for (let x = 0; x < 200; x += 2) context.fillRect(x, y, (x * y) % 2, (x ^ y) % 3);
    const blob = await encode(noisy);
    const [bad, usual, good] = await Promise.all([5, undefined, 100].map((quality) => scaleImage(blob, { maxSize: 150, quality })));
    expect(bad!.size).to.be.lessThan(usual!.size);
    expect(usual!.size).to.be.lessThan(good!.size);
  });

  it('is white in a JPEG where it was transparent', async () => {
    const clear = Object.assign(document.createElement('canvas'), { width: 20, height: 20 });
    const canvas = await shown(await scaleImage(await encode(clear, 'image/png'), { maxSize: 10, type: 'image/jpeg' }));
    expect([...canvas.getContext('2d')!.getImageData(5, 5, 1, 1).data]).to.deep.equal([255, 255, 255, 255]);
  });

  for (const orientation of [1, 3, 6, 8]) {
    it(`is turned the way it is seen (${orientation}), and says nothing of the camera`, async () => {
      const scaled = await scaleImage(await turnedJpeg(orientation, 300, 200), { maxSize: 60 });
      expect(await sizeOf(scaled)).to.deep.equal([60, 40]);
      expect(seenCorners(await shown(scaled))).to.deep.equal(corners);
      expect((await header(scaled))?.exif).to.equal(undefined);
    });

    it(`keeps what the camera says where that is asked for, and is seen upright (${orientation})`, async () => {
      for (const orient of [true, false]) {
        const scaled = await scaleImage(await turnedJpeg(orientation, 300, 200), { maxSize: 60, orient, includeExif: true });
        expect((await header(scaled))?.orientation).to.equal(orient ? 1 : orientation);
        expect(await sizeOf(scaled)).to.deep.equal([60, 40]);
        expect(seenCorners(await shown(scaled))).to.deep.equal(corners);
      }
    });
  }

  it('leaves behind the camera’s own small picture, which is not turned', async () => {
    const small = await encode(fourCorners(120, 160));
    const photo = await turnedJpeg(6, 300, 200, small);
    expect((await header(photo))?.thumbnail).to.not.equal(undefined);
    const turned = await scaleImage(photo, { maxSize: 60, includeExif: true });
    expect((await header(turned))?.exif).to.not.equal(undefined);
    expect((await header(turned))?.thumbnail).to.equal(undefined);
    const stored = await scaleImage(photo, { maxSize: 60, includeExif: true, orient: false });
    expect((await header(stored))?.thumbnail).to.not.equal(undefined);
  });

  it('can be drawn by the page', async () => {
    const asked: (readonly number[])[] = [];
    const blob = await encode(fourCorners(200, 100));
    const options: ScaleOptions = {
      maxSize: 50,
      customResizer: async ({ sourceCanvas, targetCanvas, width, height, blob: given }) => {
        await Promise.resolve();
        expect(given).to.equal(blob);
        asked.push([sourceCanvas.width, sourceCanvas.height, targetCanvas.width, targetCanvas.height, width, height]);
        targetCanvas.getContext('2d')?.drawImage(sourceCanvas, 0, 0, width, height);
      },
    };
    const scaled = await scaleImage(blob, options);
    expect(asked).to.deep.equal([[200, 100, 50, 25, 50, 25]]);
    expect(seenCorners(await shown(scaled))).to.deep.equal(corners);
  });

  it('fails where it is no image, and others go on', async () => {
    const failures = await Promise.allSettled(
      Array.from({ length: 5 }, () => scaleImage(new Blob(['no image'], { type: 'image/jpeg' }), { maxSize: 10 })),
    );
    for (const failure of failures) expect(failure).to.include({ status: 'rejected' });
    expect(await sizeOf(await scaleImage(await encode(fourCorners(20, 20)), { maxSize: 10 }))).to.deep.equal([10, 10]);
  });

  it('is one of two at a time', async () => {
    const real = window.createImageBitmap;
    let [open, most] = [0, 0];
    window.createImageBitmap = (async (...args: Parameters<typeof real>) => {
      most = Math.max(most, ++open);
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
    // Each has itself and its smaller self open.
    expect(most).to.be.at.most(4);
  });

  it('is given up', async () => {
    const attempt = new AbortController();
    const scaling = scaleImage(await encode(fourCorners(400, 400)), { maxSize: 40 }, attempt.signal);
    attempt.abort(new Error('cancelled'));
    expect(await scaling.catch((error: Error) => error.message)).to.equal('cancelled');
  });
});
