import { strict as assert } from 'node:assert';
import { describe, it } from 'node:test';
import { UploadError } from '../../../src/core/errors.js';
import type { SendRequest, SendResponse } from '../../../src/core/types.js';
import { SasProvider } from '../../../src/stores/azure/sas.js';

const file = { id: 0, uuid: 'u', name: 'x', size: 1, type: '', blob: new Blob(['x']), path: '' };

/** A provider whose signing server is a function. */
function providerOf(answer: (request: SendRequest) => Promise<Partial<SendResponse>> | Partial<SendResponse>) {
  const requests: SendRequest[] = [];
  let now = 1_000_000;
  const send = async (request: SendRequest): Promise<SendResponse> => {
    requests.push(request);
    return { status: 200, url: request.url, text: '', header: () => null, ...(await answer(request)) };
  };
  const provider = new SasProvider(
    { send, endpoint: 'https://a.example/c', signatureEndpoint: '/sas?x=1' },
    'https://a.example/c/b?',
    'PUT',
    () => now,
  );
  return {
    requests,
    provider,
    advance: (ms: number) => (now += ms),
    get: (signal = new AbortController().signal) => provider.get({ file, signal, stallTimeout: () => 1000 }),
  };
}
const expiring = (ms: number) => `https://a.example/c/b?se=${encodeURIComponent(new Date(1_000_000 + ms).toISOString())}&sig=x`;

describe('SasProvider', () => {
  it('asks as Fine Uploader does', async () => {
    const { get, requests } = providerOf(() => ({ text: ` ${expiring(600_000)}\n` }));
    assert.equal((await get()).url, expiring(600_000));
    assert.equal(requests[0]?.method, 'GET');
    assert.equal(requests[0]?.url, '/sas?x=1&bloburi=https%3A%2F%2Fa.example%2Fc%2Fb%3F&_method=PUT&qqtimestamp=1000000');
  });

  it('asks once for all requests, until shortly before the SAS expires', async () => {
    const { get, requests, advance } = providerOf(() => ({ text: expiring(600_000) }));
    await Promise.all([get(), get(), get()]);
    advance(539_000);
    await get();
    assert.equal(requests.length, 1);
    advance(2000);
    await get();
    assert.equal(requests.length, 2);
  });

  it('uses a SAS once that seems to have expired already: this clock may be wrong', async () => {
    const { get, requests } = providerOf(() => ({ text: expiring(-86_400_000) }));
    await get();
    await get();
    assert.equal(requests.length, 2);
  });

  it('uses a SAS without an expiry for a minute', async () => {
    const { get, requests, advance } = providerOf(() => ({ text: 'https://a.example/c/b?si=policy&sig=x' }));
    await get();
    advance(59_000);
    await get();
    assert.equal(requests.length, 1);
    advance(2000);
    await get();
    assert.equal(requests.length, 2);
  });

  it('asks again after one was refused, and after a failure', async () => {
    let fails = true;
    const { get, requests, provider } = providerOf(() => (fails ? { status: 500 } : { text: expiring(600_000) }));
    await assert.rejects(get(), (error: unknown) => error instanceof UploadError && error.retry === 'auto' && error.code === 'NotSigned');
    fails = false;
    provider.forget(await get());
    await new Promise((resolve) => setTimeout(resolve));
    await get();
    assert.equal(requests.length, 3);
  });

  it('ends its request with the last one that waits for it', async () => {
    const { get, requests } = providerOf(
      (request) => new Promise((_, reject) => request.signal.addEventListener('abort', () => reject(new Error('aborted')))),
    );
    const controllers = [new AbortController(), new AbortController()];
    const waiting = controllers.map(({ signal }) => assert.rejects(get(signal), /over/));
    controllers[0]?.abort(new Error('over'));
    await new Promise((resolve) => setTimeout(resolve));
    assert.equal(requests[0]?.signal.aborted, false);
    controllers[1]?.abort(new Error('over'));
    await Promise.all(waiting);
    assert.equal(requests[0]?.signal.aborted, true);
  });

  for (const text of [
    '',
    'sig=1',
    '{"url": "https://a.example/c/b?sig=1"}',
    '/c/b?sig=1',
    'javascript:alert(1)?x',
    'https://a.example/c/b',
    'https://a.example/a b?x',
  ])
    it(`refuses “${text}” in a sentence`, () =>
      assert.rejects(providerOf(() => ({ text })).get(), {
        message: 'The signing server did not answer with a SAS URI.',
        retry: 'manual',
      }));

  it('does not retry a refusal by itself', () =>
    assert.rejects(providerOf(() => ({ status: 403 })).get(), { status: 403, retry: 'manual' }));
});
