/** Thumbnails for the rows in view. */
import { expect, waitUntil } from '@open-wc/testing';
import { Thumbnails } from '../../src/images/thumbnails.js';
import { corners, encode, fourCorners, canvasCorners } from './pictures.js';

const real = window.createImageBitmap.bind(window) as (...args: unknown[]) => Promise<ImageBitmap>;

describe('Thumbnails', () => {
  let thumbnails: Thumbnails;
  let calls = 0;
  let running = 0;
  let maxRunning = 0;

  beforeEach(() => {
    thumbnails = new Thumbnails();
    calls = running = maxRunning = 0;
    // Counts the calls of the real function.
    window.createImageBitmap = async (...args: unknown[]) => {
      calls++;
      maxRunning = Math.max(maxRunning, ++running);
      try {
        return await real(...args);
      } finally {
        running--;
      }
    };
  });
  afterEach(() => {
    thumbnails.clear();
    window.createImageBitmap = real;
  });

  const picture = async () => ({ blob: await encode(fourCorners(400, 300), 'image/png'), canvas: document.createElement('canvas') });
  const isDrawn = ({ canvas }: { canvas: HTMLCanvasElement }) => canvas.classList.contains('there');

  it('decodes two files at a time, in the order of the rows', async () => {
    const requests = await Promise.all(Array.from({ length: 8 }, picture));
    const order: number[] = [];
    requests.forEach(({ canvas }, index) => new MutationObserver(() => order.push(index)).observe(canvas, { attributeFilter: ['class'] }));
    thumbnails.show(requests);
    await waitUntil(() => order.length === 8);
    expect(maxRunning).to.equal(2);
    expect(order.indexOf(0)).to.be.below(2);
    expect(order.indexOf(7)).to.be.above(5);
    for (const { canvas } of requests) expect(canvasCorners(canvas)).to.deep.equal(corners);
  });

  it('does not decode files that are out of view', async () => {
    const requests = await Promise.all(Array.from({ length: 6 }, picture));
    thumbnails.show(requests);
    const last = requests.slice(5);
    thumbnails.show(last);
    await waitUntil(() => last.every(isDrawn));
    expect(requests.slice(0, 5).some(isDrawn)).to.equal(false);
    expect(calls).to.be.at.most(3);
  });

  it('draws from the cache when a row comes back into view', async () => {
    const [first] = await Promise.all([picture()]);
    thumbnails.show([first]);
    await waitUntil(() => isDrawn(first));
    thumbnails.show([]);
    const again = { blob: first.blob, canvas: document.createElement('canvas') };
    thumbnails.show([again]);
    expect(isDrawn(again)).to.equal(true);
    expect(calls).to.equal(1);
  });

  it('decodes again after the cache was cleared', async () => {
    const first = await picture();
    thumbnails.show([first]);
    await waitUntil(() => isDrawn(first));
    thumbnails.clear();
    const again = { blob: first.blob, canvas: document.createElement('canvas') };
    thumbnails.show([again]);
    expect(isDrawn(again)).to.equal(false);
    await waitUntil(() => isDrawn(again));
    expect(calls).to.equal(2);
  });

  it('tries a file that cannot be decoded once, and draws the others', async () => {
    const broken = { blob: new Blob(['text'], { type: 'image/png' }), canvas: document.createElement('canvas') };
    const good = await picture();
    for (let time = 0; time < 3; time++) {
      thumbnails.show([broken, good]);
      await waitUntil(() => isDrawn(good) && running === 0);
    }
    expect(isDrawn(broken)).to.equal(false);
    expect(calls).to.equal(2);
  });

  it('draws as many pixels as the canvas has on the screen', async () => {
    const { blob, canvas } = await picture();
    canvas.setAttribute('class', 'sized');
    const sheet = new CSSStyleSheet();
    sheet.replaceSync('.sized { inline-size: 50px; block-size: 50px; }');
    document.adoptedStyleSheets.push(sheet);
    document.body.append(canvas);
    thumbnails.show([{ blob, canvas }]);
    await waitUntil(() => isDrawn({ canvas }));
    expect(canvas.width).to.equal(Math.ceil(50 * devicePixelRatio));
    canvas.remove();
    document.adoptedStyleSheets.pop();
  });
});
