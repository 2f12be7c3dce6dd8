/** Promise: uploads work through a CDN that changes the host or the path. */

import { expect } from '@open-wc/testing';
import type { CdnSite, CdnSites } from '../servers/test-servers.js';
import { testServers, commandTestServers } from '../tools/test-servers.js';
import { cleanUp, makeFile, next, putS3, sha256, upload } from '../elements/page.js';

const mebibyte = 2 ** 20;
const { bucket, accessKey, secretKey } = testServers.store;
/** A key with characters that proxies, URLs or signatures often handle incorrectly. */
const specialKey = "double//slash/a b+c & 50% #1? (é) '!*~ Ω 😀.bin";

describe('a CDN', function () {
  this.timeout(60_000);

  let sites: CdnSites;
  before(async () => {
    // Installs nginx if it is missing.
    sites = await commandTestServers('cdn');
    // The page before this one may have left requests behind.
    await commandTestServers('reset');
  });
  afterEach(cleanUp);

  /** Creates an uploader for a site of the CDN. `bucket` is set if the host does not contain it. */
  const putUploader = ({ endpoint, host, pathStyle, signer }: CdnSite, attributes: Record<string, string | number | boolean> = {}) =>
    putS3({
      endpoint,
      host,
      'path-style': pathStyle,
      ...(pathStyle ? { bucket } : {}),
      'signature-endpoint': signer.signature,
      'success-endpoint': signer.success,
      ...attributes,
    });

  const names = [
    ['bucketHost', 'that sends the bucket’s host'],
    ['bucketPath', 'that adds the bucket to the path'],
    ['folder', 'that serves the bucket in a folder'],
  ] as const;
  for (const [name, description] of names) {
    for (const version of [4, 2]) {
      for (const chunking of [false, true]) {
        for (const signing of ['a server', 'the browser']) {
          it(`${description} passes an upload ${chunking ? 'in parts' : 'in one request'}, version ${version}, signed by ${signing}`, async () => {
            const inBrowser = { 'signature-endpoint': '', 'success-endpoint': '', 'access-key': '' };
            const element = putUploader(sites[name], {
              'signature-version': version,
              chunking,
              ...(signing === 'the browser' ? inBrowser : {}),
            });
            if (signing === 'the browser') element.setCredentials({ accessKey, secretKey });
            element.key = (id) => `${name}/${version}/${chunking}/${signing}/${id}/${specialKey}`;
            const file = makeFile('a.bin', 5 * mebibyte + 4321, { seed: version });
            const complete = await upload(element, file);
            expect(complete.success).to.equal(true);
            expect(complete.bucket).to.equal(bucket);
            expect(complete.key).to.equal(await element.key(0));
            expect(await commandTestServers('sha256', { key: complete.key ?? '' })).to.include({
              sha256: await sha256(file),
              size: file.size,
            });

            const { requests } = await commandTestServers('requests', { proxy: 'store' });
            const sent = requests.filter(({ method }) => method !== 'OPTIONS');
            expect(sent).to.have.length(chunking ? 4 : 1);
            const before = name === 'bucketPath' ? `/${bucket}/` : '/';
            for (const { status, path, headers } of sent) {
              expect(status).to.be.within(200, 204);
              expect(headers['host']).to.equal(sites[name].host);
              expect(path.startsWith(chunking ? `${before}${name}/` : before)).to.equal(true);
            }
          });
        }
      }
    }
  }

  it('passes the abort of a cancelled upload', async () => {
    await commandTestServers('faults', {
      proxy: 'store',
      faults: [{ kind: 'slow', bytesPerSecond: 4 * mebibyte, match: { method: 'PUT' } }],
    });
    const element = putUploader(sites.bucketPath, { chunking: true });
    const started = next(element, 'uploadChunkSuccess');
    element.addFiles(makeFile('a.bin', 26 * mebibyte));
    await started;
    element.cancel(0);
    for (;;) if ((await commandTestServers('listUploads')).length === 0) break;
  });

  it('that adds CORS headers to error responses passes the store’s error', async () => {
    for (const chunking of [false, true]) {
      const element = putUploader(sites.bucketPath, { chunking, 'signature-endpoint': testServers.wrongSigner.signature });
      const error = next(element, 'error');
      expect((await upload(element, makeFile('a.bin', 6 * mebibyte))).success).to.equal(false);
      expect(await error).to.include({ status: 403 });
    }
  });

  it('that changes signed headers causes a failure instead of a misplaced file', async () => {
    const element = putUploader(sites.bucketHost, { chunking: true, host: 'other.s3.localhost', bucket, 'signature-endpoint': '' });
    element.setCredentials({ accessKey, secretKey });
    element.key = () => 'never.bin';
    expect((await upload(element, makeFile('a.bin', 6 * mebibyte))).success).to.equal(false);
    expect(await commandTestServers('sha256', { key: 'never.bin' })).to.equal(null);
  });
});
