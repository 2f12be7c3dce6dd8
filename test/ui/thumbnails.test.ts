/** Thumbnails in the list: of real pictures, only where they belong, and the placeholder everywhere else. */
import { expect, waitUntil } from '@open-wc/testing';
import type { FileSnapshot } from '../../src/core/snapshot.js';
import { corners, encode, fourCorners, canvasCorners } from '../images/pictures.js';
import { viewHost, file } from './view-host.js';
import type { ViewHost } from './view-host.js';

const drawn = (host: ViewHost) => host.all('[part=thumbnail] canvas.there') as HTMLCanvasElement[];
const placeholders = (host: ViewHost) => host.all('[part=thumbnail] svg');

describe('thumbnails in the list', () => {
  let host: ViewHost;
  let picture: Blob;
  const photo = (id: number, more: Partial<FileSnapshot> = {}) =>
    file(id, { name: `${id}.png`, type: 'image/png', blob: picture, status: 'upload successful', ...more });
  before(async () => {
    picture = await encode(fourCorners(200, 150), 'image/png');
  });
  beforeEach(async () => {
    host = await viewHost();
  });

  it('show the picture in a file, and say nothing to a screen reader', async () => {
    await host.show([photo(1)]);
    await waitUntil(() => drawn(host).length === 1);
    const [canvas] = drawn(host);
    expect(canvas && canvasCorners(canvas)).to.deep.equal(corners);
    expect(host.get('[part=thumbnail]').ariaHidden).to.equal('true');
    await expect(host).to.be.accessible();
  });

  it('stay while progress is drawn over and over', async () => {
    await host.show([photo(1, { status: 'uploading' })], { active: 1, totalBytes: 1_000_000 });
    await waitUntil(() => drawn(host).length === 1);
    const [before] = drawn(host);
    for (let uploadedBytes = 0; uploadedBytes < 5; uploadedBytes++) await host.show([photo(1, { status: 'uploading', uploadedBytes })]);
    expect(drawn(host)).to.deep.equal([before]);
  });

  it('are there again when the uploader is moved to another place in the page', async () => {
    await host.show([photo(1)]);
    await waitUntil(() => drawn(host).length === 1);
    const elsewhere = document.body.appendChild(document.createElement('div'));
    elsewhere.append(host);
    await waitUntil(() => {
      const [canvas] = drawn(host);
      return canvas && canvasCorners(canvas).join() === corners.join();
    }, 'the picture is drawn again');
    elsewhere.remove();
  });

  it('are those of the files that have taken the place of others, ids and all', async () => {
    const turned = [...corners].reverse();
    const other = await encode(fourCorners(200, 150, turned), 'image/png');
    await host.show([photo(1), photo(2, { blob: other })]);
    await waitUntil(() => drawn(host).length === 2);
    await host.show([photo(1, { blob: other }), photo(2)]);
    await waitUntil(() => drawn(host).length === 2);
    expect(drawn(host).map(canvasCorners)).to.deep.equal([turned, corners]);
    await host.show([photo(1, { blob: new Blob(['no picture'], { type: 'image/png' }) }), photo(2)]);
    expect(drawn(host).map(canvasCorners)).to.deep.equal([corners]);
  });

  it('are an icon for what is no picture, and for a picture that cannot be shown', async () => {
    const broken = new Blob(['no picture'], { type: 'image/png' });
    await host.show([file(1, { blob: new Blob(['text'], { type: 'text/plain' }) }), photo(2, { blob: broken }), photo(3)]);
    await waitUntil(() => drawn(host).length === 1);
    expect(host.all('canvas')).to.have.length(2);
    expect(placeholders(host)).to.have.length(3);
  });

  it('are not drawn where nobody wants them', async () => {
    await host.set({ noThumbnails: true });
    await host.show([photo(1)]);
    expect(host.all('canvas')).to.have.length(0);
    expect(placeholders(host)).to.have.length(1);
  });

  it('of ten thousand pictures are drawn for the rows in view, and for others when those come into view', async () => {
    const many = Array.from({ length: 10_000 }, (_, id) => photo(id));
    await host.show(many);
    await waitUntil(() => drawn(host).length > 5);
    const canvases = host.all('canvas').length;
    expect(canvases).to.be.below(60);
    host.get('[part=list]').scrollTop = 200_000;
    await waitUntil(() => host.all('[part=file]').every((row) => Number(row.dataset['index']) > 1000));
    await waitUntil(() => drawn(host).length === host.all('canvas').length);
    expect(host.all('canvas').length).to.be.below(60);
  });
});
