/** One file in the list: its words, its bar, its buttons, its name. */
import { expect } from '@open-wc/testing';
import { sendKeys } from '@web/test-runner-commands';
import type { FileSnapshot, FileActions } from '../../src/core/snapshot.js';
import { transitions } from '../../src/core/status.js';
import type { Status } from '../../src/core/status.js';
import { viewHost, file } from './view-host.js';
import type { ViewHost } from './view-host.js';

const text = (element: Element) => element.textContent?.trim().replace(/\s+/g, ' ');
const statusOf = (host: ViewHost) => text(host.get('[part=status]'));

/** What a row says in each status; null for those that have left the list. */
const words: Readonly<Record<Status, string | null>> = {
  submitting: 'Checking…',
  submitted: 'Ready to upload',
  rejected: 'Not added',
  queued: 'Waiting…',
  canceled: null,
  paused: 'Paused',
  uploading: 'Uploading…',
  'upload finalizing': 'Finishing…',
  'retrying upload': 'Trying again…',
  'upload successful': 'Uploaded',
  'upload failed': 'Upload failed',
  'delete failed': 'Could not be deleted',
  deleting: 'Deleting…',
  deleted: null,
};
/** Those with a progress bar. */
const inFlight: readonly Status[] = ['uploading', 'upload finalizing', 'retrying upload', 'paused'];

describe('rows', () => {
  let host: ViewHost;
  beforeEach(async () => {
    host = await viewHost();
  });

  describe('status', () => {
    it('has words for every status of the table', () => {
      expect(Object.keys(words).sort()).to.deep.equal(Object.keys(transitions).sort());
    });

    for (const [status, said] of Object.entries(words) as [Status, string | null][]) {
      if (said === null) continue;
      it(`${status}: ${said}`, async () => {
        await host.show([file(1, { status })]);
        expect(statusOf(host)).to.equal(said);
        expect(host.all('[part=progress]')).to.have.length(inFlight.includes(status) ? 1 : 0);
      });
    }

    const facts: readonly [string, Partial<FileSnapshot>, string][] = [
      ['says how far it is', { status: 'uploading', uploadedBytes: 299_999 }, 'Uploading, 29%'],
      [
        'says how fast it is, and for how long',
        { status: 'uploading', uploadedBytes: 500_000, speed: 125_000 },
        'Uploading, 50% · 125 kB/s · 4 sec left',
      ],
      ['waits for the answer when everything is sent', { status: 'uploading', uploadedBytes: 1_000_000 }, 'Finishing…'],
      ['counts automatic retries', { status: 'retrying upload', attempt: 2, maxAttempts: 3 }, 'Trying again (2 of 3)…'],
      ['says where it was paused', { status: 'paused', uploadedBytes: 400_000 }, 'Paused at 40%'],
      ['says why it was refused', { status: 'rejected', reason: 'It is empty.' }, 'It is empty.'],
      ['says why it failed', { status: 'upload failed', reason: 'The disk is full.' }, 'The disk is full.'],
      ['says why it could not be deleted', { status: 'delete failed', reason: 'It is locked.' }, 'Could not be deleted: It is locked.'],
    ];
    for (const [what, snapshot, said] of facts) {
      it(what, async () => {
        await host.show([file(1, snapshot)]);
        expect(statusOf(host)).to.equal(said);
      });
    }
  });

  describe('failed-upload-text', () => {
    const failed = file(1, { status: 'upload failed', reason: 'The disk is full.' });

    it('default: the same words for all', async () => {
      await host.set({ failedUploadText: 'default' });
      await host.show([failed]);
      expect(statusOf(host)).to.equal('Upload failed');
    });

    it('none: nothing is seen, a screen reader still hears that it failed', async () => {
      await host.set({ failedUploadText: 'none' });
      await host.show([failed]);
      expect(statusOf(host)).to.equal('Upload failed');
      const { width, height } = host.get('[part=status] > span').getBoundingClientRect();
      expect([width, height]).to.deep.equal([1, 1]);
    });
  });

  describe('progress bar', () => {
    it('has a role, a name, a value and words', async () => {
      await host.show([file(1, { name: 'a.txt', status: 'uploading', uploadedBytes: 259_999 })]);
      const bar = host.get('[part=progress]');
      expect(bar.role).to.equal('progressbar');
      expect(bar.ariaLabel).to.equal('Progress of a.txt');
      expect([bar.ariaValueMin, bar.ariaValueNow, bar.ariaValueMax]).to.deep.equal(['0', '25', '100']);
      expect(bar.ariaValueText).to.equal('Uploading, 25%');
    });

    it('has no value where the size is not known', async () => {
      await host.show([file(1, { size: -1, status: 'uploading', uploadedBytes: 100 })]);
      expect(host.get('[part=progress]').ariaValueNow).to.equal(null);
      expect(host.all('[part=size]')).to.have.length(0);
    });

    it('says 100 only when everything is there', async () => {
      await host.show([file(1, { status: 'uploading', uploadedBytes: 999_999 })]);
      expect(host.get('[part=progress]').ariaValueNow).to.equal('99');
      await host.show([file(1, { status: 'upload finalizing', uploadedBytes: 1_000_000 })]);
      expect(host.get('[part=progress]').ariaValueNow).to.equal('100');
    });

    it('of all files together shows their sum, and goes when nothing is left', async () => {
      const files = [file(1, { status: 'uploading' }), file(2, { status: 'uploading' })];
      await host.show(files, { active: 2, totalBytes: 2_000_000, uploadedBytes: 700_000 });
      const bar = host.get('[part=total-progress]');
      expect([bar.role, bar.ariaLabel, bar.ariaValueNow, bar.ariaValueText]).to.deep.equal(['progressbar', 'Total progress', '35', '35%']);
      await host.show([file(1, { status: 'upload successful' })], { succeeded: 1, totalBytes: 1_000_000, uploadedBytes: 1_000_000 });
      expect(host.all('[part=total-progress]')).to.have.length(0);
      await host.show(files, { active: 2, totalBytes: 2_000_000 });
      expect(host.all('[part=total-progress]')).to.have.length(1);
      // All were cancelled.
      await host.show([]);
      expect(host.all('[part=total-progress]')).to.have.length(0);
    });

    it('of all files together stays while some are paused', async () => {
      await host.show([file(1, { status: 'paused' })], { paused: 1, totalBytes: 1_000_000, uploadedBytes: 500_000 });
      expect(host.get('[part=total-progress]').ariaValueNow).to.equal('50');
    });
  });

  describe('buttons', () => {
    const shown = () => host.all('[part=file] button').map((button) => button.getAttribute('aria-label'));
    const cases: readonly [Status, readonly (keyof FileActions)[], readonly string[]][] = [
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
    for (const [status, can, names] of cases) {
      it(`${status}, ${can.join(' and ') || 'nothing'} possible`, async () => {
        await host.show([file(1, { name: 'a.txt', status, can })]);
        expect(shown()).to.deep.equal(names);
      });
    }

    for (const action of ['cancel', 'pause', 'continue', 'retry', 'delete'] as const) {
      it(`${action}: has its part, and wishes it for its file`, async () => {
        await host.show([file(6), file(7, { can: [action] })]);
        const button = host.get(`[part=${action}]`);
        button.focus();
        await sendKeys({ press: 'Enter' });
        await sendKeys({ press: ' ' });
        expect(host.wishes).to.deep.equal([
          [action, 7],
          [action, 7],
        ]);
      });
    }

    it('dismisses a refused file', async () => {
      await host.show([file(3, { status: 'rejected', reason: 'It is empty.' })]);
      host.get('[data-action=dismiss]').click();
      expect(host.wishes).to.deep.equal([['dismiss', 3]]);
    });

    it('are at least 24 px wide and high', async () => {
      await host.set({ editFilename: true });
      await host.show([file(1, { can: ['pause', 'delete', 'cancel', 'rename'] })]);
      const sizes = host.all('button').map((button) => button.getBoundingClientRect());
      expect(sizes).to.have.length(5);
      for (const { width, height } of sizes) expect(Math.min(width, height)).to.be.at.least(24);
    });
  });

  describe('name', () => {
    it('is text, whatever is in it', async () => {
      const names = [
        '<img src=x onerror="throw 1">.txt',
        '</div><script>throw 2</script>',
        '${1+1}',
        '"><svg onload=alert(1)>',
        '\u202Egpj.exe',
      ];
      await host.show(names.map((name, id) => file(id, { name, status: 'rejected', reason: `${name} is not accepted.` })));
      expect(host.all('[part=name]').map((name) => name.textContent)).to.deep.equal(names);
      expect(host.all('[part=file] img, [part=file] script, [part=file] [onload]')).to.have.length(0);
      expect(host.all('[data-action=dismiss]').map((button) => button.ariaLabel)).to.deep.equal(names.map((name) => `Dismiss ${name}`));
      expect(host.all('[part=status]').map(text)).to.deep.equal(names.map((name) => `${name} is not accepted.`));
    });

    it('keeps its extension in view when it is long', async () => {
      host.style.inlineSize = '320px';
      await host.show([file(1, { name: `${'very long '.repeat(30)}.jpeg`, can: ['cancel'] })]);
      const row = host.get('[part=file]').getBoundingClientRect();
      const extension = host.get('[part=name] > :last-child').getBoundingClientRect();
      expect(extension.width).to.be.above(0);
      expect(extension.right).to.be.at.most(row.right);
      expect(host.get('[part=cancel]').getBoundingClientRect().right).to.be.at.most(row.right);
    });

    it('is edited in place by keyboard', async () => {
      await host.set({ editFilename: true });
      await host.show([file(1, { name: 'photo.jpg', can: ['rename', 'cancel'] })]);
      host.get('[aria-label="Rename photo.jpg"]').focus();
      await sendKeys({ press: 'Enter' });
      await host.updateComplete;
      const input = host.get('input.edit') as HTMLInputElement;
      expect(host.focused).to.equal(input);
      expect(input.ariaLabel).to.equal('New name of photo.jpg');
      // Only the name is selected, not the extension.
      await sendKeys({ type: 'holiday' });
      await sendKeys({ press: 'Enter' });
      await host.updateComplete;
      expect(host.wishes).to.deep.equal([['rename', 1, 'holiday.jpg']]);
      expect(host.all('input.edit')).to.have.length(0);
      expect(host.focused?.closest('[part=file]')).to.equal(host.get('[part=file]'));
    });

    it('stays as it was after Escape', async () => {
      await host.set({ editFilename: true });
      await host.show([file(1, { name: 'photo.jpg', can: ['rename'] })]);
      host.get('[data-action=rename]').click();
      await host.updateComplete;
      await sendKeys({ type: 'x' });
      await sendKeys({ press: 'Escape' });
      await host.updateComplete;
      expect(host.wishes).to.deep.equal([]);
      expect(host.get('[part=name]').textContent).to.equal('photo.jpg');
    });

    it('cannot be edited where that is not asked for or not possible', async () => {
      await host.show([file(1, { can: ['rename'] })]);
      expect(host.all('[data-action=rename]')).to.have.length(0);
      await host.set({ editFilename: true });
      await host.show([file(1)]);
      expect(host.all('[data-action=rename]')).to.have.length(0);
    });
  });

  it('has all parts that a page can style', async () => {
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

  it('shows the picture that the server has', async () => {
    const thumbnailUrl = 'data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA=';
    await host.show([file(1, { status: 'upload successful', type: 'image/gif', thumbnailUrl })]);
    const picture = host.get('[part=thumbnail] img') as HTMLImageElement;
    expect([picture.src, picture.alt]).to.deep.equal([thumbnailUrl, '']);
    await host.set({ noThumbnails: true });
    expect(host.all('[part=thumbnail] img')).to.have.length(0);
  });

  it('takes an action of the page', async () => {
    const link = Object.assign(document.createElement('a'), { slot: 'action-5', href: '#', textContent: 'View' });
    host.append(link);
    await host.show([file(4, { status: 'upload successful' }), file(5, { status: 'upload successful' })]);
    expect(link.assignedSlot?.closest('[part=file]')?.getAttribute('data-id')).to.equal('5');
  });
});
