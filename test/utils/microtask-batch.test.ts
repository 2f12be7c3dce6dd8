import { MicrotaskBatch } from '../../src/utils/microtask-batch.js';
import { expect } from '../tools/expect.js';

describe('MicrotaskBatch', () => {
  it('runs its callback once for everything that is scheduled in one turn', async () => {
    let runs = 0;
    const batch = new MicrotaskBatch(() => runs++);
    batch.schedule();
    batch.schedule();
    expect(runs).to.equal(0);
    await Promise.resolve();
    expect(runs).to.equal(1);
    batch.schedule();
    await Promise.resolve();
    expect(runs).to.equal(2);
  });
});
