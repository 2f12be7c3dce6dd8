/** Uploads that an earlier session has not finished: `resume`. */
import { expect, waitUntil } from '@open-wc/testing';
import { commandTestServers, testServers } from '../../tools/test-servers.js';
import { WebResumeStore } from '../../../src/resume/index.js';
import { clearStorage } from '../../resume/storage.js';
import { cleanUp, collect, makeFile, next, putS3, putTraditional, sha256, upload } from '../page.js';

describe('an unfinished upload', () => {
  afterEach(async () => {
    await cleanUp();
    await clearStorage();
  });

  const rowText = (element: HTMLElement) => element.shadowRoot?.querySelector('[role=listitem]')?.textContent ?? '';

  it('continues when the same file is chosen again after a reload', async () => {
    await commandTestServers('faults', { proxy: 'endpoint', faults: [{ kind: 'slow', bytesPerSecond: 3_000_000 }] });
    const attributes = { chunking: true, resume: true, 'part-size': '500kB', 'chunking-success-endpoint': testServers.endpoint.done };
    const file = new File([makeFile('', 3_000_000)], 'again.bin', { lastModified: 77 });
    const before = putTraditional(attributes);
    let chunks = 0;
    const begun = next(before, 'uploadChunkSuccess', () => ++chunks === 2);
    before.addFiles(file);
    await begun;
    before.remove(); // as good as a reload: the first one stops, and all it leaves is what it has written down
    await commandTestServers('faults', { proxy: 'endpoint', faults: [] });
    const after = putTraditional(attributes);
    const resumed = next(after, 'resume');
    const complete = await upload(after, file);
    expect((await resumed).partIndex).to.be.greaterThan(1);
    expect(complete.success).to.equal(true);
    expect(complete.uuid).to.equal(before.getUuid(0));
    expect(await commandTestServers('sha256', { uuid: complete.uuid })).to.include({ sha256: await sha256(file) });
  });

  it('does not continue with another file of the same name, size and date', async () => {
    const attributes = { chunking: true, resume: true, 'part-size': '200kB' };
    const make = (seed: number) => new File([makeFile('', 1_000_000, { seed })], 'same.bin', { lastModified: 77 });
    const before = putTraditional(attributes);
    const begun = next(before, 'uploadChunkSuccess');
    before.addFiles(make(1));
    await begun;
    before.remove();
    const after = putTraditional(attributes);
    const resumes = collect(after, 'resume');
    const other = make(2);
    const complete = await upload(after, other);
    expect(resumes).to.deep.equal([]);
    expect(await commandTestServers('sha256', { uuid: complete.uuid })).to.include({ sha256: await sha256(other) });
  });

  it('is listed in the next session, and its file is resumable', async () => {
    const attributes = { chunking: true, resume: true, 'part-size': '200kB' };
    const file = new File([makeFile('', 1_000_000)], 'listed.bin', { lastModified: 77 });
    const before = putTraditional(attributes);
    before.setCustomResumeData(0, 'too early');
    const begun = next(before, 'uploadChunkSuccess');
    before.addFiles(file);
    before.setCustomResumeData(0, 'note');
    await begun;
    before.remove();

    const after = putTraditional({ ...attributes, 'manual-upload': true });
    await waitUntil(() => after.getResumableFilesData().some(({ name }) => name === 'listed.bin'), 'it is listed');
    const data = after.getResumableFilesData().find(({ name }) => name === 'listed.bin');
    const { remaining = [], ...rest } = data ?? expect.fail();
    expect(rest).to.deep.equal({ name: 'listed.bin', size: 1_000_000, uuid: before.getUuid(0), customResumeData: 'note' });
    expect(remaining).to.be.an('array').that.includes(4).and.not.includes(0);
    after.addFiles([file, makeFile('other.bin', 10)]);
    await next(after, 'submitted', ({ id }) => id === 1);
    expect([after.isResumable(0), after.isResumable(1)]).to.deep.equal([true, false]);
    // A limit that changes applies at once.
    after.setAttribute('resume-records-expire-in', '0.00000001');
    await waitUntil(() => after.getResumableFilesData().length === 0, 'it has expired');
  });

  it('has the key of its object, and no data of the page where there is none', async () => {
    const mebibyte = 2 ** 20;
    const attributes = { chunking: true, resume: true };
    const file = new File([makeFile('', 11 * mebibyte)], 'object.bin', { lastModified: 77 });
    await commandTestServers('faults', { proxy: 'store', faults: [{ kind: 'silent', match: { method: 'PUT' }, times: 99 }] });
    const before = putS3(attributes);
    before.addFiles(file);
    await next(before, 'uploadChunk');
    await waitUntil(async () => (await new WebResumeStore().all()).length > 0, 'it is recorded before its first part has arrived');
    before.remove();
    const after = putS3({ ...attributes, 'manual-upload': true });
    await waitUntil(() => after.getResumableFilesData().length > 0, 'it is listed');
    const uuid = before.getUuid(0);
    const expected = { name: 'object.bin', size: 11 * mebibyte, uuid, remaining: [0, 1, 2], key: `${uuid}.bin` };
    expect(after.getResumableFilesData()).to.deep.equal([expected]);
  });

  it('is carried by one element at a time: the other one waits, says so, and uploads the file again', async () => {
    await commandTestServers('faults', { proxy: 'endpoint', faults: [{ kind: 'slow', bytesPerSecond: 1_000_000 }] });
    const attributes = { chunking: true, resume: true, 'part-size': '200kB', 'chunking-success-endpoint': testServers.endpoint.done };
    const file = new File([makeFile('', 1_000_000)], 'both.bin', { lastModified: 77 });
    const [one, other] = [putTraditional(attributes), putTraditional(attributes)];
    const begun = next(one, 'uploadChunkSuccess');
    const completed = next(one, 'complete');
    one.addFiles(file);
    await begun;
    const waits = next(other, 'resumeWait');
    const otherParts = collect(other, 'uploadChunk');
    const otherCompleted = next(other, 'complete');
    other.addFiles([file, makeFile('small.txt', 10)]);
    expect(await waits).to.deep.equal({ id: 0, name: 'both.bin' });
    await waitUntil(() => rowText(other).includes('Waiting: this file is already being uploaded'), 'the row says it');
    expect(await otherCompleted).to.include({ id: 1, success: true });
    expect(otherParts).to.deep.equal([]);
    await commandTestServers('faults', { proxy: 'endpoint', faults: [] });
    expect(await completed).to.include({ success: true });
    const again = await next(other, 'complete');
    expect(again).to.include({ id: 0, success: true });
    expect(otherParts.map(({ partIndex }) => partIndex)).to.deep.equal([0, 1, 2, 3, 4]);
    expect(again.uuid).to.not.equal(one.getUuid(0));
    expect(await commandTestServers('sha256', { uuid: again.uuid })).to.include({ sha256: await sha256(file) });
  });

  it('is handed over to another element that waits when its own one is removed', async () => {
    await commandTestServers('faults', { proxy: 'endpoint', faults: [{ kind: 'slow', bytesPerSecond: 1_000_000 }] });
    const attributes = { chunking: true, resume: true, 'part-size': '200kB', 'chunking-success-endpoint': testServers.endpoint.done };
    const file = new File([makeFile('', 1_000_000)], 'handed.bin', { lastModified: 77 });
    const [one, other] = [putTraditional(attributes), putTraditional(attributes)];
    const begun = next(one, 'uploadChunkSuccess');
    one.addFiles(file);
    await begun;
    const waits = next(other, 'resumeWait');
    const resumed = next(other, 'resume');
    const completed = next(other, 'complete');
    other.addFiles(file);
    await waits;
    one.remove();
    expect((await resumed).partIndex).to.be.greaterThan(0);
    await commandTestServers('faults', { proxy: 'endpoint', faults: [] });
    expect(await completed).to.include({ success: true, uuid: one.getUuid(0) });
  });
});
