import { expect } from '@open-wc/testing';
import type { FineUploaderS3Element } from '../../src/elements/fine-uploader-s3-element.js';
import { testServers, commandTestServers } from '../tools/test-servers.js';
import { cleanUp, collect, makeFile, next, putS3, sha256, upload } from './page.js';

const mebibyte = 2 ** 20;

describe('<fine-uploader-s3> and metadata', () => {
  afterEach(cleanUp);

  it('refuses parameters that cannot be metadata when the file is added', async () => {
    for (const [params, reason] of [
      [{ 'user name': 1 }, 'The parameter “user name” cannot be the name of metadata'],
      [{ note: 'x'.repeat(3000) }, 'the longest is “note”'],
    ] as const) {
      const element = putS3({ 'manual-upload': true });
      element.params = params;
      const rejected = next(element, 'statusChange', ({ newStatus }) => newStatus === 'rejected');
      const error = next(element, 'error');
      element.addFiles(makeFile('a.bin', 10));
      await rejected;
      expect((await error).reason).to.include(reason);
    }
  });

  it('uploads a file with a long name', async () => {
    const element = putS3();
    const { success } = await upload(element, makeFile(`${'長'.repeat(230)}.txt`, 10));
    expect(success).to.equal(true);
    element.params = { note: 'ok' };
    expect((await upload(element, makeFile(`${'長'.repeat(230)}.txt`, 10))).success).to.equal(true);
  });
});

describe('<fine-uploader-s3> with a signing server', () => {
  afterEach(cleanUp);

  it('puts a small file into the bucket, byte for byte, and tells the success endpoint', async () => {
    const element = putS3();
    const file = makeFile('naïve & "quoted" (1).txt', 3072, { type: 'text/plain' });
    const progress = collect(element, 'progress');
    const complete = await upload(element, file);
    expect(complete.success).to.equal(true);
    expect(complete.bucket).to.equal(testServers.store.bucket);
    expect(complete.key).to.match(/^[0-9a-f-]{36}\.txt$/);
    const stored = await commandTestServers('sha256', { key: complete.key ?? '' });
    expect(stored).to.include({ sha256: await sha256(file), size: 3072 });
    const link = String(complete.response['tempLink']);
    const viewed = await fetch(link);
    expect(viewed.ok).to.equal(true);
    expect(await sha256(await viewed.blob())).to.equal(await sha256(file));
    expect(progress.at(-1)).to.include({ uploadedBytes: 3072, totalBytes: 3072 });
  });

  it('needs one signature, no preflight and one request to the store for a small file', async () => {
    const element = putS3();
    await upload(element, makeFile('a.bin', 10_000));
    const { requests } = await commandTestServers('requests', { proxy: 'store' });
    expect(requests.map(({ method }) => method)).to.deep.equal(['POST']);
    const signed = await commandTestServers('requests', { proxy: 'signer' });
    expect(signed.requests.filter(({ method, path }) => method === 'POST' && path.startsWith('/s3/signature'))).to.have.length(1);
  });

  it('puts a large file into the bucket in parts, side by side', async () => {
    const element = putS3({ chunking: true, 'max-connections': 3 });
    const file = makeFile('video.mp4', 21 * mebibyte + 17, { type: 'video/mp4' });
    const chunks = collect(element, 'uploadChunkSuccess');
    const statuses = collect(element, 'statusChange');
    const complete = await upload(element, file);
    expect(complete.success).to.equal(true);
    expect(await commandTestServers('sha256', { key: complete.key ?? '' })).to.include({ sha256: await sha256(file), size: file.size });
    expect(chunks.map(({ partIndex }) => partIndex).sort()).to.deep.equal([0, 1, 2, 3, 4]);
    expect(statuses.map(({ newStatus }) => newStatus)).to.include('upload finalizing');
    expect((await commandTestServers('requests', { proxy: 'store' })).maxParallel).to.be.within(2, 3);
  });

  it('signs a real SHA-256 of every part', async () => {
    const element = putS3({ chunking: true });
    await upload(element, makeFile('a.bin', 6 * mebibyte));
    const { requests } = await commandTestServers('requests', { proxy: 'store' });
    const hashes = requests.filter(({ method }) => method === 'PUT').map(({ headers }) => headers['x-amz-content-sha256']);
    expect(hashes).to.have.length(2);
    for (const hash of hashes) expect(hash).to.match(/^[0-9a-f]{64}$/);
  });

  it('makes metadata of params, and keeps the content type', async () => {
    const element = putS3({ params: JSON.stringify({ Album: 'Été 2026', n: 5 }), key: 'filename' });
    await upload(element, makeFile('metadata.txt', 100, { type: 'text/plain' }));
    const stored = await commandTestServers('sha256', { key: 'metadata.txt' });
    expect(JSON.stringify(stored)).to.contain('%C3%89t%C3%A9%202026');
  });

  for (const [what, key] of [
    ['a function', (id: number) => `made/${id} & more.bin`],
    ['an async function', (id: number) => Promise.resolve(`later/${id}+ü.bin`)],
  ] as const) {
    it(`takes the key from ${what}`, async () => {
      const element = putS3();
      element.key = key;
      const file = makeFile('a.bin', 1000);
      const complete = await upload(element, file);
      expect(complete.key).to.equal(await key(0));
      expect(await commandTestServers('sha256', { key: complete.key ?? '' })).to.include({ sha256: await sha256(file) });
      expect(element.getKey(0)).to.equal(complete.key);
    });
  }

  for (const [what, removeKey] of [
    ['the attribute is removed', (element: FineUploaderS3Element) => element.removeAttribute('key')],
    ['the property is set to undefined', (element: FineUploaderS3Element) => Object.assign(element, { key: undefined })],
  ] as const) {
    it(`takes the uuid as key where ${what}`, async () => {
      const element = putS3({ key: 'filename' });
      removeKey(element);
      const { success, key, uuid } = await upload(element, makeFile('a.bin', 10));
      expect({ success, key }).to.deep.equal({ success: true, key: `${uuid}.bin` });
    });
  }

  it('takes the place from functions of the file, sync or async', async () => {
    const { store } = testServers;
    const element = putS3({ endpoint: new URL(store.endpoint).origin, region: false, 'path-style': false });
    const asked: (readonly [string, number])[] = [];
    const answer =
      <T>(what: string, value: T) =>
      (id: number): Promise<T> => {
        asked.push([what, id]);
        return Promise.resolve(value);
      };
    element.bucket = answer('bucket', store.bucket);
    element.host = answer('host', new URL(store.endpoint).host);
    element.region = answer('region', store.region);
    element.pathStyle = answer('pathStyle', true);
    const file = makeFile('a.bin', 1000);
    const { key, bucket } = await upload(element, file);
    expect(bucket).to.equal(store.bucket);
    expect(await commandTestServers('sha256', { key: key ?? '' })).to.include({ sha256: await sha256(file) });
    expect(new Set(asked.map(([what, id]) => `${what} ${id}`))).to.deep.equal(new Set(['bucket 0', 'host 0', 'region 0', 'pathStyle 0']));
  });

  it('fails a file whose key function rejects, with that reason, and lets it be tried again', async () => {
    const element = putS3();
    element.key = () => Promise.reject(new Error('No key today.'));
    const errors = collect(element, 'error');
    const complete = await upload(element, makeFile('a.bin', 10));
    expect(complete.success).to.equal(false);
    expect(errors.at(-1)?.reason).to.equal('No key today.');
    element.key = 'uuid';
    const completed = next(element, 'complete');
    expect(element.retry(0)).to.equal(true);
    expect((await completed).success).to.equal(true);
  });

  it('leaves no parts behind when a multipart upload is cancelled', async () => {
    await commandTestServers('faults', {
      proxy: 'store',
      faults: [{ kind: 'slow', bytesPerSecond: 4 * mebibyte, match: { method: 'PUT' } }],
    });
    const element = putS3({ chunking: true });
    const begun = next(element, 'uploadChunkSuccess');
    element.addFiles(makeFile('a.bin', 30 * mebibyte));
    await begun;
    expect(await commandTestServers('listUploads')).to.have.length(1);
    element.cancel(0);
    expect(element.getUploads({ id: 0 })?.status).to.equal('canceled');
    await noUploadsLeft();
  });

  it('leaves no parts behind when it is cancelled while the upload is only being created', async () => {
    await commandTestServers('faults', {
      proxy: 'store',
      faults: [{ kind: 'delay', ms: 300, match: { method: 'POST', path: 'uploads' } }],
    });
    const element = putS3({ chunking: true });
    const begun = next(element, 'upload');
    element.addFiles(makeFile('a.bin', 6 * mebibyte));
    await begun;
    await requestsSeen(1);
    element.cancel(0);
    await requestsAnswered();
    await noUploadsLeft();
  });

  it('leaves no parts behind when a failed file is cancelled', async () => {
    await commandTestServers('faults', {
      proxy: 'store',
      faults: [
        {
          kind: 'answer',
          status: 403,
          body: '<Error><Code>AccessDenied</Code><Message>no</Message></Error>',
          times: 99,
          match: { method: 'PUT' },
        },
      ],
    });
    const element = putS3({ chunking: true });
    const complete = await upload(element, makeFile('a.bin', 6 * mebibyte));
    expect(complete.success).to.equal(false);
    expect(await commandTestServers('listUploads')).to.have.length(1);
    element.cancel(0);
    await noUploadsLeft();
  });

  it('says in words a person understands that the signing server has a wrong secret', async () => {
    for (const chunking of [false, true]) {
      const element = putS3({ 'signature-endpoint': testServers.wrongSigner.signature, chunking });
      const error = next(element, 'error', undefined);
      const complete = await upload(element, makeFile('a.bin', 6 * mebibyte));
      expect(complete.success).to.equal(false);
      const { reason } = await error;
      expect(reason).to.match(/signature|permission|storage refused/i);
      await element.updateComplete;
      await new Promise(requestAnimationFrame);
      await element.updateComplete;
      expect(element.shadowRoot?.querySelector('[role=listitem]')?.textContent).to.contain(reason);
      await cleanUp();
    }
  });

  it('works with a signing server whose CORS rules are as narrow as Fine Uploader’s PHP example', async () => {
    const element = putS3({
      'signature-endpoint': testServers.minimalSigner.signature,
      'success-endpoint': testServers.minimalSigner.success,
      chunking: true,
    });
    expect((await upload(element, makeFile('a.bin', 1000))).success).to.equal(true);
    expect((await upload(element, makeFile('b.bin', 6 * mebibyte))).success).to.equal(true);
  });

  it('deletes by the page’s server, with key and bucket', async () => {
    for (const method of ['DELETE', 'POST']) {
      const element = putS3({ 'delete-endpoint': testServers.signer.files, 'delete-method': method });
      const { key = '' } = await upload(element, makeFile('a.bin', 1000));
      const deleted = next(element, 'deleteComplete');
      expect(element.deleteFile(0)).to.equal(true);
      expect(await deleted).to.include({ id: 0, success: true });
      expect(await commandTestServers('sha256', { key })).to.equal(null);
      await cleanUp();
    }
  });

  it('sends only the success request again when that has failed', async () => {
    await commandTestServers('faults', {
      proxy: 'signer',
      faults: [{ kind: 'answer', status: 500, times: 1, match: { method: 'POST', path: 'success' } }],
    });
    const element = putS3();
    expect((await upload(element, makeFile('a.bin', 1000))).success).to.equal(true);
    const { requests } = await commandTestServers('requests', { proxy: 'store' });
    expect(requests.filter(({ method }) => method === 'POST')).to.have.length(1);
  });
});

describe('<fine-uploader-s3> without a server', () => {
  afterEach(cleanUp);

  const putServerless = (attributes: Record<string, string | number | boolean> = {}) =>
    putS3({ 'signature-endpoint': '', 'success-endpoint': '', 'access-key': '', ...attributes });
  const { accessKey, secretKey } = testServers.store;

  for (const chunking of [false, true]) {
    for (const version of [4, 2]) {
      it(`signs ${chunking ? 'parts' : 'a form post'} in the browser, version ${version}`, async () => {
        const element = putServerless({ chunking, 'signature-version': version });
        element.setCredentials({ accessKey, secretKey, expiration: new Date(Date.now() + 3_600_000) });
        const file = makeFile('a.bin', 6 * mebibyte);
        const complete = await upload(element, file);
        expect(complete.success).to.equal(true);
        expect(await commandTestServers('sha256', { key: complete.key ?? '' })).to.include({ sha256: await sha256(file) });
      });
    }
  }

  it('signs in a page that is not served over https, where there is no Web Crypto', async () => {
    const { subtle } = crypto;
    Object.defineProperties(crypto, {
      subtle: { value: undefined, configurable: true },
      randomUUID: { value: undefined, configurable: true },
    });
    const file = makeFile('a.bin', 6 * mebibyte);
    let key: string | undefined;
    try {
      const element = putServerless({ chunking: true });
      element.setCredentials({ accessKey, secretKey });
      const complete = await upload(element, file);
      expect(complete.success).to.equal(true);
      ({ key } = complete);
    } finally {
      Reflect.deleteProperty(crypto, 'subtle');
      Reflect.deleteProperty(crypto, 'randomUUID');
    }
    expect(crypto.subtle).to.equal(subtle);
    expect(await commandTestServers('sha256', { key: key ?? '' })).to.include({ sha256: await sha256(file) });
  });

  for (const nothing of [undefined, null]) {
    it(`forgets the credentials that are set to ${nothing}, and asks for new ones`, async () => {
      const element = putServerless();
      element.credentials = { accessKey, secretKey };
      expect((await upload(element, makeFile('a.bin', 10))).success).to.equal(true);
      let asked = 0;
      element.addEventListener('credentialsExpired', (event) => {
        asked++;
        event.preventDefault();
      });
      element.credentials = nothing as undefined;
      expect(element.credentials).to.equal(undefined);
      const { success } = await upload(element, makeFile('b.bin', 10));
      expect([success, asked]).to.deep.equal([false, 1]);
    });
  }

  it('forgets credentials whose sessionToken is no string, with a warning', () => {
    const element = putServerless();
    element.credentials = { accessKey, secretKey };
    const { warn } = console;
    const warnings: string[] = [];
    console.warn = (warning: string) => warnings.push(warning);
    try {
      element.credentials = { accessKey, secretKey, sessionToken: 5 as unknown as string };
    } finally {
      console.warn = warn;
    }
    expect(element.credentials).to.equal(undefined);
    expect(warnings.join()).to.contain('credentials is not an object with accessKey').and.not.contain(secretKey);
  });

  it('ignores an answer to credentialsExpired that comes after a log-out', async () => {
    const element = putServerless();
    let answer = (_: { accessKey: string; secretKey: string }) => {};
    const asked = new Promise<void>((resolve) => {
      element.addEventListener(
        'credentialsExpired',
        (event) => {
          event.waitUntil(new Promise((settle) => (answer = settle)));
          resolve();
        },
        { once: true },
      );
    });
    const completed = upload(element, makeFile('a.bin', 10));
    await asked;
    element.credentials = undefined;
    answer({ accessKey, secretKey });
    expect((await completed).success).to.equal(false);
    expect(element.credentials).to.equal(undefined);
  });

  it('asks for credentials before the old ones expire, once for all files', async () => {
    const element = putServerless();
    element.setCredentials({ accessKey: 'OLD', secretKey: 'old', expiration: new Date(Date.now() + 10) });
    let asked = 0;
    element.addEventListener('credentialsExpired', (event) => {
      asked++;
      event.waitUntil(Promise.resolve({ accessKey, secretKey, expiration: new Date(Date.now() + 3_600_000).toISOString() }));
    });
    await new Promise((resolve) => setTimeout(resolve, 20));
    const done = next(element, 'allComplete');
    element.addFiles([makeFile('a.bin', 10), makeFile('b.bin', 10), makeFile('c.bin', 10)]);
    expect((await done).succeeded).to.have.length(3);
    expect(asked).to.equal(1);
  });

  it('fails the files with the reason when credentials are refused, and can try again', async () => {
    const element = putServerless();
    let refuse = true;
    element.addEventListener('credentialsExpired', (event) => {
      event.waitUntil(refuse ? Promise.reject(new Error('You have been signed out.')) : Promise.resolve({ accessKey, secretKey }));
    });
    const error = next(element, 'error');
    expect((await upload(element, makeFile('a.bin', 10))).success).to.equal(false);
    expect((await error).reason).to.equal('You have been signed out.');
    refuse = false;
    const completed = next(element, 'complete');
    element.retry(0);
    expect((await completed).success).to.equal(true);
  });

  it('never shows a secret in attributes, events or storage', async () => {
    const element = putServerless({ chunking: true, resume: true });
    const seen: string[] = [];
    for (const name of ['statusChange', 'progress', 'complete', 'error', 'uploadChunk', 'uploadChunkSuccess'] as const) {
      element.addEventListener(name, (event) => seen.push(JSON.stringify(event.detail)));
    }
    element.setCredentials({ accessKey, secretKey, sessionToken: undefined });
    await upload(element, makeFile('a.bin', 6 * mebibyte));
    const all = [...seen, element.outerHTML, JSON.stringify({ ...localStorage }), element.shadowRoot?.innerHTML ?? ''].join();
    expect(all).to.not.contain(secretKey);
  });

  it('says what is missing where nobody can sign', async () => {
    const element = putServerless();
    const error = next(element, 'error');
    expect((await upload(element, makeFile('a.bin', 10))).success).to.equal(false);
    expect((await error).reason).to.contain('signature-endpoint');
  });
});

async function noUploadsLeft(): Promise<void> {
  // What is left is aborted after its creation was answered, with a signature that has to be asked for.
  for (const until = Date.now() + 5000; Date.now() < until;) {
    if ((await commandTestServers('listUploads')).length === 0) return;
  }
  expect(await commandTestServers('listUploads')).to.deep.equal([]);
}

async function requestsSeen(count: number): Promise<void> {
  while ((await commandTestServers('requests', { proxy: 'store' })).requests.filter(({ method }) => method !== 'OPTIONS').length < count);
}

async function requestsAnswered(): Promise<void> {
  for (;;) {
    const { requests } = await commandTestServers('requests', { proxy: 'store' });
    if (requests.every(({ endedAt }) => endedAt > 0)) return;
  }
}
