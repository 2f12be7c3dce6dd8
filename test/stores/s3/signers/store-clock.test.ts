import { expect } from '@open-wc/testing';
import { StoreClock } from '../../../../src/stores/s3/signers/store-clock.js';

const start = Date.UTC(2026, 10, 22, 12);
const minute = 60_000;

describe('StoreClock', () => {
  it('adds the drift', () => expect(new StoreClock(5000, () => start).now()).to.equal(start + 5000));

  it('takes over the store’s time if it differs by more than a minute', () => {
    const clock = new StoreClock(0, () => start);
    expect(clock.correct(start + 30_000)).to.equal(false);
    expect(clock.now()).to.equal(start);
    expect(clock.correct(start - 20 * minute)).to.equal(true);
    expect(clock.now()).to.equal(start - 20 * minute);
    expect(clock.correct(start - 20 * minute)).to.equal(false);
  });

  it('is the clock of this device by default', () => expect(Math.abs(new StoreClock().now() - Date.now())).to.be.lessThan(1000));
});
