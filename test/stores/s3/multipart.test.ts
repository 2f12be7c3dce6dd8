/** Multipart uploads to a real store. */
import { expect, nextFrame, waitUntil } from '@open-wc/testing';
import { UploadError } from '../../../src/core/errors.js';
import type { UploadFile } from '../../../src/core/types.js';
import { send } from '../../../src/http/xhr.js';
import type { Fault } from '../../servers/faults.js';
import { errorResponses, s3Error } from '../../servers/faults.js';
import { bytesOf, fileOf, sha256, uploadError } from '../../contract/checks.js';
import { testServers, commandTestServers } from '../../tools/test-servers.js';
import { Attempt, browserSigned, partSize, RecordedSend, serverSigned } from './test-store.js';
import type { Options } from './test-store.js';

const { store, signer, hiddenEtagSigner } = testServers;
const size = 2 * partSize + 1;
const newFile = (details?: Partial<UploadFile>) => fileOf(new Blob([bytesOf(size)], { type: 'image/png' }), details);
const script = (...faults: Fault[]) => commandTestServers('faults', { proxy: 'store', faults });
const completeRequest = { method: 'POST', path: 'uploadId=' };
const listRequest = { method: 'GET', path: 'uploadId=' };
const goneList: Fault = { ...s3Error(404, 'NoSuchUpload', ''), match: listRequest, times: 99 };
const serverAttempt = (file: UploadFile, options: Options = {}, customSend = send) =>
  new Attempt(serverSigned(testServers, customSend, 4, { successEndpoint: undefined, ...options }), file);
const browserAttempt = (file: UploadFile, options: Options = {}, customSend = send) =>
  new Attempt(browserSigned(testServers, customSend, 4, options), file);
const uploads = () => commandTestServers('listUploads');

async function expectUploaded(key: string | undefined, bucket = store.bucket): Promise<void> {
  expect(await commandTestServers('sha256', { key: key ?? '', bucket })).to.include({ sha256: await sha256(bytesOf(size)), size });
  expect(await commandTestServers('listUploads', { bucket })).to.deep.equal([]);
}

describe('S3Store, in parts', () => {
  beforeEach(() => commandTestServers('reset'));

  it('creates the object with the page’s properties', async () => {
    const attempt = serverAttempt(newFile({ name: 'ü.png' }), {
      params: { a: 'ß' },
      storageClass: 'REDUCED_REDUNDANCY',
      key: ({ uuid }) => `ü b+c/(1)/${uuid}`,
    });
    const { key, bucket, response } = await attempt.upload();
    await expectUploaded(key);
    expect([bucket, response]).to.deep.equal([store.bucket, { success: true }]);
    const object = await commandTestServers('sha256', { key: key ?? '' });
    expect(object && 'headers' in object && object.headers).to.include({
      'content-type': 'image/png',
      'x-amz-meta-a': '%C3%9F',
      'x-amz-meta-qqfilename': '%C3%BC.png',
      'x-amz-storage-class': 'REDUCED_REDUNDANCY',
    });
    expect(attempt.opened).to.include({ chunked: true, totalParts: 3, parallel: Infinity, resumed: false });
  });

  it('works with each signer and signature version, with and without signed payloads', async () => {
    for (const version of [2, 4] as const)
      for (const createStore of [serverSigned, browserSigned])
        for (const unsignedPayload of [false, true]) {
          const attempt = new Attempt(createStore(testServers, send, version, { successEndpoint: undefined, unsignedPayload }), newFile());
          await expectUploaded((await attempt.upload()).key);
        }
    const { requests } = await commandTestServers('requests', { proxy: 'store' });
    const hashes = requests.filter(({ method }) => method === 'PUT').map(({ headers }) => headers['x-amz-content-sha256']);
    expect(hashes.filter((hash) => hash === 'UNSIGNED-PAYLOAD')).to.have.length(6);
    expect(hashes.filter((hash) => hash === undefined)).to.have.length(12);
  }).timeout(30_000);

  it('reports progress of each part', async () => {
    const attempt = serverAttempt(newFile());
    await attempt.upload();
    const last = [0, 1, 2].map((part) => attempt.progress.filter(([index]) => index === part).at(-1)?.[1]);
    expect(last).to.deep.equal([partSize, partSize, 1]);
  });

  it('uploads a small file in one part if chunking is mandatory', async () => {
    for (const bytes of [0, 10]) {
      const file = fileOf(new Blob([bytesOf(bytes)]));
      const attempt = serverAttempt(file, { chunkingMandatory: true });
      const { key } = await attempt.upload();
      expect(attempt.opened).to.include({ chunked: true, totalParts: 1 });
      expect(await commandTestServers('sha256', { key: key ?? '' })).to.include({ size: bytes });
    }
  });

  it('uploads a file in parts without chunking if it is too large for one request', async () => {
    const file = { ...newFile(), size: 60 * 2 ** 30 };
    const attempt = serverAttempt(file, { chunking: false });
    const { parts, totalParts, session } = await attempt.open();
    expect(session.partSize).to.equal(7 * 2 ** 20);
    expect([parts.length, totalParts]).to.deep.equal([8778, 8778]);
    await attempt.store.abandon(session, attempt.context);
    expect(await uploads()).to.deep.equal([]);
  });

  it('takes the part size from a function, within the limits of the store', async () => {
    const opened = await serverAttempt(newFile(), { partSize: ({ size }) => Promise.resolve(size / 2) }).open();
    expect(opened.session.partSize).to.equal(Math.floor(size / 2));
    expect((await serverAttempt(newFile(), { partSize: 1 }).open()).session.partSize).to.equal(partSize);
    expect((await uploadError(serverAttempt(newFile(), { partSize: () => NaN }).open())).reason).to.match(/part size must be a number/);
  });

  it('sends the customer’s encryption key with each part', async () => {
    const recorded = new RecordedSend(send);
    const name = 'x-amz-server-side-encryption-customer-key';
    await serverAttempt(newFile(), { params: { [name]: 'k' } }, recorded.send)
      .upload()
      .catch(() => {});
    const storeRequests = recorded.requests.filter(({ url }) => url.startsWith(store.endpoint));
    for (const { headers } of storeRequests.slice(0, 2)) expect(headers?.[name]).to.equal('k');
  });

  describe('if the browser cannot read ETags', () => {
    const hiddenETagAttempt = (options: Options = {}, customSend = send) =>
      new Attempt(
        serverSigned({ store: { ...store, endpoint: store.hiddenEtagEndpoint }, signer: hiddenEtagSigner }, customSend, 4, {
          successEndpoint: undefined,
          ...options,
        }),
        newFile(),
      );

    it('reads them from the list of parts', async () => {
      const recorded = new RecordedSend(send);
      const { key, bucket } = await hiddenETagAttempt({}, recorded.send).upload();
      await expectUploaded(key, bucket);
      expect(recorded.steps.filter((step) => step.startsWith('GET '))).to.have.length(2);
    });

    it('rejects the first part if the parts cannot be listed, and says which CORS rule to add', async () => {
      for (const [fault, retry] of [
        [{ ...s3Error(403, 'AccessDenied', ''), match: listRequest, times: 9 }, 'manual'],
        [{ kind: 'answer', status: 403, cors: false, match: listRequest, times: 9 }, 'auto'],
      ] as const) {
        await script(fault);
        const attempt = hiddenETagAttempt();
        const { parts } = await attempt.open();
        const error = await uploadError(attempt.send(parts[0] ?? expect.fail()));
        expect(error).to.include({ code: 'NoETag', retry });
        expect(error.reason).to.match(/Add ETag to ExposeHeaders in the bucket’s CORS rules\.$/);
      }
      await script();
      const attempt = hiddenETagAttempt();
      await script({ ...errorResponses.slowDown(), match: listRequest });
      const { parts } = await attempt.open();
      expect(await uploadError(attempt.send(parts[0] ?? expect.fail()))).to.include({ retry: 'auto', status: 503 });
      await attempt.send(parts[0] ?? expect.fail());
    });

    it('starts over if the store has lost a part', async () => {
      const attempt = hiddenETagAttempt();
      const { parts } = await attempt.open();
      await Promise.all(parts.map((part) => attempt.send(part)));
      await script({
        kind: 'answer',
        status: 200,
        headers: { 'Content-Type': 'application/xml' },
        body: '<ListPartsResult><IsTruncated>false</IsTruncated></ListPartsResult>',
        match: listRequest,
      });
      expect(await uploadError(attempt.close())).to.include({ code: 'InvalidPart', startOver: true });
    });
  });

  describe('completing', () => {
    async function sendAllParts(attempt = serverAttempt(newFile())): Promise<Attempt> {
      const { parts } = await attempt.open();
      await Promise.all(parts.map((part) => attempt.send(part)));
      return attempt;
    }
    const completeResponse = (body: string): Fault => ({
      kind: 'answer',
      status: 200,
      headers: { 'Content-Type': 'application/xml' },
      body,
      match: completeRequest,
    });
    const result = (bucket: string, key: string) =>
      `<CompleteMultipartUploadResult><Bucket>${bucket}</Bucket><Key>${key}</Key></CompleteMultipartUploadResult>`;

    it('can be repeated after an Error with status 200', async () => {
      const attempt = await sendAllParts();
      await script({ ...errorResponses.errorInside200(), match: completeRequest });
      expect(await uploadError(attempt.close())).to.include({ code: 'InternalError', status: 200, retry: 'auto', startOver: false });
      await expectUploaded((await attempt.close()).key);
    });

    it('can be repeated after a truncated or empty response', async () => {
      const attempt = await sendAllParts();
      for (const body of ['', '<?xml version="1.0"?>\n   ', '<CompleteMultipartUploadResult><Bucket>b</Bucket>']) {
        await script(completeResponse(body));
        expect(await uploadError(attempt.close())).to.include({ code: 'NoResult', retry: 'auto' });
      }
      await expectUploaded((await attempt.close()).key);
    });

    it('rejects if the store created another object', async () => {
      const attempt = await sendAllParts();
      for (const [bucket, key] of [
        ['other', attempt.opened?.session.key ?? ''],
        [store.bucket, 'other'],
      ] as const) {
        await script(completeResponse(result(bucket, key)));
        const error = await uploadError(attempt.close());
        expect(error).to.include({ code: 'OtherObject', retry: 'manual' });
        expect(error.reason).to.include(bucket).and.include(key);
      }
    });

    it('succeeds if the store writes the key in its own way', async () => {
      const attempt = await sendAllParts(browserAttempt(newFile()));
      const { session } = attempt.opened ?? expect.fail();
      await attempt.close();
      // Completed a moment ago; the answer is repeated with another key.
      await script(completeResponse(result(store.bucket, `mount/${session.key}`)));
      attempt.keptSession = session;
      expect((await attempt.close()).key).to.equal(session.key);
    });

    it('starts over if the store has lost the upload or a part', async () => {
      for (const code of ['InvalidPart', 'InvalidPartOrder', 'EntityTooSmall', 'NoSuchUpload']) {
        const attempt = await sendAllParts();
        await script({ ...s3Error(400, code, ''), match: completeRequest });
        expect(await uploadError(attempt.close())).to.include({ code, startOver: true, retry: 'auto' });
      }
    });

    it('succeeds if only the response was lost', async () => {
      for (const createAttempt of [serverAttempt, browserAttempt]) {
        const attempt = await sendAllParts(createAttempt(newFile()));
        await script({ kind: 'cutResponse', afterBytes: -1, match: completeRequest, times: 99 });
        expect(await uploadError(attempt.close())).to.include({ retry: 'auto' });
        await script();
        await expectUploaded((await attempt.close()).key);
      }
    });

    it('succeeds if only the response was lost and the store no longer knows the upload', async () => {
      const attempt = await sendAllParts(browserAttempt(newFile()));
      await script({ kind: 'cutResponse', afterBytes: -1, match: completeRequest, times: 99 });
      await uploadError(attempt.close());
      await script({ ...s3Error(404, 'NoSuchUpload', ''), match: completeRequest });
      await expectUploaded((await attempt.close()).key);
    });

    describe('without the permission s3:GetObject', () => {
      const noHead: Fault = { kind: 'answer', status: 403, match: { method: 'HEAD' }, times: 99 };
      const goneOnComplete: Fault = { ...s3Error(404, 'NoSuchUpload', ''), match: completeRequest, times: 99 };

      /** Completes an upload whose response is lost. */
      async function loseResponse(recorded: RecordedSend, createAttempt = browserAttempt): Promise<Attempt> {
        const attempt = await sendAllParts(createAttempt(newFile(), {}, recorded.send));
        await script({ kind: 'cutResponse', afterBytes: -1, match: completeRequest, times: 99 });
        expect(await uploadError(attempt.close())).to.include({ retry: 'auto', startOver: false });
        await script(noHead);
        recorded.requests.length = 0;
        return attempt;
      }

      it('succeeds if only the response was lost: it lists the parts, and repeats the request', async () => {
        for (const createAttempt of [serverAttempt, browserAttempt]) {
          const recorded = new RecordedSend(send);
          const attempt = await loseResponse(recorded, createAttempt);
          await expectUploaded((await attempt.close()).key);
          expect(recorded.steps.filter((step) => step.includes('uploadId'))).to.deep.equal(
            ['GET key?uploadId', 'POST key?uploadId'].map((step) => step.replace('key', attempt.opened?.session.key ?? '')),
          );
        }
      });

      it('succeeds after a reload', async () => {
        const before = await loseResponse(new RecordedSend(send));
        const recorded = new RecordedSend(send);
        const attempt = browserAttempt(before.file, {}, recorded.send);
        await expectUploaded((await attempt.upload(before.saved)).key);
        expect(recorded.requests.filter(({ method }) => method === 'PUT')).to.deep.equal([]);
      });

      it('repeats the request if it did not arrive, without listing where that is not allowed', async () => {
        for (const listing of [[], [{ ...s3Error(403, 'AccessDenied', ''), match: listRequest }]]) {
          const attempt = await sendAllParts(browserAttempt(newFile()));
          await script({ kind: 'cutRequest', afterBytes: 0, match: completeRequest, times: 99 });
          expect(await uploadError(attempt.close())).to.include({ code: 'NetworkError' });
          await script(...listing, noHead);
          await expectUploaded((await attempt.close()).key);
        }
      });

      it('does not start over while the first request is being processed', async () => {
        const attempt = await sendAllParts(browserAttempt(newFile()));
        await script({ kind: 'cutRequest', afterBytes: 0, match: completeRequest, times: 99 });
        await uploadError(attempt.close());
        // The parts are listed, and then the first request completes the upload.
        await script(goneOnComplete, noHead);
        expect(await uploadError(attempt.close())).to.include({ code: 'NoSuchUpload', retry: 'auto', startOver: false });
        await script(noHead);
        await expectUploaded((await attempt.close()).key);
      });

      it('starts over if nothing tells that the upload was completed', async () => {
        const attempt = await sendAllParts(browserAttempt(newFile()));
        await attempt.store.abandon(attempt.opened?.session ?? expect.fail(), attempt.context);
        await script(noHead);
        // Ceph says that it is still completing the upload.
        const startOver = store.kind === 'demo';
        expect(await uploadError(attempt.close())).to.include({ startOver });
        expect(await uploadError(attempt.close())).to.include({ startOver });
        await script();
        // An object that is not there is no reason to wait.
        expect(await uploadError(attempt.close())).to.include({ startOver: true });
      });
    });

    it('asks again if the store is too busy to tell whether the object exists', async () => {
      const attempt = await sendAllParts(browserAttempt(newFile()));
      await script(
        { ...s3Error(404, 'NoSuchUpload', ''), match: completeRequest, times: 2 },
        { kind: 'answer', status: 503, match: { method: 'HEAD' } },
      );
      expect(await uploadError(attempt.close())).to.include({ status: 503, retry: 'auto', startOver: false });
      expect(await uploadError(attempt.close())).to.include({ code: 'NoSuchUpload' });
    });

    it('finds a completed object if the browser cannot read ETags and the upload no longer exists', async () => {
      const hidden = { store: { ...store, endpoint: store.hiddenEtagEndpoint }, signer: hiddenEtagSigner };
      const attempt = await sendAllParts(new Attempt(browserSigned(hidden, send), newFile()));
      await script({ kind: 'cutResponse', afterBytes: -1, match: completeRequest, times: 99 });
      await uploadError(attempt.close());
      await script(goneList);
      await expectUploaded((await attempt.close()).key, store.hiddenEtagBucket);
    });

    it('starts over if another object has the key', async () => {
      const key = `taken/${crypto.randomUUID()}`;
      // One object of the same size is not a multipart object; another has as many parts, but is older.
      const form = fileOf(new Blob([bytesOf(size, 5)]));
      await new Attempt(browserSigned(testServers, send, 4, { key: () => key, chunking: false }), form).upload();
      const attempt = await sendAllParts(browserAttempt(newFile(), { key: () => key }));
      await script({ ...s3Error(404, 'NoSuchUpload', ''), match: completeRequest });
      expect(await uploadError(attempt.close())).to.include({ code: 'NoSuchUpload', startOver: true });
      await script();
      await attempt.close();
      const later = await sendAllParts(browserAttempt(newFile(), { key: () => key }));
      const { session } = later.opened ?? expect.fail();
      later.keptSession = { ...session, initiated: session.initiated + 600_000 };
      await script({ ...s3Error(404, 'NoSuchUpload', ''), match: completeRequest });
      expect(await uploadError(later.close())).to.include({ code: 'NoSuchUpload', startOver: true });
    });
  });

  describe('resuming', () => {
    /** Uploads the first part. */
    async function uploadFirstPart(options: Options = {}, file = newFile()) {
      const attempt = serverAttempt(file, options);
      const { parts } = await attempt.open();
      await attempt.send(parts[0] ?? expect.fail());
      return { file, saved: attempt.saved };
    }
    const partsToSend = (attempt: Attempt) => attempt.opened?.parts.map(({ index }) => index);

    it('uploads the missing parts', async () => {
      const { file, saved } = await uploadFirstPart();
      const attempt = serverAttempt(file);
      const { key } = await attempt.upload(saved);
      expect(partsToSend(attempt)).to.deep.equal([1, 2]);
      expect(attempt.opened).to.include({ resumed: true, totalParts: 3 });
      await expectUploaded(key);
    });

    it('does not upload a part again whose response was lost', async () => {
      const { file, saved } = await uploadFirstPart();
      const attempt = serverAttempt(file);
      await attempt.open({ ...saved, receipts: [] });
      expect(partsToSend(attempt)).to.deep.equal([1, 2]);
    });

    it('uploads a part again if its size or ETag differs', async () => {
      const { file, saved } = await uploadFirstPart();
      const other = serverAttempt(fileOf(new Blob([bytesOf(size)])));
      other.opened = { ...(await serverAttempt(file).open(saved)) };
      await other.store.send({ index: 1, start: 0, end: 100 }, saved.session, { ...other.context, progress: () => {} });
      const wrongSaved = { ...saved, receipts: saved.receipts.map((receipt) => ({ ...receipt, data: { etag: '"other"' } })) };
      const attempt = serverAttempt(file);
      const { key } = await attempt.upload(wrongSaved);
      expect(partsToSend(attempt)).to.deep.equal([0, 1, 2]);
      await expectUploaded(key);
    });

    it('lists the parts page by page', async () => {
      const { file, saved } = await uploadFirstPart();
      const recorded = new RecordedSend(send);
      const page = (number: number, truncated: boolean) =>
        `<ListPartsResult><NextPartNumberMarker>${number}</NextPartNumberMarker><IsTruncated>${truncated}</IsTruncated><Part><PartNumber>${number}</PartNumber><ETag>"${number}"</ETag><Size>${number === 3 ? 1 : partSize}</Size></Part></ListPartsResult>`;
      await script(
        { kind: 'answer', status: 200, body: page(1, true), match: { method: 'GET', path: '\\?uploadId' } },
        { kind: 'answer', status: 200, body: page(2, true), match: { method: 'GET', path: 'part-number-marker=1&' } },
        { kind: 'answer', status: 200, body: page(3, false), match: { method: 'GET', path: 'part-number-marker=2&' } },
      );
      const attempt = serverAttempt(file, {}, recorded.send);
      await attempt.open({ ...saved, receipts: [] });
      expect(partsToSend(attempt)).to.deep.equal([]);
      await script({ kind: 'answer', status: 200, body: page(1, true), match: { method: 'GET', path: 'uploadId' }, times: 5 });
      await attempt.open({ ...saved, receipts: [] });
      expect(partsToSend(attempt), 'a marker that does not move is the end').to.deep.equal([1, 2]);
    });

    it('trusts the saved receipts if the parts cannot be listed', async () => {
      for (const fault of [
        { ...s3Error(403, 'AccessDenied', ''), match: listRequest, times: 9 },
        { kind: 'answer', status: 403, cors: false, match: listRequest, times: 9 },
      ] satisfies Fault[]) {
        const { file, saved } = await uploadFirstPart();
        await script(fault);
        const attempt = serverAttempt(file);
        const { key } = await attempt.upload(saved);
        expect(partsToSend(attempt)).to.deep.equal([1, 2]);
        await expectUploaded(key);
      }
      const { file, saved } = await uploadFirstPart();
      await commandTestServers('faults', { proxy: 'signer', faults: [{ kind: 'answer', status: 400, body: '{"invalid":true}' }] });
      const attempt = serverAttempt(file);
      await attempt.open(saved);
      expect(partsToSend(attempt)).to.deep.equal([1, 2]);
    });

    it('rejects with a retryable error if the store is too busy to list the parts', async () => {
      const { file, saved } = await uploadFirstPart();
      await script({ ...errorResponses.slowDown(), match: listRequest });
      expect(await uploadError(serverAttempt(file).open(saved))).to.include({ retry: 'auto', status: 503, startOver: false });
    });

    it('starts over if the upload no longer exists', async () => {
      const { file, saved } = await uploadFirstPart();
      const attempt = serverAttempt(file);
      await attempt.store.abandon(saved.session, attempt.context);
      const { key } = await attempt.upload(saved);
      expect(partsToSend(attempt)).to.deep.equal([0, 1, 2]);
      expect(attempt.opened?.resumed).to.equal(false);
      await expectUploaded(key);
    });

    it('starts over and aborts the old upload if the part size or the file differs', async () => {
      for (const [options, file] of [
        [{ partSize: partSize + 1 }, undefined],
        [{}, fileOf(new Blob([bytesOf(size - 1)]))],
        [{ chunking: false }, undefined],
      ] as const) {
        const { file: before, saved } = await uploadFirstPart();
        const attempt = serverAttempt(file ?? before, options);
        await attempt.open(saved);
        expect(attempt.opened).to.include({ resumed: false });
        const remaining = (await uploads()).map(({ uploadId }) => uploadId);
        expect(remaining).to.not.include(saved.session.uploadId);
        if (attempt.opened?.session.uploadId) await attempt.store.abandon(attempt.opened.session, attempt.context);
      }
    });

    it('starts over in another bucket', async () => {
      const { file, saved } = await uploadFirstPart();
      const attempt = new Attempt(browserSigned({ ...testServers, store: { ...store, endpoint: store.hiddenEtagEndpoint } }, send), file);
      await attempt.open(saved);
      expect(attempt.opened).to.include({ resumed: false });
      expect(attempt.opened?.session).to.include({ bucket: store.hiddenEtagBucket });
    });

    it('does not upload a completed file again whose last receipts were not saved', async () => {
      const file = newFile();
      const first = browserAttempt(file);
      await first.upload();
      first.keptSession = undefined;
      first.receipts.pop();
      const attempt = browserAttempt(file);
      const { key } = await attempt.upload(first.saved);
      expect(partsToSend(attempt)).to.deep.equal([]);
      await expectUploaded(key);
    });

    it('succeeds if the upload was completed before the reload', async () => {
      for (const createAttempt of [serverAttempt, browserAttempt]) {
        const file = newFile();
        const first = createAttempt(file);
        const { parts } = await first.open();
        await Promise.all(parts.map((part) => first.send(part)));
        await first.close();
        first.keptSession = undefined;
        const attempt = createAttempt(file);
        const { key } = await attempt.upload(first.saved);
        expect(partsToSend(attempt)).to.deep.equal([]);
        await expectUploaded(key);
      }
    });
  });

  describe('abandoning', () => {
    it('aborts the upload', async () => {
      const attempt = serverAttempt(newFile());
      const { parts, session } = await attempt.open();
      await attempt.send(parts[0] ?? expect.fail());
      await attempt.store.abandon(session, attempt.context);
      expect(await uploads()).to.deep.equal([]);
      await attempt.store.abandon(session, attempt.context);
    });

    it('aborts again if a part is stored late', async () => {
      const recorded = new RecordedSend(send);
      const attempt = serverAttempt(newFile(), {}, recorded.send);
      const { session } = await attempt.open();
      // The store responds with 204 without aborting the upload.
      await script({ kind: 'answer', status: 204, match: { method: 'DELETE' } });
      await attempt.store.abandon(session, attempt.context);
      expect(await uploads()).to.deep.equal([]);
    });

    it('rejects if the store fails', async () => {
      const attempt = serverAttempt(newFile());
      const { session } = await attempt.open();
      await script({ ...errorResponses.internalError(), match: { method: 'DELETE' } });
      expect(await uploadError(attempt.store.abandon(session, attempt.context))).to.include({ retry: 'auto', code: 'InternalError' });
    });

    it('sends no request if there is no multipart upload', async () => {
      const recorded = new RecordedSend(send);
      const attempt = serverAttempt(fileOf(new Blob(['small'])), {}, recorded.send);
      const { session } = await attempt.open();
      await attempt.store.abandon(session, attempt.context);
      expect(recorded.steps).to.deep.equal([]);
    });
  });

  describe('an attempt that ends while the upload is created', () => {
    const createRequest = { method: 'POST', path: 'uploads' };

    it('ends at once, and aborts the upload when the store answers', async () => {
      await script({ kind: 'delay', ms: 400, match: createRequest });
      const attempt = serverAttempt(newFile());
      const opening = uploadError(attempt.open());
      await waitUntil(async () => (await uploads()).length === 1);
      const ended = performance.now();
      attempt.controller.abort(new UploadError('Paused.', { code: 'paused' }));
      expect(await opening).to.include({ code: 'paused' });
      expect(performance.now() - ended).to.be.below(100);
      await waitUntil(async () => (await uploads()).length === 0);
    });

    it('tries again to abort the upload', async () => {
      const abortRequest = { method: 'DELETE', path: 'uploadId' };
      await script({ kind: 'delay', ms: 100, match: createRequest }, { ...errorResponses.internalError(), match: abortRequest });
      const attempt = serverAttempt(newFile());
      const opening = uploadError(attempt.open());
      await waitUntil(async () => (await uploads()).length === 1);
      attempt.controller.abort(new UploadError('Paused.', { code: 'paused' }));
      await opening;
      await waitUntil(async () => (await uploads()).length === 0, 'the upload is left', { timeout: 5000 });
    });

    it('ends at once if the store is silent', async () => {
      await script({ kind: 'silent', match: createRequest });
      const recorded = new RecordedSend(send);
      const attempt = serverAttempt(newFile(), {}, recorded.send);
      const opening = uploadError(attempt.open());
      await waitUntil(() => recorded.steps.some((step) => step.includes('uploads')));
      attempt.controller.abort(new UploadError('Paused.', { code: 'paused' }));
      expect(await opening).to.include({ code: 'paused' });
    });

    it('creates no upload if its signature comes too late', async () => {
      await commandTestServers('faults', { proxy: 'signer', faults: [{ kind: 'delay', ms: 300 }] });
      const recorded = new RecordedSend(send);
      const attempt = serverAttempt(newFile(), {}, recorded.send);
      const opening = uploadError(attempt.open());
      await waitUntil(() => recorded.requests.length === 1);
      const signed = new Promise<void>((resolve) => (recorded.replaceResponse = (_, response) => (resolve(), response)));
      attempt.controller.abort(new UploadError('Paused.', { code: 'paused' }));
      expect(await opening).to.include({ code: 'paused' });
      await signed;
      await nextFrame();
      expect(recorded.requests).to.have.length(1);
    });
  });

  it('rejects if the store returns no UploadId', async () => {
    await script({ kind: 'answer', status: 200, body: '<InitiateMultipartUploadResult/>', match: { method: 'POST', path: 'uploads' } });
    expect(await uploadError(serverAttempt(newFile()).open())).to.include({ code: 'NoUploadId', retry: 'auto' });
  });

  it('rejects if the list of parts cannot be read', async () => {
    const attempt = serverAttempt(newFile());
    await attempt.open();
    await script({ kind: 'answer', status: 200, body: '{}', match: listRequest });
    expect(await uploadError(serverAttempt(attempt.file).open(attempt.saved))).to.include({ code: 'NoPartsList', retry: 'auto' });
  });

  describe('if the success endpoint does not know the object', () => {
    const unknown = (path: string): Fault => ({
      kind: 'answer',
      status: 404,
      body: '{"error":"There is no such object."}',
      match: { path },
    });
    /** Stores an object that the success endpoint does not know, as in an earlier session, and deletes it. */
    async function storeAndDelete(isDeleted: boolean) {
      const file = newFile();
      const options: Options = { successEndpoint: signer.success };
      await commandTestServers('faults', { proxy: 'signer', faults: [{ ...unknown('success'), times: 99 }] });
      const first = browserAttempt(file, options);
      expect(await uploadError(first.upload())).to.include({ status: 404, startOver: false });
      const { key, bucket } = first.opened?.session ?? expect.fail();
      if (isDeleted) await first.store.remove({ uuid: file.uuid, name: file.name, details: { key, bucket } }, first.context);
      return { first, next: browserAttempt(file, options) };
    }

    it('starts over if the object is gone', async () => {
      const { first, next } = await storeAndDelete(true);
      const error = await uploadError(next.upload(first.saved));
      expect(error).to.include({ code: 'NoSuchKey', retry: 'auto', startOver: true });
    });

    it('does not start over if the object is there', async () => {
      const { first, next } = await storeAndDelete(false);
      expect(await uploadError(next.upload(first.saved))).to.include({ status: 404, startOver: false });
    });

    it('believes the endpoint after a reload if the store does not tell, and not in the page that has stored the object', async () => {
      const { first, next } = await storeAndDelete(false);
      await script({ kind: 'answer', status: 403, match: { method: 'HEAD' }, times: 99 });
      expect(await uploadError(first.close())).to.include({ status: 404, startOver: false });
      expect(await uploadError(next.upload(first.saved))).to.include({ code: 'NoSuchKey', startOver: true });
    });
  });

  it('repeats only the success request if only that failed', async () => {
    const recorded = new RecordedSend(send);
    const attempt = serverAttempt(newFile(), { successEndpoint: signer.success }, recorded.send);
    await commandTestServers('faults', {
      proxy: 'signer',
      faults: [{ kind: 'answer', status: 500, match: { path: 'success' }, times: 2 }],
    });
    expect(await uploadError(attempt.upload())).to.include({ status: 500, retry: 'auto' });
    expect(attempt.keptSession).to.include({ stored: true });
    const nextAttempt = serverAttempt(attempt.file, { successEndpoint: signer.success }, recorded.send);
    const before = recorded.requests.length;
    expect(await uploadError(nextAttempt.upload(attempt.saved))).to.include({ status: 500 });
    expect(nextAttempt.opened).to.include({ resumed: true });
    const { response, key } = await nextAttempt.close();
    expect(response).to.include({ success: true });
    expect(recorded.steps.slice(before)).to.deep.equal(['POST success', 'POST success']);
    await expectUploaded(key);
  });
});
