/** The layout on narrow pages, which includes 400 % zoom, and of a compact uploader. */
import { expect } from '@open-wc/testing';
import { viewHost, file } from './view-host.js';
import type { ViewHost } from './view-host.js';

const files = [
  file(1, { name: `${'long'.repeat(60)}.jpeg`, status: 'uploading', uploadedBytes: 1, speed: 100_000, can: ['pause', 'cancel', 'rename'] }),
  file(2, { status: 'upload failed', reason: `Because of ${'x'.repeat(300)}.`, can: ['retry', 'delete', 'cancel'] }),
  file(3, { status: 'upload successful', can: ['delete'] }),
];
const totals = { active: 1, failed: 1, succeeded: 1, totalBytes: 3_000_000, speed: 100_000 };

/** Returns the visible elements that overflow the uploader. */
const overflowing = (host: ViewHost): string[] => {
  const { left, right } = host.getBoundingClientRect();
  return host
    .all('.uploader *:not(dialog):not(dialog *):not(svg *):not(.visually-hidden):not(.bar):not(.stem)')
    .filter((element) => {
      const box = element.getBoundingClientRect();
      return box.width > 0 && (box.left < left - 0.5 || box.right > right + 0.5);
    })
    .map((element) => element.outerHTML.slice(0, 80));
};

describe('the layout of the view', () => {
  for (const width of [256, 320, 1280]) {
    for (const dir of ['ltr', 'rtl']) {
      it(`fits into ${width} px, ${dir}`, async () => {
        const host = await viewHost({ editFilename: true }, { dir });
        host.style.inlineSize = `${width}px`;
        await host.show(files, totals);
        expect(overflowing(host)).to.deep.equal([]);
        expect(host.scrollWidth).to.be.at.most(width);
      });
    }
  }

  it('is lower with the compact attribute', async () => {
    const host = await viewHost();
    await host.show(files, totals);
    const height = host.offsetHeight;
    host.toggleAttribute('compact', true);
    expect(host.offsetHeight).to.be.below(height * 0.9);
    for (const button of host.all('[part=file] button')) {
      const box = button.getBoundingClientRect();
      expect(Math.min(box.width, box.height)).to.be.at.least(24);
    }
  });
});
