/** Pictures out of real files: upright, without bars, from images, drawings and videos. */
import { expect } from '@open-wc/testing';
import { drawSquare, openPicture } from '../../src/images/picture.js';
import { corners, encode, fourCorners, seenCorners, storedCorners, turnedJpeg, withExif } from './pictures.js';

const never = new AbortController().signal;

/** What a person would see of a file. */
async function seen(file: Blob, size = 64): Promise<string[]> {
  const picture = await openPicture(file, size, never);
  const canvas = document.createElement('canvas');
  drawSquare(canvas, picture, size);
  picture.close();
  expect([canvas.width, canvas.height]).to.deep.equal([size, size]);
  return seenCorners(canvas);
}

async function failure(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error('It did not fail.');
}

describe('a picture', () => {
  for (const orientation of [1, 2, 3, 4, 5, 6, 7, 8]) {
    it(`is upright, with orientation ${orientation}`, async () => {
      expect(await seen(await turnedJpeg(orientation, 300, 200))).to.deep.equal(corners);
    });

    it(`is upright out of the small picture, too, with orientation ${orientation}`, async () => {
      // The large picture is white: what is seen comes from the small one.
      const colours = storedCorners[orientation]?.map((corner) => corners[corner] ?? '') ?? [];
      const small = await encode(fourCorners(160, 120, colours));
      const large = await encode(fourCorners(400, 300, Array<string>(4).fill('#ffffff')));
      expect(await seen(await withExif(large, { orientation, thumbnail: small }))).to.deep.equal(corners);
    });
  }

  it('leaves out the bars that fill up the small picture of a wide one', async () => {
    const bars = fourCorners(160, 120, Array<string>(4).fill('#000000'));
    bars.getContext('2d')?.drawImage(fourCorners(160, 80), 0, 20);
    const wide = await encode(fourCorners(400, 200, Array<string>(4).fill('#ffffff')));
    const picture = await openPicture(await withExif(wide, { orientation: 1, thumbnail: await encode(bars) }), 64, never);
    expect([picture.width, picture.height]).to.deep.equal([160, 80]);
    expect(picture.crop).to.deep.equal({ x: 0, y: 20, width: 160, height: 80 });
    picture.close();
  });

  it('does not use a small picture that is too small or broken', async () => {
    for (const thumbnail of [await encode(fourCorners(32, 24, Array<string>(4).fill('#ffffff'))), new Blob(['no picture'])]) {
      expect(await seen(await turnedJpeg(1, 300, 200, thumbnail))).to.deep.equal(corners);
    }
  });

  for (const type of ['image/png', 'image/webp']) {
    it(`comes out of ${type}`, async () => {
      expect(await seen(await encode(fourCorners(200, 300), type))).to.deep.equal(corners);
    });
  }

  it('comes out of an SVG, which can do nothing here', async () => {
    const squares = corners.map(
      (colour, corner) => `<rect x="${[0, 50, 50, 0][corner]}" y="${[0, 0, 50, 50][corner]}" width="50" height="50" fill="${colour}"/>`,
    );
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="100" height="100" onload="parent.name='owned'"><script>top.name='owned'</script>${squares.join('')}</svg>`;
    const name = window.name;
    expect(await seen(new Blob([svg], { type: 'image/svg+xml' }))).to.deep.equal(corners);
    expect(window.name).to.equal(name);
  });

  it('is not made of an SVG that is so large that it would hold up the page', async () => {
    const large = new Blob(['<svg xmlns="http://www.w3.org/2000/svg"><!--', ' '.repeat(1_000_000), '--></svg>'], { type: 'image/svg+xml' });
    expect(await failure(openPicture(large, 64, never))).to.be.instanceOf(RangeError);
  });

  it('is the first frame of a video', async function () {
    const canvas = fourCorners(160, 120);
    const stream = canvas.captureStream();
    // WebKit records no WebM, and on some machines nothing.
    const type = ['video/webm', 'video/mp4'].find((one) => MediaRecorder.isTypeSupported(one));
    if (!type) this.skip();
    const recorder = new MediaRecorder(stream, { mimeType: type });
    const chunks: Blob[] = [];
    recorder.addEventListener('dataavailable', ({ data }) => chunks.push(data));
    const stopped = new Promise((resolve) => recorder.addEventListener('stop', resolve));
    const started = new Promise((resolve) => recorder.addEventListener('start', resolve));
    recorder.start();
    await started;
    // A stream has frames only while something is painted.
    const context = canvas.getContext('2d');
    for (let frame = 0; frame < 10; frame++) {
      context?.drawImage(fourCorners(160, 120), 0, 0);
      await new Promise(requestAnimationFrame);
    }
    recorder.stop();
    await stopped;
    for (const track of stream.getTracks()) track.stop();
    expect(await seen(new Blob(chunks, { type }))).to.deep.equal(corners);
  });

  for (const type of ['image/jpeg', 'image/png', 'image/svg+xml', 'video/mp4']) {
    it(`is refused where there is none: ${type}`, async () => {
      expect(await failure(openPicture(new Blob(['This is text.'], { type }), 64, never))).to.be.instanceOf(Error);
    });
  }

  it('is given up', async () => {
    const reason = new Error('Out of view.');
    expect(await failure(openPicture(await encode(fourCorners(10, 10)), 64, AbortSignal.abort(reason)))).to.equal(reason);
    for (const type of ['image/jpeg', 'image/png']) {
      const abort = new AbortController();
      const opening = openPicture(await encode(fourCorners(1000, 1000), type), 64, abort.signal);
      abort.abort(reason);
      expect(await failure(opening)).to.equal(reason);
    }
  });
});
