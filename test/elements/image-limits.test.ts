/** Limits on the width and height of images. */
import { expect } from '@open-wc/testing';
import { cleanUp, makeFile, next, putTraditional } from './page.js';

describe('image limits', () => {
  afterEach(cleanUp);

  it('reject images that are too small or too large', async () => {
    const draw = (width: number, height: number) => {
      const canvas = Object.assign(document.createElement('canvas'), { width, height });
      return new Promise<File>((resolve) =>
        canvas.toBlob((blob) => resolve(new File([blob ?? ''], `${width}x${height}.png`, { type: 'image/png' }))),
      );
    };
    const element = putTraditional({
      'image-min-width': 20,
      'image-max-width': 40,
      'image-min-height': 20,
      'image-max-height': 40,
      'manual-upload': true,
    });
    const sizes = [
      [30, 30],
      [20, 40],
      [19, 30],
      [41, 30],
      [30, 19],
      [30, 41],
    ] as const;
    const files = [
      ...(await Promise.all(sizes.map(([width, height]) => draw(width, height)))),
      makeFile('broken.png', 99, { type: 'image/png' }),
      makeFile('a.txt', 9),
    ];
    element.addFiles(files);
    await next(element, 'statusChange', () => element.getUploads({ status: 'submitting' }).length === 0);
    expect(element.getUploads({ status: 'rejected' }).map(({ name }) => name)).to.deep.equal([
      '19x30.png',
      '41x30.png',
      '30x19.png',
      '30x41.png',
    ]);
  });
});
