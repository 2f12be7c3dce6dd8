/** Uploads that an earlier session has not finished: `resume`. */
import { expect, waitUntil } from '@open-wc/testing';
import { commandTestServers, testServers } from '../../tools/test-servers.js';
import { cleanUp, collect, makeFile, next, putTraditional, sha256, upload } from '../page.js';

describe('an unfinished upload', () => {
  afterEach(cleanUp);

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
    expect(data).to.deep.include({ size: 1_000_000, uuid: before.getUuid(0), customResumeData: 'note' });
    after.addFiles([file, makeFile('other.bin', 10)]);
    await next(after, 'submitted', ({ id }) => id === 1);
    expect([after.isResumable(0), after.isResumable(1)]).to.deep.equal([true, false]);
  });
});
