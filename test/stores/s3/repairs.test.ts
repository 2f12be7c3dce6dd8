/** Signatures, credentials and clocks that ran out on the way: mended, and the same request sent again, within one attempt. */
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
import type { Rest } from './test-store.js';

const { store, signer } = testServers;
const minute = 60_000;
const newFile = (size = partSize + 1) => fileOf(new Blob([bytesOf(size)]));
const script = (...faults: Fault[]) => commandTestServers('faults', { proxy: 'store', faults });
const part = { method: 'PUT', path: 'partNumber=1' };
const served = (file = newFile(), rest: Rest = {}) =>
  new Attempt(serverSigned(testServers, send, 4, { successEndpoint: undefined, ...rest }), file);

async function arrives(attempt: Attempt): Promise<void> {
  const { key } = await attempt.carry();
  const { size, blob } = attempt.file;
  expect(await commandTestServers('sha256', { key: key ?? '' })).to.include({
    size,
    sha256: await sha256(new Uint8Array(await blob.arrayBuffer())),
  });
}

/** A store that signs with credentials which a page renews. */
function renewable({ expiresIn = 60 * minute, first = {}, clock = new StoreClock() } = {}) {
  const rig = {
    asked: 0,
    clock,
    answer: (): Promise<Credentials> => Promise.resolve({ ...good(), expiration: clock.now() + 60 * minute }),
    attempt: (file = newFile(), by = send) =>
      new Attempt(browserSigned(testServers, by, 4, { signer: browserSigner(provider), clock }), file),
  };
  const good = () => ({ accessKey: store.accessKey, secretKey: store.secretKey });
  const provider = new CredentialsProvider(
    () => clock.now(),
    () => {
      rig.asked++;
      return rig.answer();
    },
  );
  provider.set({ ...good(), expiration: clock.now() + expiresIn, ...first });
  return rig;
}

describe('a request that came too late', () => {
  beforeEach(() => commandTestServers('reset'));

  it('is signed anew: Request has expired', async () => {
    for (const attempt of [served(), renewable().attempt()]) {
      await script({ ...errorResponses.requestExpired(), match: part });
      await arrives(attempt);
    }
    await script({ ...errorResponses.requestExpired(), match: { method: 'POST' } });
    await arrives(served(newFile(1000)));
  });

  it('is signed anew twice, and no more', async () => {
    await script({ ...errorResponses.expiredToken(), match: part, times: 2 });
    await arrives(served());
    await commandTestServers('reset');
    await script({ ...errorResponses.expiredToken(), match: part, times: 99 });
    const attempt = served();
    const { parts } = await attempt.open();
    const error = await uploadError(attempt.send(parts[0] ?? expect.fail()));
    expect(error).to.include({ code: 'ExpiredToken', status: 400, retry: 'manual', reason: 'The provided token has expired.' });
    const { requests } = await commandTestServers('requests', { proxy: 'store' });
    expect(requests.filter(({ method }) => method === 'PUT')).to.have.length(3);
  });

  it('is signed anew where it waited too long for a connection', async () => {
    const recorded = new RecordedSend(send);
    let now = Date.now();
    const clock = new StoreClock(0, () => now);
    const file = newFile(1000);
    const slow = serverSigned(testServers, recorded.send, 4, { successEndpoint: undefined, clock });
    const attempt = new Attempt(slow, file);
    Object.defineProperty(attempt, 'context', {
      value: {
        ...attempt.context,
        connection: (request: () => Promise<unknown>) => {
          now += 3 * minute;
          return request();
        },
      },
    });
    await arrives(attempt);
    expect(recorded.steps).to.deep.equal(['POST signature?v4=true', 'POST signature?v4=true', 'POST ']);
  });
});

describe('credentials that ran out', () => {
  beforeEach(() => commandTestServers('reset'));

  it('are renewed once when the store says so, and all that waits goes on', async () => {
    const rig = renewable();
    await script({ ...errorResponses.expiredToken(), match: { method: 'PUT', path: 'partNumber' }, times: 2 });
    // Both parts are on the wire before either is refused.
    let sent = 0;
    let release: () => void = () => {};
    const both = new Promise<void>((resolve) => (release = resolve));
    const together: Send = async (request) => {
      if (request.method === 'PUT' && sent < 2) {
        if (++sent === 2) release();
        await both;
      }
      return send(request);
    };
    await arrives(rig.attempt(newFile(2 * partSize), together));
    expect(rig.asked).to.equal(1);
  });

  it('are renewed where the store has but one word for everything, and their time has come', async () => {
    for (const fault of [s3Error(403, 'AccessDenied', ''), { kind: 'answer', status: 403, cors: false } as const]) {
      const rig = renewable({ expiresIn: 30_000 });
      await script({ ...fault, match: part });
      // In their last minute, but not in the last tenth of it: they are still used.
      await arrives(rig.attempt());
      expect(rig.asked).to.equal(1);
    }
  });

  it('are not renewed for a refusal that has other reasons', async () => {
    const rig = renewable();
    await script({ ...s3Error(403, 'AccessDenied', ''), match: part });
    const error = await uploadError(rig.attempt().carry());
    expect(error).to.include({
      code: 'AccessDenied',
      retry: 'manual',
      reason: 'The storage refused the request (status 403, AccessDenied).',
    });
    await script({ kind: 'answer', status: 403, cors: false, match: part });
    const hidden = await uploadError(rig.attempt().carry());
    expect(hidden).to.include({ code: 'NetworkError', status: 0, retry: 'auto' });
    expect(hidden.reason).to.match(/check its CORS rules and the signature/);
    expect(rig.asked).to.equal(0);
  });

  it('are renewed before anything is sent', async () => {
    const rig = renewable({ expiresIn: -1000, first: { secretKey: 'not it' } });
    await arrives(rig.attempt());
    await arrives(rig.attempt(newFile(1000)));
    expect(rig.asked).to.equal(1);
  });

  it('fail in the page’s words where they cannot be renewed', async () => {
    const rig = renewable();
    rig.answer = () => Promise.reject(new Error('Please log in again.'));
    await script({ ...errorResponses.expiredToken(), match: part });
    expect(await uploadError(rig.attempt().carry())).to.include({
      reason: 'Please log in again.',
      retry: 'manual',
      code: 'ExpiredCredentials',
    });
  });

  it('name one access key in the form and in its signature', async () => {
    const recorded = new RecordedSend(send);
    const rig = renewable({ expiresIn: -1, first: { accessKey: 'OLD', secretKey: 'old' } });
    await arrives(rig.attempt(newFile(1000), recorded.send));
    const form = recorded.requests.at(-1)?.body as FormData;
    expect(form.get('x-amz-credential')).to.match(new RegExp(`^${store.accessKey}/`));
  });

  it('carry their session token in every request and form, until the store does not know it', async () => {
    for (const [size, tokenOf] of [
      [1000, ({ body }: SendRequest) => (body as FormData).get('x-amz-security-token')],
      [partSize + 1, ({ headers }: SendRequest) => headers?.['x-amz-security-token'] ?? null],
    ] as const) {
      const recorded = new RecordedSend(send);
      // In their last minute: Ceph does not say what it is that it does not know.
      const rig = renewable({ expiresIn: 30_000, first: { sessionToken: 'a/token+' } });
      await arrives(rig.attempt(newFile(size), recorded.send));
      const [first, second] = recorded.requests;
      expect(tokenOf(first ?? expect.fail())).to.equal('a/token+');
      expect(tokenOf(second ?? expect.fail())).to.equal(null);
      expect(rig.asked).to.equal(1);
      if (size === 1000) expect(atob(String((first?.body as FormData).get('policy')))).to.include('{"x-amz-security-token":"a/token+"}');
      else expect(first?.headers?.['Authorization']).to.include(';x-amz-security-token,');
    }
  });
});

describe('a clock that is wrong', () => {
  beforeEach(() => commandTestServers('reset'));

  for (const minutes of [-24 * 60, -20, 20, 24 * 60]) {
    const storesTime = (clock: StoreClock) => expect(Math.abs(clock.now() - Date.now())).to.be.lessThan(5000);
    // Ceph does not tell its time, and a page may not read that it refuses one's own: the time has to come from elsewhere.
    const elsewhere = store.kind === 'ceph' ? () => Promise.resolve(Date.now()) : () => expect.fail('nobody needs to be asked');
    const wrong = () => new StoreClock(minutes * minute, undefined, elsewhere);

    it(`by ${minutes} minutes is corrected by what the store says`, async () => {
      for (const size of [partSize + 1, 1000]) {
        const clock = wrong();
        await arrives(browserAttempt(clock, newFile(size)));
        // A form is refused for its policy's time alone, and that only if it is over.
        if (size > 1000 || minutes < 0) storesTime(clock);
      }
    });

    it(`by ${minutes} minutes is corrected where a server signs`, async () => {
      const clock = wrong();
      await arrives(served(newFile(), { clock }));
      storesTime(clock);
    });
  }

  it('is told in words where the store does not tell its own', async () => {
    await script({ ...s3Error(403, 'RequestTimeTooSkewed', ''), match: { method: 'POST' }, times: 9 });
    const error = await uploadError(served().carry());
    expect(error).to.include({ code: 'RequestTimeTooSkewed', retry: 'manual' });
    expect(error.reason).to.match(/^The clock of this device is wrong/);
    expect((await commandTestServers('requests', { proxy: 'store' })).requests.filter(({ method }) => method === 'POST')).to.have.length(1);
  });

  it('is corrected for all parts at once, and where the store is mute by another clock', async () => {
    const clock = new StoreClock(0, undefined, () => Promise.resolve(Date.now()));
    const attempt = served(newFile(3 * partSize), { clock });
    await attempt.open();
    clock.drift = -20 * minute;
    await Promise.all((attempt.opened?.parts ?? []).map((one) => attempt.send(one)));
    await attempt.close();

    let asked = 0;
    const mute = new StoreClock(-20 * minute, undefined, () => {
      asked++;
      return Promise.resolve(Date.now());
    });
    await script({ kind: 'answer', status: 403, cors: false, match: { method: 'POST' } });
    await arrives(served(newFile(), { clock: mute }));
    expect(asked).to.equal(1);
    const failing = new StoreClock(0, undefined, () => Promise.reject(new Error('No.')));
    await script({ kind: 'answer', status: 403, cors: false, match: { method: 'POST' } });
    expect(await uploadError(served(newFile(), { clock: failing }).carry())).to.include({ code: 'NetworkError' });
  });

  it('never makes a date and a scope of different days', async () => {
    const recorded = new RecordedSend(send);
    const now = Date.UTC(2026, 10, 22, 23, 59, 50);
    const clock = new StoreClock(15_000, () => now);
    recorded.instead = ({ url }) => (url.startsWith(signer.signature) ? undefined : { status: 403, url, text: '', header: () => null });
    for (const size of [1000, partSize + 1]) {
      await uploadError(new Attempt(browserSigned(testServers, recorded.send, 4, { clock }), newFile(size)).carry());
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
