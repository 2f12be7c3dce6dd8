import { expect } from '@esm-bundle/chai';
import { Totals } from '../../src/core/totals.js';

describe('Totals', () => {
  it('takes a snapshot that later sums do not change', () => {
    const totals = new Totals();
    Object.assign(totals, { totalBytes: 100, uploadedBytes: 40, active: 2, paused: 1, succeeded: 3, failed: 4, refused: 5 });
    const snapshot = totals.snapshot();
    totals.uploadedBytes = 90;
    expect(snapshot).to.deep.equal({
      totalBytes: 100,
      uploadedBytes: 40,
      active: 2,
      paused: 1,
      succeeded: 3,
      failed: 4,
      refused: 5,
      speed: 0,
    });
  });

  it('begins a new batch without bytes and speed, and keeps the numbers of files', () => {
    const totals = new Totals();
    Object.assign(totals, { totalBytes: 100, uploadedBytes: 40, succeeded: 3 });
    for (const now of [0, 500, 1000, 1500]) totals.speed.add(1000, now);
    expect(totals.snapshot().speed).to.be.above(0);
    totals.clearBatch();
    expect(totals.snapshot()).to.deep.include({ totalBytes: 0, uploadedBytes: 0, speed: 0, succeeded: 3 });
  });

  it('keeps the number of refused files when all others are removed', () => {
    const totals = new Totals();
    Object.assign(totals, { totalBytes: 1, uploadedBytes: 1, active: 1, submitted: 1, paused: 1, succeeded: 1, failed: 1, refused: 7 });
    totals.reset();
    expect(totals.submitted).to.equal(0);
    expect(totals.snapshot()).to.deep.equal({
      ...{ totalBytes: 0, uploadedBytes: 0, active: 0, paused: 0, succeeded: 0, failed: 0, speed: 0 },
      refused: 7,
    });
  });
});
