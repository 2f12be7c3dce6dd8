import { expect } from '@open-wc/testing';
import { UploadError } from '../../../../src/core/errors.js';
import { StoreClock } from '../../../../src/stores/s3/signers/store-clock.js';
import { CredentialsProvider } from '../../../../src/stores/s3/signers/credentials-provider.js';
import type { Credentials } from '../../../../src/stores/s3/signers/credentials-provider.js';

const start = Date.UTC(2026, 10, 22, 12);
const minute = 60_000;
const { signal } = new AbortController();

/** A provider with a fixed clock, and a page that provides credentials. */
class Fixture {
  now = start;
  requestCount = 0;
  /** The page's response. */
  respond: () => Promise<Credentials> = () => Promise.resolve(this.credentials(60 * minute));
  readonly provider: CredentialsProvider;
  #count = 0;

  constructor(first?: Credentials, canRenew = true) {
    const requestCredentials = () => {
      this.requestCount++;
      return this.respond();
    };
    this.provider = new CredentialsProvider(() => this.now, canRenew ? requestCredentials : undefined);
    if (first) this.provider.set(first);
  }

  credentials(ms: number): Credentials {
    return { accessKey: `key ${++this.#count}`, secretKey: 'secret', expiration: new Date(this.now + ms) };
  }

  get = () => this.provider.get(signal);
}

const rejection = (promise: Promise<unknown>) =>
  promise.then(
    () => expect.fail('the promise did not reject'),
    (thrown: unknown) => thrown as UploadError,
  );

const oneHour: Credentials = { accessKey: 'first', secretKey: 'secret', expiration: new Date(start + 60 * minute) };

describe('CredentialsProvider', () => {
  it('returns the credentials while they are valid', async () => {
    const fixture = new Fixture(oneHour);
    fixture.now += 58 * minute;
    expect(await fixture.get()).to.equal(oneHour);
    expect(fixture.requestCount).to.equal(0);
  });

  it('renews them shortly before they expire, once for all requests', async () => {
    const fixture = new Fixture(oneHour);
    fixture.now += 59 * minute + 1;
    const [one, other] = await Promise.all([fixture.get(), fixture.get()]);
    expect(one).to.equal(other);
    expect(one).to.include({ accessKey: 'key 1' });
    await fixture.get();
    expect(fixture.requestCount).to.equal(1);
  });

  it('requests credentials if there are none', async () => {
    const fixture = new Fixture();
    expect(await fixture.get()).to.include({ accessKey: 'key 1' });
  });

  it('uses short-lived credentials for nine tenths of their lifetime', async () => {
    const fixture = new Fixture({ ...oneHour, expiration: start + 3000 });
    fixture.now += 2600;
    expect(await fixture.get()).to.include({ accessKey: 'first' });
    fixture.now += 200;
    expect(await fixture.get()).to.include({ accessKey: 'key 1' });
  });

  it('accepts every format of the expiration', async () => {
    for (const expiration of [
      new Date(start + 60 * minute).toISOString(),
      '2026-11-22T13:00:00.123456789Z',
      start + 60 * minute,
      undefined,
      null as unknown as undefined,
    ]) {
      const fixture = new Fixture({ accessKey: 'a', secretKey: 's', expiration });
      expect(await fixture.get()).to.include({ accessKey: 'a' });
    }
  });

  it('throws for credentials that are not complete', () => {
    const types = [{ accessKey: ['a'] }, { secretKey: 7 }, { sessionToken: {} }, { expiration: { toString: [] } }, { expiration: true }];
    for (const invalid of [{ accessKey: '' }, { secretKey: '' }, { expiration: 'tomorrow' }, ...types]) {
      expect(() => new Fixture({ ...oneHour, ...invalid } as Credentials)).to.throw(UploadError, /must have an accessKey, a secretKey/);
    }
  });

  it('uses them until they expire, if they cannot be renewed', async () => {
    const fixture = new Fixture(oneHour);
    fixture.respond = () => Promise.reject(new Error('Log in again.'));
    fixture.now += 59.5 * minute;
    expect(await fixture.get()).to.equal(oneHour);
    expect(await fixture.get()).to.equal(oneHour);
    expect(fixture.requestCount, 'the page is not asked again').to.equal(1);
    fixture.now += minute;
    expect(await rejection(fixture.get())).to.include({ reason: 'Log in again.', retry: 'manual', code: 'ExpiredCredentials' });
    expect(fixture.requestCount).to.equal(2);
    fixture.respond = () => Promise.resolve(fixture.credentials(60 * minute));
    expect(await fixture.get(), 'the user retries').to.include({ accessKey: 'key 1' });
  });

  it('does not renew without a listener', async () => {
    const fixture = new Fixture(oneHour, false);
    fixture.now += 59.5 * minute;
    expect(await fixture.get()).to.equal(oneHour);
    fixture.now += minute;
    expect(await rejection(fixture.get())).to.include({ reason: 'The permission to upload has expired.', retry: 'manual' });
  });

  it('rejects with a message for every failure of the page', async () => {
    const fixture = new Fixture();
    const cases: readonly (readonly [respond: () => Promise<Credentials>, reason: RegExp])[] = [
      [() => Promise.reject(new Error('')), /could not be renewed/],
      // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- Pages do so.
      [() => Promise.reject('No.'), /^No\.$/],
      [() => Promise.reject(new UploadError('Not now.')), /^Not now\.$/],
      [() => Promise.resolve({} as Credentials), /must have an accessKey/],
    ];
    for (const [respond, reason] of cases) {
      fixture.respond = respond;
      expect((await rejection(fixture.get())).reason).to.match(reason);
    }
  });

  it('rejects when the signal is aborted, and goes on for other requests', async () => {
    const fixture = new Fixture();
    let resolveCredentials: (credentials: Credentials) => void = () => {};
    fixture.respond = () => new Promise((resolve) => (resolveCredentials = resolve));
    const controller = new AbortController();
    const one = rejection(fixture.provider.get(controller.signal));
    const other = fixture.get();
    controller.abort('enough');
    expect(await one).to.equal('enough');
    resolveCredentials(oneHour);
    expect(await other).to.equal(oneHour);
    expect(fixture.requestCount).to.equal(1);
  });

  it('uses credentials that the page sets while its own promise does not settle', async () => {
    const fixture = new Fixture();
    fixture.respond = () => new Promise(() => {});
    const waiting = fixture.get();
    fixture.provider.set(oneHour);
    expect(await waiting).to.equal(oneHour);
    expect(await fixture.get()).to.equal(oneHour);
    expect(fixture.requestCount).to.equal(1);
  });

  it('stops waiting for the page’s promise when the credentials are removed, and asks again for the next request', async () => {
    const fixture = new Fixture();
    fixture.respond = () => new Promise(() => {});
    const waiting = rejection(fixture.get());
    fixture.provider.clear();
    expect(await waiting).to.include({ code: 'ExpiredCredentials', retry: 'manual' });
    fixture.respond = () => Promise.resolve(oneHour);
    expect(await fixture.get()).to.equal(oneHour);
  });

  it('renews expired credentials once for all requests', async () => {
    const fixture = new Fixture(oneHour);
    const used = await fixture.get();
    const renew = () => fixture.provider.renew(used, 'expired', signal);
    expect(await Promise.all([renew(), renew(), renew()])).to.deep.equal([true, true, true]);
    expect(await renew(), 'a late response').to.equal(true);
    expect(fixture.requestCount).to.equal(1);
    expect(await fixture.get()).to.include({ accessKey: 'key 1' });
  });

  it('renews rejected credentials only if they expire soon', async () => {
    const fixture = new Fixture(oneHour);
    expect(await fixture.provider.renew(oneHour, 'rejected', signal)).to.equal(false);
    fixture.now += 59.5 * minute;
    expect(await fixture.provider.renew(oneHour, 'rejected', signal)).to.equal(true);
    expect(fixture.requestCount).to.equal(1);
  });

  it('does not renew expired credentials without a listener', async () => {
    const fixture = new Fixture(oneHour, false);
    expect(await fixture.provider.renew(oneHour, 'expired', signal)).to.equal(false);
  });

  it('uses new credentials that seem to be expired, because the clock is wrong', async () => {
    const clock = new StoreClock(0, () => start + 120 * minute);
    let requestCount = 0;
    const provider = new CredentialsProvider(
      () => clock.now(),
      () => Promise.resolve({ ...oneHour, accessKey: `key ${++requestCount}` }),
    );
    expect(await provider.get(signal)).to.include({ accessKey: 'key 1' });
    expect(await provider.get(signal)).to.include({ accessKey: 'key 1' });
    clock.correct(start);
    expect(await provider.get(signal)).to.include({ accessKey: 'key 1' });
    expect(requestCount).to.equal(1);
  });

  it('does not reveal the secret key', () => {
    const { provider } = new Fixture(oneHour);
    expect(JSON.stringify(provider)).to.equal('{}');
    expect(Object.keys(provider)).to.deep.equal([]);
  });
});
