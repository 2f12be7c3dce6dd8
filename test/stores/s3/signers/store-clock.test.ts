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

  it('keeps what was learnt until the page sets another drift, 0 too', () => {
    const clock = new StoreClock(0, () => start);
    clock.correct(start + 20 * minute);
    clock.setPageDrift(0);
    expect(clock.drift).to.equal(20 * minute);
    clock.setPageDrift(5000);
    expect(clock.drift).to.equal(5000);
    clock.correct(start + 20 * minute);
    clock.setPageDrift(5000);
    expect(clock.drift).to.equal(20 * minute);
    clock.setPageDrift(0);
    expect(clock.drift).to.equal(0);
  });

  it('asks the other clock once for all that wait, and again a minute later', async () => {
    const { now } = performance;
    let elapsed = 1;
    performance.now = () => elapsed;
    try {
      let asked = 0;
      const clock = new StoreClock(
        0,
        () => start,
        () => {
          asked++;
          return Promise.resolve(start + asked * 20 * minute);
        },
      );
      await Promise.all([clock.syncWithServer(), clock.syncWithServer()]);
      await clock.syncWithServer();
      expect([asked, clock.drift]).to.deep.equal([1, 20 * minute]);
      elapsed += minute + 1;
      await clock.syncWithServer();
      expect([asked, clock.drift]).to.deep.equal([2, 40 * minute]);
    } finally {
      performance.now = now;
    }
  });

  it('is the clock of this device by default', () => expect(Math.abs(new StoreClock().now() - Date.now())).to.be.lessThan(1000));
});
