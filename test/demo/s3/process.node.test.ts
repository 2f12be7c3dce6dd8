/**
 * The store as a process that is stopped, killed and started again, and how much memory it takes.
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
import { type Answer, bucket, completion, createUpload, keys, md5, signCall, signed, startStore } from './client.js';

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
  test(`after ${signal} everything that was answered is there, and an upload in the middle of it goes on`, async (t) => {
    const folder = await temporaryFolder(t);
    const part = Buffer.alloc(5 * 1024 * 1024, 'a');
    const before = await run(t, folder);
    await signed(before, { method: 'PUT', path, body: 'miaow', headers: { 'x-amz-meta-color': 'red' } });
    await signed(before, { method: 'PUT', path: `/${bucket}/gone`, body: 'x' });
    await signed(before, { method: 'DELETE', path: `/${bucket}/gone` });
    const done = await createUpload(before, `/${bucket}/done`);
    await signed(before, { method: 'PUT', path: `/${bucket}/done?partNumber=1&uploadId=${done}`, body: 'done' });
    const doneBody = completion([{ partNumber: 1, etag: md5('done') }]);
    const first = await signed(before, { method: 'POST', path: `/${bucket}/done?uploadId=${done}`, body: doneBody });
    const aborted = await createUpload(before, `/${bucket}/aborted`);
    await signed(before, { method: 'DELETE', path: `/${bucket}/aborted?uploadId=${aborted}` });
    const uploadId = await createUpload(before, `/${bucket}/big`, { 'x-amz-meta-color': 'blue' });
    const one = await signed(before, { method: 'PUT', path: `/${bucket}/big?partNumber=1&uploadId=${uploadId}`, body: part });
    // The second part is on its way when the store ends.
    const call = signCall(before, { method: 'PUT', path: `/${bucket}/big?partNumber=2&uploadId=${uploadId}`, body: part });
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
      outgoing.write(part.subarray(0, 1_000_000), () => void signed(before, { path }).then(() => before.end(signal)));
    });
    await broken;
    assert.equal(await before.end(signal), signal === 'SIGTERM' ? 0 : null);

    const again = await run(t, folder, before.port);
    assert.equal(again.port, before.port);
    const cat = await signed(again, { path });
    assert.deepEqual([cat.text, cat.headers['x-amz-meta-color']], ['miaow', 'red']);
    assert.equal((await signed(again, { path: `/${bucket}/gone` })).status, 404);
    const repeated = await signed(again, { method: 'POST', path: `/${bucket}/done?uploadId=${done}`, body: doneBody });
    assert.deepEqual([repeated.status, repeated.element('ETag')], [200, first.element('ETag')]);
    assert.equal((await signed(again, { path: `/${bucket}/aborted?uploadId=${aborted}` })).status, 404);
    const listed = await signed(again, { path: `/${bucket}/big?uploadId=${uploadId}` });
    assert.deepEqual(
      [...listed.text.matchAll(/<PartNumber>(\d+)</g)].map((match) => match[1]),
      ['1'],
    );
    assert.equal(listed.element('ETag'), one.headers.etag);
    // An object, a finished upload, a part: what broke off has gone.
    assert.equal((await readdir(join(folder, 'data'))).length, 3);
    const two = await signed(again, { method: 'PUT', path: `/${bucket}/big?partNumber=2&uploadId=${uploadId}`, body: 'tail' });
    const parts = [one, two].map((answer: Answer, index) => ({ partNumber: index + 1, etag: answer.headers.etag ?? '' }));
    assert.equal(
      (await signed(again, { method: 'POST', path: `/${bucket}/big?uploadId=${uploadId}`, body: completion(parts) })).status,
      200,
    );
    const big = await signed(again, { path: `/${bucket}/big` });
    assert.ok(big.body.equals(Buffer.concat([part, Buffer.from('tail')])));
    assert.equal(big.headers['x-amz-meta-color'], 'blue');
    assert.equal(await again.end('SIGTERM'), 0);
  });
}

test('a port that is taken, and a bucket that cannot be, are said at once', async (t) => {
  const store = await startStore(t);
  await assert.rejects(startStore(t, { port: store.port }), /EADDRINUSE/);
  for (const name of ['a', 'Photos', '../x', 'a_b', '-ab'])
    await assert.rejects(startStore(t, { buckets: [{ name }] }), /is not a valid bucket name/);
});

test('a thousand small objects go fast, and come back after a restart', async (t) => {
  const store = await startStore(t);
  const body = Buffer.alloc(10 * 1024, 'x');
  let next = 0;
  const began = performance.now();
  await Promise.all(
    Array.from({ length: 8 }, async () => {
      while (next < 1000) {
        const call = { method: 'PUT', path: `/${bucket}/small-${next++}`, body, headers: { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' } };
        assert.equal((await signed(store, call)).status, 200);
      }
    }),
  );
  t.diagnostic(`1000 objects of 10 KiB took ${Math.round(performance.now() - began)} ms`);
  await store.close();
  const again = await startStore(t, { folder: store.folder });
  const listed = await signed(again, { path: `/${bucket}?list-type=2` });
  assert.equal(listed.element('KeyCount'), '1000');
});
