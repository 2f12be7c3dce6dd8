/** Any number of files: only those in view are drawn, and neither the count nor the focus is lost. */
import { expect, oneEvent, waitUntil } from '@open-wc/testing';
import { sendKeys } from '@web/test-runner-commands';
import { viewHost, file } from './view-host.js';
import type { ViewHost } from './view-host.js';

const many = Array.from({ length: 10_000 }, (_, id) => file(id, { status: 'uploading', uploadedBytes: 500_000, can: ['pause', 'cancel'] }));

function nodesIn(root: Node): number {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_ALL);
  let count = 0;
  while (walker.nextNode()) count++;
  return count;
}

const places = (host: ViewHost) => host.all('[part=file]').map((row) => Number(row.ariaPosInSet));

describe('the list', () => {
  let host: ViewHost;
  beforeEach(async () => {
    host = await viewHost();
  });

  it('has its roles and a name, and is not there without files', async () => {
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

  it('shows what the page puts in place of no files', async () => {
    const nothingYet = Object.assign(document.createElement('p'), { slot: 'empty', textContent: 'Nothing yet' });
    host.append(nothingYet);
    await host.updateComplete;
    expect(nothingYet.offsetHeight).to.be.above(0);
    await host.show([file(1)]);
    expect(nothingYet.offsetHeight).to.equal(0);
  });

  describe('of 10,000 files', () => {
    beforeEach(() => host.show(many));

    it('is at most 2,000 nodes', () => {
      expect(host.all('[part=file]').length).to.be.within(5, 60);
      expect(nodesIn(host.renderRoot)).to.be.at.most(2000);
    });

    it('tells screen readers the count and each place', () => {
      for (const row of host.all('[part=file]')) {
        expect(row.ariaSetSize).to.equal('10000');
        expect(row.ariaPosInSet).to.equal(String(Number(row.dataset['id']) + 1));
      }
    });

    it('asks only for the rows it draws', async () => {
      const asked = new Set<number>();
      const { count, at, totals } = host.snapshot;
      host.snapshot = { count, totals, at: (index) => (asked.add(index), at(index)) };
      await host.updateComplete;
      expect(asked.size).to.be.at.most(host.all('[part=file]').length);
    });

    it('shows others when it is scrolled, and no more nodes', async () => {
      const list = host.get('[part=list]');
      const scrolled = oneEvent(list, 'scroll');
      list.scrollTop = list.scrollHeight / 2;
      await scrolled;
      await waitUntil(() => places(host).includes(5000), 'the middle is drawn');
      expect(places(host)).not.to.include(1);
      expect(nodesIn(host.renderRoot)).to.be.at.most(2000);
      const box = list.getBoundingClientRect();
      const row = host.get('[aria-posinset="5000"]').getBoundingClientRect();
      expect(row.top).to.be.within(box.top - row.height, box.bottom);
    });

    it('is scrolled to its ends by keyboard', async () => {
      host.get('[part=list]').focus();
      await sendKeys({ press: 'End' });
      await waitUntil(() => places(host).includes(10_000), 'the last row is drawn', { timeout: 5000 });
      await sendKeys({ press: 'Home' });
      await waitUntil(() => places(host).includes(1), 'the first row is drawn', { timeout: 5000 });
    });

    it('keeps the row with the focus while others are in view', async () => {
      const button = host.get('[data-id="0"] [part=cancel]');
      button.focus({ preventScroll: true });
      const list = host.get('[part=list]');
      list.scrollTop = list.scrollHeight / 2;
      await waitUntil(() => places(host).includes(5000), 'the middle is drawn');
      expect(host.focused).to.equal(button);
      await sendKeys({ press: 'Enter' });
      expect(host.wishes).to.deep.equal([['cancel', 0]]);
    });

    it('goes on when the uploader is moved to another place in the page', async () => {
      const elsewhere = document.body.appendChild(document.createElement('div'));
      elsewhere.append(host);
      const list = host.get('[part=list]');
      list.scrollTop = list.scrollHeight / 2;
      await waitUntil(() => places(host).includes(5000), 'the middle is drawn');
      elsewhere.remove();
    });

    it('asks nothing of the window once the uploader has left the page', async () => {
      host.remove();
      await host.show(many.slice(1));
      let looked = 0;
      const list = host.get('[part=list]');
      list.getBoundingClientRect = () => (looked++, new DOMRect());
      dispatchEvent(new Event('resize'));
      await host.updateComplete;
      expect(looked).to.equal(0);
    });

    it('becomes a plain list again when most have gone', async () => {
      const list = host.get('[part=list]');
      list.scrollTop = list.scrollHeight;
      await waitUntil(() => places(host).includes(10_000), 'the last row is drawn');
      await host.show(many.slice(0, 3));
      expect(places(host)).to.deep.equal([1, 2, 3]);
      expect(list.scrollHeight).to.be.at.most(list.clientHeight);
    });
  });

  describe('focus, when a row goes', () => {
    const three = [1, 2, 3].map((id) => file(id, { can: ['pause', 'cancel'] }));
    const focused = () => {
      const element = host.focused as HTMLElement | null;
      return [element?.closest<HTMLElement>('[part=file]')?.dataset['id'], element?.dataset['action']];
    };

    it('moves to the same button of the row that takes its place', async () => {
      await host.show(three);
      host.get('[data-id="2"] [part=cancel]').focus();
      await host.show(three.filter(({ id }) => id !== 2));
      expect(focused()).to.deep.equal(['3', 'cancel']);
    });

    it('moves to the row before when it was the last', async () => {
      await host.show(three);
      host.get('[data-id="3"] [part=cancel]').focus();
      await host.show(three.slice(0, 2));
      expect(focused()).to.deep.equal(['2', 'cancel']);
    });

    it('moves to the button that opens the file dialog when it was the only one', async () => {
      await host.show([file(1, { can: ['cancel'] })]);
      host.get('[part=cancel]').focus();
      await host.show([]);
      expect(host.focused).to.equal(host.get('[part=button]'));
    });

    it('stays in the row when only the button goes', async () => {
      await host.show([file(1, { status: 'uploading', can: ['cancel'] })]);
      host.get('[part=cancel]').focus();
      await host.show([file(1, { status: 'upload finalizing' })]);
      expect(host.focused).to.equal(host.get('[part=file]'));
    });

    it('stays on the button that pauses when it becomes the one that continues', async () => {
      await host.show([file(1, { status: 'uploading', can: ['pause', 'cancel'] })]);
      host.get('[part=pause]').focus();
      await host.show([file(1, { status: 'paused', can: ['continue', 'cancel'] })]);
      expect(host.focused).to.equal(host.get('[part=continue]'));
    });

    it('is left alone where the person has it elsewhere', async () => {
      const elsewhere = document.body.appendChild(document.createElement('input'));
      await host.show(three);
      elsewhere.focus();
      await host.show([]);
      expect(document.activeElement).to.equal(elsewhere);
      elsewhere.remove();
    });
  });
});
