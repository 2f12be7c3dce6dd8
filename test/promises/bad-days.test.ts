/** The promise: whatever goes wrong on the way for a while, the file arrives whole, by itself, with the settings as they come. Never is a success told for other bytes. */

import { expect } from '@open-wc/testing';
import type { Fault } from '../servers/faults.js';
import { errorResponses } from '../servers/faults.js';
import { testServers, commandTestServers } from '../tools/test-servers.js';
import { canLoseNetwork, loseNetwork } from '../tools/gestures.js';
import { cleanUp, collect, makeFile, next, putS3, putTraditional, sha256, upload } from '../elements/page.js';

const mebibyte = 2 ** 20;
const part = { method: 'PUT', path: 'partNumber' };
const asItComes = { 'auto-attempt-delay': 1 };

describe('on a bad day', function () {
  this.timeout(90_000);
  afterEach(cleanUp);

  const file = makeFile('bad day.bin', 26 * mebibyte);
  const script = (faults: Fault[], proxy: 'store' | 'signer' = 'store') => commandTestServers('faults', { proxy, faults });

  async function arrives(element = putS3({ chunking: true, ...asItComes })): Promise<void> {
    const complete = await upload(element, file, 80_000);
    expect(complete.success).to.equal(true);
    expect(await commandTestServers('sha256', { key: complete.key ?? '' })).to.include({ sha256: await sha256(file), size: file.size });
    expect(await commandTestServers('listUploads')).to.deep.equal([]);
  }

  for (const seconds of [2, 8]) {
    it(`503 SlowDown for ${seconds} s`, async () => {
      await script([{ ...errorResponses.slowDown(), forMs: seconds * 1000, match: part }]);
      await arrives();
    });
  }

  it('503 SlowDown with Retry-After, which is honoured', async () => {
    await script([{ ...errorResponses.slowDown(4), times: 1, match: part }]);
    const element = putS3({ chunking: true, ...asItComes });
    const retried = next(element, 'statusChange', ({ newStatus }) => newStatus === 'retrying upload');
    const done = arrives(element);
    await retried;
    const since = performance.now();
    await next(element, 'statusChange', ({ oldStatus }) => oldStatus === 'retrying upload');
    expect(performance.now() - since).to.be.greaterThan(3900);
    await done;
  });

  it('a store that is gone for 6 s', async () => {
    await script([{ kind: 'gone', ms: 6000, match: part, skip: 1 }]);
    await arrives();
  });

  it('a part that is taken and never answered', async () => {
    await script([{ kind: 'silent', match: { method: 'PUT', path: 'partNumber=6' } }]);
    await arrives();
  });

  it('403 Request has expired on a part', async () => {
    await script([{ ...errorResponses.requestExpired(), times: 1, skip: 1, match: part }]);
    await arrives();
  });

  it('400 ExpiredToken on a part', async () => {
    await script([{ ...errorResponses.expiredToken(), times: 1, skip: 1, match: part }]);
    await arrives();
  });

  it('400 ExpiredToken on a part, with credentials that can be renewed', async () => {
    await script([{ ...errorResponses.expiredToken(), times: 1, skip: 1, match: part }]);
    const { accessKey, secretKey } = testServers.store;
    const element = putS3({ chunking: true, 'signature-endpoint': '', 'success-endpoint': '', ...asItComes });
    let asked = 0;
    element.addEventListener('credentialsExpired', (event) => {
      asked++;
      event.waitUntil(Promise.resolve({ accessKey, secretKey }));
    });
    element.credentials = { accessKey, secretKey, expiration: new Date(Date.now() + 3_600_000) };
    await arrives(element);
    expect(asked).to.equal(1);
  });

  it('Complete answers 200 with an error in it', async () => {
    await script([{ ...errorResponses.errorInside200(), times: 1, match: { method: 'POST', path: 'uploadId=' } }]);
    await arrives();
  });

  it('the answer to Complete is lost', async () => {
    await script([{ kind: 'cutResponse', afterBytes: -1, times: 3, match: { method: 'POST', path: 'uploadId=' } }]);
    await arrives();
  });

  for (const minutes of [20, -20]) {
    it(`a clock that is ${minutes} minutes wrong`, async () => {
      const { now } = Date;
      Date.now = () => now() + minutes * 60_000;
      try {
        await arrives();
        const simple = await upload(putS3(asItComes), makeFile('small.bin', 1000));
        expect(simple.success).to.equal(true);
      } finally {
        Date.now = now;
      }
    });
  }

  it('ETags that CORS hides', async () => {
    const { store, hiddenEtagSigner } = testServers;
    const element = putS3({
      chunking: true,
      endpoint: store.hiddenEtagEndpoint,
      'signature-endpoint': hiddenEtagSigner.signature,
      'success-endpoint': hiddenEtagSigner.success,
      ...asItComes,
    });
    const complete = await upload(element, file, 60_000);
    expect(complete.success).to.equal(true);
    const stored = await commandTestServers('sha256', { key: complete.key ?? '', bucket: store.hiddenEtagBucket });
    expect(stored).to.include({ sha256: await sha256(file) });
  });

  it('a signing server that fails twice', async () => {
    await script([{ kind: 'answer', status: 500, times: 2, match: { method: 'POST', path: 'signature' } }], 'signer');
    await arrives();
  });

  it('a store that is killed in mid-upload and started again', async () => {
    await script([{ kind: 'slow', bytesPerSecond: 12 * mebibyte, match: part }]);
    const element = putS3({ chunking: true, ...asItComes });
    const begun = next(element, 'uploadChunkSuccess');
    const done = arrives(element);
    await begun;
    await commandTestServers('stop', { server: 'store' });
    await next(element, 'autoRetry');
    await commandTestServers('start', { server: 'store' });
    await done;
  });

  it('a network that is gone for 5 s', async function () {
    if (!canLoseNetwork) this.skip();
    await script([{ kind: 'slow', bytesPerSecond: 8 * mebibyte, match: part }]);
    const element = putS3({ chunking: true, 'max-auto-attempts': 1, ...asItComes });
    const begun = next(element, 'uploadChunkSuccess');
    const errors = collect(element, 'error');
    const complete = upload(element, file, 60_000);
    await begun;
    await loseNetwork(5000);
    expect((await complete).success).to.equal(true);
    expect(errors.length).to.be.greaterThan(0);
    const { key = '' } = await complete;
    expect(await commandTestServers('sha256', { key })).to.include({ sha256: await sha256(file) });
  });

  it('a store that nobody can reach any more ends in a sentence, not in waiting for ever', async () => {
    await script([{ kind: 'gone', ms: 60_000 }]);
    const element = putS3({ chunking: true, 'auto-attempt-delay': 0.05 });
    const errors = collect(element, 'error');
    const complete = await upload(element, file, 60_000);
    expect(complete.success).to.equal(false);
    expect(errors.at(-1)?.reason).to.match(/reach/);
  });

  it('a server of one’s own that is cut off, silent and slow in turns', async () => {
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
      ...asItComes,
    });
    const small = makeFile('own.bin', 8_000_000);
    const complete = await upload(element, small, 60_000);
    expect(complete.success).to.equal(true);
    expect(await commandTestServers('sha256', { uuid: complete.uuid })).to.include({ sha256: await sha256(small) });
  });
});
