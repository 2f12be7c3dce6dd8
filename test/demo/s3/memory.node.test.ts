/**
 * Memory usage for large bodies. It has its own process, because the memory that other tests use would hide it.
 */
import assert from 'node:assert/strict';
import { request } from 'node:http';
import { test } from 'node:test';
import { bucket, type RequestOptions, completeDocument, createUpload, md5, signRequest, sendSigned, startStore } from './client.js';
import { buildForm, encodeForm } from './form.js';

const path = `/${bucket}/cat.txt`;

/** Sends a request with `head`, `size` further bytes and `tail` as its body. */
function stream(
  port: number,
  call: RequestOptions & { headers: Record<string, string> },
  head: Buffer,
  size: number,
  tail: Buffer,
): Promise<number> {
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

test('stores and reads 256 MiB by PUT, form and parts without buffering them', async (t) => {
  const store = await startStore(t);
  const size = 256 * 1024 * 1024;
  const unsigned = { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' };
  const nothing = Buffer.alloc(0);
  const put = () => stream(store.port, signRequest(store, { method: 'PUT', path, headers: unsigned }), nothing, size, nothing);
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
      const call = signRequest(store, { method: 'PUT', path: `${path}?partNumber=${partNumber}&uploadId=${uploadId}`, headers: unsigned });
      assert.equal(await stream(store.port, call, nothing, part.length, nothing), 200);
      sent.push({ partNumber, etag });
    }
    return (await sendSigned(store, { method: 'POST', path: `${path}?uploadId=${uploadId}`, body: completeDocument(sent) })).status;
  };
  const read = () =>
    new Promise<number>((resolve, reject) => {
      request({ host: '127.0.0.1', port: store.port, ...signRequest(store, { path }), agent: false }, (incoming) => {
        let received = 0;
        incoming.on('data', (chunk: Buffer) => (received += chunk.length));
        incoming.on('end', () => resolve(received));
        incoming.on('error', reject);
      })
        .on('error', reject)
        .end();
    });
  // A first round allocates the memory that every process needs.
  await sendSigned(store, { method: 'PUT', path, body: Buffer.alloc(1024 * 1024) });
  const before = process.resourceUsage().maxRSS;
  assert.equal(await put(), 200);
  assert.equal(await read(), size);
  assert.equal(await form(), 204);
  assert.equal(await parts(), 200);
  assert.equal(await read(), size);
  // Client and store share this process. A buffered body would add 256 MiB.
  const grown = (process.resourceUsage().maxRSS - before) / 1024;
  t.diagnostic(`memory grew by ${Math.round(grown)} MiB`);
  assert.ok(grown < 128, `memory grew by ${grown} MiB`);
});
