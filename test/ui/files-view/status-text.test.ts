import { expect } from '@open-wc/testing';
import type { FileSnapshot } from '../../../src/core/snapshot.js';
import { transitions } from '../../../src/core/status.js';
import type { Status } from '../../../src/core/status.js';
import { file, viewHost } from '../view-host.js';
import type { ViewHost } from '../view-host.js';

/** The text of each status; null for those of files that are not in the list. */
const texts: Readonly<Record<Status, string | null>> = {
  submitting: 'Checking…',
  submitted: 'Ready to upload',
  rejected: 'Not added',
  queued: 'Waiting…',
  canceled: null,
  paused: 'Paused',
  uploading: 'Uploading…',
  'upload finalizing': 'Waiting for the server…',
  'retrying upload': 'Retrying…',
  'upload successful': 'Uploaded',
  'upload failed': 'Upload failed',
  'delete failed': 'Delete failed',
  deleting: 'Deleting…',
  deleted: null,
};
const statusesWithProgress: readonly Status[] = ['uploading', 'upload finalizing', 'retrying upload', 'paused'];

describe('the status text', () => {
  let host: ViewHost;
  const statusText = () => host.get('[part=status]').textContent?.trim().replace(/\s+/g, ' ');
  beforeEach(async () => {
    host = await viewHost();
  });

  it('exists for every status', () => {
    expect(Object.keys(texts).sort()).to.deep.equal(Object.keys(transitions).sort());
  });

  for (const [status, text] of Object.entries(texts) as [Status, string | null][]) {
    if (text === null) continue;
    const hasProgress = statusesWithProgress.includes(status);
    it(`of "${status}" is "${text}", ${hasProgress ? 'with' : 'without'} a progress bar`, async () => {
      await host.show([file(1, { status })]);
      expect(statusText()).to.equal(text);
      expect(host.all('[part=progress]')).to.have.length(hasProgress ? 1 : 0);
    });
  }

  const examples: readonly [title: string, snapshot: Partial<FileSnapshot>, text: string][] = [
    ['has the progress', { status: 'uploading', uploadedBytes: 299_999 }, 'Uploading: 29%'],
    [
      'has the speed and the time left',
      { status: 'uploading', uploadedBytes: 500_000, speed: 125_000 },
      'Uploading: 50% · 125 kB/s · 4 sec left',
    ],
    ['changes when everything is sent', { status: 'uploading', uploadedBytes: 1_000_000 }, 'Waiting for the server…'],
    ['has the number of the automatic retry', { status: 'retrying upload', attempt: 2, maxAttempts: 3 }, 'Retrying (2 of 3)…'],
    ['has the progress of a paused file', { status: 'paused', uploadedBytes: 400_000 }, 'Paused at 40%'],
    ['is the reason for rejecting a file', { status: 'rejected', reason: 'It is empty.' }, 'It is empty.'],
    ['is the reason for a failed upload', { status: 'upload failed', reason: 'The disk is full.' }, 'The disk is full.'],
    ['has the reason for a failed deletion', { status: 'delete failed', reason: 'It is locked.' }, 'Delete failed: It is locked.'],
  ];
  for (const [title, snapshot, text] of examples) {
    it(title, async () => {
      await host.show([file(1, snapshot)]);
      expect(statusText()).to.equal(text);
    });
  }

  describe('of a failed upload', () => {
    const failedFile = file(1, { status: 'upload failed', reason: 'The disk is full.' });

    it('is the same for all files with failedUploadText "default"', async () => {
      await host.set({ failedUploadText: 'default' });
      await host.show([failedFile]);
      expect(statusText()).to.equal('Upload failed');
    });

    it('is visible only to screen readers with failedUploadText "none"', async () => {
      await host.set({ failedUploadText: 'none' });
      await host.show([failedFile]);
      expect(statusText()).to.equal('Upload failed');
      const { width, height } = host.get('[part=status] > span').getBoundingClientRect();
      expect([width, height]).to.deep.equal([1, 1]);
    });
  });
});
