/** Promise: an upload survives temporary faults without user action and with default settings, and success is never reported for other bytes. */

import { expect } from '@open-wc/testing';
import type { Fault } from '../servers/faults.js';
import { errorResponses } from '../servers/faults.js';
import { testServers, commandTestServers } from '../tools/test-servers.js';
import { canLoseNetwork, loseNetwork } from '../tools/gestures.js';
import { cleanUp, collect, makeFile, next, putS3, putTraditional, sha256, upload } from '../elements/page.js';

const mebibyte = 2 ** 20;
const part = { method: 'PUT', path: 'partNumber' };
const fastRetries = { 'auto-attempt-delay': 1 };

describe('an upload recovers from', function () {
  this.timeout(90_000);
  afterEach(cleanUp);

  const file = makeFile('fault.bin', 26 * mebibyte);
  const setFaults = (faults: Fault[], proxy: 'store' | 'signer' = 'store') => commandTestServers('faults', { proxy, faults });

  async function assertUploaded(element = putS3({ chunking: true, ...fastRetries })): Promise<void> {
    const complete = await upload(element, file, 80_000);
    expect(complete.success).to.equal(true);
    expect(await commandTestServers('sha256', { key: complete.key ?? '' })).to.include({ sha256: await sha256(file), size: file.size });
    expect(await commandTestServers('listUploads')).to.deep.equal([]);
  }

  for (const seconds of [2, 8]) {
    it(`503 SlowDown for ${seconds} s`, async () => {
      await setFaults([{ ...errorResponses.slowDown(), forMs: seconds * 1000, match: part }]);
      await assertUploaded();
    });
  }

  it('503 SlowDown and waits for Retry-After', async () => {
    await setFaults([{ ...errorResponses.slowDown(4), times: 1, match: part }]);
    const element = putS3({ chunking: true, ...fastRetries });
    const retried = next(element, 'statusChange', ({ newStatus }) => newStatus === 'retrying upload');
    const done = assertUploaded(element);
    await retried;
    const since = performance.now();
    await next(element, 'statusChange', ({ oldStatus }) => oldStatus === 'retrying upload');
    expect(performance.now() - since).to.be.greaterThan(3900);
    await done;
  });

  it('a store that is unreachable for 6 s', async () => {
    await setFaults([{ kind: 'gone', ms: 6000, match: part, skip: 1 }]);
    await assertUploaded();
  });

  it('a part that is never answered', async () => {
    await setFaults([{ kind: 'silent', match: { method: 'PUT', path: 'partNumber=6' } }]);
    await assertUploaded();
  });

  it('403 Request has expired on a part', async () => {
    await setFaults([{ ...errorResponses.requestExpired(), times: 1, skip: 1, match: part }]);
    await assertUploaded();
  });

  it('400 ExpiredToken on a part', async () => {
    await setFaults([{ ...errorResponses.expiredToken(), times: 1, skip: 1, match: part }]);
    await assertUploaded();
  });

  it('400 ExpiredToken on a part by renewing the credentials', async () => {
    await setFaults([{ ...errorResponses.expiredToken(), times: 1, skip: 1, match: part }]);
    const { accessKey, secretKey } = testServers.store;
    const element = putS3({ chunking: true, 'signature-endpoint': '', 'success-endpoint': '', ...fastRetries });
    let renewals = 0;
    element.addEventListener('credentialsExpired', (event) => {
      renewals++;
      event.waitUntil(Promise.resolve({ accessKey, secretKey }));
    });
    element.credentials = { accessKey, secretKey, expiration: new Date(Date.now() + 3_600_000) };
    await assertUploaded(element);
    expect(renewals).to.equal(1);
  });

  it('an error in the 200 response of CompleteMultipartUpload', async () => {
    await setFaults([{ ...errorResponses.errorInside200(), times: 1, match: { method: 'POST', path: 'uploadId=' } }]);
    await assertUploaded();
  });

  it('a lost response of CompleteMultipartUpload', async () => {
    await setFaults([{ kind: 'cutResponse', afterBytes: -1, times: 3, match: { method: 'POST', path: 'uploadId=' } }]);
    await assertUploaded();
  });

  for (const minutes of [20, -20]) {
    it(`a clock that is off by ${minutes} minutes`, async () => {
      const { now } = Date;
      Date.now = () => now() + minutes * 60_000;
      try {
        await assertUploaded();
        const simple = await upload(putS3(fastRetries), makeFile('small.bin', 1000));
        expect(simple.success).to.equal(true);
      } finally {
        Date.now = now;
      }
    });
  }

  it('ETags that CORS does not expose', async () => {
    const { store, hiddenEtagSigner } = testServers;
    const element = putS3({
      chunking: true,
      endpoint: store.hiddenEtagEndpoint,
      'signature-endpoint': hiddenEtagSigner.signature,
      'success-endpoint': hiddenEtagSigner.success,
      ...fastRetries,
    });
    const complete = await upload(element, file, 60_000);
    expect(complete.success).to.equal(true);
    const stored = await commandTestServers('sha256', { key: complete.key ?? '', bucket: store.hiddenEtagBucket });
    expect(stored).to.include({ sha256: await sha256(file) });
  });

  it('a signing server that fails twice', async () => {
    await setFaults([{ kind: 'answer', status: 500, times: 2, match: { method: 'POST', path: 'signature' } }], 'signer');
    await assertUploaded();
  });

  it('a store that is stopped during the upload and restarted', async () => {
    await setFaults([{ kind: 'slow', bytesPerSecond: 12 * mebibyte, match: part }]);
    const element = putS3({ chunking: true, ...fastRetries });
    const started = next(element, 'uploadChunkSuccess');
    const done = assertUploaded(element);
    await started;
    await commandTestServers('stop', { server: 'store' });
    await next(element, 'autoRetry');
    await commandTestServers('start', { server: 'store' });
    await done;
  });

  it('a network that is offline for 5 s', async function () {
    if (!canLoseNetwork) this.skip();
    await setFaults([{ kind: 'slow', bytesPerSecond: 8 * mebibyte, match: part }]);
    const element = putS3({ chunking: true, 'max-auto-attempts': 1, ...fastRetries });
    const started = next(element, 'uploadChunkSuccess');
    const errors = collect(element, 'error');
    const complete = upload(element, file, 60_000);
    await started;
    await loseNetwork(5000);
    expect((await complete).success).to.equal(true);
    expect(errors.length).to.be.greaterThan(0);
    const { key = '' } = await complete;
    expect(await commandTestServers('sha256', { key })).to.include({ sha256: await sha256(file) });
  });

  it('no unreachable store, but reports the failure in a sentence', async () => {
    await setFaults([{ kind: 'gone', ms: 60_000 }]);
    const element = putS3({ chunking: true, 'auto-attempt-delay': 0.05 });
    const errors = collect(element, 'error');
    const complete = await upload(element, file, 60_000);
    expect(complete.success).to.equal(false);
    expect(errors.at(-1)?.reason).to.match(/reach/);
  });

  it('closed connections, errors and delays of a traditional endpoint', async () => {
    await commandTestServers('faults', {
      proxy: 'endpoint',
      faults: [
        { kind: 'cutResponse', afterBytes: -1, times: 2, skip: 1 },
        { kind: 'answer', status: 502, body: '<html>Bad gateway</html>', times: 1, skip: 2 },
        { kind: 'delay', ms: 1500, times: 1, skip: 3 },
      ],
    });
    const element = putTraditional({
      chunking: true,
      'part-size': '1MB',
      'concurrent-chunks': true,
      'chunking-success-endpoint': testServers.endpoint.done,
      ...fastRetries,
    });
    const small = makeFile('own.bin', 8_000_000);
    const complete = await upload(element, small, 60_000);
    expect(complete.success).to.equal(true);
    expect(await commandTestServers('sha256', { uuid: complete.uuid })).to.include({ sha256: await sha256(small) });
  });
});
