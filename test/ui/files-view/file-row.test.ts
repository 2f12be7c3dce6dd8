import { expect } from '@open-wc/testing';
import { sendKeys } from '@web/test-runner-commands';
import type { FileActions } from '../../../src/core/snapshot.js';
import type { Status } from '../../../src/core/status.js';
import { file, viewHost } from '../view-host.js';
import type { ViewHost } from '../view-host.js';

describe('the row of a file', () => {
  let host: ViewHost;
  beforeEach(async () => {
    host = await viewHost();
  });

  describe('has buttons', () => {
    const buttonNames = () => host.all('[part=file] button').map((button) => button.getAttribute('aria-label'));
    const examples: readonly [status: Status, actions: readonly (keyof FileActions)[], names: readonly string[]][] = [
      ['submitting', [], []],
      ['submitted', ['cancel'], ['Cancel a.txt']],
      ['queued', ['pause', 'cancel'], ['Pause a.txt', 'Cancel a.txt']],
      ['uploading', ['cancel'], ['Cancel a.txt']],
      ['uploading', ['pause', 'cancel'], ['Pause a.txt', 'Cancel a.txt']],
      ['paused', ['continue', 'cancel'], ['Continue a.txt', 'Cancel a.txt']],
      ['upload finalizing', [], []],
      ['upload failed', ['retry', 'cancel'], ['Retry a.txt', 'Cancel a.txt']],
      ['upload failed', ['retry', 'delete', 'cancel'], ['Retry a.txt', 'Delete a.txt', 'Cancel a.txt']],
      ['upload successful', [], []],
      ['upload successful', ['delete'], ['Delete a.txt']],
      ['delete failed', ['delete'], ['Delete a.txt']],
      ['deleting', [], []],
      ['rejected', [], ['Dismiss a.txt']],
    ];
    for (const [status, can, names] of examples) {
      it(`for "${status}" with ${can.join(', ') || 'no possible action'}`, async () => {
        await host.show([file(1, { name: 'a.txt', status, can })]);
        expect(buttonNames()).to.deep.equal(names);
      });
    }

    for (const action of ['cancel', 'pause', 'continue', 'retry', 'delete'] as const) {
      it(`that call "${action}", with the part of that name`, async () => {
        await host.show([file(6), file(7, { can: [action] })]);
        const button = host.get(`[part=${action}]`);
        button.focus();
        await sendKeys({ press: 'Enter' });
        await sendKeys({ press: ' ' });
        expect(host.calls).to.deep.equal([
          [action, 7],
          [action, 7],
        ]);
      });
    }

    it('that dismiss a rejected file', async () => {
      await host.show([file(3, { status: 'rejected', reason: 'It is empty.' })]);
      host.get('[data-action=dismiss]').click();
      expect(host.calls).to.deep.equal([['dismiss', 3]]);
    });

    it('of at least 24 × 24 px', async () => {
      await host.set({ editFilename: true });
      await host.show([file(1, { can: ['pause', 'delete', 'cancel', 'rename'] })]);
      const boxes = host.all('button').map((button) => button.getBoundingClientRect());
      expect(boxes).to.have.length(5);
      for (const { width, height } of boxes) expect(Math.min(width, height)).to.be.at.least(24);
    });
  });

  it('has the CSS parts of the public contract', async () => {
    await host.show(
      [
        file(1, { status: 'uploading', can: ['pause', 'cancel'] }),
        file(2, { status: 'paused', can: ['continue'] }),
        file(3, { status: 'upload failed', can: ['retry', 'delete'] }),
      ],
      { active: 1, totalBytes: 3_000_000 },
    );
    const parts = new Set(host.all('[part]').map((element) => element.getAttribute('part')));
    expect([...parts].sort()).to.deep.equal(
      'dropzone button list file thumbnail name size status progress total-progress cancel pause continue retry delete dialog'
        .split(' ')
        .sort(),
    );
  });

  it('shows the thumbnail of the server', async () => {
    const thumbnailUrl = 'data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA=';
    await host.show([file(1, { status: 'upload successful', type: 'image/gif', thumbnailUrl })]);
    const image = host.get('[part=thumbnail] img') as HTMLImageElement;
    expect([image.src, image.alt]).to.deep.equal([thumbnailUrl, '']);
    await host.set({ noThumbnails: true });
    expect(host.all('[part=thumbnail] img')).to.have.length(0);
  });

  it('has a slot for content of the page', async () => {
    const link = Object.assign(document.createElement('a'), { slot: 'action-5', href: '#', textContent: 'View' });
    host.append(link);
    await host.show([file(4, { status: 'upload successful' }), file(5, { status: 'upload successful' })]);
    expect(link.assignedSlot?.closest('[part=file]')?.getAttribute('data-id')).to.equal('5');
  });

  it('is mirrored in right-to-left text', async () => {
    host = await viewHost({}, { lang: 'ar', dir: 'rtl' });
    await host.show([file(1, { status: 'uploading', uploadedBytes: 250_000, can: ['cancel'] })], { active: 1, totalBytes: 1_000_000 });
    const left = (selector: string) => host.get(selector).getBoundingClientRect().left;
    expect(left('[part=cancel]')).to.be.below(left('[part=name]'));
    expect(left('[part=name]')).to.be.below(left('[part=thumbnail]'));
  });
});
