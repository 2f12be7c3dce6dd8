import { systemClock } from '../../src/core/clock.js';
import { expect } from '../tools/expect.js';

const reasonOf = (promise: Promise<unknown>) => promise.then(String, (error: Error) => error.message);

describe('systemClock', () => {
  it('sleeps for the time, or until the next task for 0 ms', async () => {
    const { signal } = new AbortController();
    const start = performance.now();
    await systemClock.sleep(0, signal);
    await systemClock.sleep(20, signal);
    expect(performance.now() - start).to.be.at.least(18);
  });

  it('stops sleeping when the signal is aborted', async () => {
    for (const ms of [0, 3_600_000]) {
      const controller = new AbortController();
      const sleeping = systemClock.sleep(ms, controller.signal);
      controller.abort(new Error('enough'));
      expect(await reasonOf(sleeping)).to.equal('enough');
      expect(await reasonOf(systemClock.sleep(ms, controller.signal))).to.equal('enough');
    }
  });
});
