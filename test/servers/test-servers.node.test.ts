import assert from 'node:assert/strict';
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { after, before, beforeEach, describe, it } from 'node:test';
import { presign } from '../../demo/servers/node/signing-server.mjs';
import { answerOf, fileFields, postForm } from '../contract/endpoint-suite.js';
import { startTestServers } from './test-servers.js';
import type { TestServerAddresses, TestServerCommands, TestServers, SignerAddresses } from './test-servers.js';
import { errorResponses } from './faults.js';
import { completion, PAGE, step, uploadForm, uploadIdIn } from './s3-steps.js';
import type { SignedBucket } from './s3-steps.js';

let testServers: TestServers;
let addresses: TestServerAddresses;
before(async () => {
  testServers = await startTestServers();
  ({ addresses } = testServers);
});
beforeEach(() => command('reset', null));
after(() => testServers.close());

async function command<Name extends keyof TestServerCommands>(
  name: Name,
  payload: TestServerCommands[Name][0],
): Promise<TestServerCommands[Name][1]> {
  return (await testServers.handle(name, payload)) as TestServerCommands[Name][1];
}

const sha256 = (bytes: Buffer | string) => createHash('sha256').update(bytes).digest('hex');

function signedBucket(signer: SignerAddresses = addresses.signer): SignedBucket {
  const { endpoint, bucket, region, accessKey } = addresses.store;
  return { endpoint, bucket, region, accessKey, signature: signer.signature };
}

describe('the test servers', () => {
  it('accept a form upload that the signing server signed, and link to it', async () => {
    const key = `${randomUUID()}.txt`;
    const bytes = randomBytes(50_000);
    const response = await uploadForm(signedBucket(), key, bytes);
    assert.equal(response.status, 200, await response.text());
    assert.ok(response.headers.get('access-control-allow-origin'));
    const stored = await command('sha256', { key });
    assert.deepEqual([stored?.sha256, stored?.size], [sha256(bytes), bytes.length]);

    const form = new URLSearchParams({ key, bucket: addresses.store.bucket, uuid: randomUUID(), name: 'naïve.txt' });
    const { body } = await answerOf(await fetch(addresses.signer.success, { method: 'POST', body: form }));
    assert.equal(body['success'], true);
    assert.ok(String(body['tempLink']).startsWith(addresses.store.endpoint));
    const linked = await fetch(String(body['tempLink']));
    assert.equal(linked.status, 200);
    assert.equal(sha256(Buffer.from(await linked.arrayBuffer())), sha256(bytes));
    assert.equal(linked.headers.get('x-amz-meta-qqfilename'), 'na%C3%AFve.txt');

    const gone = await fetch(`${addresses.signer.files}/uuid?${new URLSearchParams({ key, bucket: addresses.store.bucket })}`, {
      method: 'DELETE',
    });
    assert.equal(gone.status, 204);
    assert.equal(await command('sha256', { key }), null);
    assert.equal((await fetch(addresses.signer.success, { method: 'POST', body: form })).status, 404);
  });

  it('reject requests that are signed with a wrong secret key', async () => {
    const response = await uploadForm(signedBucket(addresses.wrongSigner), randomUUID(), Buffer.from('x'));
    assert.equal(response.status, 403);
    assert.match(await response.text(), /<Code>(SignatureDoesNotMatch|AccessDenied)<\/Code>/);
  });

  it('accept a multipart upload and list it until it is completed', async () => {
    const key = 'naïve & "quoted" (1).bin';
    const parts = [randomBytes(5 * 1024 * 1024), randomBytes(1000)];
    const uploadId = uploadIdIn(await (await step(signedBucket(), 'POST', key, 'uploads=')).text());
    assert.deepEqual(await command('listUploads', null), [{ key, uploadId }]);
    const etags = [];
    for (const [index, part] of parts.entries()) {
      const response = await step(signedBucket(), 'PUT', key, `partNumber=${index + 1}&uploadId=${encodeURIComponent(uploadId)}`, part);
      assert.equal(response.status, 200, await response.text());
      assert.match(response.headers.get('access-control-expose-headers') ?? '', /etag/i);
      etags.push(response.headers.get('etag'));
    }
    const response = await step(signedBucket(), 'POST', key, `uploadId=${encodeURIComponent(uploadId)}`, completion(etags));
    assert.equal(response.status, 200, await response.text());
    assert.equal((await command('sha256', { key }))?.sha256, sha256(Buffer.concat(parts)));
    assert.deepEqual(await command('listUploads', null), []);
  });

  it('abort unfinished uploads on reset', async () => {
    await step(signedBucket(), 'POST', 'unfinished', 'uploads=');
    assert.equal((await command('listUploads', null)).length, 1);
    await command('reset', null);
    assert.deepEqual(await command('listUploads', null), []);
  });

  it('have a bucket that does not expose ETags', async () => {
    const { hiddenEtagBucket, hiddenEtagEndpoint } = addresses.store;
    const hidden = { ...signedBucket(addresses.hiddenEtagSigner), bucket: hiddenEtagBucket, endpoint: hiddenEtagEndpoint };
    const uploadId = uploadIdIn(await (await step(hidden, 'POST', 'key', 'uploads=')).text());
    const part = await step(hidden, 'PUT', 'key', `partNumber=1&uploadId=${encodeURIComponent(uploadId)}`, Buffer.from('x'));
    assert.equal(part.status, 200);
    assert.ok(part.headers.get('access-control-allow-origin'));
    assert.doesNotMatch(part.headers.get('access-control-expose-headers') ?? '', /etag/i);
  });

  it('have signing servers and endpoints with minimal CORS rules', async () => {
    const preflight = (url: string, headers: string) =>
      fetch(url, {
        method: 'OPTIONS',
        headers: { Origin: PAGE, 'Access-Control-Request-Method': 'POST', 'Access-Control-Request-Headers': headers },
      });
    const allowed = async (url: string) => (await preflight(url, 'x-anything')).headers.get('access-control-allow-headers');
    assert.equal(await allowed(addresses.signer.signature), 'x-anything');
    assert.equal(await allowed(addresses.minimalSigner.signature), 'Content-Type');
    assert.equal(await allowed(addresses.endpoint.uploads), 'x-anything');
    assert.equal(await allowed(addresses.minimalEndpoint.uploads), 'Content-Type, X-Requested-With, Cache-Control');
  });

  it('store files of the endpoint and link to them through the proxy', async () => {
    for (const { uploads } of [addresses.endpoint, addresses.minimalEndpoint]) {
      const uuid = randomUUID();
      const { body } = await postForm(uploads, fileFields(uuid, 'a.txt', 5), new Blob(['hello']));
      assert.equal(body['tempLink'], `${uploads}/${uuid}`);
      assert.deepEqual(await command('sha256', { uuid }), { sha256: sha256('hello'), size: 5, name: 'a.txt' });
    }
    assert.equal(await command('sha256', { uuid: randomUUID() }), null);
    assert.equal((await command('requests', { proxy: 'endpoint' })).requests.length, 1);
  });

  it('issue temporary credentials that are limited to a prefix and in time', async () => {
    const { endpoint, region, temporaryPrefix } = addresses.store;
    const put = async (credentials: { accessKey: string; secretKey: string; sessionToken: string }, key: string): Promise<number> => {
      const query = { 'X-Amz-Security-Token': credentials.sessionToken };
      const url = presign({ bucketUrl: endpoint, region, ...credentials }, 'PUT', key, { query });
      return (await fetch(url, { method: 'PUT', body: 'hello' })).status;
    };
    const credentials = await command('temporaryCredentials', { name: 'Zoë' });
    const seconds = (Date.parse(credentials.expiration) - Date.now()) / 1000;
    assert.ok(seconds > 890 && seconds < 910, `${seconds} s`);
    const key = `${temporaryPrefix}naïve.txt`;
    assert.equal(await put(credentials, key), 200);
    assert.equal((await command('sha256', { key }))?.sha256, sha256('hello'));
    assert.equal(await put(credentials, 'elsewhere.txt'), 403);
    assert.ok((await put({ ...credentials, sessionToken: '' }, key)) >= 400);

    const short = await command('temporaryCredentials', { seconds: 1 });
    const status = async (): Promise<number> => put(short, key);
    const start = Date.now();
    while ((await status()) === 200) assert.ok(Date.now() - start < 10_000, 'credentials of one second expire');
  });

  it('start the endpoint in PHP on command', async () => {
    const { uploads } = addresses.phpEndpoint;
    const uuid = randomUUID();
    await assert.rejects(fetch(uploads));
    await command('start', { server: 'php' });
    const { body } = await postForm(uploads, fileFields(uuid, 'a.txt', 5), new Blob(['hello']));
    assert.equal(body['tempLink'], `${uploads}/${uuid}`);
    await command('restart', { server: 'php' });
    assert.deepEqual(await command('sha256', { uuid, server: 'php' }), { sha256: sha256('hello'), size: 5, name: 'a.txt' });
    assert.equal(await command('sha256', { uuid }), null);
    await command('stop', { server: 'php' });
    await assert.rejects(fetch(uploads));
    await command('reset', null);
    assert.equal((await fetch(uploads)).status, 200);
  });

  it('inject faults', async () => {
    await command('faults', { proxy: 'store', faults: [errorResponses.slowDown()] });
    const key = randomUUID();
    assert.equal((await uploadForm(signedBucket(), key, Buffer.from('x'))).status, 503);
    assert.equal((await uploadForm(signedBucket(), key, Buffer.from('x'))).status, 200);
    const { requests } = await command('requests', { proxy: 'store' });
    assert.deepEqual(
      requests.map(({ status, fault }) => [status, fault]),
      [
        [503, 'answer'],
        [200, undefined],
      ],
    );
  });

  it('keep their data over a restart', async () => {
    const key = randomUUID();
    const uuid = randomUUID();
    await uploadForm(signedBucket(), key, Buffer.from('x'));
    await postForm(addresses.endpoint.uploads, fileFields(uuid, 'a.txt', 5), new Blob(['hello']));
    await step(signedBucket(), 'POST', 'unfinished', 'uploads=');
    for (const server of ['store', 'endpoint'] as const) {
      const { uploads } = addresses.endpoint;
      const address = server === 'store' ? addresses.store.endpoint : uploads;
      await command('stop', { server });
      await assert.rejects(fetch(address));
      await command('start', { server });
      await (await fetch(address)).arrayBuffer();
      await command('restart', { server });
    }
    assert.equal((await command('sha256', { key }))?.size, 1);
    assert.equal((await command('sha256', { uuid }))?.size, 5);
    assert.equal((await command('listUploads', null)).length, 1);
  });

  it('reject unknown names and list the known ones', async () => {
    await assert.rejects(testServers.handle('sha265', {}), /There is no "sha265" among sha256/);
    await assert.rejects(testServers.handle('faults', { proxy: 'shop', faults: [] }), /There is no "shop"/);
  });
});
