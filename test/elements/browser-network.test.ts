import { expect } from '@open-wc/testing';
import { browserNetwork } from '../../src/elements/browser-network.js';

describe('browserNetwork', () => {
  beforeEach(() => setOnline(true));
  afterEach(() => Reflect.deleteProperty(navigator, 'onLine'));

  it('is offline while the browser reports it', () => {
    expect(browserNetwork.offline).to.equal(false);
    setOnline(false);
    expect(browserNetwork.offline).to.equal(true);
  });

  it('waits for the network, and not where there is one', async () => {
    const { signal } = new AbortController();
    await browserNetwork.online(signal);
    setOnline(false);
    let back = false;
    const waiting = browserNetwork.online(signal).then(() => (back = true));
    await new Promise((resolve) => setTimeout(resolve));
    expect(back).to.equal(false);
    setOnline(true);
    dispatchEvent(new Event('online'));
    await waiting;
  });

  for (const when of ['before', 'meanwhile']) {
    it(`rejects with the reason of a signal that is aborted ${when}`, async () => {
      setOnline(false);
      const controller = new AbortController();
      const reason = new Error('Cancelled.');
      if (when === 'before') controller.abort(reason);
      const waiting = browserNetwork.online(controller.signal);
      controller.abort(reason);
      expect(await waiting.catch((error: unknown) => error)).to.equal(reason);
    });
  }
});

function setOnline(onLine: boolean): void {
  Object.defineProperty(navigator, 'onLine', { value: onLine, configurable: true });
}
