/** Locks that all tabs share. */
import { expect } from '@open-wc/testing';
import { lockUpload } from '../../src/resume/upload-lock.js';
import { clearStorage } from './storage.js';

describe('lockUpload', () => {
  afterEach(clearStorage);

  /** Both ways: with Web Locks, and as on a page without https. */
  for (const hasLocks of [true, false]) {
    describe(hasLocks ? 'with Web Locks' : 'without https', () => {
      before(() => {
        if (!hasLocks) Object.defineProperty(navigator, 'locks', { configurable: true, value: undefined });
      });
      after(() => {
        Reflect.deleteProperty(navigator, 'locks');
      });

      it('locks a key for one at a time', async () => {
        const unlock = await lockUpload('key');
        expect(await lockUpload('key')).to.equal(undefined);
        ((await lockUpload('other')) ?? expect.fail())();
        const waiting = lockUpload('key', new AbortController().signal);
        unlock?.();
        ((await waiting) ?? expect.fail())();
        ((await lockUpload('key', new AbortController().signal)) ?? expect.fail())();
      });

      it('stops waiting when the signal is aborted, and then locks nothing', async () => {
        const unlock = await lockUpload('key');
        const controller = new AbortController();
        const waiting = lockUpload('key', controller.signal);
        controller.abort(new Error('enough'));
        expect(await waiting.catch((error: unknown) => (error as Error).message)).to.equal('enough');
        expect(await lockUpload('key', controller.signal).catch((error: unknown) => (error as Error).message)).to.equal('enough');
        unlock?.();
        ((await lockUpload('key', new AbortController().signal)) ?? expect.fail())();
      });
    });
  }

  it('uses a lease where Web Locks are denied', async () => {
    const { request } = LockManager.prototype;
    LockManager.prototype.request = () => Promise.reject(new DOMException('Forbidden.', 'SecurityError'));
    try {
      const unlock = await lockUpload('key');
      expect(localStorage.length).to.equal(1);
      expect(await lockUpload('key')).to.equal(undefined);
      unlock?.();
    } finally {
      LockManager.prototype.request = request;
    }
  });
});
