/** Locks on pages without https. */
import { expect } from '@open-wc/testing';
import { acquireLease } from '../../src/resume/lease.js';
import { denyLocalStorage } from '../tools/denied-storage.js';
import { clearStorage } from './storage.js';

const times = { heartbeat: 20, expiry: 300, poll: 10 };
const never = new AbortController().signal;

describe('acquireLease', () => {
  afterEach(clearStorage);

  it('gives the lease of a key to one owner at a time', async () => {
    const release = await acquireLease('key', undefined, times);
    expect(await acquireLease('key', undefined, times)).to.equal(undefined);
    expect(await acquireLease('other', undefined, times)).to.be.a('function');
    const waiting = acquireLease('key', never, times);
    let isHeld = false;
    void waiting.then(() => (isHeld = true));
    // Longer than the expiry: the heartbeats keep the lease.
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect(isHeld).to.equal(false);
    release?.();
    (await waiting)?.();
    expect(Object.keys(localStorage).filter((name) => name.endsWith('lease:key'))).to.deep.equal([]);
  });

  it('gives it to one of several that ask at the same moment', async () => {
    const answers = await Promise.all([1, 2, 3].map(() => acquireLease('key', undefined, times)));
    expect(answers.filter((release) => release !== undefined)).to.have.length(1);
    answers.forEach((release) => release?.());
  });

  it('takes the lease of an owner that has gone', async () => {
    localStorage.setItem('fine-uploader-elements-lease:key', JSON.stringify({ owner: 'crashed', time: Date.now() - 50 }));
    expect(await acquireLease('key', undefined, times)).to.equal(undefined);
    (await acquireLease('key', never, times))?.();
    localStorage.setItem('fine-uploader-elements-lease:key', 'torn');
    ((await acquireLease('key', undefined, times)) ?? expect.fail())();
  });

  it('gives the lease back when the page is left', async () => {
    await acquireLease('key', undefined, times);
    dispatchEvent(new PageTransitionEvent('pagehide'));
    expect(localStorage.length).to.equal(0);
  });

  it('stops waiting when the signal is aborted', async () => {
    const release = await acquireLease('key', undefined, times);
    const controller = new AbortController();
    const waiting = acquireLease('key', controller.signal, times);
    controller.abort(new Error('enough'));
    expect(await waiting.catch((error: unknown) => (error as Error).message)).to.equal('enough');
    release?.();
  });

  it('lets everybody go on where localStorage is denied', async () => {
    const allow = denyLocalStorage();
    try {
      for (let count = 0; count < 2; count++) expect(await acquireLease('key', never, times)).to.be.a('function');
    } finally {
      allow();
    }
  });
});
