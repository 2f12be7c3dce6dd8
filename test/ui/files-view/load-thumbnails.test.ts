/** Thumbnails of real images in the file list, and placeholders for other files. */
import { expect, waitUntil } from '@open-wc/testing';
import type { FileSnapshot } from '../../../src/core/snapshot.js';
import { corners, encode, fourCorners, canvasCorners } from '../../images/pictures.js';
import { viewHost, file } from '../view-host.js';
import type { ViewHost } from '../view-host.js';

const drawnCanvases = (host: ViewHost) => host.all('[part=thumbnail] canvas.there') as HTMLCanvasElement[];
const placeholders = (host: ViewHost) => host.all('[part=thumbnail] svg');

describe('thumbnails in the file list', () => {
  let host: ViewHost;
  let image: Blob;
  const photo = (id: number, properties: Partial<FileSnapshot> = {}) =>
    file(id, { name: `${id}.png`, type: 'image/png', blob: image, status: 'upload successful', ...properties });
  before(async () => {
    image = await encode(fourCorners(200, 150), 'image/png');
  });
  beforeEach(async () => {
    host = await viewHost();
  });

  it('show the image of a file, and are hidden from screen readers', async () => {
    await host.show([photo(1)]);
    await waitUntil(() => drawnCanvases(host).length === 1);
    const [canvas] = drawnCanvases(host);
    expect(canvas && canvasCorners(canvas)).to.deep.equal(corners);
    expect(host.get('[part=thumbnail]').ariaHidden).to.equal('true');
    await expect(host).to.be.accessible();
  });

  it('are not drawn again for each progress update', async () => {
    await host.show([photo(1, { status: 'uploading' })], { active: 1, totalBytes: 1_000_000 });
    await waitUntil(() => drawnCanvases(host).length === 1);
    const [before] = drawnCanvases(host);
    for (let uploadedBytes = 0; uploadedBytes < 5; uploadedBytes++) await host.show([photo(1, { status: 'uploading', uploadedBytes })]);
    expect(drawnCanvases(host)).to.deep.equal([before]);
  });

  it('are drawn again when the uploader moves within the page', async () => {
    await host.show([photo(1)]);
    await waitUntil(() => drawnCanvases(host).length === 1);
    const newParent = document.body.appendChild(document.createElement('div'));
    newParent.append(host);
    await waitUntil(() => {
      const [canvas] = drawnCanvases(host);
      return canvas && canvasCorners(canvas).join() === corners.join();
    }, 'the thumbnail is drawn again');
    newParent.remove();
  });

  it('change when other files have the same ids', async () => {
    const reversed = [...corners].reverse();
    const otherImage = await encode(fourCorners(200, 150, reversed), 'image/png');
    await host.show([photo(1), photo(2, { blob: otherImage })]);
    await waitUntil(() => drawnCanvases(host).length === 2);
    await host.show([photo(1, { blob: otherImage }), photo(2)]);
    await waitUntil(() => drawnCanvases(host).length === 2);
    expect(drawnCanvases(host).map(canvasCorners)).to.deep.equal([reversed, corners]);
    await host.show([photo(1, { blob: new Blob(['not an image'], { type: 'image/png' }) }), photo(2)]);
    expect(drawnCanvases(host).map(canvasCorners)).to.deep.equal([corners]);
  });

  it('are icons for other files and for broken images', async () => {
    const broken = new Blob(['not an image'], { type: 'image/png' });
    await host.show([file(1, { blob: new Blob(['text'], { type: 'text/plain' }) }), photo(2, { blob: broken }), photo(3)]);
    await waitUntil(() => drawnCanvases(host).length === 1);
    expect(host.all('canvas')).to.have.length(2);
    expect(placeholders(host)).to.have.length(3);
  });

  it('are not drawn if they are disabled', async () => {
    await host.set({ noThumbnails: true });
    await host.show([photo(1)]);
    expect(host.all('canvas')).to.have.length(0);
    expect(placeholders(host)).to.have.length(1);
  });

  it('of 10,000 images are drawn only for the rows in view', async () => {
    const many = Array.from({ length: 10_000 }, (_, id) => photo(id));
    await host.show(many);
    await waitUntil(() => drawnCanvases(host).length > 5);
    const canvases = host.all('canvas').length;
    expect(canvases).to.be.below(60);
    host.get('[part=list]').scrollTop = 200_000;
    await waitUntil(() => host.all('[part=file]').every((row) => Number(row.dataset['index']) > 1000));
    await waitUntil(() => drawnCanvases(host).length === host.all('canvas').length);
    expect(host.all('canvas').length).to.be.below(60);
  });
});
