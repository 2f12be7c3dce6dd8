import { expect } from '@open-wc/testing';
import { collect, makeFile, next, upload } from '../elements/page.js';
import { commandTestServers } from '../tools/test-servers.js';
import {
  chunkIn,
  chunksIn,
  describeOnEachServer,
  doneIn,
  fieldsOf,
  putChunked,
  putFor,
  seen,
  stored,
  whole,
} from './traditional-endpoint.js';

const file = makeFile('video.bin', 450_001);
const zeroToFour = [0, 1, 2, 3, 4];

describeOnEachServer('A file in chunks', (server) => {
  it('arrives one chunk after the other, and then the server is told', async () => {
    const element = putChunked(server);
    const chunks = collect(element, 'uploadChunk');
    const taken = collect(element, 'uploadChunkSuccess');
    const statuses = collect(element, 'statusChange');
    const ends = collect(element, 'allComplete');
    const ended = next(element, 'allComplete');
    const complete = await upload(element, file);
    expect(await stored(server, complete.uuid)).to.deep.equal(await whole(file));
    expect(complete.response['tempLink']).to.be.a('string');
    await ended;
    expect(ends).to.deep.equal([{ succeeded: [0], failed: [] }]);

    const requests = await seen(server);
    expect(chunksIn(requests)).to.deep.equal(zeroToFour);
    expect(requests.at(-1)?.path).to.match(/done$/);
    expect(requests.at(-1)?.headers['content-type']).to.equal('application/x-www-form-urlencoded');
    const { maxParallel } = await commandTestServers('requests', { proxy: server.minimalProxy });
    expect(maxParallel).to.equal(1);
    const last = { id: 0, name: 'video.bin', partIndex: 4, startByte: 400_001, endByte: 450_001, totalParts: 5 };
    expect(chunks).to.have.length(5);
    expect(chunks.at(-1)).to.deep.equal(last);
    expect(taken.at(-1)).to.deep.equal({ ...last, response: { success: true, ...(taken.at(-1)?.response as object) } });
    expect(statuses.map(({ newStatus }) => newStatus).slice(-3)).to.deep.equal(['uploading', 'upload finalizing', 'upload successful']);
  });

  it('arrives with several chunks at once, and the server is told when the last of them is there', async () => {
    await commandTestServers('faults', { proxy: server.minimalProxy, faults: [{ kind: 'delay', ms: 100, times: 5 }] });
    const element = putChunked(server, { 'concurrent-chunks': true, 'part-size': '50kB' });
    const { uuid } = await upload(element, file);
    expect(await stored(server, uuid)).to.deep.equal(await whole(file));
    const { maxParallel } = await commandTestServers('requests', { proxy: server.minimalProxy });
    expect(maxParallel).to.equal(6);
    const requests = await seen(server);
    expect(chunksIn(requests).sort((one, other) => one - other)).to.deep.equal([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    const done = doneIn(requests);
    expect(done).to.have.length(1);
    for (const request of requests.slice(0, -1)) expect(request.endedAt).to.be.at.most(done[0]?.startedAt ?? 0);
  });

  it('is told of in JSON, with params of its own, where that is wished', async () => {
    const element = putChunked(server, { 'chunking-success-endpoint': false });
    element.options = {
      chunking: {
        success: {
          endpoint: () => server.minimal.done,
          jsonPayload: true,
          params: (id: number) => ({
            qquuid: element.getUuid(id),
            qqfilename: 'by the page.bin',
            qqtotalfilesize: element.getSize(id),
            qqtotalparts: 5,
            more: { deep: [1, 2] },
          }),
        },
      },
    };
    const { uuid, success } = await upload(element, file);
    expect(success).to.equal(true);
    expect(await stored(server, uuid)).to.include({ sha256: (await whole(file)).sha256 });
    const [done] = doneIn(await seen(server));
    expect(done?.headers['content-type']).to.equal('application/json');
    expect(JSON.parse(done?.bodyStart ?? '')).to.deep.equal({
      qquuid: uuid,
      qqfilename: 'by the page.bin',
      qqtotalfilesize: file.size,
      qqtotalparts: 5,
      more: { deep: [1, 2] },
    });
  });

  it('is a small one, too, where chunks are mandatory, and one of no bytes', async () => {
    const element = putChunked(server, { 'chunking-mandatory': true, 'allow-empty': true });
    for (const small of [makeFile('small.txt', 5), makeFile('empty.txt', 0)]) {
      const { uuid } = await upload(element, small);
      expect(await stored(server, uuid)).to.deep.equal(await whole(small));
    }
    const requests = await seen(server);
    expect(chunksIn(requests)).to.deep.equal([0, 0]);
    expect(doneIn(requests)).to.have.length(2);
  });

  it('is one form where it fits into one chunk', async () => {
    const element = putChunked(server, { 'part-size': 5 });
    const { uuid } = await upload(element, makeFile('small.txt', 5));
    expect((await stored(server, uuid))?.size).to.equal(5);
    expect((await seen(server)).map(chunkIn)).to.deep.equal([undefined]);
  });

  it('has chunks as large as a function of the file says', async () => {
    const element = putChunked(server);
    element.partSize = (id, size) => (id === 0 ? Math.ceil(size / 2) : 200_000);
    for (const [id, parts] of [2, 3].entries()) {
      const { uuid } = await upload(element, file);
      expect(await stored(server, uuid)).to.deep.equal(await whole(file));
      const fields = (await seen(server))
        .map(fieldsOf)
        .filter(({ qquuid, qqtotalparts }) => qquuid === element.getUuid(id) && qqtotalparts);
      expect(fields.map(({ qqtotalparts }) => Number(qqtotalparts))).to.deep.equal(Array<number>(parts).fill(parts));
    }
  });

  it('can be bodies themselves, with everything else in the address', async () => {
    const element = putChunked(server, { endpoint: server.cookies.uploads });
    element.options = { request: { forceMultipart: false, paramsInBody: false } };
    const { uuid } = await upload(element, file);
    expect(await stored(server, uuid)).to.deep.equal(await whole(file));
    const indexes = (await seen(server, 'cookies')).map(({ path }) => /qqpartindex=(\d)/.exec(path)?.[1]);
    expect(indexes).to.deep.equal(['0', '1', '2', '3', '4']);
  });

  it('obeys a page that changes one of its requests, after a while', async () => {
    const element = putChunked(server, { endpoint: server.cookies.uploads });
    element.addEventListener('uploadChunk', (event) => {
      if (event.detail.partIndex !== 2) return;
      const overrides = {
        endpoint: `${server.cookies.uploads}?changed`,
        headers: { 'X-Chunk': 'two' },
        params: { extra: 'yes', qquuid: 'not this' },
      };
      event.waitUntil(Promise.resolve(overrides));
    });
    const { uuid } = await upload(element, file);
    expect(await stored(server, uuid)).to.deep.equal(await whole(file));
    const requests = await seen(server, 'cookies');
    expect(chunksIn(requests)).to.deep.equal(zeroToFour);
    expect(requests.map(({ path }) => path.endsWith('?changed'))).to.deep.equal([false, false, true, false, false]);
    expect(requests[2]?.headers).to.include({ 'x-chunk': 'two' }).and.not.have.property('x-requested-with');
    expect(requests.map((request) => fieldsOf(request)['extra'])).to.deep.equal([undefined, undefined, 'yes', undefined, undefined]);
  });

  it('sends the chunk alone again that was refused, also where it was one of several at once', async () => {
    for (const concurrent of [false, true]) {
      const refusal = { kind: 'answer', status: 503, match: { body: 'name="qqpartindex"\\s+2\\s' } } as const;
      await commandTestServers('reset');
      await commandTestServers('faults', { proxy: server.minimalProxy, faults: [refusal] });
      const element = putChunked(server, { 'concurrent-chunks': concurrent });
      const errors = collect(element, 'error');
      const { uuid } = await upload(element, file);
      expect(errors.map(({ status }) => status)).to.deep.equal([503]);
      expect(await stored(server, uuid)).to.deep.equal(await whole(file));
      const taken = (await seen(server)).filter(({ status }) => status === 200);
      expect(chunksIn(taken).sort((one, other) => one - other)).to.deep.equal(zeroToFour);
    }
  });

  it('sends the last request alone again that was refused, by itself and by hand', async () => {
    const refusal = { kind: 'answer', status: 500, match: { path: 'done$' }, times: 2 } as const;
    await commandTestServers('faults', { proxy: server.minimalProxy, faults: [refusal] });
    const element = putChunked(server, { 'max-auto-attempts': 1 });
    expect((await upload(element, file)).success).to.equal(false);
    const completed = next(element, 'complete');
    expect(element.retry(0)).to.equal(true);
    const { success, uuid } = await completed;
    expect(success).to.equal(true);
    expect(await stored(server, uuid)).to.deep.equal(await whole(file));
    const requests = await seen(server);
    expect(chunksIn(requests)).to.deep.equal(zeroToFour);
    expect(doneIn(requests).map(({ status }) => status)).to.deep.equal([500, 500, 200]);
  });

  it('starts again where the answer to the last request has a status that says so', async () => {
    const refusal = { kind: 'answer', status: 418, match: { path: 'done$' } } as const;
    await commandTestServers('faults', { proxy: server.minimalProxy, faults: [refusal] });
    const element = putChunked(server);
    element.options = { chunking: { success: { resetOnStatus: [418] } }, retry: { enableAuto: true } };
    const { uuid } = await upload(element, file);
    expect(await stored(server, uuid)).to.deep.equal(await whole(file));
    expect(chunksIn(await seen(server))).to.deep.equal([...zeroToFour, ...zeroToFour]);
  });

  it('starts again where the server has lost chunks and says so', async () => {
    const element = putChunked(server);
    element.addEventListener('uploadChunk', (event) => {
      if (event.detail.partIndex !== 4 || lost) return;
      lost = true;
      event.waitUntil(fetch(`${server.minimal.uploads}/${element.getUuid(0)}`, { method: 'DELETE' }).then(() => undefined));
    });
    let lost = false;
    const retries = collect(element, 'autoRetry');
    const { uuid, success } = await upload(element, file);
    expect(success).to.equal(true);
    expect(retries).to.have.length(1);
    expect(await stored(server, uuid)).to.deep.equal(await whole(file));
    expect(chunksIn(await seen(server))).to.deep.equal([...zeroToFour, ...zeroToFour]);
  });

  it('goes by another uuid at its end, where the answer to the last request says so', async () => {
    const answer = { kind: 'answer', status: 200, body: '{"success":true,"newUuid":"moved-to-42"}', match: { path: 'done$' } } as const;
    await commandTestServers('faults', { proxy: server.minimalProxy, faults: [answer] });
    const element = putChunked(server);
    expect((await upload(element, file)).uuid).to.equal('moved-to-42');
    const uuids = new Set(
      (await seen(server)).filter((request) => chunkIn(request) !== undefined).map((request) => fieldsOf(request)['qquuid']),
    );
    expect(uuids.size).to.equal(1);
    expect(uuids.has('moved-to-42')).to.equal(false);
  });

  it('arrives twice where it is added twice, also at the same time and with resume', async () => {
    const element = putChunked(server, { resume: true, 'concurrent-chunks': true });
    const ended = next(element, 'allComplete');
    element.addFiles([file, file]);
    expect([...(await ended).succeeded].sort()).to.deep.equal([0, 1]);
    const uuids = [element.getUuid(0) ?? '', element.getUuid(1) ?? ''];
    expect(uuids[0]).not.to.equal(uuids[1]);
    for (const uuid of uuids) expect(await stored(server, uuid)).to.deep.equal(await whole(file));
    expect((await upload(element, file)).success).to.equal(true);
    expect(await stored(server, element.getUuid(2) ?? '')).to.deep.equal(await whole(file));
  });

  it('and many others share the connections, and all arrive', async () => {
    const element = putFor(server, {
      chunking: true,
      'part-size': '100kB',
      'concurrent-chunks': true,
      'chunking-success-endpoint': server.minimal.done,
    });
    const files = [5, 450_000, 100_000, 100_001, 1, 300_000].map((size, index) => makeFile(`${index}.bin`, size, { seed: index + 1 }));
    const ended = next(element, 'allComplete');
    element.addFiles(files);
    expect((await ended).failed).to.deep.equal([]);
    for (const [id, sent] of files.entries()) expect(await stored(server, element.getUuid(id) ?? '')).to.deep.equal(await whole(sent));
    const { maxParallel } = await commandTestServers('requests', { proxy: server.minimalProxy });
    expect(maxParallel).to.be.at.most(6);
  });
});
