import { expect } from '@open-wc/testing';
import { collect, makeFile, next, upload } from '../elements/page.js';
import { commandTestServers } from '../tools/test-servers.js';
import {
  chunksIn,
  describeOnEachServer,
  doneIn,
  fieldsOf,
  putChunked,
  putFor,
  seen,
  statusOf,
  stored,
  whole,
} from './traditional-endpoint.js';

const file = makeFile('video.bin', 450_001);
const sorted = (numbers: readonly number[]) => [...numbers].sort((one, other) => one - other);
const slowly = { kind: 'slow', bytesPerSecond: 1_500_000 } as const;

describeOnEachServer('A file that is stopped', (server) => {
  for (const concurrent of [false, true]) {
    it(`goes on where it was, ${concurrent ? 'several chunks' : 'one chunk'} at a time`, async () => {
      await commandTestServers('faults', { proxy: server.minimalProxy, faults: [slowly] });
      const element = putChunked(server, { 'concurrent-chunks': concurrent, 'max-connections': 2 });
      let taken = 0;
      const begun = next(element, 'uploadChunkSuccess', () => ++taken === 2);
      const completed = upload(element, file);
      await begun;
      expect(element.pauseUpload(0)).to.equal(true);
      expect(statusOf(element, 0)).to.equal('paused');
      expect(element.getInProgress()).to.equal(0);
      expect(element.pauseUpload(0)).to.equal(false);
      expect(element.continueUpload(0)).to.equal(true);
      expect(element.continueUpload(0)).to.equal(false);
      const { uuid } = await completed;
      expect(await stored(server, uuid)).to.deep.equal(await whole(file));
      const requests = await seen(server);
      const whole5 = requests.filter(({ status }) => status === 200);
      expect(sorted([...new Set(chunksIn(whole5))])).to.deep.equal([0, 1, 2, 3, 4]);
      // What was on the wire when it was stopped is all that may have come twice.
      expect(chunksIn(requests).length).to.be.within(5, 7);
      expect(requests.some((request) => 'qqresume' in fieldsOf(request))).to.equal(false);
    });
  }

  it('begins again where it goes in one form', async () => {
    await commandTestServers('faults', { proxy: server.minimalProxy, faults: [slowly] });
    const element = putFor(server);
    const begun = next(element, 'progress', ({ uploadedBytes }) => uploadedBytes > 0);
    const large = makeFile('large.bin', 1_500_000);
    const completed = upload(element, large);
    await begun;
    expect(element.pauseUpload(0)).to.equal(true);
    await commandTestServers('faults', { proxy: server.minimalProxy, faults: [] });
    expect(element.continueUpload(0)).to.equal(true);
    const { uuid } = await completed;
    expect(await stored(server, uuid)).to.deep.equal(await whole(large));
  });

  it('can wait, paused by the page before it begins', async () => {
    const element = putFor(server);
    element.addEventListener('upload', (event) => event.waitUntil(Promise.resolve({ pause: true })), { once: true });
    const paused = next(element, 'statusChange', ({ newStatus }) => newStatus === 'paused');
    const completed = upload(element, makeFile('a.txt', 5));
    await paused;
    expect(await seen(server)).to.deep.equal([]);
    element.continueUpload(0);
    expect((await completed).success).to.equal(true);
  });
});

describeOnEachServer('A file that the page leaves behind', (server) => {
  const attributes = { resume: true };
  const named = (seed: number) => new File([makeFile('', 450_001, { seed })], 'again.bin', { lastModified: 77 });

  /** As good as a reload: the element stops, and all it leaves is what it has written down. */
  async function leave(sent: File, chunks: number): Promise<string> {
    await commandTestServers('faults', { proxy: server.minimalProxy, faults: [slowly] });
    const element = putChunked(server, attributes);
    element.addEventListener('submit', () => element.setCustomResumeData(0, { note: 'mine' }));
    let taken = 0;
    const begun = next(element, 'uploadChunkSuccess', () => ++taken === chunks);
    element.addFiles(sent);
    await begun;
    element.remove();
    await commandTestServers('faults', { proxy: server.minimalProxy, faults: [] });
    return element.getUuid(0) ?? '';
  }

  it('goes on when it is added again', async () => {
    const sent = named(11);
    const uuid = await leave(sent, 2);
    const before = (await seen(server)).length;
    const element = putChunked(server, attributes);
    const resumed = next(element, 'resume');
    const complete = await upload(element, sent);
    const { partIndex, customResumeData } = await resumed;
    expect(partIndex).to.be.within(2, 3);
    expect(customResumeData).to.deep.equal({ note: 'mine' });
    expect(complete).to.include({ uuid, success: true });
    expect(await stored(server, uuid)).to.deep.equal(await whole(sent));
    const requests = (await seen(server)).slice(before);
    expect(chunksIn(requests)).to.deep.equal([2, 3, 4].filter((index) => index >= partIndex));
    expect(requests.map((request) => fieldsOf(request)['qqresume'])).to.deep.equal(['true', ...requests.slice(1).map(() => undefined)]);
  });

  it('begins again where the page wants that', async () => {
    const sent = named(12);
    await leave(sent, 2);
    const before = (await seen(server)).length;
    const element = putChunked(server, attributes);
    element.addEventListener('resume', (event) => event.preventDefault());
    const { uuid } = await upload(element, sent);
    expect(await stored(server, uuid)).to.deep.equal(await whole(sent));
    expect(chunksIn((await seen(server)).slice(before))).to.deep.equal([0, 1, 2, 3, 4]);
  });

  it('begins again where the server has lost what was there', async () => {
    const sent = named(13);
    const uuid = await leave(sent, 2);
    await fetch(`${server.minimal.uploads}/${uuid}`, { method: 'DELETE' });
    const element = putChunked(server, attributes);
    const complete = await upload(element, sent);
    expect(complete.success).to.equal(true);
    expect(await stored(server, complete.uuid)).to.deep.equal(await whole(sent));
  });

  it('goes on after the server was restarted', async () => {
    const sent = named(14);
    const uuid = await leave(sent, 3);
    await commandTestServers('restart', { server: server.process });
    const complete = await upload(putChunked(server, attributes), sent);
    expect(complete).to.include({ uuid, success: true });
    expect(await stored(server, uuid)).to.deep.equal(await whole(sent));
  });

  it('is not taken for another of the same name, size and date', async () => {
    await leave(named(15), 2);
    const element = putChunked(server, attributes);
    const resumes = collect(element, 'resume');
    const other = named(16);
    const { uuid } = await upload(element, other);
    expect(resumes).to.deep.equal([]);
    expect(await stored(server, uuid)).to.deep.equal(await whole(other));
  });
});

describeOnEachServer('A file that is cancelled', (server) => {
  /** Cancels the file, sends another, and answers the requests that were made for the first, and all that was told of it. */
  async function cancelled(element: ReturnType<typeof putFor>, told: { readonly newStatus: string }[]): Promise<number> {
    const uuid = element.getUuid(0) ?? '';
    element.cancel(0);
    expect(statusOf(element, 0)).to.equal('canceled');
    expect(told.at(-1)?.newStatus).to.equal('canceled');
    await commandTestServers('faults', { proxy: server.minimalProxy, faults: [] });
    const other = putFor(server, { 'auto-attempt-delay': 0.1 });
    expect((await upload(other, makeFile('other.txt', 5))).success).to.equal(true);
    expect(await stored(server, uuid)).to.equal(null);
    expect(element.getNetUploads()).to.equal(0);
    expect(element.retry(0)).to.equal(false);
    expect(element.continueUpload(0)).to.equal(false);
    expect(told.at(-1)?.newStatus).to.equal('canceled');
    return (await seen(server)).length - 1;
  }

  const prepare = (attributes: Parameters<typeof putFor>[1] = {}) => {
    const element = putChunked(server, attributes);
    const told = collect(element, 'statusChange');
    const until = (status: string) => next(element, 'statusChange', ({ newStatus }) => newStatus === status);
    return { element, told, until };
  };

  it('while the page thinks about it', async () => {
    const { element, told } = prepare();
    element.addEventListener('validate', (event) => event.waitUntil(new Promise(() => undefined)));
    const asked = next(element, 'validate');
    element.addFiles(file);
    await asked;
    expect(statusOf(element, 0)).to.equal('submitting');
    expect(await cancelled(element, told)).to.equal(0);
  });

  it('while it waits for a word', async () => {
    const { element, told, until } = prepare({ 'manual-upload': true });
    const submitted = until('submitted');
    element.addFiles(file);
    await submitted;
    expect(await cancelled(element, told)).to.equal(0);
  });

  it('while it is on the wire', async () => {
    // The last chunk is taken, but never gets to the server: with all five there, it would join them, whoever has lost interest meanwhile.
    await commandTestServers('faults', { proxy: server.minimalProxy, faults: [{ kind: 'silent', skip: 4, times: 9 }] });
    const { element, told } = prepare({ 'concurrent-chunks': true });
    const begun = next(element, 'uploadChunkSuccess');
    element.addFiles(file);
    await begun;
    expect(statusOf(element, 0)).to.equal('uploading');
    expect(await cancelled(element, told)).to.equal(5);
  });

  it('while it waits for another try', async () => {
    await commandTestServers('faults', { proxy: server.minimalProxy, faults: [{ kind: 'answer', status: 503 }] });
    const { element, told, until } = prepare({ 'auto-attempt-delay': 600 });
    const retrying = until('retrying upload');
    element.addFiles(file);
    await retrying;
    expect(await cancelled(element, told)).to.equal(1);
  });

  it('while it is paused', async () => {
    const { element, told } = prepare();
    const begun = next(element, 'uploadChunkSuccess');
    element.addFiles(file);
    await begun;
    element.pauseUpload(0);
    expect(statusOf(element, 0)).to.equal('paused');
    expect(await cancelled(element, told)).to.be.within(1, 2);
  });

  it('after it has failed', async () => {
    await commandTestServers('faults', { proxy: server.minimalProxy, faults: [{ kind: 'answer', status: 503, skip: 1 }] });
    const { element, told, until } = prepare({ 'max-auto-attempts': 0 });
    const failed = until('upload failed');
    element.addFiles(file);
    await failed;
    expect(await cancelled(element, told)).to.equal(2);
  });

  it('waits in the queue, and never begins', async () => {
    await commandTestServers('faults', { proxy: server.minimalProxy, faults: [slowly] });
    const { element } = prepare({ 'max-connections': 1 });
    const begun = next(element, 'uploadChunkSuccess');
    const ended = next(element, 'allComplete');
    element.addFiles([file, makeFile('second.bin', 5)]);
    await begun;
    expect(statusOf(element, 1)).to.equal('queued');
    element.cancel(1);
    expect(await ended).to.deep.equal({ succeeded: [0], failed: [] });
    expect(statusOf(element, 1)).to.equal('canceled');
    expect((await seen(server)).some((request) => fieldsOf(request)['qqfilename'] === 'second.bin')).to.equal(false);
  });

  it('too late: the server is putting it together', async () => {
    await commandTestServers('faults', { proxy: server.minimalProxy, faults: [{ kind: 'delay', ms: 300, match: { path: 'done$' } }] });
    const { element, until } = prepare();
    const finalizing = until('upload finalizing');
    const completed = upload(element, file);
    await finalizing;
    element.cancel(0);
    expect(element.pauseUpload(0)).to.equal(false);
    const { uuid, success } = await completed;
    expect(success).to.equal(true);
    expect(await stored(server, uuid)).to.deep.equal(await whole(file));
    expect(doneIn(await seen(server))).to.have.length(1);
    element.cancel(0);
    expect(statusOf(element, 0)).to.equal('upload successful');
  });

  it('with all others at once', async () => {
    await commandTestServers('faults', { proxy: server.minimalProxy, faults: [slowly] });
    const { element } = prepare();
    const begun = next(element, 'uploadChunkSuccess');
    element.addFiles(Array.from({ length: 8 }, (_, index) => makeFile(`${index}.bin`, 300_000)));
    await begun;
    element.cancelAll();
    expect(element.getUploads({ status: 'canceled' })).to.have.length(8);
    expect(element.getInProgress()).to.equal(0);
    await commandTestServers('faults', { proxy: server.minimalProxy, faults: [] });
    expect((await upload(element, makeFile('after.bin', 5))).success).to.equal(true);
    for (let id = 0; id < 8; id++) expect(await stored(server, element.getUuid(id) ?? '')).to.equal(null);
  });
});
