/** Thumbnails for what is in view, a few at a time. */
import { expect, waitUntil } from '@open-wc/testing';
import { Thumbnails } from '../../src/images/thumbnails.js';
import { corners, encode, fourCorners, seenCorners } from './pictures.js';

const real = window.createImageBitmap.bind(window) as (...args: unknown[]) => Promise<ImageBitmap>;

describe('thumbnails', () => {
  let thumbnails: Thumbnails;
  let calls = 0;
  let running = 0;
  let most = 0;

  beforeEach(() => {
    thumbnails = new Thumbnails();
    calls = running = most = 0;
    // The real one, counted.
    window.createImageBitmap = async (...args: unknown[]) => {
      calls++;
      most = Math.max(most, ++running);
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
  const there = ({ canvas }: { canvas: HTMLCanvasElement }) => canvas.classList.contains('there');

  it('are drawn two at a time, the first in view first', async () => {
    const wanted = await Promise.all(Array.from({ length: 8 }, picture));
    const order: number[] = [];
    wanted.forEach(({ canvas }, index) => new MutationObserver(() => order.push(index)).observe(canvas, { attributeFilter: ['class'] }));
    thumbnails.show(wanted);
    await waitUntil(() => order.length === 8);
    expect(most).to.equal(2);
    expect(order.indexOf(0)).to.be.below(2);
    expect(order.indexOf(7)).to.be.above(5);
    for (const { canvas } of wanted) expect(seenCorners(canvas)).to.deep.equal(corners);
  });

  it('are not drawn for what has gone out of view', async () => {
    const wanted = await Promise.all(Array.from({ length: 6 }, picture));
    thumbnails.show(wanted);
    const last = wanted.slice(5);
    thumbnails.show(last);
    await waitUntil(() => last.every(there));
    expect(wanted.slice(0, 5).some(there)).to.equal(false);
    expect(calls).to.be.at.most(3);
  });

  it('are drawn again from memory when they come back into view', async () => {
    const [first] = await Promise.all([picture()]);
    thumbnails.show([first]);
    await waitUntil(() => there(first));
    thumbnails.show([]);
    const again = { blob: first.blob, canvas: document.createElement('canvas') };
    thumbnails.show([again]);
    expect(there(again)).to.equal(true);
    expect(calls).to.equal(1);
  });

  it('are decoded again after the memory was given back', async () => {
    const first = await picture();
    thumbnails.show([first]);
    await waitUntil(() => there(first));
    thumbnails.clear();
    const again = { blob: first.blob, canvas: document.createElement('canvas') };
    thumbnails.show([again]);
    expect(there(again)).to.equal(false);
    await waitUntil(() => there(again));
    expect(calls).to.equal(2);
  });

  it('are tried once for a file that is no picture, and hold up no other', async () => {
    const broken = { blob: new Blob(['text'], { type: 'image/png' }), canvas: document.createElement('canvas') };
    const good = await picture();
    for (let time = 0; time < 3; time++) {
      thumbnails.show([broken, good]);
      await waitUntil(() => there(good) && running === 0);
    }
    expect(there(broken)).to.equal(false);
    expect(calls).to.equal(2);
  });

  it('have as many pixels as the screen has there', async () => {
    const { blob, canvas } = await picture();
    canvas.setAttribute('class', 'sized');
    const sheet = new CSSStyleSheet();
    sheet.replaceSync('.sized { inline-size: 50px; block-size: 50px; }');
    document.adoptedStyleSheets.push(sheet);
    document.body.append(canvas);
    thumbnails.show([{ blob, canvas }]);
    await waitUntil(() => there({ canvas }));
    expect(canvas.width).to.equal(Math.ceil(50 * devicePixelRatio));
    canvas.remove();
    document.adoptedStyleSheets.pop();
  });
});
