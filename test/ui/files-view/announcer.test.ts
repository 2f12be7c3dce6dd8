/** Texts that the announcer puts into the live region. */
import { expect } from '@open-wc/testing';
import { file, viewHost } from '../view-host.js';
import type { ViewHost } from '../view-host.js';

describe('the announcer', () => {
  let host: ViewHost;
  beforeEach(async () => {
    host = await viewHost();
  });

  /** Resolves to the next announcement. */
  function nextAnnouncement(): Promise<string> {
    return new Promise((resolve) => {
      const region = host.get('[role=status]');
      const observer = new MutationObserver(() => {
        observer.disconnect();
        resolve(region.textContent ?? '');
      });
      observer.observe(region, { childList: true, subtree: true, characterData: true });
    });
  }

  const showUploading = (uploadedBytes: number) =>
    host.show([file(1, { status: 'uploading', uploadedBytes })], { active: 1, totalBytes: 1_000_000, uploadedBytes });

  it('has one polite live region, which exists from the start', () => {
    const region = host.get('[aria-live]');
    expect(region.ariaLive).to.equal('polite');
    expect(region.role).to.equal('status');
    expect(region.textContent).to.equal('');
  });

  it('announces the start and the end of uploads', async () => {
    const first = nextAnnouncement();
    await host.show([file(1, { status: 'uploading' }), file(2, { status: 'uploading' })], { active: 2, totalBytes: 2_000_000 });
    expect(await first).to.equal('Uploading 2 files');
    const last = nextAnnouncement();
    await host.show([file(1, { status: 'upload successful' }), file(2, { status: 'upload failed' })], { succeeded: 1, failed: 1 });
    expect(await last).to.equal('1 file uploaded, 1 failed');
  });

  it('announces only the last of several changes within a second', async () => {
    const first = nextAnnouncement();
    await showUploading(0);
    await first;
    const changes: string[] = [];
    const observer = new MutationObserver(() => changes.push(host.get('[role=status]').textContent ?? ''));
    observer.observe(host.get('[role=status]'), { childList: true });
    for (let percent = 1; percent < 100; percent++) await showUploading(percent * 10_000);
    const last = nextAnnouncement();
    await host.show([file(1, { status: 'upload successful' })], { succeeded: 1 });
    expect(await last).to.equal('1 file uploaded');
    expect(changes.slice(0, -1)).to.deep.equal([]);
    observer.disconnect();
  });

  it('announces each quarter of the progress', async () => {
    const first = nextAnnouncement();
    await showUploading(0);
    await first;
    const second = nextAnnouncement();
    await showUploading(510_000);
    expect(await second).to.equal('50% uploaded');
  });

  it('announces the reason for rejecting one file, or the number of rejected files', async () => {
    const first = nextAnnouncement();
    await host.show([file(1, { status: 'rejected', reason: '<b>a</b>.txt is empty.' })], { refused: 1 });
    expect(await first).to.equal('<b>a</b>.txt is empty.');
    const second = nextAnnouncement();
    const threeFiles = [1, 2, 3].map((id) => file(id, { status: 'rejected', reason: 'It is empty.' }));
    await host.show(threeFiles, { refused: 3 });
    expect(await second).to.equal('2 files were not added');
  });

  it('announces the same text twice by adding a new node', async () => {
    const rejectedFile = (id: number) => file(id, { status: 'rejected', reason: 'It is empty.' });
    const first = nextAnnouncement();
    await host.show([rejectedFile(1)], { refused: 1 });
    await first;
    const firstNode = host.get('[role=status] > p');
    const second = nextAnnouncement();
    await host.show([rejectedFile(1), rejectedFile(2)], { refused: 2 });
    expect(await second).to.equal('It is empty.');
    expect(host.get('[role=status] > p')).not.to.equal(firstNode);
  });

  it('speaks the language of the page', async () => {
    host.lang = 'de';
    host.requestUpdate();
    await host.updateComplete;
    const first = nextAnnouncement();
    await host.show([file(1, { status: 'uploading' })], { active: 1234, totalBytes: 1_000_000 });
    expect(await first).to.contain('1.234');
  });
});
