import { Semaphore } from '../../src/utils/semaphore.js';
import { expect } from '../tools/expect.js';

const never = new AbortController().signal;

describe('Semaphore', () => {
  it('serves the smallest order number first, whichever came first', async () => {
    const semaphore = new Semaphore(1);
    const release = await semaphore.acquire(never, 0);
    const served: number[] = [];
    const waits = [5, 2, 9].map((order) => semaphore.acquire(never, order).then((done) => (served.push(order), done())));
    release();
    release();
    await Promise.all(waits);
    expect(served).to.deep.equal([2, 5, 9]);
  });

  it('stops waiting when the signal is aborted', async () => {
    const semaphore = new Semaphore(1);
    const release = await semaphore.acquire(never, 0);
    const controller = new AbortController();
    const waiting = semaphore.acquire(controller.signal, 1);
    controller.abort(new Error('enough'));
    await waiting.then(
      () => expect.fail('was served'),
      (error: Error) => expect(error.message).to.equal('enough'),
    );
    release();
    (await semaphore.acquire(never, 2))();
  });

  it('can grow while a waiter waits', async () => {
    const semaphore = new Semaphore(0);
    const waiting = semaphore.acquire(never, 0);
    semaphore.size = 1;
    (await waiting)();
  });

  it('runs no more functions at the same time than it has permits, in the order they came', async () => {
    const semaphore = new Semaphore(2);
    const begun: number[] = [];
    const ends: (() => void)[] = [];
    const runs = [0, 1, 2].map((index) =>
      semaphore.run(() => {
        begun.push(index);
        return new Promise<number>((resolve) => ends.push(() => resolve(index)));
      }),
    );
    await Promise.resolve();
    await Promise.resolve();
    expect(begun).to.deep.equal([0, 1]);
    ends[0]?.();
    expect(await runs[0]).to.equal(0);
    expect(begun).to.deep.equal([0, 1, 2]);
    ends[1]?.();
    ends[2]?.();
    await Promise.all(runs);
    expect([semaphore.inUse, semaphore.released]).to.deep.equal([0, 3]);
  });

  it('releases the permit of a function that fails', async () => {
    const semaphore = new Semaphore(1);
    const failed = await semaphore.run(() => Promise.reject(new Error('no'))).catch((error: Error) => error.message);
    expect([failed, semaphore.inUse]).to.deep.equal(['no', 0]);
  });
});
