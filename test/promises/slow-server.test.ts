/** Promise: what must not be repeated is asked once, however long the server works on it. */

import { expect, waitUntil } from '@open-wc/testing';
import type { Fault } from '../servers/faults.js';
import type { ProxyName } from '../servers/test-servers.js';
import { cleanUp, collect, makeFile, next, putS3, putTraditional, sha256, upload } from '../elements/page.js';
import { commandTestServers, testServers } from '../tools/test-servers.js';

/** Seconds for which nothing may move, and ms that the server works. */
const stallTimeout = 1;
const workTime = 3500;
const partSize = 2_000_000;

describe('a server that works for long is asked once', function () {
  this.timeout(60_000);
  afterEach(cleanUp);

  const patience = { 'stall-timeout': stallTimeout, 'answer-timeout': 30, 'auto-attempt-delay': 0.1 };
  const setFaults = (proxy: ProxyName, ...faults: Fault[]) => commandTestServers('faults', { proxy, faults });
  const count = async (proxy: ProxyName, method: string, path: RegExp) =>
    (await commandTestServers('requests', { proxy })).requests.filter((seen) => seen.method === method && path.test(seen.path)).length;

  it('by the success endpoint, after three quick answers', async () => {
    const element = putS3(patience);
    for (const name of ['a', 'b', 'c']) expect((await upload(element, makeFile(name, 1000))).success).to.equal(true);
    await setFaults('signer', { kind: 'delay', ms: workTime, match: { path: 'success' } });
    const errors = collect(element, 'error');
    expect((await upload(element, makeFile('d', 1000))).success).to.equal(true);
    expect(await count('signer', 'POST', /success/)).to.equal(4);
    expect(errors).to.deep.equal([]);
  });

  it('by CompleteMultipartUpload', async () => {
    const complete = { method: 'POST', path: 'uploadId=' };
    await setFaults('store', { kind: 'delay', ms: workTime, match: complete });
    const file = makeFile('large', 6 * 2 ** 20);
    const { success, key = '' } = await upload(putS3({ ...patience, chunking: true }), file);
    expect(success).to.equal(true);
    expect(await count('store', 'POST', /uploadId=/)).to.equal(1);
    expect(await commandTestServers('sha256', { key })).to.include({ sha256: await sha256(file) });
  });

  it('by an upload to the own server, and the row says so', async () => {
    await setFaults('endpoint', { kind: 'delay', ms: workTime, match: { method: 'POST' } });
    const element = putTraditional(patience);
    const completed = upload(element, makeFile('scanned', 100_000));
    await next(element, 'progress', ({ uploadedBytes, totalBytes }) => uploadedBytes === totalBytes);
    const rowText = () => element.shadowRoot?.querySelector('[part~=file] [part~=status]')?.textContent?.trim();
    await waitUntil(() => rowText() === 'Waiting for the server…', 'the row says so');
    expect((await completed).success).to.equal(true);
    expect(await count('endpoint', 'POST', /./)).to.equal(1);
  });

  it('by the chunking success endpoint', async () => {
    await setFaults('endpoint', { kind: 'delay', ms: workTime, match: { path: 'done' } });
    const element = putTraditional({ ...patience, chunking: true, 'chunking-success-endpoint': testServers.endpoint.done });
    const file = makeFile('chunks', 2 * partSize + 1);
    const { success, uuid } = await upload(element, file);
    expect(success).to.equal(true);
    expect(await count('endpoint', 'POST', /done/)).to.equal(1);
    expect(await commandTestServers('sha256', { uuid })).to.include({ sha256: await sha256(file) });
  });

  for (const [title, put, proxy] of [
    ['the own server', () => putTraditional({ ...patience, 'delete-endpoint': testServers.endpoint.uploads }), 'endpoint'],
    ['the signing server', () => putS3({ ...patience, 'delete-endpoint': testServers.signer.files }), 'signer'],
  ] as const)
    it(`by a delete request to ${title}`, async () => {
      const element = put();
      const { id } = await upload(element, makeFile('deleted', 1000));
      await setFaults(proxy, { kind: 'delay', ms: workTime, match: { method: 'DELETE' } });
      const deleted = next(element, 'deleteComplete');
      void element.deleteFile(id);
      expect((await deleted).success).to.equal(true);
      expect(await count(proxy, 'DELETE', /./)).to.equal(1);
    });

  it('until answer-timeout is over', async () => {
    await setFaults('endpoint', { kind: 'silent', match: { method: 'POST' } });
    const element = putTraditional({ ...patience, 'answer-timeout': 1 });
    const errors = collect(element, 'error');
    expect((await upload(element, makeFile('silent', 1000))).success).to.equal(true);
    expect(errors.map(({ code }) => code)).to.deep.equal(['Stalled']);
    expect(await count('endpoint', 'POST', /./)).to.equal(2);
  });
});
