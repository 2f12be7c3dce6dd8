/**
 * The promise: with an identity provider and a token service, a page needs no server. Somebody signs in, gets credentials that last for seconds, and uploads
 * for longer than that. Against the demo's token service and, in the Ceph suite, against Ceph's.
 */

import { expect } from '@open-wc/testing';
import type { FineUploaderS3Element } from '../../src/fine-uploader-s3.js';
import type { SeenRequest } from '../servers/fault-proxy.js';
import { testServers, commandTestServers } from '../tools/test-servers.js';
import { cleanUp, collect, makeFile, next, putS3, sha256, upload } from '../elements/page.js';

const mebibyte = 2 ** 20;
const { temporaryPrefix: prefix } = testServers.store;

/** An uploader whose page renews credentials for a person who has signed in; and how often it was asked to. */
class Page {
  readonly element: FineUploaderS3Element;
  asked = 0;
  /** While there is one, it is what the page answers. */
  refusal: Error | undefined;
  /** When each access key expires, ms since 1970. */
  readonly keys = new Map<string, number>();

  constructor(
    readonly seconds: number,
    attributes: Readonly<Record<string, string | number | boolean>> = {},
  ) {
    this.element = putS3({ 'signature-endpoint': '', 'success-endpoint': '', 'access-key': '', ...attributes });
    this.element.key = (id) => `${prefix}${this.element.getUuid(id)}/${this.element.getName(id)}`;
    this.element.addEventListener('credentialsExpired', (event) => {
      this.asked++;
      event.waitUntil(this.refusal ? Promise.reject(this.refusal) : this.credentials());
    });
  }

  async credentials() {
    const credentials = await commandTestServers('temporaryCredentials', { seconds: this.seconds });
    this.keys.set(credentials.accessKey, Date.parse(credentials.expiration));
    return credentials;
  }
}

/** What the store saw, preflights aside. */
async function requestsToTheStore(): Promise<readonly SeenRequest[]> {
  const { requests } = await commandTestServers('requests', { proxy: 'store' });
  return requests.filter(({ method, path }) => method !== 'OPTIONS' && path.includes(prefix));
}

/** The access key that a request was signed with. */
function keyOf({ headers }: SeenRequest): string {
  return (
    /^AWS4-HMAC-SHA256 Credential=([^/]+)|^AWS ([^:]+):/
      .exec(headers['authorization'] ?? '')
      ?.slice(1)
      .find(Boolean) ?? ''
  );
}

const slowParts = () =>
  commandTestServers('faults', { proxy: 'store', faults: [{ kind: 'slow', bytesPerSecond: 6 * mebibyte, match: { method: 'PUT' } }] });

describe('no server at all', function () {
  this.timeout(60_000);
  afterEach(cleanUp);

  const file = makeFile('longer than its credentials.bin', 26 * mebibyte + 7);

  async function arrived(key = ''): Promise<void> {
    expect(await commandTestServers('sha256', { key })).to.include({ sha256: await sha256(file), size: file.size });
    expect(await commandTestServers('listUploads')).to.deep.equal([]);
  }

  for (const version of [4, 2]) {
    it(`an upload outlives its credentials, and no request is wasted (version ${version})`, async () => {
      await slowParts();
      const page = new Page(3, { chunking: true, 'max-connections': 3, 'signature-version': version });
      page.element.credentials = await page.credentials();
      const complete = await upload(page.element, file, 50_000);
      expect(complete.success).to.equal(true);

      const requests = await requestsToTheStore();
      expect(
        requests
          .filter(({ status }) => status !== 200)
          .map(({ method, path, status, fault, answerStart }) => ({ method, path, status, fault, answerStart })),
      ).to.deep.equal([]);
      const used = [...new Set(requests.map(keyOf))];
      expect(used).to.deep.equal([...page.keys.keys()]);
      expect(page.asked).to.be.greaterThan(0);
      expect(used).to.have.length(page.asked + 1);
      // Never an old key again once there is a new one, and never one whose time is over.
      const order = requests.map((request) => used.indexOf(keyOf(request)));
      expect(order).to.deep.equal([...order].sort((one, other) => one - other));
      for (const request of requests) expect(request.startedAt).to.be.lessThan(page.keys.get(keyOf(request)) ?? 0);
      await arrived(complete.key);
    });
  }

  it('small files go on from one key to the next, and each key is asked for once', async () => {
    const page = new Page(2);
    const sent: File[] = [];
    // The first key is asked for as well.
    while (page.asked < 3) {
      const small = makeFile(`${sent.length}.bin`, 20_000, { seed: sent.length });
      sent.push(small);
      expect((await upload(page.element, small)).success).to.equal(true);
    }
    expect(page.keys.size).to.equal(3);
    for (const [id, small] of [...sent.entries()].slice(-3)) {
      expect(await commandTestServers('sha256', { key: page.element.getKey(id) ?? '' })).to.include({ sha256: await sha256(small) });
    }
    const { requests } = await commandTestServers('requests', { proxy: 'store' });
    expect(requests.filter(({ status }) => status >= 400)).to.deep.equal([]);
  });

  it('a device whose clock is behind learns from the store that its credentials have expired', async () => {
    await slowParts();
    const { now } = Date;
    Date.now = () => now() - 30_000;
    try {
      const page = new Page(3, { chunking: true, 'max-connections': 3 });
      page.element.credentials = await page.credentials();
      const complete = await upload(page.element, file, 50_000);
      expect(complete.success).to.equal(true);
      expect(page.asked).to.be.greaterThan(0);
      expect(page.keys.size).to.equal(page.asked + 1);
      const requests = await requestsToTheStore();
      expect(requests.filter(({ status }) => status >= 400)).to.not.deep.equal([]);
      await arrived(complete.key);
    } finally {
      Date.now = now;
    }
  });

  for (const resume of [false, true]) {
    it(`a refused renewal ends in its reason, and trying again goes on from where it was (${resume ? 'with' : 'without'} resume)`, async () => {
      await slowParts();
      const page = new Page(2, { chunking: true, 'max-connections': 3, resume });
      page.element.credentials = await page.credentials();
      page.refusal = new Error('You have been signed out. Please sign in again.');
      const errors = collect(page.element, 'error');
      const failed = await upload(page.element, file, 50_000);
      expect(failed.success).to.equal(false);
      expect(errors.map(({ reason }) => reason)).to.deep.equal([page.refusal.message]);
      // Perhaps once while the old ones still served, and once when they did not.
      expect(page.asked).to.be.within(1, 2);
      const { asked } = page;
      const before = (await requestsToTheStore()).length;

      page.refusal = undefined;
      page.element.credentials = await page.credentials();
      const completed = next(page.element, 'complete', undefined, 50_000);
      expect(page.element.retry(0)).to.equal(true);
      const complete = await completed;
      expect(complete.success).to.equal(true);
      const again = (await requestsToTheStore()).slice(before).filter(({ method }) => method === 'PUT');
      expect(again.length).to.be.within(1, 5);
      expect(page.keys.size).to.equal(2 + page.asked - asked);
      await arrived(complete.key);
    });
  }

  it('what the role does not allow is refused, and nobody is asked for other credentials', async () => {
    for (const chunking of [false, true]) {
      const page = new Page(900, { chunking });
      page.element.credentials = await page.credentials();
      page.element.key = (id) => `elsewhere/${id}`;
      const error = next(page.element, 'error');
      expect((await upload(page.element, makeFile('a.bin', 6 * mebibyte))).success).to.equal(false);
      expect(await error).to.include({ status: 403, code: 'AccessDenied' });
      expect(page.asked).to.equal(0);
      expect(await commandTestServers('sha256', { key: 'elsewhere/0' })).to.equal(null);
    }
  });
});
