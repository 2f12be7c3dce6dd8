/** Signed by the page's server, by Fine Uploader's protocol, over a real wire. */
import { expect } from '@open-wc/testing';
import { UploadError } from '../../../src/core/errors.js';
import type { UploadFile } from '../../../src/core/types.js';
import { send } from '../../../src/http/xhr.js';
import { serverSigner } from '../../../src/stores/s3/signers/server-signer.js';
import type { ServerSignerOptions } from '../../../src/stores/s3/signers/server-signer.js';
import { bytesOf, fileOf, uploadError } from '../../contract/checks.js';
import { testServers, commandTestServers } from '../../tools/test-servers.js';
import { Attempt, partSize, RecordedSend, serverSigned } from './test-store.js';

const { signer, minimalSigner, wrongSigner, store } = testServers;
const small = (details?: Partial<UploadFile>) => fileOf(new Blob([bytesOf(1000)], { type: 'image/png' }), { name: 'ü 1.png', ...details });
const large = () => fileOf(new Blob([bytesOf(partSize + 1)]));
const requests = async (proxy: 'signer' | 'minimalSigner' | 'store' = 'signer') =>
  (await commandTestServers('requests', { proxy })).requests;
const signedBy = (options: Partial<ServerSignerOptions>) =>
  serverSigner({ endpoint: signer.signature, accessKey: store.accessKey, send, ...options });
const answerWith = (status: number, body: string, headers: Record<string, string> = { 'Content-Type': 'application/json' }) =>
  commandTestServers('faults', { proxy: 'signer', faults: [{ kind: 'answer', status, body, headers, times: 9 }] });

describe('a signing server', () => {
  beforeEach(() => commandTestServers('reset'));

  it('is asked to sign a policy, as it is', async () => {
    const file = small();
    await new Attempt(serverSigned(testServers, send, 4, { key: () => 'user/ü 1.png', params: { a: 1 } }), file).carry();
    const [post] = (await requests()).filter(({ method }) => method === 'POST');
    expect(post?.path).to.equal('/s3/signature?v4=true');
    expect(post?.headers['accept']).to.equal('application/json');
    expect(post?.headers['content-type']).to.match(/^application\/json; charset=utf-8$/i); // Chromium writes UTF-8
    const policy = JSON.parse(post?.bodyStart ?? '') as { expiration: string; conditions: Record<string, string>[] };
    expect(Date.parse(policy.expiration) - Date.now()).to.be.within(200_000, 300_000);
    const [date, credential] = ['x-amz-date', 'x-amz-credential'].map(
      (name) => policy.conditions.find((condition) => name in condition)?.[name] ?? '',
    );
    expect(date).to.match(/^\d{8}T\d{6}Z$/);
    expect(credential).to.equal(`${store.accessKey}/${date?.slice(0, 8)}/${store.region}/s3/aws4_request`);
    expect(policy.conditions.map((condition) => Object.keys(condition)[0])).to.deep.equal([
      'acl',
      'bucket',
      'Content-Type',
      'success_action_status',
      'x-amz-algorithm',
      'key',
      'x-amz-credential',
      'x-amz-date',
      'x-amz-meta-a',
      'x-amz-meta-qqfilename',
    ]);
  });

  it('is asked to sign requests, with the canonical request in full', async () => {
    await new Attempt(serverSigned(testServers, send, 4, { successEndpoint: undefined }), large()).carry();
    const bodies = (await requests())
      .filter(({ method }) => method === 'POST')
      .map(({ bodyStart }) => JSON.parse(bodyStart) as { headers: string });
    expect(bodies.map(({ headers }) => headers.split('\n')[3])).to.deep.equal(['POST', 'PUT', 'PUT', 'POST']);
    const [create, part] = bodies.map(({ headers }) => headers.split('\n'));
    expect(create?.slice(0, 1)).to.deep.equal(['AWS4-HMAC-SHA256']);
    expect(create?.[5]).to.equal('uploads=');
    expect(part?.[5]).to.match(/^partNumber=1&uploadId=/);
    expect(part?.at(-1)).to.match(/^[\da-f]{64}$/);
    expect(part?.at(-2)).to.equal('host;x-amz-content-sha256;x-amz-date');
  });

  it('of the old kind is asked by version 2', async () => {
    for (const file of [small(), large()]) await new Attempt(serverSigned(testServers, send, 2), file).carry();
    const asked = (await requests()).filter(({ method, path }) => method === 'POST' && path.startsWith('/s3/signature'));
    expect(new Set(asked.map(({ path }) => path))).to.deep.equal(new Set(['/s3/signature']));
    const headers = (JSON.parse(asked[2]?.bodyStart ?? '') as { headers: string }).headers.split('\n');
    expect(headers[0]).to.equal('PUT');
    expect(headers.slice(1, 4)).to.deep.equal(['', '', '']);
    expect(headers[4]).to.match(/^x-amz-date:\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT$/);
    expect(headers[5]).to.match(new RegExp(`^/${store.bucket}/[\\w.-]+\\?partNumber=[12]&uploadId=`));
  });

  it('of the old kind needs no more from CORS than Content-Type', async () => {
    for (const version of [2, 4] as const)
      for (const file of [small(), large()]) {
        await new Attempt(serverSigned({ store, signer: minimalSigner }, send, version), file).carry();
      }
    for (const { method, headers } of await requests('minimalSigner')) {
      if (method !== 'OPTIONS') expect(headers).not.to.have.any.keys('x-requested-with', 'cache-control');
    }
  });

  it('is sent the page’s own headers, made for each file', async () => {
    const headers = ({ name }: UploadFile) => Promise.resolve({ 'X-CSRF': `for ${name}` });
    await new Attempt(
      serverSigned(testServers, send, 4, { signer: signedBy({ headers }), successEndpoint: undefined }),
      small({ name: 'a' }),
    ).carry();
    await new Attempt(
      serverSigned(testServers, send, 4, { signer: signedBy({ headers: { 'X-CSRF': 'b' } }), successEndpoint: undefined }),
      small(),
    ).carry();
    expect((await requests()).filter(({ method }) => method === 'POST').map((request) => request.headers['x-csrf'])).to.deep.equal([
      'for a',
      'b',
    ]);
  });

  it('may change the policy: what it signed is what is posted', async () => {
    await answerWith(200, JSON.stringify({ policy: 'c29tZXRoaW5nIGVsc2U=', signature: 'abc' }));
    await uploadError(new Attempt(serverSigned(testServers, send), small()).carry());
    const [post] = (await requests('store')).filter(({ method }) => method === 'POST');
    expect(post?.bodyStart)
      .to.match(/name="policy"\r\n\r\nc29tZXRoaW5nIGVsc2U=\r\n/)
      .and.match(/name="x-amz-signature"\r\n\r\nabc\r\n/);
  });

  const odd: readonly (readonly [what: string, status: number, body: string, retry: string, reason: RegExp])[] = [
    ['an error in words', 200, '{"error":"Not today."}', 'auto', /^Not today\.$/],
    ['an error in words, and a status', 403, '{"error":"Log in first."}', 'manual', /^Log in first\.$/],
    ['a failure in words', 500, '{"error":"No database."}', 'auto', /^No database\.$/],
    ['invalid', 200, '{"invalid":true}', 'manual', /^The signing server took the (policy|headers) for invalid\.$/],
    ['invalid, and a status', 400, '{"invalid":true}', 'manual', /for invalid/],
    ['invalid, and a failure', 500, '{"invalid":true}', 'manual', /for invalid/],
    ['a web page', 200, '<!doctype html><title>Log in</title>', 'manual', /has no signature in it/],
    ['nothing', 200, '', 'manual', /has no signature in it/],
    ['other JSON', 200, '{"signature":7}', 'manual', /has no signature in it/],
    ['null', 200, 'null', 'manual', /has no signature in it/],
    ['a list', 200, '["signature"]', 'manual', /has no signature in it/],
    [
      'good JSON with a bad status',
      205,
      '{"policy":"p","signature":"s"}',
      'auto',
      /^The signing server sent an unexpected response \(status 205\)\.$/,
    ],
    ['401', 401, '', 'manual', /^The signing server refused the request \(status 401\)\.$/],
    ['403', 403, '<html>', 'manual', /^The signing server refused the request \(status 403\)\.$/],
    ['404', 404, '', 'manual', /^The signing server found nothing at this address \(status 404\)\. Check the endpoint\.$/],
    ['429', 429, '', 'auto', /^The signing server is too busy/],
    ['500', 500, 'Internal error', 'auto', /^The signing server failed \(status 500\)\.$/],
  ];
  for (const [what, status, body, retry, reason] of odd) {
    it(`answers ${what}`, async () => {
      await answerWith(status, body);
      for (const file of [small(), large()]) {
        const error = await uploadError(new Attempt(serverSigned(testServers, send), file).carry());
        expect(error).to.include({ status, retry, code: 'NotSigned' });
        expect(error.reason).to.match(reason);
      }
      expect(await requests('store')).to.deep.equal([]);
    });
  }

  it('gives a policy without a signature, or a signature without a policy', async () => {
    for (const body of ['{"policy":"p"}', '{"signature":"s"}']) {
      await answerWith(200, body);
      expect((await uploadError(new Attempt(serverSigned(testServers, send), small()).carry())).reason).to.match(/has no signature in it/);
    }
  });

  it('says how long to wait', async () => {
    await answerWith(503, '', { 'Retry-After': '3' });
    expect(await uploadError(new Attempt(serverSigned(testServers, send), small()).carry())).to.include({
      retry: 'auto',
      retryAfter: 3000,
    });
  });

  it('that is gone is tried again', async () => {
    await commandTestServers('faults', { proxy: 'signer', faults: [{ kind: 'cutResponse', afterBytes: -1, times: 99 }] });
    expect(await uploadError(new Attempt(serverSigned(testServers, send), small()).carry())).to.include({
      status: 0,
      retry: 'auto',
      code: 'NetworkError',
    });
  });

  it('with a wrong secret is told so in words', async () => {
    for (const file of [small(), large()]) {
      const error = await uploadError(new Attempt(serverSigned({ store, signer: wrongSigner }, send), file).carry());
      // Of a request that is not a form, Ceph's refusal may not be read by a page.
      if (store.kind === 'ceph' && file.size > partSize)
        expect(error.reason).to.match(/or it refuses this page: check its CORS rules and the signature\.$/);
      else
        expect(error).to.include({ status: 403, retry: 'manual', code: store.kind === 'ceph' ? 'AccessDenied' : 'SignatureDoesNotMatch' });
      if (store.kind === 'demo') expect(error.reason).to.match(/Check the secret key on the signing server\.$/);
    }
  });

  describe('that signs one policy for many files', () => {
    const batch = (key: (file: UploadFile) => string, rest = {}) => {
      const recorded = new RecordedSend(send);
      const shared = serverSigner({ endpoint: signer.signature, accessKey: store.accessKey, batchPolicy: true, send: recorded.send });
      const make = () => serverSigned(testServers, recorded.send, 4, { signer: shared, key, successEndpoint: undefined, ...rest });
      return { recorded, make };
    };
    const arrived = async (key: string) => ((await commandTestServers('sha256', { key }))?.size ?? 0) === 1000;

    it('is asked once', async () => {
      const { recorded, make } = batch(({ uuid }) => `user/1/${uuid}`);
      const files = Array.from({ length: 5 }, (_, index) => small({ name: `file ${index}` }));
      await Promise.all(files.map((file) => new Attempt(make(), file).carry()));
      expect(recorded.steps.filter((step) => step.startsWith('POST signature'))).to.have.length(1);
      for (const { uuid } of files) expect(await arrived(`user/1/${uuid}`)).to.equal(true);
    });

    it('is asked once for each folder, and for what the policy does not cover', async () => {
      const { recorded, make } = batch(({ uuid, name }) => `${name}/${uuid}`);
      for (const details of [{ name: 'a' }, { name: 'a' }, { name: 'b' }, { name: 'a', type: '' }])
        await new Attempt(make(), small(details)).carry();
      expect(recorded.steps.filter((step) => step.startsWith('POST signature'))).to.have.length(3);
    });

    it('is asked for each file where keys have no folder', async () => {
      const { recorded, make } = batch(({ uuid }) => uuid);
      for (let count = 0; count < 2; count++) await new Attempt(make(), small()).carry();
      expect(recorded.steps.filter((step) => step.startsWith('POST signature'))).to.have.length(2);
    });

    it('is asked for each file where it will not sign for a folder', async () => {
      const { recorded, make } = batch(({ uuid }) => `user/1/${uuid}`);
      recorded.instead = ({ url, body }) =>
        url.startsWith(signer.signature) && String(body).includes('starts-with')
          ? { status: 400, url, text: '{"invalid":true}', header: () => null }
          : undefined;
      for (let count = 0; count < 3; count++) await new Attempt(make(), small()).carry();
      expect(recorded.steps.filter((step) => step.startsWith('POST signature'))).to.have.length(4);
    });

    it('is asked again where it could not be reached', async () => {
      const { recorded, make } = batch(({ uuid }) => `user/1/${uuid}`);
      recorded.instead = () => {
        recorded.instead = undefined;
        throw new UploadError('The connection to the server failed.', { status: 0, code: 'NetworkError' });
      };
      await uploadError(new Attempt(make(), small()).carry());
      await new Attempt(make(), small()).carry();
    });

    it('is asked again when the store says that the policy is over', async () => {
      const { recorded, make } = batch(({ uuid }) => `user/1/${uuid}`);
      await new Attempt(make(), small()).carry();
      await commandTestServers('faults', {
        proxy: 'store',
        faults: [
          {
            kind: 'answer',
            status: 403,
            body: '<Error><Code>AccessDenied</Code><Message>Invalid according to Policy: Policy expired.</Message></Error>',
          },
        ],
      });
      await new Attempt(make(), small()).carry();
      expect(recorded.steps.filter((step) => step.startsWith('POST signature'))).to.have.length(2);
    });
  });
});
