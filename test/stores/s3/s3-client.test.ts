/** Expired signatures, expired credentials and wrong clocks: the client corrects them and sends the request again, within one attempt. */
import { expect } from '@open-wc/testing';
import type { Send, SendRequest } from '../../../src/core/types.js';
import { send } from '../../../src/http/xhr.js';
import { browserSigner } from '../../../src/stores/s3/signers/browser-signer.js';
import { StoreClock } from '../../../src/stores/s3/signers/store-clock.js';
import { CredentialsProvider } from '../../../src/stores/s3/signers/credentials-provider.js';
import type { Credentials } from '../../../src/stores/s3/signers/credentials-provider.js';
import { errorResponses, s3Error } from '../../servers/faults.js';
import type { Fault } from '../../servers/faults.js';
import { bytesOf, fileOf, sha256, uploadError } from '../../contract/checks.js';
import { testServers, commandTestServers } from '../../tools/test-servers.js';
import { Attempt, browserSigned, partSize, RecordedSend, serverSigned } from './test-store.js';
import type { Options } from './test-store.js';

const { store, signer } = testServers;
const minute = 60_000;
const newFile = (size = partSize + 1) => fileOf(new Blob([bytesOf(size)]));
const script = (...faults: Fault[]) => commandTestServers('faults', { proxy: 'store', faults });
const part = { method: 'PUT', path: 'partNumber=1' };
const serverSignedAttempt = (file = newFile(), options: Options = {}) =>
  new Attempt(serverSigned(testServers, send, 4, { successEndpoint: undefined, ...options }), file);

async function expectUploaded(attempt: Attempt): Promise<void> {
  const { key } = await attempt.upload();
  const { size, blob } = attempt.file;
  expect(await commandTestServers('sha256', { key: key ?? '' })).to.include({
    size,
    sha256: await sha256(new Uint8Array(await blob.arrayBuffer())),
  });
}

/** Attempts that sign in the browser, with credentials that a page renews. */
function renewableCredentials({ expiresIn = 60 * minute, first = {}, clock = new StoreClock() } = {}) {
  const fixture = {
    requestCount: 0,
    clock,
    respond: (): Promise<Credentials> => Promise.resolve({ ...validKeys(), expiration: clock.now() + 60 * minute }),
    attempt: (file = newFile(), customSend = send) =>
      new Attempt(browserSigned(testServers, customSend, 4, { signer: browserSigner(provider), clock }), file),
  };
  const validKeys = () => ({ accessKey: store.accessKey, secretKey: store.secretKey });
  const provider = new CredentialsProvider(
    () => clock.now(),
    () => {
      fixture.requestCount++;
      return fixture.respond();
    },
  );
  provider.set({ ...validKeys(), expiration: clock.now() + expiresIn, ...first });
  return fixture;
}

describe('S3Client, when a signature has expired', () => {
  beforeEach(() => commandTestServers('reset'));

  it('signs again', async () => {
    for (const attempt of [serverSignedAttempt(), renewableCredentials().attempt()]) {
      await script({ ...errorResponses.requestExpired(), match: part });
      await expectUploaded(attempt);
    }
    await script({ ...errorResponses.requestExpired(), match: { method: 'POST' } });
    await expectUploaded(serverSignedAttempt(newFile(1000)));
  });

  it('signs again twice at most', async () => {
    await script({ ...errorResponses.expiredToken(), match: part, times: 2 });
    await expectUploaded(serverSignedAttempt());
    await commandTestServers('reset');
    await script({ ...errorResponses.expiredToken(), match: part, times: 99 });
    const attempt = serverSignedAttempt();
    const { parts } = await attempt.open();
    const error = await uploadError(attempt.send(parts[0] ?? expect.fail()));
    expect(error).to.include({ code: 'ExpiredToken', status: 400, retry: 'manual', reason: 'The provided token has expired.' });
    const { requests } = await commandTestServers('requests', { proxy: 'store' });
    expect(requests.filter(({ method }) => method === 'PUT')).to.have.length(3);
  });

  it('signs again before sending, if the request waited too long for a connection', async () => {
    const recorded = new RecordedSend(send);
    let now = Date.now();
    const clock = new StoreClock(0, () => now);
    const file = newFile(1000);
    const slowStore = serverSigned(testServers, recorded.send, 4, { successEndpoint: undefined, clock });
    const attempt = new Attempt(slowStore, file);
    Object.defineProperty(attempt, 'context', {
      value: {
        ...attempt.context,
        connection: (request: () => Promise<unknown>) => {
          now += 3 * minute;
          return request();
        },
      },
    });
    await expectUploaded(attempt);
    expect(recorded.steps).to.deep.equal(['POST signature?v4=true', 'POST signature?v4=true', 'POST ']);
  });
});

describe('S3Client, when credentials have expired', () => {
  beforeEach(() => commandTestServers('reset'));

  it('renews them once for all requests', async () => {
    const fixture = renewableCredentials();
    await script({ ...errorResponses.expiredToken(), match: { method: 'PUT', path: 'partNumber' }, times: 2 });
    // The store has rejected both parts before the client sees a response.
    let rejected = 0;
    let release: () => void = () => {};
    const bothRejected = new Promise<void>((resolve) => (release = resolve));
    const sendTogether: Send = async (request) => {
      const response = await send(request);
      if (request.method === 'PUT' && rejected < 2) {
        if (++rejected === 2) release();
        await bothRejected;
      }
      return response;
    };
    await expectUploaded(fixture.attempt(newFile(2 * partSize), sendTogether));
    expect(fixture.requestCount).to.equal(1);
  });

  it('renews them after any 403, if they expire soon', async () => {
    for (const fault of [s3Error(403, 'AccessDenied', ''), { kind: 'answer', status: 403, cors: false } as const]) {
      const fixture = renewableCredentials({ expiresIn: 30_000 });
      await script({ ...fault, match: part });
      // They are in their last minute, but not in the last tenth of it: they are still used.
      await expectUploaded(fixture.attempt());
      expect(fixture.requestCount).to.equal(1);
    }
  });

  it('does not renew them after a 403 if they do not expire soon', async () => {
    const fixture = renewableCredentials();
    await script({ ...s3Error(403, 'AccessDenied', ''), match: part });
    const error = await uploadError(fixture.attempt().upload());
    expect(error).to.include({
      code: 'AccessDenied',
      retry: 'manual',
      reason: 'The storage refused the request (status 403, AccessDenied).',
    });
    await script({ kind: 'answer', status: 403, cors: false, match: part });
    const hidden = await uploadError(fixture.attempt().upload());
    expect(hidden).to.include({ code: 'NetworkError', status: 0, retry: 'auto' });
    expect(hidden.reason).to.match(/Check its CORS rules and the signature/);
    expect(fixture.requestCount).to.equal(0);
  });

  it('renews them before it sends a request', async () => {
    const fixture = renewableCredentials({ expiresIn: -1000, first: { secretKey: 'not it' } });
    await expectUploaded(fixture.attempt());
    await expectUploaded(fixture.attempt(newFile(1000)));
    expect(fixture.requestCount).to.equal(1);
  });

  it('rejects with the page’s message if they cannot be renewed', async () => {
    const fixture = renewableCredentials();
    fixture.respond = () => Promise.reject(new Error('Please log in again.'));
    await script({ ...errorResponses.expiredToken(), match: part });
    expect(await uploadError(fixture.attempt().upload())).to.include({
      reason: 'Please log in again.',
      retry: 'manual',
      code: 'ExpiredCredentials',
    });
  });

  it('uses one access key for the form and its signature', async () => {
    const recorded = new RecordedSend(send);
    const fixture = renewableCredentials({ expiresIn: -1, first: { accessKey: 'OLD', secretKey: 'old' } });
    await expectUploaded(fixture.attempt(newFile(1000), recorded.send));
    const form = recorded.requests.at(-1)?.body as FormData;
    expect(form.get('x-amz-credential')).to.match(new RegExp(`^${store.accessKey}/`));
  });

  it('sends the session token in each request and form, and renews it when the store rejects it', async () => {
    for (const [size, tokenOf] of [
      [1000, ({ body }: SendRequest) => (body as FormData).get('x-amz-security-token')],
      [partSize + 1, ({ headers }: SendRequest) => headers?.['x-amz-security-token'] ?? null],
    ] as const) {
      const recorded = new RecordedSend(send);
      // They are in their last minute: Ceph does not say that it rejects the token.
      const fixture = renewableCredentials({ expiresIn: 30_000, first: { sessionToken: 'a/token+' } });
      await expectUploaded(fixture.attempt(newFile(size), recorded.send));
      const [first, second] = recorded.requests;
      expect(tokenOf(first ?? expect.fail())).to.equal('a/token+');
      expect(tokenOf(second ?? expect.fail())).to.equal(null);
      expect(fixture.requestCount).to.equal(1);
      if (size === 1000) expect(atob(String((first?.body as FormData).get('policy')))).to.include('{"x-amz-security-token":"a/token+"}');
      else expect(first?.headers?.['Authorization']).to.include(';x-amz-security-token,');
    }
  });
});

describe('S3Client, when the clock is wrong', () => {
  beforeEach(() => commandTestServers('reset'));

  for (const minutes of [-24 * 60, -20, 20, 24 * 60]) {
    const expectStoresTime = (clock: StoreClock) => expect(Math.abs(clock.now() - Date.now())).to.be.lessThan(5000);
    // Ceph's response does not contain its time, and a page cannot read it: the page's server provides the time.
    const fetchServerTime = store.kind === 'ceph' ? () => Promise.resolve(Date.now()) : () => expect.fail('the time was requested');
    const wrongClock = () => new StoreClock(minutes * minute, undefined, fetchServerTime);

    it(`by ${minutes} minutes, corrects it by the store’s response`, async () => {
      for (const size of [partSize + 1, 1000]) {
        const clock = wrongClock();
        await expectUploaded(browserAttempt(clock, newFile(size)));
        // The store rejects a form only for an expired policy, not for a date in the future.
        if (size > 1000 || minutes < 0) expectStoresTime(clock);
      }
    });

    // The signing server signs only times within a day of its own.
    const minutesWithServer = Math.sign(minutes) * Math.min(Math.abs(minutes), 23 * 60);
    it(`by ${minutesWithServer} minutes, corrects it with a signing server too`, async () => {
      const clock = new StoreClock(minutesWithServer * minute, undefined, fetchServerTime);
      await expectUploaded(serverSignedAttempt(newFile(), { clock }));
      expectStoresTime(clock);
    });
  }

  it('says that the clock is wrong, if the response does not contain the store’s time', async () => {
    await script({ ...s3Error(403, 'RequestTimeTooSkewed', ''), match: { method: 'POST' }, times: 9 });
    const error = await uploadError(serverSignedAttempt().upload());
    expect(error).to.include({ code: 'RequestTimeTooSkewed', retry: 'manual' });
    expect(error.reason).to.match(/because the clock of this device is wrong/);
    expect((await commandTestServers('requests', { proxy: 'store' })).requests.filter(({ method }) => method === 'POST')).to.have.length(1);
  });

  it('corrects it once for all parts, and by another clock if the response cannot be read', async () => {
    const clock = new StoreClock(0, undefined, () => Promise.resolve(Date.now()));
    const attempt = serverSignedAttempt(newFile(3 * partSize), { clock });
    await attempt.open();
    clock.drift = -20 * minute;
    await Promise.all((attempt.opened?.parts ?? []).map((one) => attempt.send(one)));
    await attempt.close();

    let requestCount = 0;
    const clockWithServerTime = new StoreClock(-20 * minute, undefined, () => {
      requestCount++;
      return Promise.resolve(Date.now());
    });
    await script({ kind: 'answer', status: 403, cors: false, match: { method: 'POST' } });
    await expectUploaded(serverSignedAttempt(newFile(), { clock: clockWithServerTime }));
    expect(requestCount).to.equal(1);
    const clockWithFailingServer = new StoreClock(0, undefined, () => Promise.reject(new Error('No.')));
    await script({ kind: 'answer', status: 403, cors: false, match: { method: 'POST' } });
    expect(await uploadError(serverSignedAttempt(newFile(), { clock: clockWithFailingServer }).upload())).to.include({
      code: 'NetworkError',
    });
  });

  it('has the same day in the date and the credential scope', async () => {
    const recorded = new RecordedSend(send);
    const now = Date.UTC(2026, 10, 22, 23, 59, 50);
    const clock = new StoreClock(15_000, () => now);
    recorded.replaceRequest = ({ url }) =>
      url.startsWith(signer.signature) ? undefined : { status: 403, url, text: '', header: () => null };
    for (const size of [1000, partSize + 1]) {
      await uploadError(new Attempt(browserSigned(testServers, recorded.send, 4, { clock }), newFile(size)).upload());
    }
    const [form, create] = recorded.requests;
    expect((form?.body as FormData).get('x-amz-date')).to.equal('20261123T000005Z');
    expect((form?.body as FormData).get('x-amz-credential')).to.include('/20261123/');
    expect(create?.headers?.['x-amz-date']).to.equal('20261123T000005Z');
    expect(create?.headers?.['Authorization']).to.include('/20261123/');
  });

  function browserAttempt(clock: StoreClock, file = newFile()): Attempt {
    return new Attempt(browserSigned(testServers, send, 4, { clock }), file);
  }
});
