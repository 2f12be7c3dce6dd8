import { expect } from '@open-wc/testing';
import { describeTotals } from '../../../src/ui/files-view/totals.js';
import { Language } from '../../../src/ui/language.js';
import { enFiles } from '../../../src/ui/messages/en-files.js';
import { file, viewHost } from '../view-host.js';
import type { ViewHost } from '../view-host.js';

const none = { totalBytes: 0, uploadedBytes: 0, speed: 0, active: 0, succeeded: 0, failed: 0, paused: 0, refused: 0 };

describe('describeTotals', () => {
  it('has one text for each status that files are in', () => {
    const english = new Language('en', enFiles);
    expect(describeTotals(none, english)).to.deep.equal([]);
    expect(describeTotals({ ...none, active: 1, succeeded: 2, paused: 3, failed: 1 }, english)).to.deep.equal([
      ...['Uploading 1 file', '2 files uploaded', '3 paused', '1 failed'],
    ]);
  });
});

describe('totalsLine', () => {
  let host: ViewHost;
  const text = () => host.get('.totals').textContent?.replace(/\s+/g, ' ').trim();
  beforeEach(async () => {
    host = await viewHost();
  });

  it('counts the files where nothing has happened yet', async () => {
    await host.show([file(0, { status: 'submitted' }), file(1, { status: 'submitted' })]);
    expect(text()).to.equal('2 files');
    expect(host.all('.totals [role=progressbar]')).to.deep.equal([]);
  });

  it('shows the total progress while files are unfinished', async () => {
    await host.show([file(0, { status: 'uploading' })], { active: 1, totalBytes: 1000, uploadedBytes: 250 });
    expect(text()).to.contain('25%');
    expect(host.get('.totals [role=progressbar]').getAttribute('aria-valuenow')).to.equal('25');
    await host.show([file(0, { status: 'upload successful' })], { succeeded: 1, totalBytes: 1000, uploadedBytes: 1000 });
    expect(text()).to.equal('1 file uploaded');
    expect(host.all('.totals [role=progressbar]')).to.deep.equal([]);
  });
});
