/**
 * Promise: with an identity provider and STS, a page needs no server. Uploads take longer than their temporary credentials are valid. The tests run with the
 * demo's store and, in the Ceph suite, with Ceph.
 */

import { expect } from '@open-wc/testing';
import type { FineUploaderS3Element } from '../../src/fine-uploader-s3.js';
import type { SeenRequest } from '../servers/fault-proxy.js';
import { testServers, commandTestServers } from '../tools/test-servers.js';
import { cleanUp, collect, makeFile, next, putS3, sha256, upload } from '../elements/page.js';

const mebibyte = 2 ** 20;
const { temporaryPrefix: prefix } = testServers.store;

/** An uploader on a page that renews temporary credentials and counts the renewals. */
class UploadPage {
  readonly element: FineUploaderS3Element;
  renewals = 0;
  /** If set, renewals fail with this error. */
  renewalError: Error | undefined;
  /** Expiration of each access key, in ms since 1970. */
  readonly keys = new Map<string, number>();

  constructor(
    readonly seconds: number,
    attributes: Readonly<Record<string, string | number | boolean>> = {},
  ) {
    this.element = putS3({ 'signature-endpoint': '', 'success-endpoint': '', 'access-key': '', ...attributes });
    this.element.key = (id) => `${prefix}${this.element.getUuid(id)}/${this.element.getName(id)}`;
    this.element.addEventListener('credentialsExpired', (event) => {
      this.renewals++;
      event.waitUntil(this.renewalError ? Promise.reject(this.renewalError) : this.credentials());
    });
  }

  async credentials() {
    const credentials = await commandTestServers('temporaryCredentials', { seconds: this.seconds });
    this.keys.set(credentials.accessKey, Date.parse(credentials.expiration));
    return credentials;
  }
}

/** Returns the store's requests without preflights. */
async function storeRequests(): Promise<readonly SeenRequest[]> {
  const { requests } = await commandTestServers('requests', { proxy: 'store' });
  return requests.filter(({ method, path }) => method !== 'OPTIONS' && path.includes(prefix));
}

/** Returns the access key that signed a request. */
function accessKeyOf({ headers }: SeenRequest): string {
  return (
    /^AWS4-HMAC-SHA256 Credential=([^/]+)|^AWS ([^:]+):/
      .exec(headers['authorization'] ?? '')
      ?.slice(1)
      .find(Boolean) ?? ''
  );
}

const limitBandwidth = () =>
  commandTestServers('faults', { proxy: 'store', faults: [{ kind: 'slow', bytesPerSecond: 6 * mebibyte, match: { method: 'PUT' } }] });

describe('temporary credentials', function () {
  this.timeout(60_000);
  afterEach(cleanUp);

  const file = makeFile('longer than its credentials.bin', 26 * mebibyte + 7);

  async function assertStored(key = ''): Promise<void> {
    expect(await commandTestServers('sha256', { key })).to.include({ sha256: await sha256(file), size: file.size });
    expect(await commandTestServers('listUploads')).to.deep.equal([]);
  }

  for (const version of [4, 2]) {
    it(`are renewed during an upload without a failed request (version ${version})`, async () => {
      await limitBandwidth();
      const page = new UploadPage(3, { chunking: true, 'max-connections': 3, 'signature-version': version });
      page.element.credentials = await page.credentials();
      const complete = await upload(page.element, file, 50_000);
      expect(complete.success).to.equal(true);

      const requests = await storeRequests();
      expect(
        requests
          .filter(({ status }) => status !== 200)
          .map(({ method, path, status, fault, answerStart }) => ({ method, path, status, fault, answerStart })),
      ).to.deep.equal([]);
      const used = [...new Set(requests.map(accessKeyOf))];
      expect(used).to.deep.equal([...page.keys.keys()]);
      expect(page.renewals).to.be.greaterThan(0);
      expect(used).to.have.length(page.renewals + 1);
      // After a renewal only the new key is used, and never an expired one.
      const order = requests.map((request) => used.indexOf(accessKeyOf(request)));
      expect(order).to.deep.equal([...order].sort((one, other) => one - other));
      for (const request of requests) expect(request.startedAt).to.be.lessThan(page.keys.get(accessKeyOf(request)) ?? 0);
      await assertStored(complete.key);
    });
  }

  it('are renewed once for many small files', async () => {
    const page = new UploadPage(2);
    const sent: File[] = [];
    // The first key is requested too.
    while (page.renewals < 3) {
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

  it('are renewed after the store reports their expiry to a device with a slow clock', async () => {
    await limitBandwidth();
    const { now } = Date;
    Date.now = () => now() - 30_000;
    try {
      const page = new UploadPage(3, { chunking: true, 'max-connections': 3 });
      page.element.credentials = await page.credentials();
      const complete = await upload(page.element, file, 50_000);
      expect(complete.success).to.equal(true);
      expect(page.renewals).to.be.greaterThan(0);
      expect(page.keys.size).to.equal(page.renewals + 1);
      const requests = await storeRequests();
      expect(requests.filter(({ status }) => status >= 400)).to.not.deep.equal([]);
      await assertStored(complete.key);
    } finally {
      Date.now = now;
    }
  });

  for (const resume of [false, true]) {
    it(`that cannot be renewed stop the upload with the reason, and a retry continues it (${resume ? 'with' : 'without'} resume)`, async () => {
      await limitBandwidth();
      const page = new UploadPage(2, { chunking: true, 'max-connections': 3, resume });
      page.element.credentials = await page.credentials();
      page.renewalError = new Error('You have been signed out. Please sign in again.');
      const errors = collect(page.element, 'error');
      const failed = await upload(page.element, file, 50_000);
      expect(failed.success).to.equal(false);
      expect(errors.map(({ reason }) => reason)).to.deep.equal([page.renewalError.message]);
      // Possibly once before the old credentials expire, and once after.
      expect(page.renewals).to.be.within(1, 2);
      const { renewals } = page;
      const before = (await storeRequests()).length;

      page.renewalError = undefined;
      page.element.credentials = await page.credentials();
      const completed = next(page.element, 'complete', undefined, 50_000);
      expect(page.element.retry(0)).to.equal(true);
      const complete = await completed;
      expect(complete.success).to.equal(true);
      const again = (await storeRequests()).slice(before).filter(({ method }) => method === 'PUT');
      expect(again.length).to.be.within(1, 5);
      expect(page.keys.size).to.equal(2 + page.renewals - renewals);
      await assertStored(complete.key);
    });
  }

  it('are not renewed if the role does not allow the upload', async () => {
    for (const chunking of [false, true]) {
      const page = new UploadPage(900, { chunking });
      page.element.credentials = await page.credentials();
      page.element.key = (id) => `elsewhere/${id}`;
      const error = next(page.element, 'error');
      expect((await upload(page.element, makeFile('a.bin', 6 * mebibyte))).success).to.equal(false);
      expect(await error).to.include({ status: 403, code: 'AccessDenied' });
      expect(page.renewals).to.equal(0);
      expect(await commandTestServers('sha256', { key: 'elsewhere/0' })).to.equal(null);
    }
  });
});
