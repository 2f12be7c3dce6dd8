/** Decoding of images, SVGs and videos. */
import { expect } from '@open-wc/testing';
import { drawSquare, openPicture } from '../../src/images/picture.js';
import { corners, encode, fourCorners, canvasCorners, storedCorners, orientedJpeg, withExif } from './pictures.js';

const neverAborted = new AbortController().signal;

/** Draws a file on a canvas and returns the colours of its corners. */
async function drawnCorners(file: Blob, size = 64): Promise<string[]> {
  const picture = await openPicture(file, size, neverAborted);
  const canvas = document.createElement('canvas');
  drawSquare(canvas, picture, size);
  picture.close();
  expect([canvas.width, canvas.height]).to.deep.equal([size, size]);
  return canvasCorners(canvas);
}

async function rejection(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error('The promise did not reject.');
}

describe('openPicture', () => {
  for (const orientation of [1, 2, 3, 4, 5, 6, 7, 8]) {
    it(`draws the image upright, with orientation ${orientation}`, async () => {
      expect(await drawnCorners(await orientedJpeg(orientation, 300, 200))).to.deep.equal(corners);
    });

    it(`draws the embedded thumbnail upright, with orientation ${orientation}`, async () => {
      // The full image is white: the colours come from the thumbnail.
      const colours = storedCorners[orientation]?.map((corner) => corners[corner] ?? '') ?? [];
      const thumbnail = await encode(fourCorners(160, 120, colours));
      const full = await encode(fourCorners(400, 300, Array<string>(4).fill('#ffffff')));
      expect(await drawnCorners(await withExif(full, { orientation, thumbnail }))).to.deep.equal(corners);
    });
  }

  it('crops the black bars of a thumbnail of a wide image', async () => {
    const bars = fourCorners(160, 120, Array<string>(4).fill('#000000'));
    bars.getContext('2d')?.drawImage(fourCorners(160, 80), 0, 20);
    const wide = await encode(fourCorners(400, 200, Array<string>(4).fill('#ffffff')));
    const picture = await openPicture(await withExif(wide, { orientation: 1, thumbnail: await encode(bars) }), 64, neverAborted);
    expect([picture.width, picture.height]).to.deep.equal([160, 80]);
    expect(picture.crop).to.deep.equal({ x: 0, y: 20, width: 160, height: 80 });
    picture.close();
  });

  it('ignores a thumbnail that is too small or damaged', async () => {
    for (const thumbnail of [await encode(fourCorners(32, 24, Array<string>(4).fill('#ffffff'))), new Blob(['no picture'])]) {
      expect(await drawnCorners(await orientedJpeg(1, 300, 200, thumbnail))).to.deep.equal(corners);
    }
  });

  for (const type of ['image/png', 'image/webp']) {
    it(`decodes ${type}`, async () => {
      expect(await drawnCorners(await encode(fourCorners(200, 300), type))).to.deep.equal(corners);
    });
  }

  it('decodes an SVG without running its scripts', async () => {
    const squares = corners.map(
      (colour, corner) => `<rect x="${[0, 50, 50, 0][corner]}" y="${[0, 0, 50, 50][corner]}" width="50" height="50" fill="${colour}"/>`,
    );
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="100" height="100" onload="parent.name='owned'"><script>top.name='owned'</script>${squares.join('')}</svg>`;
    const name = window.name;
    expect(await drawnCorners(new Blob([svg], { type: 'image/svg+xml' }))).to.deep.equal(corners);
    expect(window.name).to.equal(name);
  });

  it('rejects an SVG that is so large that it would block the page', async () => {
    const large = new Blob(['<svg xmlns="http://www.w3.org/2000/svg"><!--', ' '.repeat(1_000_000), '--></svg>'], { type: 'image/svg+xml' });
    expect(await rejection(openPicture(large, 64, neverAborted))).to.be.instanceOf(RangeError);
  });

  it('decodes the first frame of a video', async function () {
    const canvas = fourCorners(160, 120);
    const stream = canvas.captureStream();
    // WebKit cannot record WebM, and on some machines no video at all.
    const type = ['video/webm', 'video/mp4'].find((mimeType) => MediaRecorder.isTypeSupported(mimeType));
    if (!type) this.skip();
    const recorder = new MediaRecorder(stream, { mimeType: type });
    const chunks: Blob[] = [];
    recorder.addEventListener('dataavailable', ({ data }) => chunks.push(data));
    const stopped = new Promise((resolve) => recorder.addEventListener('stop', resolve));
    const started = new Promise((resolve) => recorder.addEventListener('start', resolve));
    recorder.start();
    await started;
    // A canvas stream has frames only while the canvas is painted.
    const context = canvas.getContext('2d');
    for (let frame = 0; frame < 10; frame++) {
      context?.drawImage(fourCorners(160, 120), 0, 0);
      await new Promise(requestAnimationFrame);
    }
    recorder.stop();
    await stopped;
    for (const track of stream.getTracks()) track.stop();
    expect(await drawnCorners(new Blob(chunks, { type }))).to.deep.equal(corners);
  });

  for (const type of ['image/jpeg', 'image/png', 'image/svg+xml', 'video/mp4']) {
    it(`rejects a file that cannot be decoded: ${type}`, async () => {
      expect(await rejection(openPicture(new Blob(['This is text.'], { type }), 64, neverAborted))).to.be.instanceOf(Error);
    });
  }

  it('rejects with the reason of the signal when it is aborted', async () => {
    const reason = new Error('Out of view.');
    expect(await rejection(openPicture(await encode(fourCorners(10, 10)), 64, AbortSignal.abort(reason)))).to.equal(reason);
    for (const type of ['image/jpeg', 'image/png']) {
      const controller = new AbortController();
      const opening = openPicture(await encode(fourCorners(1000, 1000), type), 64, controller.signal);
      controller.abort(reason);
      expect(await rejection(opening)).to.equal(reason);
    }
  });
});
