import { expect } from '@open-wc/testing';
import { pageServerTime } from '../../src/elements/page-server-time.js';

/** Answers the page's requests as a service worker may, with these headers. */
async function withHeaders(headersOf: (url: string) => HeadersInit, act: () => Promise<unknown>): Promise<void> {
  const { fetch } = window;
  window.fetch = (input) => Promise.resolve(new Response(null, { headers: headersOf(input as string) }));
  try {
    await act();
  } finally {
    window.fetch = fetch;
  }
}

describe('pageServerTime', () => {
  it('is the time of the page’s server', async () => {
    // The test server sends no Date of its own to some browsers: then there is none.
    const time = await pageServerTime();
    if (time !== undefined) expect(Math.abs(time - Date.now())).to.be.lessThan(3000);
    await withHeaders(
      () => ({ date: new Date(Date.now() - 600_000).toUTCString() }),
      async () => expect(Math.abs(((await pageServerTime()) ?? 0) - (Date.now() - 600_000))).to.be.lessThan(3000),
    );
  });

  it('is not believed if it stands still, as that of a cached response', async () => {
    const old = new Date(Date.now() - 3 * 86_400_000).toUTCString();
    await withHeaders(
      () => ({ date: old }),
      async () => expect(await pageServerTime()).to.equal(undefined),
    );
  });

  it('is not believed if only one of two URLs is answered from a cache', async () => {
    const old = new Date(Date.now() - 3 * 86_400_000).toUTCString();
    await withHeaders(
      (url) => ({ date: url === location.href ? old : new Date().toUTCString() }),
      async () => expect(await pageServerTime()).to.equal(undefined),
    );
  });

  it('adds the age of a response that a cache has kept', async () => {
    const kept = Date.now() - 86_400_000;
    await withHeaders(
      () => ({ date: new Date(kept).toUTCString(), age: String(Math.floor((Date.now() - kept) / 1000)) }),
      async () => expect(Math.abs(((await pageServerTime()) ?? 0) - Date.now())).to.be.lessThan(3000),
    );
  });
});
