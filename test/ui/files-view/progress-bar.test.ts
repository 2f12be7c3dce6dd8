import { expect } from '@open-wc/testing';
import { file, viewHost } from '../view-host.js';
import type { ViewHost } from '../view-host.js';

describe('the progress bar', () => {
  let host: ViewHost;
  beforeEach(async () => {
    host = await viewHost();
  });

  describe('of a file', () => {
    it('has a role, a name, a value and a text', async () => {
      await host.show([file(1, { name: 'a.txt', status: 'uploading', uploadedBytes: 259_999 })]);
      const bar = host.get('[part=progress]');
      expect(bar.role).to.equal('progressbar');
      expect(bar.ariaLabel).to.equal('Progress of a.txt');
      expect([bar.ariaValueMin, bar.ariaValueNow, bar.ariaValueMax]).to.deep.equal(['0', '25', '100']);
      expect(bar.ariaValueText).to.equal('Uploading: 25%');
    });

    it('has no value if the size is unknown', async () => {
      await host.show([file(1, { size: -1, status: 'uploading', uploadedBytes: 100 })]);
      expect(host.get('[part=progress]').ariaValueNow).to.equal(null);
      expect(host.all('[part=size]')).to.have.length(0);
    });

    it('has the value 100 only when everything is uploaded', async () => {
      await host.show([file(1, { status: 'uploading', uploadedBytes: 999_999 })]);
      expect(host.get('[part=progress]').ariaValueNow).to.equal('99');
      await host.show([file(1, { status: 'upload finalizing', uploadedBytes: 1_000_000 })]);
      expect(host.get('[part=progress]').ariaValueNow).to.equal('100');
    });

    it('fills from the left in left-to-right text', async () => {
      await host.show([file(1, { status: 'uploading', uploadedBytes: 250_000 })]);
      const bar = host.get('[part=progress] .bar');
      bar.style.transition = 'none';
      const [filled, whole] = [bar.getBoundingClientRect(), host.get('[part=progress]').getBoundingClientRect()];
      expect(filled.right).to.be.closeTo(whole.left + whole.width * 0.25, 1);
    });

    it('fills from the right in right-to-left text', async () => {
      host = await viewHost({}, { lang: 'ar', dir: 'rtl' });
      await host.show([file(1, { status: 'uploading', uploadedBytes: 250_000 })], { active: 1, totalBytes: 1_000_000 });
      const bar = host.get('[part=progress] .bar');
      bar.style.transition = 'none';
      const [filled, whole] = [bar.getBoundingClientRect(), host.get('[part=progress]').getBoundingClientRect()];
      expect(filled.left).to.be.closeTo(whole.left + whole.width * 0.75, 1);
    });
  });

  describe('of all files', () => {
    it('shows the total progress while files are uploading', async () => {
      const files = [file(1, { status: 'uploading' }), file(2, { status: 'uploading' })];
      await host.show(files, { active: 2, totalBytes: 2_000_000, uploadedBytes: 700_000 });
      const bar = host.get('[part=total-progress]');
      expect([bar.role, bar.ariaLabel, bar.ariaValueNow, bar.ariaValueText]).to.deep.equal(['progressbar', 'Total progress', '35', '35%']);
      await host.show([file(1, { status: 'upload successful' })], { succeeded: 1, totalBytes: 1_000_000, uploadedBytes: 1_000_000 });
      expect(host.all('[part=total-progress]')).to.have.length(0);
      await host.show(files, { active: 2, totalBytes: 2_000_000 });
      expect(host.all('[part=total-progress]')).to.have.length(1);
      // After all files were canceled.
      await host.show([]);
      expect(host.all('[part=total-progress]')).to.have.length(0);
    });

    it('stays while files are paused', async () => {
      await host.show([file(1, { status: 'paused' })], { paused: 1, totalBytes: 1_000_000, uploadedBytes: 500_000 });
      expect(host.get('[part=total-progress]').ariaValueNow).to.equal('50');
    });
  });
});
