/** What a screen reader says of its own accord: the start, each quarter, the end, and what was refused. */
import { expect } from '@open-wc/testing';
import { viewHost, file } from './view-host.js';
import type { ViewHost } from './view-host.js';

describe('announcements', () => {
  let host: ViewHost;
  beforeEach(async () => {
    host = await viewHost();
  });

  /** The next thing that is said. */
  function said(): Promise<string> {
    return new Promise((resolve) => {
      const region = host.get('[role=status]');
      const observer = new MutationObserver(() => {
        observer.disconnect();
        resolve(region.textContent ?? '');
      });
      observer.observe(region, { childList: true, subtree: true, characterData: true });
    });
  }

  const uploading = (uploadedBytes: number) =>
    host.show([file(1, { status: 'uploading', uploadedBytes })], { active: 1, totalBytes: 1_000_000, uploadedBytes });

  it('are made in one polite live region, which is there from the beginning', () => {
    const region = host.get('[aria-live]');
    expect(region.ariaLive).to.equal('polite');
    expect(region.role).to.equal('status');
    expect(region.textContent).to.equal('');
  });

  it('say that an upload begins and how it ends', async () => {
    const first = said();
    await host.show([file(1, { status: 'uploading' }), file(2, { status: 'uploading' })], { active: 2, totalBytes: 2_000_000 });
    expect(await first).to.equal('Uploading 2 files');
    const last = said();
    await host.show([file(1, { status: 'upload successful' }), file(2, { status: 'upload failed' })], { succeeded: 1, failed: 1 });
    expect(await last).to.equal('1 file uploaded, 1 failed');
  });

  it('say each quarter, never every percent', async () => {
    const first = said();
    await uploading(0);
    await first;
    const changes: string[] = [];
    const observer = new MutationObserver(() => changes.push(host.get('[role=status]').textContent ?? ''));
    observer.observe(host.get('[role=status]'), { childList: true });
    for (let percent = 1; percent < 100; percent++) await uploading(percent * 10_000);
    const last = said();
    await host.show([file(1, { status: 'upload successful' })], { succeeded: 1 });
    expect(await last).to.equal('1 file uploaded');
    // All of it came within a second: only how it ended is still of interest.
    expect(changes.slice(0, -1)).to.deep.equal([]);
    observer.disconnect();
  });

  it('say half when half is there', async () => {
    const first = said();
    await uploading(0);
    await first;
    const second = said();
    await uploading(510_000);
    expect(await second).to.equal('50% uploaded');
  });

  it('say why a file was refused, or how many were', async () => {
    const first = said();
    await host.show([file(1, { status: 'rejected', reason: '<b>a</b>.txt is empty.' })], { refused: 1 });
    expect(await first).to.equal('<b>a</b>.txt is empty.');
    const second = said();
    const three = [1, 2, 3].map((id) => file(id, { status: 'rejected', reason: 'It is empty.' }));
    await host.show(three, { refused: 3 });
    expect(await second).to.equal('2 files were not added');
  });

  it('say the same words again as something new', async () => {
    const refused = (id: number) => file(id, { status: 'rejected', reason: 'It is empty.' });
    const first = said();
    await host.show([refused(1)], { refused: 1 });
    await first;
    const before = host.get('[role=status] > p');
    const second = said();
    await host.show([refused(1), refused(2)], { refused: 2 });
    expect(await second).to.equal('It is empty.');
    expect(host.get('[role=status] > p')).not.to.equal(before);
  });

  it('are in the language of the page', async () => {
    host.lang = 'de';
    host.requestUpdate();
    await host.updateComplete;
    const first = said();
    await host.show([file(1, { status: 'uploading' })], { active: 1234, totalBytes: 1_000_000 });
    expect(await first).to.contain('1.234');
  });
});
