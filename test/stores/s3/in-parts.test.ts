/** Files that go up in parts, against a real store. */
import { expect } from '@open-wc/testing';
import type { UploadFile } from '../../../src/core/types.js';
import { send } from '../../../src/http/xhr.js';
import type { Fault } from '../../servers/faults.js';
import { errorResponses, s3Error } from '../../servers/faults.js';
import { bytesOf, fileOf, sha256, uploadError } from '../../contract/checks.js';
import { testServers, commandTestServers } from '../../tools/test-servers.js';
import { Attempt, browserSigned, partSize, RecordedSend, serverSigned } from './test-store.js';
import type { Rest } from './test-store.js';

const { store, signer, hiddenEtagSigner } = testServers;
const size = 2 * partSize + 1;
const newFile = (details?: Partial<UploadFile>) => fileOf(new Blob([bytesOf(size)], { type: 'image/png' }), details);
const script = (...faults: Fault[]) => commandTestServers('faults', { proxy: 'store', faults });
const complete = { method: 'POST', path: 'uploadId=' };
const listing = { method: 'GET', path: 'uploadId=' };
const served = (file: UploadFile, rest: Rest = {}, by = send) =>
  new Attempt(serverSigned(testServers, by, 4, { successEndpoint: undefined, ...rest }), file);
const signed = (file: UploadFile, rest: Rest = {}, by = send) => new Attempt(browserSigned(testServers, by, 4, rest), file);
const uploads = () => commandTestServers('listUploads');

async function whole(key: string | undefined, bucket = store.bucket): Promise<void> {
  expect(await commandTestServers('sha256', { key: key ?? '', bucket })).to.include({ sha256: await sha256(bytesOf(size)), size });
  expect(await commandTestServers('listUploads', { bucket })).to.deep.equal([]);
}

describe('a file in parts', () => {
  beforeEach(() => commandTestServers('reset'));

  it('is one object in the end, as the page says', async () => {
    const attempt = served(newFile({ name: 'ü.png' }), {
      params: { a: 'ß' },
      storageClass: 'REDUCED_REDUNDANCY',
      key: ({ uuid }) => `ü b+c/(1)/${uuid}`,
    });
    const { key, bucket, response } = await attempt.carry();
    await whole(key);
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

  it('may be signed in any way, the payload too', async () => {
    for (const version of [2, 4] as const)
      for (const storeOf of [serverSigned, browserSigned])
        for (const unsignedPayload of [false, true]) {
          const attempt = new Attempt(storeOf(testServers, send, version, { successEndpoint: undefined, unsignedPayload }), newFile());
          await whole((await attempt.carry()).key);
        }
    const { requests } = await commandTestServers('requests', { proxy: 'store' });
    const hashes = requests.filter(({ method }) => method === 'PUT').map(({ headers }) => headers['x-amz-content-sha256']);
    expect(hashes.filter((hash) => hash === 'UNSIGNED-PAYLOAD')).to.have.length(6);
    expect(hashes.filter((hash) => hash === undefined)).to.have.length(12);
  }).timeout(30_000);

  it('tells the progress of each part', async () => {
    const attempt = served(newFile());
    await attempt.carry();
    const last = [0, 1, 2].map((part) => attempt.progress.filter(([index]) => index === part).at(-1)?.[1]);
    expect(last).to.deep.equal([partSize, partSize, 1]);
  });

  it('goes up so although it is small, if that is mandatory', async () => {
    for (const bytes of [0, 10]) {
      const file = fileOf(new Blob([bytesOf(bytes)]));
      const attempt = served(file, { chunkingMandatory: true });
      const { key } = await attempt.carry();
      expect(attempt.opened).to.include({ chunked: true, totalParts: 1 });
      expect(await commandTestServers('sha256', { key: key ?? '' })).to.include({ size: bytes });
    }
  });

  it('goes up so although chunking is off, if no single request could carry it', async () => {
    const file = { ...newFile(), size: 60 * 2 ** 30 };
    const attempt = served(file, { chunking: false });
    const { parts, totalParts, session } = await attempt.open();
    expect(session.partSize).to.equal(7 * 2 ** 20);
    expect([parts.length, totalParts]).to.deep.equal([8778, 8778]);
    await attempt.store.abandon(session, attempt.context);
    expect(await uploads()).to.deep.equal([]);
  });

  it('has parts of the size that a function says, within what the store takes', async () => {
    const opened = await served(newFile(), { partSize: ({ size }) => Promise.resolve(size / 2) }).open();
    expect(opened.session.partSize).to.equal(Math.floor(size / 2));
    expect((await served(newFile(), { partSize: 1 }).open()).session.partSize).to.equal(partSize);
    expect((await uploadError(served(newFile(), { partSize: () => NaN }).open())).reason).to.match(/part size must be a number/);
  });

  it('sends the customer’s encryption key with every part', async () => {
    const recorded = new RecordedSend(send);
    const name = 'x-amz-server-side-encryption-customer-key';
    await served(newFile(), { params: { [name]: 'k' } }, recorded.send)
      .carry()
      .catch(() => {});
    const toStore = recorded.requests.filter(({ url }) => url.startsWith(store.endpoint));
    for (const { headers } of toStore.slice(0, 2)) expect(headers?.[name]).to.equal('k');
  });

  describe('whose ETags the browser may not read', () => {
    const hidden = (rest: Rest = {}, by = send) =>
      new Attempt(
        serverSigned({ store: { ...store, endpoint: store.hiddenEtagEndpoint }, signer: hiddenEtagSigner }, by, 4, {
          successEndpoint: undefined,
          ...rest,
        }),
        newFile(),
      );

    it('arrives all the same: the list of parts has them', async () => {
      const recorded = new RecordedSend(send);
      const { key, bucket } = await hidden({}, recorded.send).carry();
      await whole(key, bucket);
      expect(recorded.steps.filter((step) => step.startsWith('GET '))).to.have.length(2);
    });

    it('fails after one part where they cannot be listed, and says what to do', async () => {
      for (const [fault, retry] of [
        [{ ...s3Error(403, 'AccessDenied', ''), match: listing, times: 9 }, 'manual'],
        [{ kind: 'answer', status: 403, cors: false, match: listing, times: 9 }, 'auto'],
      ] as const) {
        await script(fault);
        const attempt = hidden();
        const { parts } = await attempt.open();
        const error = await uploadError(attempt.send(parts[0] ?? expect.fail()));
        expect(error).to.include({ code: 'NoETag', retry });
        expect(error.reason).to.match(/Add ETag to ExposeHeaders in the bucket’s CORS rules\.$/);
      }
      await script();
      const attempt = hidden();
      await script({ ...errorResponses.slowDown(), match: listing });
      const { parts } = await attempt.open();
      expect(await uploadError(attempt.send(parts[0] ?? expect.fail()))).to.include({ retry: 'auto', status: 503 });
      await attempt.send(parts[0] ?? expect.fail());
    });

    it('begins again where a part has been lost meanwhile', async () => {
      const attempt = hidden();
      const { parts } = await attempt.open();
      await Promise.all(parts.map((part) => attempt.send(part)));
      await script({
        kind: 'answer',
        status: 200,
        headers: { 'Content-Type': 'application/xml' },
        body: '<ListPartsResult><IsTruncated>false</IsTruncated></ListPartsResult>',
        match: listing,
      });
      expect(await uploadError(attempt.close())).to.include({ code: 'InvalidPart', startOver: true });
    });
  });

  describe('that is completed', () => {
    async function sent(attempt = served(newFile())): Promise<Attempt> {
      const { parts } = await attempt.open();
      await Promise.all(parts.map((part) => attempt.send(part)));
      return attempt;
    }
    const answer = (body: string): Fault => ({
      kind: 'answer',
      status: 200,
      headers: { 'Content-Type': 'application/xml' },
      body,
      match: complete,
    });
    const result = (bucket: string, key: string) =>
      `<CompleteMultipartUploadResult><Bucket>${bucket}</Bucket><Key>${key}</Key></CompleteMultipartUploadResult>`;

    it('is tried again where a failure is inside of a 200', async () => {
      const attempt = await sent();
      await script({ ...errorResponses.errorInside200(), match: complete });
      expect(await uploadError(attempt.close())).to.include({ code: 'InternalError', status: 200, retry: 'auto', startOver: false });
      await whole((await attempt.close()).key);
    });

    it('is tried again where the answer was cut off or says nothing', async () => {
      const attempt = await sent();
      for (const body of ['', '<?xml version="1.0"?>\n   ', '<CompleteMultipartUploadResult><Bucket>b</Bucket>']) {
        await script(answer(body));
        expect(await uploadError(attempt.close())).to.include({ code: 'NoResult', retry: 'auto' });
      }
      await whole((await attempt.close()).key);
    });

    it('has failed where the store made something else', async () => {
      const attempt = await sent();
      for (const [bucket, key] of [
        ['other', attempt.opened?.session.key ?? ''],
        [store.bucket, 'other'],
      ] as const) {
        await script(answer(result(bucket, key)));
        const error = await uploadError(attempt.close());
        expect(error).to.include({ code: 'OtherObject', retry: 'manual' });
        expect(error.reason).to.include(bucket).and.include(key);
      }
    });

    it('begins again where the store has lost what was sent', async () => {
      for (const code of ['InvalidPart', 'InvalidPartOrder', 'EntityTooSmall', 'NoSuchUpload']) {
        const attempt = await sent();
        await script({ ...s3Error(400, code, ''), match: complete });
        expect(await uploadError(attempt.close())).to.include({ code, startOver: true, retry: 'auto' });
      }
    });

    it('is done where only the answer was lost', async () => {
      for (const make of [served, signed]) {
        const attempt = await sent(make(newFile()));
        await script({ kind: 'cutResponse', afterBytes: -1, match: complete, times: 99 });
        expect(await uploadError(attempt.close())).to.include({ retry: 'auto' });
        await script();
        await whole((await attempt.close()).key);
      }
    });

    it('is done where only the answer was lost, and the store has forgotten that', async () => {
      const attempt = await sent(signed(newFile()));
      await script({ kind: 'cutResponse', afterBytes: -1, match: complete, times: 99 });
      await uploadError(attempt.close());
      await script({ ...s3Error(404, 'NoSuchUpload', ''), match: complete });
      await whole((await attempt.close()).key);
    });

    it('is not done where another object has its name', async () => {
      const key = `taken/${crypto.randomUUID()}`;
      // Of the same size, but not made of parts; and made of as many parts, but long before.
      const form = fileOf(new Blob([bytesOf(size, 5)]));
      await new Attempt(browserSigned(testServers, send, 4, { key: () => key, chunking: false }), form).carry();
      const attempt = await sent(signed(newFile(), { key: () => key }));
      await script({ ...s3Error(404, 'NoSuchUpload', ''), match: complete });
      expect(await uploadError(attempt.close())).to.include({ code: 'NoSuchUpload', startOver: true });
      await script();
      await attempt.close();
      const later = await sent(signed(newFile(), { key: () => key }));
      const { session } = later.opened ?? expect.fail();
      later.kept = { ...session, initiated: session.initiated + 600_000 };
      await script({ ...s3Error(404, 'NoSuchUpload', ''), match: complete });
      expect(await uploadError(later.close())).to.include({ code: 'NoSuchUpload', startOver: true });
    });
  });

  describe('that is gone on with', () => {
    /** An upload of which the first part has arrived. */
    async function begun(rest: Rest = {}, file = newFile()) {
      const attempt = served(file, rest);
      const { parts } = await attempt.open();
      await attempt.send(parts[0] ?? expect.fail());
      return { file, saved: attempt.saved };
    }
    const missing = (attempt: Attempt) => attempt.opened?.parts.map(({ index }) => index);

    it('sends what the store does not have', async () => {
      const { file, saved } = await begun();
      const attempt = served(file);
      const { key } = await attempt.carry(saved);
      expect(missing(attempt)).to.deep.equal([1, 2]);
      expect(attempt.opened).to.include({ resumed: true, totalParts: 3 });
      await whole(key);
    });

    it('sends nothing of what the store has, even where we never heard so', async () => {
      const { file, saved } = await begun();
      const attempt = served(file);
      await attempt.open({ ...saved, receipts: [] });
      expect(missing(attempt)).to.deep.equal([1, 2]);
    });

    it('sends again what the store has in another size, or of another content', async () => {
      const { file, saved } = await begun();
      const other = served(fileOf(new Blob([bytesOf(size)])));
      other.opened = { ...(await served(file).open(saved)) };
      await other.store.send({ index: 1, start: 0, end: 100 }, saved.session, { ...other.context, progress: () => {} });
      const wrong = { ...saved, receipts: saved.receipts.map((receipt) => ({ ...receipt, data: { etag: '"other"' } })) };
      const attempt = served(file);
      const { key } = await attempt.carry(wrong);
      expect(missing(attempt)).to.deep.equal([0, 1, 2]);
      await whole(key);
    });

    it('lists thousands of parts page by page', async () => {
      const { file, saved } = await begun();
      const recorded = new RecordedSend(send);
      const page = (number: number, truncated: boolean) =>
        `<ListPartsResult><NextPartNumberMarker>${number}</NextPartNumberMarker><IsTruncated>${truncated}</IsTruncated><Part><PartNumber>${number}</PartNumber><ETag>"${number}"</ETag><Size>${number === 3 ? 1 : partSize}</Size></Part></ListPartsResult>`;
      await script(
        { kind: 'answer', status: 200, body: page(1, true), match: { method: 'GET', path: '\\?uploadId' } },
        { kind: 'answer', status: 200, body: page(2, true), match: { method: 'GET', path: 'part-number-marker=1&' } },
        { kind: 'answer', status: 200, body: page(3, false), match: { method: 'GET', path: 'part-number-marker=2&' } },
      );
      const attempt = served(file, {}, recorded.send);
      await attempt.open({ ...saved, receipts: [] });
      expect(missing(attempt)).to.deep.equal([]);
      await script({ kind: 'answer', status: 200, body: page(1, true), match: { method: 'GET', path: 'uploadId' }, times: 5 });
      await attempt.open({ ...saved, receipts: [] });
      expect(missing(attempt), 'a marker that does not move is the end').to.deep.equal([1, 2]);
    });

    it('trusts its own receipts where parts may not be listed', async () => {
      for (const fault of [
        { ...s3Error(403, 'AccessDenied', ''), match: listing, times: 9 },
        { kind: 'answer', status: 403, cors: false, match: listing, times: 9 },
      ] satisfies Fault[]) {
        const { file, saved } = await begun();
        await script(fault);
        const attempt = served(file);
        const { key } = await attempt.carry(saved);
        expect(missing(attempt)).to.deep.equal([1, 2]);
        await whole(key);
      }
      const { file, saved } = await begun();
      await commandTestServers('faults', { proxy: 'signer', faults: [{ kind: 'answer', status: 400, body: '{"invalid":true}' }] });
      const attempt = served(file);
      await attempt.open(saved);
      expect(missing(attempt)).to.deep.equal([1, 2]);
    });

    it('waits for a store that is too busy to list them', async () => {
      const { file, saved } = await begun();
      await script({ ...errorResponses.slowDown(), match: listing });
      expect(await uploadError(served(file).open(saved))).to.include({ retry: 'auto', status: 503, startOver: false });
    });

    it('begins again where the upload is gone', async () => {
      const { file, saved } = await begun();
      const attempt = served(file);
      await attempt.store.abandon(saved.session, attempt.context);
      const { key } = await attempt.carry(saved);
      expect(missing(attempt)).to.deep.equal([0, 1, 2]);
      expect(attempt.opened?.resumed).to.equal(false);
      await whole(key);
    });

    it('begins again, and leaves nothing behind, where the part size or the file is another', async () => {
      for (const [rest, file] of [
        [{ partSize: partSize + 1 }, undefined],
        [{}, fileOf(new Blob([bytesOf(size - 1)]))],
        [{ chunking: false }, undefined],
      ] as const) {
        const { file: before, saved } = await begun();
        const attempt = served(file ?? before, rest);
        await attempt.open(saved);
        expect(attempt.opened).to.include({ resumed: false });
        const left = (await uploads()).map(({ uploadId }) => uploadId);
        expect(left).to.not.include(saved.session.uploadId);
        if (attempt.opened?.session.uploadId) await attempt.store.abandon(attempt.opened.session, attempt.context);
      }
    });

    it('begins again where the bucket is another', async () => {
      const { file, saved } = await begun();
      const attempt = new Attempt(browserSigned({ ...testServers, store: { ...store, endpoint: store.hiddenEtagEndpoint } }, send), file);
      await attempt.open(saved);
      expect(attempt.opened).to.include({ resumed: false });
      expect(attempt.opened?.session).to.include({ bucket: store.hiddenEtagBucket });
    });

    it('is completed where all has arrived and the page was closed too soon to hear of it', async () => {
      for (const make of [served, signed]) {
        const file = newFile();
        const first = make(file);
        const { parts } = await first.open();
        await Promise.all(parts.map((part) => first.send(part)));
        await first.close();
        first.kept = undefined;
        const attempt = make(file);
        const { key } = await attempt.carry(first.saved);
        expect(missing(attempt)).to.deep.equal([]);
        await whole(key);
      }
    });
  });

  describe('that is given up', () => {
    it('leaves nothing behind', async () => {
      const attempt = served(newFile());
      const { parts, session } = await attempt.open();
      await attempt.send(parts[0] ?? expect.fail());
      await attempt.store.abandon(session, attempt.context);
      expect(await uploads()).to.deep.equal([]);
      await attempt.store.abandon(session, attempt.context);
    });

    it('leaves nothing behind where a part arrives late', async () => {
      const recorded = new RecordedSend(send);
      const attempt = served(newFile(), {}, recorded.send);
      const { session } = await attempt.open();
      // The store says that it is done, but is not.
      await script({ kind: 'answer', status: 204, match: { method: 'DELETE' } });
      await attempt.store.abandon(session, attempt.context);
      expect(await uploads()).to.deep.equal([]);
    });

    it('tells a failure', async () => {
      const attempt = served(newFile());
      const { session } = await attempt.open();
      await script({ ...errorResponses.internalError(), match: { method: 'DELETE' } });
      expect(await uploadError(attempt.store.abandon(session, attempt.context))).to.include({ retry: 'auto', code: 'InternalError' });
    });

    it('costs nothing where there is nothing', async () => {
      const recorded = new RecordedSend(send);
      const attempt = served(fileOf(new Blob(['small'])), {}, recorded.send);
      const { session } = await attempt.open();
      await attempt.store.abandon(session, attempt.context);
      expect(recorded.steps).to.deep.equal([]);
    });
  });

  it('is begun in words where the store gives it no name', async () => {
    await script({ kind: 'answer', status: 200, body: '<InitiateMultipartUploadResult/>', match: { method: 'POST', path: 'uploads' } });
    expect(await uploadError(served(newFile()).open())).to.include({ code: 'NoUploadId', retry: 'auto' });
  });

  it('is listed in words where the list cannot be read', async () => {
    const attempt = served(newFile());
    await attempt.open();
    await script({ kind: 'answer', status: 200, body: '{}', match: listing });
    expect(await uploadError(served(attempt.file).open(attempt.saved))).to.include({ code: 'NoPartsList', retry: 'auto' });
  });

  it('goes on telling the page’s server, and nobody else, where only that failed', async () => {
    const recorded = new RecordedSend(send);
    const attempt = served(newFile(), { successEndpoint: signer.success }, recorded.send);
    await commandTestServers('faults', {
      proxy: 'signer',
      faults: [{ kind: 'answer', status: 500, match: { path: 'success' }, times: 2 }],
    });
    expect(await uploadError(attempt.carry())).to.include({ status: 500, retry: 'auto' });
    expect(attempt.kept).to.include({ stored: true });
    const again = served(attempt.file, { successEndpoint: signer.success }, recorded.send);
    const before = recorded.requests.length;
    expect(await uploadError(again.carry(attempt.saved))).to.include({ status: 500 });
    expect(again.opened).to.include({ resumed: true });
    const { response, key } = await again.close();
    expect(response).to.include({ success: true });
    expect(recorded.steps.slice(before)).to.deep.equal(['POST success', 'POST success']);
    await whole(key);
  });
});
