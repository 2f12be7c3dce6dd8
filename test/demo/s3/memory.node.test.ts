/**
 * How much memory large bodies take. A file of its own: what other tests used before would hide it.
 */
import assert from 'node:assert/strict';
import { request } from 'node:http';
import { test } from 'node:test';
import { bucket, type Call, completion, createUpload, md5, signCall, signed, startStore } from './client.js';
import { buildForm, encodeForm } from './form.js';

const path = `/${bucket}/cat.txt`;

/** Streams `size` bytes as the rest of a request whose first bytes are given. */
function stream(port: number, call: Call & { headers: Record<string, string> }, head: Buffer, size: number, tail: Buffer): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = { ...call.headers, 'content-length': String(head.length + size + tail.length) };
    const outgoing = request({ host: '127.0.0.1', port, method: call.method, path: call.path, headers, agent: false }, (incoming) => {
      incoming.resume();
      incoming.on('end', () => resolve(incoming.statusCode ?? 0));
    });
    outgoing.on('error', reject);
    const chunk = Buffer.alloc(256 * 1024, 'x');
    let left = size;
    const more = () => {
      while (left > 0) {
        const next = chunk.subarray(0, Math.min(left, chunk.length));
        left -= next.length;
        if (!outgoing.write(next)) {
          outgoing.once('drain', more);
          return;
        }
      }
      outgoing.end(tail);
    };
    outgoing.write(head);
    more();
  });
}

test('256 MiB pass through in every way while memory stays flat', async (t) => {
  const store = await startStore(t);
  const size = 256 * 1024 * 1024;
  const unsigned = { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' };
  const nothing = Buffer.alloc(0);
  const put = () => stream(store.port, signCall(store, { method: 'PUT', path, headers: unsigned }), nothing, size, nothing);
  const form = async () => {
    const { body, headers } = encodeForm(buildForm({ file: 'SPLIT' }));
    const split = body.indexOf('SPLIT');
    const call = { method: 'POST', path: `/${bucket}`, headers: { ...headers, host: `127.0.0.1:${store.port}` } };
    return stream(store.port, call, body.subarray(0, split), size, body.subarray(split + 5));
  };
  const parts = async () => {
    const uploadId = await createUpload(store, path);
    const sent: { partNumber: number; etag: string }[] = [];
    const part = Buffer.alloc(8 * 1024 * 1024, 'x');
    const etag = md5(part);
    for (let partNumber = 1; partNumber <= 32; partNumber++) {
      const call = signCall(store, { method: 'PUT', path: `${path}?partNumber=${partNumber}&uploadId=${uploadId}`, headers: unsigned });
      assert.equal(await stream(store.port, call, nothing, part.length, nothing), 200);
      sent.push({ partNumber, etag });
    }
    return (await signed(store, { method: 'POST', path: `${path}?uploadId=${uploadId}`, body: completion(sent) })).status;
  };
  const read = () =>
    new Promise<number>((resolve, reject) => {
      request({ host: '127.0.0.1', port: store.port, ...signCall(store, { path }), agent: false }, (incoming) => {
        let received = 0;
        incoming.on('data', (chunk: Buffer) => (received += chunk.length));
        incoming.on('end', () => resolve(received));
        incoming.on('error', reject);
      })
        .on('error', reject)
        .end();
    });
  // Once for what any first request takes.
  await signed(store, { method: 'PUT', path, body: Buffer.alloc(1024 * 1024) });
  const before = process.resourceUsage().maxRSS;
  assert.equal(await put(), 200);
  assert.equal(await read(), size);
  assert.equal(await form(), 204);
  assert.equal(await parts(), 200);
  assert.equal(await read(), size);
  // Client and store share this process. Holding one of the bodies would add 256 MiB.
  const grown = (process.resourceUsage().maxRSS - before) / 1024;
  t.diagnostic(`memory grew by ${Math.round(grown)} MiB`);
  assert.ok(grown < 128, `memory grew by ${grown} MiB`);
});
