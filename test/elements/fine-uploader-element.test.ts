/** `<fine-uploader>` against a real server. */
import { expect, waitUntil } from '@open-wc/testing';
import { testServers, commandTestServers } from '../tools/test-servers.js';
import { cleanUp, collect, makeFile, next, putTraditional, sha256, upload } from './page.js';

describe('<fine-uploader>', () => {
  afterEach(cleanUp);

  it('sends a file as a form, byte for byte, with progress', async () => {
    const element = putTraditional();
    const progress = collect(element, 'progress');
    const file = makeFile('naïve & "quoted" (1).txt', 300_000, { type: 'text/plain' });
    const complete = await upload(element, file);
    expect(complete.success).to.equal(true);
    const stored = await commandTestServers('sha256', { uuid: complete.uuid });
    expect(stored).to.include({ sha256: await sha256(file), name: file.name });
    expect(progress.at(-1)).to.include({ uploadedBytes: file.size, totalBytes: file.size });
  });

  for (const concurrent of [false, true]) {
    it(`sends a large file in chunks, ${concurrent ? 'side by side' : 'one after another'}`, async () => {
      const element = putTraditional({
        chunking: true,
        'concurrent-chunks': concurrent,
        'part-size': '1MB',
        'chunking-success-endpoint': testServers.endpoint.done,
      });
      const file = makeFile('a.bin', 5_000_001);
      const complete = await upload(element, file);
      expect(complete.success).to.equal(true);
      expect(await commandTestServers('sha256', { uuid: complete.uuid })).to.include({ sha256: await sha256(file) });
      const { maxParallel } = await commandTestServers('requests', { proxy: 'endpoint' });
      if (concurrent) expect(maxParallel).to.be.within(2, 6);
      else expect(maxParallel).to.equal(1);
    });
  }

  it('sends only the chunk again that was refused', async () => {
    await commandTestServers('faults', { proxy: 'endpoint', faults: [{ kind: 'answer', status: 503, skip: 2 }] });
    const element = putTraditional({ chunking: true, 'part-size': '1MB' });
    const file = makeFile('a.bin', 4_000_000);
    const retries = collect(element, 'autoRetry');
    const complete = await upload(element, file);
    expect(complete.success).to.equal(true);
    expect(retries).to.have.length(1);
    expect(await commandTestServers('sha256', { uuid: complete.uuid })).to.include({ sha256: await sha256(file) });
    const { requests } = await commandTestServers('requests', { proxy: 'endpoint' });
    const answered = requests.filter(({ method, status }) => method === 'POST' && status === 200);
    expect(answered.map(({ bodyStart }) => /name="qqpartindex"\s+(\d)/.exec(bodyStart)?.[1])).to.deep.equal(['0', '1', '2', '3']);
  });

  it('outlasts a server that is gone for a while, without a click', async () => {
    const element = putTraditional({ 'auto-attempt-delay': 0.3 });
    await commandTestServers('stop', { server: 'endpoint' });
    const completed = upload(element, makeFile('a.bin', 1000));
    await next(element, 'autoRetry');
    await commandTestServers('start', { server: 'endpoint' });
    expect((await completed).success).to.equal(true);
  });

  it('goes on with a paused file where it was', async () => {
    await commandTestServers('faults', { proxy: 'endpoint', faults: [{ kind: 'slow', bytesPerSecond: 5_000_000 }] });
    const element = putTraditional({ chunking: true, 'part-size': '500kB' });
    const file = makeFile('a.bin', 3_000_000);
    const begun = next(element, 'uploadChunkSuccess');
    const completed = upload(element, file);
    await begun;
    expect(element.pauseUpload(0)).to.equal(true);
    expect(element.getUploads({ id: 0 })?.status).to.equal('paused');
    expect(element.continueUpload(0)).to.equal(true);
    const complete = await completed;
    expect(await commandTestServers('sha256', { uuid: complete.uuid })).to.include({ sha256: await sha256(file) });
    const { requests } = await commandTestServers('requests', { proxy: 'endpoint' });
    expect(requests.filter(({ method }) => method === 'POST').length).to.be.within(6, 7);
  });

  it('deletes what has arrived', async () => {
    for (const method of ['DELETE', 'POST']) {
      const element = putTraditional({ 'delete-endpoint': testServers.endpoint.uploads, 'delete-method': method });
      const { uuid } = await upload(element, makeFile('a.bin', 1000));
      const deleted = next(element, 'deleteComplete');
      expect(element.deleteFile(0)).to.equal(true);
      expect((await deleted).success).to.equal(true);
      expect(await commandTestServers('sha256', { uuid })).to.equal(null);
      await cleanUp();
    }
  });

  const answers: [what: string, status: number, body: string, success: boolean, reason: RegExp | undefined][] = [
    ['{success: true}', 200, '{"success":true}', true, undefined],
    ['{success: false} with a reason', 200, '{"success":false,"error":"The disk is full."}', false, /^The disk is full\.$/],
    ['an HTML page', 200, '<!doctype html><title>Login</title>', false, /./],
    ['nothing at all', 200, '', false, /./],
    ['null', 200, 'null', false, /./],
    ['a JSON string', 200, '"no"', false, /^no$/],
    ['a list', 200, '[]', false, /./],
    ['500 with a reason', 500, '{"error":"Out of order."}', false, /^Out of order\.$/],
    ['404', 404, 'Not found', false, /404|not found/i],
  ];
  for (const [what, status, body, success, reason] of answers) {
    it(`${success ? 'succeeds' : 'fails with a sentence'} when the server answers ${what}`, async () => {
      await commandTestServers('faults', {
        proxy: 'endpoint',
        faults: [{ kind: 'answer', status, body, times: 9, headers: { 'Content-Type': 'application/json' } }],
      });
      const element = putTraditional({ 'max-auto-attempts': 0 });
      const errors = collect(element, 'error');
      const complete = await upload(element, makeFile('a.bin', 10));
      expect(complete.success).to.equal(success);
      if (reason) expect(errors.at(-1)?.reason).to.match(reason);
      else expect(errors).to.deep.equal([]);
    });
  }

  it('gives a server that never answers up', async () => {
    await commandTestServers('faults', { proxy: 'endpoint', faults: [{ kind: 'silent', times: 9 }] });
    const element = putTraditional({ 'stall-timeout': 0.5, 'answer-timeout': 0.5, 'max-auto-attempts': 1 });
    const errors = collect(element, 'error');
    const complete = await upload(element, makeFile('a.bin', 10));
    expect(complete.success).to.equal(false);
    expect(errors).to.have.length(2);
    expect(errors[0]?.code).to.equal('Stalled');
  });

  it('asks a server once that works for longer than the stall timeout', async () => {
    await commandTestServers('faults', { proxy: 'endpoint', faults: [{ kind: 'delay', ms: 2000, times: 9 }] });
    const element = putTraditional({ 'stall-timeout': 0.5 });
    const errors = collect(element, 'error');
    const complete = await upload(element, makeFile('a.bin', 10));
    expect(complete.success).to.equal(true);
    expect(errors).to.deep.equal([]);
    const { requests } = await commandTestServers('requests', { proxy: 'endpoint' });
    expect(requests.filter(({ method }) => method === 'POST')).to.have.length(1);
  });

  it('says to those who do not see it why a file was not added', async () => {
    const element = putTraditional({ 'size-limit': 5 });
    await element.updateComplete;
    element.addFiles(makeFile('large.txt', 10));
    const said = () => element.shadowRoot?.querySelector('[role=status]')?.textContent?.trim();
    await waitUntil(() => said(), 'something is said', { timeout: 5000 });
    expect(said()).to.equal(element.shadowRoot?.querySelector('[part=status]')?.textContent?.trim());
    expect(said()).to.include('too large');
  });
});
