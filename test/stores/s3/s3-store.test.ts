/** Uploads in one request to a real store. */
import { expect } from '@open-wc/testing';
import type { UploadFile } from '../../../src/core/types.js';
import { send } from '../../../src/http/xhr.js';
import { browserSigner } from '../../../src/stores/s3/signers/browser-signer.js';
import { CredentialsProvider } from '../../../src/stores/s3/signers/credentials-provider.js';
import type { S3Signer } from '../../../src/stores/s3/signers/signer.js';
import { s3Error } from '../../servers/faults.js';
import { bytesOf, fileOf, sha256, uploadError } from '../../contract/checks.js';
import { testServers, commandTestServers } from '../../tools/test-servers.js';
import { Attempt, browserSigned, partSize, RecordedSend, serverSigned } from './test-store.js';
import type { Options } from './test-store.js';

const { store } = testServers;
const newFile = (size = 1000, details?: Partial<UploadFile>) => fileOf(new Blob([bytesOf(size)], { type: 'image/png' }), details);
const storedObject = (key: string | undefined) => commandTestServers('sha256', { key: key ?? '' });
const methods = async () => (await commandTestServers('requests', { proxy: 'store' })).requests.map(({ method }) => method);

async function upload(file: UploadFile, options: Options = {}): Promise<{ key: string | undefined; attempt: Attempt }> {
  const attempt = new Attempt(serverSigned(testServers, send, 4, { successEndpoint: undefined, ...options }), file);
  const { key } = await attempt.upload();
  return { key, attempt };
}

function signerWithoutPolicies(): S3Signer {
  const provider = new CredentialsProvider(() => Date.now());
  provider.set(store);
  return { sign: browserSigner(provider).sign };
}

describe('S3Store, in one request', () => {
  beforeEach(() => commandTestServers('reset'));

  it('creates the object with the page’s properties', async () => {
    const { key } = await upload(newFile(1000, { name: 'größe (1).png' }), {
      key: ({ uuid }) => `user/ü b+c/${uuid}`,
      params: { Author: 'Zoë', 'Cache-Control': 'max-age=60', list: ['a', 'b'] },
      storageClass: 'REDUCED_REDUNDANCY',
    });
    const object = await storedObject(key);
    expect(object).to.include({ sha256: await sha256(bytesOf(1000)), size: 1000 });
    expect(object && 'headers' in object && object.headers).to.include({
      'content-type': 'image/png',
      // Ceph ignores this form field.
      ...(store.kind === 'demo' && { 'cache-control': 'max-age=60' }),
      'x-amz-meta-author': 'Zo%C3%AB',
      'x-amz-meta-list': 'a%2Cb',
      'x-amz-meta-qqfilename': 'gr%C3%B6%C3%9Fe%20(1).png',
      'x-amz-storage-class': 'REDUCED_REDUNDANCY',
    });
  });

  it('uploads a small file by one request to the store, without a preflight', async () => {
    const { attempt } = await upload(newFile(256 * 1024 - 1));
    expect(await methods()).to.deep.equal(['POST']);
    expect(attempt.progress).to.deep.equal([]);
  });

  it('reports progress of a larger file, in bytes of the file', async () => {
    const size = 3_000_000;
    const { attempt } = await upload(newFile(size));
    const loaded = attempt.progress.map(([, bytes]) => bytes);
    expect(loaded.at(-1)).to.equal(size);
    expect(loaded).to.deep.equal([...loaded].sort((one, other) => one - other));
  });

  it('works with each signer and signature version', async () => {
    for (const version of [2, 4] as const)
      for (const createStore of [serverSigned, browserSigned])
        for (const type of ['', 'text/plain']) {
          const file = fileOf(new Blob([bytesOf(7)], { type }), { name: 'a' });
          const { key } = await new Attempt(createStore(testServers, send, version, { successEndpoint: undefined }), file).upload();
          expect(await storedObject(key)).to.include({ size: 7 });
        }
  });

  it('uploads a large file in one request without chunking', async () => {
    const { attempt, key } = await upload(newFile(partSize + 1), { chunking: false });
    expect(attempt.opened).to.include({ chunked: false, totalParts: 1 });
    expect(await methods()).to.not.include('PUT');
    expect(await storedObject(key)).to.include({ size: partSize + 1 });
  });

  it('rejects a file outside of the signed size limits', async () => {
    const error = await uploadError(upload(newFile(1001), { sizeLimit: 1000 }));
    expect(error).to.include({ code: 'EntityTooLarge', retry: 'manual', status: 400 });
    expect(await uploadError(upload(newFile(9), { minSizeLimit: 10 }))).to.include({ code: 'EntityTooSmall' });
    await upload(newFile(1000), { sizeLimit: 1000, minSizeLimit: 1000 });
  });

  it('does not retry a file that is too small', async () => {
    expect((await uploadError(upload(newFile(9), { minSizeLimit: 10 }))).retry).to.equal('manual');
  });

  it('uses PutObject if the signer cannot sign policies', async () => {
    const { key } = await upload(newFile(), { signer: signerWithoutPolicies(), params: { a: 1 } });
    expect(await methods())
      .to.include('PUT')
      .and.not.include('POST');
    const object = await storedObject(key);
    expect(object && 'headers' in object && object.headers).to.include({ 'x-amz-meta-a': '1', 'content-type': 'image/png' });
  });

  it('uses PutObject if the store does not support form posts', async () => {
    for (const status of [405, 501]) {
      await commandTestServers('faults', {
        proxy: 'store',
        faults: [{ ...s3Error(status, 'MethodNotAllowed', ''), match: { method: 'POST' } }],
      });
      const { key } = await new Attempt(browserSigned(testServers, send), newFile()).upload();
      expect(await storedObject(key)).to.include({ size: 1000 });
    }
  });

  it('rejects if the store supports neither', async () => {
    await commandTestServers('faults', { proxy: 'store', faults: [{ ...s3Error(405, 'MethodNotAllowed', ''), times: 9 }] });
    expect(await uploadError(new Attempt(browserSigned(testServers, send), newFile()).upload())).to.include({
      status: 405,
      retry: 'manual',
    });
  });

  it('uploads a large file in parts if the signer cannot sign policies', async () => {
    const { attempt } = await upload(newFile(partSize + 1), { signer: signerWithoutPolicies(), chunking: false });
    expect(attempt.opened).to.include({ chunked: true, totalParts: 2 });
  });

  it('keeps the key of a failed attempt', async () => {
    const file = newFile();
    let keys = 0;
    const key = () => `key ${++keys} of ${file.uuid}`;
    await commandTestServers('faults', { proxy: 'store', faults: [s3Error(503, 'SlowDown', '')] });
    const first = new Attempt(serverSigned(testServers, send, 4, { key }), file);
    expect(await uploadError(first.upload())).to.include({ retry: 'auto' });
    const second = new Attempt(serverSigned(testServers, send, 4, { key }), file);
    expect((await second.upload(first.saved)).key).to.equal(`key 1 of ${file.uuid}`);
    expect(second.opened?.resumed).to.equal(false);
  });

  it('sends no cookies and no headers to the store, and saves no secrets', async () => {
    const recorded = new RecordedSend(send);
    const attempt = new Attempt(
      serverSigned(testServers, recorded.send, 4, { withCredentials: true, successEndpoint: undefined }),
      newFile(),
    );
    await attempt.upload();
    const post = recorded.requests.at(-1);
    expect(post?.url).to.equal(`${store.endpoint}/`);
    expect(post?.headers).to.deep.equal({});
    expect(post?.withCredentials ?? false).to.equal(false);
    expect(JSON.stringify(attempt.saved)).to.not.include(store.secretKey);
  });

  for (const option of ['bucket', 'host', 'region', 'pathStyle', 'key'] as const) {
    it(`rejects with the page’s error if its function for ${option} rejects`, async () => {
      const attempt = new Attempt(
        serverSigned(testServers, send, 4, { [option]: () => Promise.reject(new Error(`No ${option} for you.`)) }),
        newFile(),
      );
      const error = await attempt.upload().catch((thrown: unknown) => thrown);
      expect(error).to.include({ message: `No ${option} for you.` });
    });
  }

  it('uploads to the bucket that a function returns', async () => {
    const file = newFile();
    const options = { bucket: () => Promise.resolve(store.hiddenEtagBucket), region: () => store.region };
    const endpoint = new URL(store.endpoint).origin;
    const attempt = new Attempt(browserSigned(testServers, send, 4, { endpoint, pathStyle: true, ...options }), file);
    const { key, bucket } = await attempt.upload();
    expect(bucket).to.equal(store.hiddenEtagBucket);
    expect(await commandTestServers('sha256', { key: key ?? '', bucket: store.hiddenEtagBucket })).to.include({ size: 1000 });
  });

  describe('after a form post', () => {
    const form = { method: 'POST' };
    const empty = { kind: 'answer', status: 200, body: '', match: form } as const;
    const serverAttempt = (options: Options = {}) =>
      new Attempt(serverSigned(testServers, send, 4, { successEndpoint: undefined, ...options }), newFile());
    const browserAttempt = (by = send) => new Attempt(browserSigned(testServers, by), newFile());

    it('asks for a document about the object, where no signing server has to agree', async () => {
      const recorded = new RecordedSend(send);
      const attempt = browserAttempt(recorded.send);
      await attempt.upload();
      expect((recorded.requests[0]?.body as FormData).get('success_action_status')).to.equal('201');
      expect(attempt.receipts[0]?.data)
        .to.have.property('etag')
        .that.matches(/^"[\da-f]{32}"$/);
      expect(await methods()).to.deep.equal(['POST']);
    });

    it('does not take an empty answer of something else for the store’s', async () => {
      await commandTestServers('faults', { proxy: 'store', faults: [empty] });
      expect(await uploadError(browserAttempt().upload())).to.include({ code: 'NotStored', retry: 'auto' });
    });

    it('does not take an answer that is not S3’s for the store’s', async () => {
      for (const attempt of [browserAttempt(), serverAttempt()]) {
        await commandTestServers('faults', { proxy: 'store', faults: [{ ...empty, body: '{"ok":true}' }] });
        expect(await uploadError(attempt.upload())).to.include({ code: 'NotAStore', retry: 'auto' });
      }
    });

    it('asks whether the object is there, if only headers that it cannot read tell', async () => {
      const recorded = new RecordedSend(send);
      recorded.replaceResponse = ({ method }, response) =>
        method === 'POST' ? { ...response, status: 200, text: '', header: () => null } : undefined;
      const { key } = await browserAttempt(recorded.send).upload();
      expect(await storedObject(key)).to.include({ size: 1000 });
      expect(await methods()).to.include('HEAD');
    });

    it('fails for a document about another object', async () => {
      const body = '<PostResponse><Bucket>b</Bucket><Key>other</Key><ETag>"e"</ETag></PostResponse>';
      await commandTestServers('faults', { proxy: 'store', faults: [{ ...empty, status: 201, body }] });
      expect(await uploadError(browserAttempt().upload())).to.include({ code: 'OtherObject', retry: 'manual' });
    });
  });
});
