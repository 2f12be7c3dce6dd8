/**
 * The store as a process that is stopped, killed and restarted.
 */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type StoreResponse, bucket, completeDocument, createUpload, keys, md5, signRequest, sendSigned, startStore } from './client.js';

const main = fileURLToPath(new URL('../../../demo/s3/main.ts', import.meta.url));
const path = `/${bucket}/cat.txt`;

interface Running {
  port: number;
  /** @returns the exit code; null after a kill */
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null>;
}

async function run(t: TestContext, folder: string, port = 0): Promise<Running> {
  const child: ChildProcess = spawn(process.execPath, ['--import', 'tsx', main], {
    env: {
      ...process.env,
      S3_FOLDER: folder,
      S3_PORT: String(port),
      S3_ACCESS_KEY: keys.accessKeyId,
      S3_SECRET_KEY: keys.secretAccessKey,
      S3_BUCKET: bucket,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit') as Promise<[number | null]>;
  t.after(() => child.kill('SIGKILL'));
  assert.ok(child.stdout);
  const line = await Promise.race([
    once(createInterface(child.stdout), 'line').then(([text]) => String(text)),
    exited.then(([code]) => Promise.reject(new Error(`The store ended with ${code}`))),
  ]);
  assert.match(line, /^S3 store on http:\/\/127\.0\.0\.1:\d+$/);
  return {
    port: Number(line.split(':').at(-1)),
    async end(signal) {
      child.kill(signal);
      const [code] = await exited;
      return code;
    },
  };
}

async function temporaryFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 's3-store-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
  test(`keeps all acknowledged data and resumes uploads after ${signal}`, async (t) => {
    const folder = await temporaryFolder(t);
    const part = Buffer.alloc(5 * 1024 * 1024, 'a');
    const before = await run(t, folder);
    await sendSigned(before, { method: 'PUT', path, body: 'miaow', headers: { 'x-amz-meta-color': 'red' } });
    await sendSigned(before, { method: 'PUT', path: `/${bucket}/gone`, body: 'x' });
    await sendSigned(before, { method: 'DELETE', path: `/${bucket}/gone` });
    const done = await createUpload(before, `/${bucket}/done`);
    await sendSigned(before, { method: 'PUT', path: `/${bucket}/done?partNumber=1&uploadId=${done}`, body: 'done' });
    const doneBody = completeDocument([{ partNumber: 1, etag: md5('done') }]);
    const first = await sendSigned(before, { method: 'POST', path: `/${bucket}/done?uploadId=${done}`, body: doneBody });
    const aborted = await createUpload(before, `/${bucket}/aborted`);
    await sendSigned(before, { method: 'DELETE', path: `/${bucket}/aborted?uploadId=${aborted}` });
    const uploadId = await createUpload(before, `/${bucket}/big`, { 'x-amz-meta-color': 'blue' });
    const one = await sendSigned(before, { method: 'PUT', path: `/${bucket}/big?partNumber=1&uploadId=${uploadId}`, body: part });
    // The second part is being sent when the store ends.
    const call = signRequest(before, { method: 'PUT', path: `/${bucket}/big?partNumber=2&uploadId=${uploadId}`, body: part });
    const broken = new Promise<void>((resolve) => {
      const outgoing = request({
        host: '127.0.0.1',
        port: before.port,
        method: 'PUT',
        path: call.path,
        headers: call.headers,
        agent: false,
      });
      outgoing.on('error', () => resolve());
      outgoing.write(part.subarray(0, 1_000_000), () => void sendSigned(before, { path }).then(() => before.end(signal)));
    });
    await broken;
    assert.equal(await before.end(signal), signal === 'SIGTERM' ? 0 : null);

    const again = await run(t, folder, before.port);
    assert.equal(again.port, before.port);
    const cat = await sendSigned(again, { path });
    assert.deepEqual([cat.text, cat.headers['x-amz-meta-color']], ['miaow', 'red']);
    assert.equal((await sendSigned(again, { path: `/${bucket}/gone` })).status, 404);
    const repeated = await sendSigned(again, { method: 'POST', path: `/${bucket}/done?uploadId=${done}`, body: doneBody });
    assert.deepEqual([repeated.status, repeated.element('ETag')], [200, first.element('ETag')]);
    assert.equal((await sendSigned(again, { path: `/${bucket}/aborted?uploadId=${aborted}` })).status, 404);
    const listed = await sendSigned(again, { path: `/${bucket}/big?uploadId=${uploadId}` });
    assert.deepEqual(
      [...listed.text.matchAll(/<PartNumber>(\d+)</g)].map((match) => match[1]),
      ['1'],
    );
    assert.equal(listed.element('ETag'), one.headers.etag);
    // The files of an object, a completed upload and a part: interrupted requests leave none.
    assert.equal((await readdir(join(folder, 'data'))).length, 3);
    const two = await sendSigned(again, { method: 'PUT', path: `/${bucket}/big?partNumber=2&uploadId=${uploadId}`, body: 'tail' });
    const parts = [one, two].map((response: StoreResponse, index) => ({ partNumber: index + 1, etag: response.headers.etag ?? '' }));
    assert.equal(
      (await sendSigned(again, { method: 'POST', path: `/${bucket}/big?uploadId=${uploadId}`, body: completeDocument(parts) })).status,
      200,
    );
    const big = await sendSigned(again, { path: `/${bucket}/big` });
    assert.ok(big.body.equals(Buffer.concat([part, Buffer.from('tail')])));
    assert.equal(big.headers['x-amz-meta-color'], 'blue');
    assert.equal(await again.end('SIGTERM'), 0);
  });
}

test('rejects a port in use and an invalid bucket name at the start', async (t) => {
  const store = await startStore(t);
  await assert.rejects(startStore(t, { port: store.port }), /EADDRINUSE/);
  for (const name of ['a', 'Photos', '../x', 'a_b', '-ab'])
    await assert.rejects(startStore(t, { buckets: [{ name }] }), /is not a valid bucket name/);
});

test('stores a thousand small objects quickly and returns them after a restart', async (t) => {
  const store = await startStore(t);
  const body = Buffer.alloc(10 * 1024, 'x');
  let next = 0;
  const began = performance.now();
  await Promise.all(
    Array.from({ length: 8 }, async () => {
      while (next < 1000) {
        const call = { method: 'PUT', path: `/${bucket}/small-${next++}`, body, headers: { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' } };
        assert.equal((await sendSigned(store, call)).status, 200);
      }
    }),
  );
  t.diagnostic(`1000 objects of 10 KiB took ${Math.round(performance.now() - began)} ms`);
  await store.close();
  const again = await startStore(t, { folder: store.folder });
  const listed = await sendSigned(again, { path: `/${bucket}?list-type=2` });
  assert.equal(listed.element('KeyCount'), '1000');
});
