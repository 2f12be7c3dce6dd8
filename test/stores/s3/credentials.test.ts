import { expect } from '@open-wc/testing';
import { UploadError } from '../../../src/core/errors.js';
import { StoreClock } from '../../../src/stores/s3/signers/store-clock.js';
import { CredentialsProvider } from '../../../src/stores/s3/signers/credentials-provider.js';
import type { Credentials } from '../../../src/stores/s3/signers/credentials-provider.js';

const start = Date.UTC(2026, 10, 22, 12);
const minute = 60_000;
const { signal } = new AbortController();

/** A provider, a clock that stands still, and a page that is asked for credentials. */
class Rig {
  now = start;
  asked = 0;
  /** What the page answers. */
  answer: () => Promise<Credentials> = () => Promise.resolve(this.lasting(60 * minute));
  readonly provider: CredentialsProvider;
  #made = 0;

  constructor(first?: Credentials, asks = true) {
    const ask = () => {
      this.asked++;
      return this.answer();
    };
    this.provider = new CredentialsProvider(() => this.now, asks ? ask : undefined);
    if (first) this.provider.set(first);
  }

  lasting(ms: number): Credentials {
    return { accessKey: `key ${++this.#made}`, secretKey: 'secret', expiration: new Date(this.now + ms) };
  }

  fresh = () => this.provider.get(signal);
}

const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => expect.fail('it did not fail'),
    (thrown: unknown) => thrown as UploadError,
  );

const hour: Credentials = { accessKey: 'first', secretKey: 'secret', expiration: new Date(start + 60 * minute) };

describe('credentials', () => {
  it('are used as long as they last', async () => {
    const rig = new Rig(hour);
    rig.now += 58 * minute;
    expect(await rig.fresh()).to.equal(hour);
    expect(rig.asked).to.equal(0);
  });

  it('are replaced shortly before they expire, once for all who wait', async () => {
    const rig = new Rig(hour);
    rig.now += 59 * minute + 1;
    const [one, other] = await Promise.all([rig.fresh(), rig.fresh()]);
    expect(one).to.equal(other);
    expect(one).to.include({ accessKey: 'key 1' });
    await rig.fresh();
    expect(rig.asked).to.equal(1);
  });

  it('are asked for where there are none yet', async () => {
    const rig = new Rig();
    expect(await rig.fresh()).to.include({ accessKey: 'key 1' });
  });

  it('that last a few seconds are used for most of them', async () => {
    const rig = new Rig({ ...hour, expiration: start + 3000 });
    rig.now += 2600;
    expect(await rig.fresh()).to.include({ accessKey: 'first' });
    rig.now += 200;
    expect(await rig.fresh()).to.include({ accessKey: 'key 1' });
  });

  it('may be written in any way that a date can be', async () => {
    for (const expiration of [
      new Date(start + 60 * minute).toISOString(),
      '2026-11-22T13:00:00.123456789Z',
      start + 60 * minute,
      undefined,
    ]) {
      const rig = new Rig({ accessKey: 'a', secretKey: 's', expiration });
      expect(await rig.fresh()).to.include({ accessKey: 'a' });
    }
  });

  it('are refused where something is missing', () => {
    for (const wrong of [{ accessKey: '' }, { secretKey: '' }, { expiration: 'tomorrow' }]) {
      expect(() => new Rig({ ...hour, ...wrong })).to.throw(UploadError, /must have an accessKey, a secretKey/);
    }
  });

  it('go on being used until they expire where no others are to be had', async () => {
    const rig = new Rig(hour);
    rig.answer = () => Promise.reject(new Error('Log in again.'));
    rig.now += 59.5 * minute;
    expect(await rig.fresh()).to.equal(hour);
    expect(await rig.fresh()).to.equal(hour);
    expect(rig.asked, 'the page is not asked over and over').to.equal(1);
    rig.now += minute;
    expect(await failure(rig.fresh())).to.include({ reason: 'Log in again.', retry: 'manual', code: 'ExpiredCredentials' });
    expect(rig.asked).to.equal(2);
    rig.answer = () => Promise.resolve(rig.lasting(60 * minute));
    expect(await rig.fresh(), 'a person tries again').to.include({ accessKey: 'key 1' });
  });

  it('cannot be replaced where nobody listens', async () => {
    const rig = new Rig(hour, false);
    rig.now += 59.5 * minute;
    expect(await rig.fresh()).to.equal(hour);
    rig.now += minute;
    expect(await failure(rig.fresh())).to.include({ reason: 'The permission to upload has run out.', retry: 'manual' });
  });

  it('of whatever the page makes of them fail with a sentence', async () => {
    const rig = new Rig();
    const cases: readonly (readonly [answer: () => Promise<Credentials>, reason: RegExp])[] = [
      [() => Promise.reject(new Error('')), /could not be renewed/],
      // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- pages do
      [() => Promise.reject('No.'), /^No\.$/],
      [() => Promise.reject(new UploadError('Not now.')), /^Not now\.$/],
      [() => Promise.resolve({} as Credentials), /must have an accessKey/],
    ];
    for (const [answer, reason] of cases) {
      rig.answer = answer;
      expect((await failure(rig.fresh())).reason).to.match(reason);
    }
  });

  it('are waited for no longer than the attempt lasts, and not lost for others', async () => {
    const rig = new Rig();
    let give: (credentials: Credentials) => void = () => {};
    rig.answer = () => new Promise((resolve) => (give = resolve));
    const attempt = new AbortController();
    const one = failure(rig.provider.get(attempt.signal));
    const other = rig.fresh();
    attempt.abort('enough');
    expect(await one).to.equal('enough');
    give(hour);
    expect(await other).to.equal(hour);
    expect(rig.asked).to.equal(1);
  });

  it('are replaced once when the store says that they have expired, whoever hears it first', async () => {
    const rig = new Rig(hour);
    const used = await rig.fresh();
    const renew = () => rig.provider.renew(used, true, signal);
    expect(await Promise.all([renew(), renew(), renew()])).to.deep.equal([true, true, true]);
    expect(await renew(), 'a late answer').to.equal(true);
    expect(rig.asked).to.equal(1);
    expect(await rig.fresh()).to.include({ accessKey: 'key 1' });
  });

  it('are replaced on suspicion only when their time has come', async () => {
    const rig = new Rig(hour);
    expect(await rig.provider.renew(hour, false, signal)).to.equal(false);
    rig.now += 59.5 * minute;
    expect(await rig.provider.renew(hour, false, signal)).to.equal(true);
    expect(rig.asked).to.equal(1);
  });

  it('are not replaced by nobody', async () => {
    const rig = new Rig(hour, false);
    expect(await rig.provider.renew(hour, true, signal)).to.equal(false);
  });

  it('that look expired when they are new are used: it is the clock that is wrong', async () => {
    const clock = new StoreClock(0, () => start + 120 * minute);
    let asked = 0;
    const provider = new CredentialsProvider(
      () => clock.now(),
      () => Promise.resolve({ ...hour, accessKey: `key ${++asked}` }),
    );
    expect(await provider.get(signal)).to.include({ accessKey: 'key 1' });
    expect(await provider.get(signal)).to.include({ accessKey: 'key 1' });
    clock.correct(start);
    expect(await provider.get(signal)).to.include({ accessKey: 'key 1' });
    expect(asked).to.equal(1);
  });

  it('tell nobody their secret', () => {
    const { provider } = new Rig(hour);
    expect(JSON.stringify(provider)).to.equal('{}');
    expect(Object.keys(provider)).to.deep.equal([]);
  });
});

describe('the store’s clock', () => {
  it('drifts as the page says', () => expect(new StoreClock(5000, () => start).now()).to.equal(start + 5000));

  it('takes over the store’s time where that makes a difference', () => {
    const clock = new StoreClock(0, () => start);
    expect(clock.correct(start + 30_000)).to.equal(false);
    expect(clock.now()).to.equal(start);
    expect(clock.correct(start - 20 * minute)).to.equal(true);
    expect(clock.now()).to.equal(start - 20 * minute);
    expect(clock.correct(start - 20 * minute)).to.equal(false);
  });

  it('is this device’s by default', () => expect(Math.abs(new StoreClock().now() - Date.now())).to.be.lessThan(1000));
});
