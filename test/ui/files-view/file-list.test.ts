/** The file list renders only the rows in view, with the right count and without losing the focus. */
import { expect, oneEvent, waitUntil } from '@open-wc/testing';
import { sendKeys } from '@web/test-runner-commands';
import { viewHost, file } from '../view-host.js';
import type { ViewHost } from '../view-host.js';

const manyFiles = Array.from({ length: 10_000 }, (_, id) =>
  file(id, { status: 'uploading', uploadedBytes: 500_000, can: ['pause', 'cancel'] }),
);

function countNodes(root: Node): number {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_ALL);
  let count = 0;
  while (walker.nextNode()) count++;
  return count;
}

const positions = (host: ViewHost) => host.all('[part=file]').map((row) => Number(row.ariaPosInSet));

describe('the file list', () => {
  let host: ViewHost;
  beforeEach(async () => {
    host = await viewHost();
  });

  it('has roles and a name, and is not rendered without files', async () => {
    expect(host.all('[part=list]')).to.deep.equal([]);
    await host.show([file(1), file(2)]);
    const list = host.get('[role=list]');
    expect(list.hidden).to.equal(false);
    expect(list.ariaLabel).to.equal('Files');
    expect(host.all('[role=list] [role=listitem]')).to.have.length(2);
    expect(host.all('[role=listitem]').map((row) => [row.ariaPosInSet, row.ariaSetSize])).to.deep.equal([
      ['1', '2'],
      ['2', '2'],
    ]);
  });

  it('is replaced by the empty slot without files', async () => {
    const placeholder = Object.assign(document.createElement('p'), { slot: 'empty', textContent: 'Nothing yet' });
    host.append(placeholder);
    await host.updateComplete;
    expect(placeholder.offsetHeight).to.be.above(0);
    await host.show([file(1)]);
    expect(placeholder.offsetHeight).to.equal(0);
  });

  describe('with 10,000 files', () => {
    beforeEach(() => host.show(manyFiles));

    it('has at most 2,000 nodes', () => {
      expect(host.all('[part=file]').length).to.be.within(5, 60);
      expect(countNodes(host.renderRoot)).to.be.at.most(2000);
    });

    it('tells screen readers the count and each position', () => {
      for (const row of host.all('[part=file]')) {
        expect(row.ariaSetSize).to.equal('10000');
        expect(row.ariaPosInSet).to.equal(String(Number(row.dataset['id']) + 1));
      }
    });

    it('reads only the rendered files', async () => {
      const readIndexes = new Set<number>();
      const { count, at, totals } = host.snapshot;
      host.snapshot = { count, totals, at: (index) => (readIndexes.add(index), at(index)) };
      await host.updateComplete;
      expect(readIndexes.size).to.be.at.most(host.all('[part=file]').length);
    });

    it('renders other rows when it is scrolled, with no more nodes', async () => {
      const list = host.get('[part=list]');
      const scrolled = oneEvent(list, 'scroll');
      list.scrollTop = list.scrollHeight / 2;
      await scrolled;
      await waitUntil(() => positions(host).includes(5000), 'the middle is rendered');
      expect(positions(host)).not.to.include(1);
      expect(countNodes(host.renderRoot)).to.be.at.most(2000);
      const box = list.getBoundingClientRect();
      const row = host.get('[aria-posinset="5000"]').getBoundingClientRect();
      expect(row.top).to.be.within(box.top - row.height, box.bottom);
    });

    it('scrolls to its ends with Home and End', async () => {
      host.get('[part=list]').focus();
      await sendKeys({ press: 'End' });
      await waitUntil(() => positions(host).includes(10_000), 'the last row is rendered', { timeout: 5000 });
      await sendKeys({ press: 'Home' });
      await waitUntil(() => positions(host).includes(1), 'the first row is rendered', { timeout: 5000 });
    });

    it('keeps the focused row while it is out of view', async () => {
      const button = host.get('[data-id="0"] [part=cancel]');
      button.focus({ preventScroll: true });
      const list = host.get('[part=list]');
      list.scrollTop = list.scrollHeight / 2;
      await waitUntil(() => positions(host).includes(5000), 'the middle is rendered');
      expect(host.focused).to.equal(button);
      await sendKeys({ press: 'Enter' });
      expect(host.calls).to.deep.equal([['cancel', 0]]);
    });

    it('keeps working when the uploader moves within the page', async () => {
      const newParent = document.body.appendChild(document.createElement('div'));
      newParent.append(host);
      const list = host.get('[part=list]');
      list.scrollTop = list.scrollHeight / 2;
      await waitUntil(() => positions(host).includes(5000), 'the middle is rendered');
      newParent.remove();
    });

    it('stops listening to the window when the uploader leaves the page', async () => {
      host.remove();
      await host.show(manyFiles.slice(1));
      let measurements = 0;
      const list = host.get('[part=list]');
      list.getBoundingClientRect = () => (measurements++, new DOMRect());
      dispatchEvent(new Event('resize'));
      await host.updateComplete;
      expect(measurements).to.equal(0);
    });

    it('renders all rows again when few files are left', async () => {
      const list = host.get('[part=list]');
      list.scrollTop = list.scrollHeight;
      await waitUntil(() => positions(host).includes(10_000), 'the last row is rendered');
      await host.show(manyFiles.slice(0, 3));
      expect(positions(host)).to.deep.equal([1, 2, 3]);
      expect(list.scrollHeight).to.be.at.most(list.clientHeight);
    });
  });
});
