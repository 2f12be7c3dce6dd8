/** The promise: a bucket behind a CDN takes uploads as the bucket itself does, whatever the CDN makes of host and path. */

import { expect } from '@open-wc/testing';
import type { CdnSite, CdnSites } from '../servers/test-servers.js';
import { testServers, commandTestServers } from '../tools/test-servers.js';
import { cleanUp, makeFile, next, putS3, sha256, upload } from '../elements/page.js';

const mebibyte = 2 ** 20;
const { bucket, accessKey, secretKey } = testServers.store;
/** Everything that a proxy, a URL or a signature could read otherwise. */
const hardKey = "double//slash/a b+c & 50% #1? (é) '!*~ Ω 😀.bin";

describe('through a CDN', function () {
  this.timeout(60_000);

  let sites: CdnSites;
  before(async () => {
    // Installs nginx where it is missing.
    sites = await commandTestServers('cdn');
  });
  afterEach(cleanUp);

  /** As a page would say it. The bucket's name is in the host, or is said. */
  const behind = ({ endpoint, host, pathStyle, signer }: CdnSite, attributes: Record<string, string | number | boolean> = {}) =>
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
    ['bucketHost', 'that sends the bucket’s own host'],
    ['bucketPath', 'that maps its paths into the bucket'],
    ['folder', 'that has the bucket in a folder'],
  ] as const;
  for (const [name, what] of names) {
    for (const version of [4, 2]) {
      for (const chunking of [false, true]) {
        for (const signing of ['a server', 'the browser']) {
          it(`${what}: ${chunking ? 'in parts' : 'in one request'}, version ${version}, signed by ${signing}`, async () => {
            const inBrowser = { 'signature-endpoint': '', 'success-endpoint': '', 'access-key': '' };
            const element = behind(sites[name], {
              'signature-version': version,
              chunking,
              ...(signing === 'the browser' ? inBrowser : {}),
            });
            if (signing === 'the browser') element.setCredentials({ accessKey, secretKey });
            element.key = (id) => `${name}/${version}/${chunking}/${signing}/${id}/${hardKey}`;
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

  it('a cancelled upload leaves no parts behind', async () => {
    await commandTestServers('faults', {
      proxy: 'store',
      faults: [{ kind: 'slow', bytesPerSecond: 4 * mebibyte, match: { method: 'PUT' } }],
    });
    const element = behind(sites.bucketPath, { chunking: true });
    const begun = next(element, 'uploadChunkSuccess');
    element.addFiles(makeFile('a.bin', 26 * mebibyte));
    await begun;
    element.cancel(0);
    for (;;) if ((await commandTestServers('listUploads')).length === 0) break;
  });

  it('that writes CORS headers on refusals lets the store’s own words through', async () => {
    for (const chunking of [false, true]) {
      const element = behind(sites.bucketPath, { chunking, 'signature-endpoint': testServers.wrongSigner.signature });
      const error = next(element, 'error');
      expect((await upload(element, makeFile('a.bin', 6 * mebibyte))).success).to.equal(false);
      expect(await error).to.include({ status: 403 });
    }
  });

  it('that changes what was signed ends in a refusal, not in a file somewhere else', async () => {
    const element = behind(sites.bucketHost, { chunking: true, host: 'other.s3.localhost', bucket, 'signature-endpoint': '' });
    element.setCredentials({ accessKey, secretKey });
    element.key = () => 'never.bin';
    expect((await upload(element, makeFile('a.bin', 6 * mebibyte))).success).to.equal(false);
    expect(await commandTestServers('sha256', { key: 'never.bin' })).to.equal(null);
  });
});
