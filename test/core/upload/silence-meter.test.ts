import { expect } from '@esm-bundle/chai';
import { SilenceMeter } from '../../../src/core/upload/silence-meter.js';
import { StallTimeout } from '../../../src/core/upload/stall-timeout.js';
import { ManualClock } from '../manual-clock.js';

describe('SilenceMeter', () => {
  const stallTimeout = () => new StallTimeout({ current: { stallTimeout: { initial: 100_000, minimum: 1 } } });

  /** Runs one request whose bytes, and then its response, arrive after these times (ms). */
  async function request(clock: ManualClock, meter: SilenceMeter, silences: readonly number[]): Promise<void> {
    meter.start();
    for (const [index, silence] of silences.entries()) {
      await clock.advance(silence);
      if (index < silences.length - 1) meter.progress();
    }
    meter.finish();
  }

  it('teaches the longest time without progress, the wait for the response included', async () => {
    for (const silences of [
      [100, 700, 50],
      [100, 50, 700],
      [700, 100, 50],
    ]) {
      const [clock, timeout] = [new ManualClock(), stallTimeout()];
      const meter = new SilenceMeter(clock, timeout, 1000);
      for (let times = 0; times < 3; times++) await request(clock, meter, silences);
      expect(timeout.limit, silences.join()).to.equal(4 * 700);
    }
  });

  it('does not count the time between two requests', async () => {
    const [clock, timeout] = [new ManualClock(), stallTimeout()];
    const meter = new SilenceMeter(clock, timeout, 1000);
    for (let times = 0; times < 3; times++) {
      await request(clock, meter, [100]);
      await clock.advance(60_000);
    }
    expect(timeout.limit).to.equal(400);
  });
});
