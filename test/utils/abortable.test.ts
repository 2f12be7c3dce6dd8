import { abortable } from '../../src/utils/abortable.js';
import { expect } from '../tools/expect.js';

const reasonOf = (promise: Promise<unknown>) => promise.then(String, (error: Error) => error.message);

describe('abortable', () => {
  it('answers as the promise does', async () => {
    const { signal } = new AbortController();
    expect(await abortable(Promise.resolve('yes'), signal)).to.equal('yes');
    expect(await abortable('a value', signal)).to.equal('a value');
    expect(await reasonOf(abortable(Promise.reject(new Error('no')), signal))).to.equal('no');
  });

  it('stops waiting when the signal is aborted', async () => {
    const controller = new AbortController();
    const waiting = abortable(new Promise(() => {}), controller.signal);
    controller.abort(new Error('enough'));
    expect(await reasonOf(waiting)).to.equal('enough');
  });

  it('does not wait where the signal is aborted already', async () => {
    expect(await reasonOf(abortable(Promise.resolve('late'), AbortSignal.abort(new Error('enough'))))).to.equal('enough');
  });
});
