/**
 * Malformed and interrupted requests: they never stop the store and never leave partial data.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { request } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { keepThreadsBusy } from '../../servers/busy-threads.js';
import { bucket, completeDocument, createUpload, presign, send, signRequest, sendSigned, startStore } from './client.js';
import { buildForm, encodeForm, postForm } from './form.js';

const store = await startStore({ after });
const path = `/${bucket}/cat.txt`;

/**
 * Sends bytes and returns everything that is received until the connection is closed.
 * @param cut - closes the sending side after the bytes; otherwise the store closes the connection after its response
 */
async function exchange(port: number, bytes: Buffer | string, cut = false): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  // A reset counts as a response.
  socket.on('error', () => undefined);
  if (cut) socket.end(bytes);
  else socket.write(bytes);
  await once(socket, 'close');
  return Buffer.concat(chunks).toString('latin1');
}

function raw({ method = 'GET', path, headers = {}, body = '' }: Parameters<typeof send>[1]): Buffer {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.concat([Buffer.from(`${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n`, 'latin1'), Buffer.from(body)]);
}

/** Asserts that the store still works. */
async function alive(): Promise<void> {
  assert.equal((await sendSigned(store, { method: 'PUT', path: `/${bucket}/alive`, body: 'yes' })).status, 200);
  assert.equal((await sendSigned(store, { path: `/${bucket}/alive` })).text, 'yes');
  assert.equal((await sendSigned(store, { method: 'DELETE', path: `/${bucket}/alive` })).status, 204);
}

describe('a request that is not HTTP or not S3', () => {
  const host = `Host: 127.0.0.1:${store.port}\r\nConnection: close\r\n`;
  const cases: Record<string, [bytes: string | Buffer, response: RegExp, cut?: boolean]> = {
    'no HTTP at all': ['hello\r\n\r\n', /^HTTP\/1.1 400 [\s\S]*<Code>BadRequest</],
    'a TLS greeting': [Buffer.from('16030100c8010000c403035b', 'hex'), /^HTTP\/1.1 400 /],
    'no host': ['GET / HTTP/1.1\r\nConnection: close\r\n\r\n', /^HTTP\/1.1 400 [\s\S]*<Code>InvalidRequest</],
    'two hosts': [`GET / HTTP/1.1\r\n${host}Host: other\r\n\r\n`, /^HTTP\/1.1 400 /],
    'an absolute address': [`GET http://127.0.0.1/${bucket} HTTP/1.1\r\n${host}\r\n`, /^HTTP\/1.1 400 [\s\S]*<Code>InvalidURI</],
    'a star': [`OPTIONS * HTTP/1.1\r\n${host}\r\n`, /^HTTP\/1.1 400 [\s\S]*<Code>InvalidURI</],
    'an unknown method': [`FROB /${bucket} HTTP/1.1\r\n${host}\r\n`, /^HTTP\/1.1 400 /],
    'a broken percent-encoding': [`GET /${bucket}/%zz HTTP/1.1\r\n${host}\r\n`, /^HTTP\/1.1 400 [\s\S]*<Code>InvalidURI</],
    'raw bytes beyond ASCII in the path': [Buffer.from(`GET /${bucket}/\u00ff HTTP/1.1\r\n${host}\r\n`, 'latin1'), /^HTTP\/1.1 40[03] /],
    'a null byte': [`GET /${bucket}/a%00b HTTP/1.1\r\n${host}\r\n`, /^HTTP\/1.1 400 [\s\S]*<Code>InvalidURI</],
    'an empty bucket': [`GET //key HTTP/1.1\r\n${host}\r\n`, /^HTTP\/1.1 400 [\s\S]*<Code>InvalidBucketName</],
    'giant headers': [
      `GET / HTTP/1.1\r\n${host}x: ${'x'.repeat(64 * 1024)}\r\n\r\n`,
      /^HTTP\/1.1 400 [\s\S]*<Code>RequestHeaderSectionTooLarge</,
    ],
    'a giant path': [`GET /${'x'.repeat(64 * 1024)} HTTP/1.1\r\n${host}\r\n`, /^HTTP\/1.1 400 /],
    'a length that is no number': [`PUT ${path} HTTP/1.1\r\n${host}Content-Length: ten\r\n\r\n`, /^HTTP\/1.1 400 /],
    'two lengths': [`PUT ${path} HTTP/1.1\r\n${host}Content-Length: 1\r\nContent-Length: 2\r\n\r\nxx`, /^HTTP\/1.1 400 /],
    'a length and chunks': [
      `PUT ${path} HTTP/1.1\r\n${host}Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
      /^HTTP\/1.1 400 /,
    ],
    'a broken chunk': [`PUT ${path} HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\n\r\nzz\r\n`, /^HTTP\/1.1 4\d\d /],
    'a line break in a header': [`GET / HTTP/1.1\r\n${host}x: a\nb\r\n\r\n`, /^HTTP\/1.1 400 /],
    'an upgrade': [`GET ${path} HTTP/1.1\r\n${host.replace('close', 'close, upgrade')}Upgrade: websocket\r\n\r\n`, /^HTTP\/1.1 403 /],
    'a tunnel': [`CONNECT 127.0.0.1:1 HTTP/1.1\r\n${host}\r\n`, /^$|^HTTP\/1.1 4/],
    nothing: ['', /^$/, true],
    'half a request': ['GET / HT', /^HTTP\/1.1 400 /, true],
  };
  for (const [name, [bytes, response, cut]] of Object.entries(cases)) {
    test(`with ${name} is answered, and the store keeps working`, async () => {
      assert.match(await exchange(store.port, bytes, cut), response);
      await alive();
    });
  }

  test('gets a request id in its response', async () => {
    for (const bytes of ['hello\r\n\r\n', `GET /%zz HTTP/1.1\r\n${host}\r\n`])
      assert.match(await exchange(store.port, bytes), /x-amz-request-id: [0-9A-F]{16}/);
  });
});

describe('an incomplete body', () => {
  const large = Buffer.alloc(3_000_000, 'x');
  const form = encodeForm(buildForm({ file: large }));

  test('is IncompleteBody if the client still reads', async () => {
    const uploadId = await createUpload(store, path);
    for (const target of [path, `${path}?partNumber=1&uploadId=${uploadId}`]) {
      const call = signRequest(store, { method: 'PUT', path: target, body: large });
      assert.match(await exchange(store.port, raw(call).subarray(0, -1), true), /^HTTP\/1.1 400 [\s\S]*<Code>IncompleteBody</);
    }
    const call = {
      method: 'POST',
      path: `/${bucket}`,
      headers: { host: `127.0.0.1:${store.port}`, 'content-length': String(form.body.length), ...form.headers },
      body: form.body,
    };
    assert.match(await exchange(store.port, raw(call).subarray(0, -1), true), /^HTTP\/1.1 400 [\s\S]*<Code>IncompleteBody</);
    await sendSigned(store, { method: 'DELETE', path: `${path}?uploadId=${uploadId}` });
  });

  test('leaves no data if the connection breaks', async (t) => {
    const own = await startStore(t);
    const uploadId = await createUpload(own, path);
    const complete = completeDocument([{ partNumber: 1, etag: 'x' }]);
    const calls = [
      signRequest(own, { method: 'PUT', path, body: large }),
      signRequest(own, { method: 'PUT', path: `${path}?partNumber=1&uploadId=${uploadId}`, body: large }),
      signRequest(own, { method: 'POST', path: `${path}?uploadId=${uploadId}`, body: complete }),
      {
        method: 'POST',
        path: `/${bucket}`,
        headers: { host: `127.0.0.1:${own.port}`, 'content-length': String(form.body.length), ...form.headers },
        body: form.body,
      },
    ];
    for (const call of calls) {
      const bytes = raw(call);
      for (const cut of [bytes.indexOf('\r\n\r\n') + 4, bytes.length - 2, Math.floor(bytes.length / 2)]) {
        const socket = connect(own.port, '127.0.0.1');
        socket.on('error', () => undefined);
        await new Promise<void>((resolve) => socket.write(bytes.subarray(0, cut), () => resolve()));
        socket.resetAndDestroy();
      }
    }
    assert.match((await sendSigned(own, { path: `/${bucket}?list-type=2` })).text, /<KeyCount>0</);
    assert.doesNotMatch((await sendSigned(own, { path: `${path}?uploadId=${uploadId}` })).text, /<Part>/);
    await own.close();
    // The store is closed: the files on disk no longer change.
    const again = await startStore(t, { folder: own.folder });
    assert.equal((await sendSigned(again, { path: `${path}?uploadId=${uploadId}` })).status, 200);
  });

  test('of a form is not waited for when its connection has closed after the last byte, while the disk is slow', async (t) => {
    const own = await startStore(t);
    // More than is read before the file is open, and no more than is received.
    const { body, headers } = encodeForm(buildForm({ file: Buffer.alloc(100_000) }));
    const all = { host: `127.0.0.1:${own.port}`, 'content-length': String(body.length), ...headers };
    const socket = connect(own.port, '127.0.0.1');
    await once(socket, 'connect');
    const slowDisk = keepThreadsBusy();
    socket.write(raw({ method: 'POST', path: `/${bucket}`, headers: all, body }));
    await setTimeout(50);
    socket.destroy();
    await slowDisk;
    const closed = own.close().then(() => 'closed');
    assert.equal(await Promise.race([closed, setTimeout(10_000, 'waits', { ref: false })]), 'closed');
    assert.deepEqual(await readdir(join(own.folder, 'data')), []);
  });

  test('is removed from disk when its connection has closed', async (t) => {
    const own = await startStore(t);
    const call = signRequest(own, { method: 'PUT', path, body: large });
    const socket = connect(own.port, '127.0.0.1');
    socket.on('error', () => undefined);
    await new Promise<void>((resolve) => socket.write(raw(call).subarray(0, -2), () => resolve()));
    // The store answers this request while the other one hangs.
    assert.equal((await sendSigned(own, { path: `/${bucket}?list-type=2` })).element('KeyCount'), '0');
    socket.resetAndDestroy();
    await own.close();
    assert.deepEqual(await readdir(join(own.folder, 'data')), []);
  });

  test('that is longer than Content-Length is cut', async () => {
    const call = signRequest(store, { method: 'PUT', path, body: 'miaow' });
    assert.match(await exchange(store.port, Buffer.concat([raw(call), Buffer.from('and more')])), /^HTTP\/1.1 200 /);
    assert.equal((await sendSigned(store, { path })).text, 'miaow');
    await sendSigned(store, { method: 'DELETE', path });
  });
});

describe('an error response', () => {
  test('to a large body is received instead of a broken connection', async () => {
    const body = Buffer.alloc(30_000_000);
    const unsigned = { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' };
    const put = { method: 'PUT', path, body, headers: unsigned };
    assert.equal((await sendSigned(store, put, { keys: { accessKeyId: 'AKIAUNKNOWN', secretAccessKey: 'x' } })).status, 403);
    assert.equal((await send(store, put)).status, 403);
    assert.equal((await sendSigned(store, { ...put, path: `${path}?partNumber=1&uploadId=gone` })).status, 404);
    assert.equal((await send(store, { ...put, path: '/nowhere/x' })).status, 404);
    assert.equal((await postForm(store, { file: body, expiration: '2013-05-24T00:00:00Z' })).status, 403);
  });

  test('is sent before the body if the client waits for "100 Continue"', async () => {
    const attempt = async (path: string) => {
      const outgoing = request({
        host: '127.0.0.1',
        port: store.port,
        method: 'PUT',
        path,
        agent: false,
        headers: { expect: '100-continue', 'content-length': 5 },
      });
      let asked = false;
      outgoing.on('continue', () => {
        asked = true;
        outgoing.end('miaow');
      });
      outgoing.flushHeaders();
      const [incoming] = (await once(outgoing, 'response')) as [{ statusCode?: number; resume(): void }];
      incoming.resume();
      outgoing.destroy();
      return { asked, status: incoming.statusCode };
    };
    const good = presign(store, { method: 'PUT', path });
    assert.deepEqual(await attempt(good), { asked: true, status: 200 });
    assert.deepEqual(await attempt(good.replace('Expires=60', 'Expires=61')), { asked: false, status: 403 });
    await sendSigned(store, { method: 'DELETE', path });
  });
});

test('pipelined requests are answered in order', async () => {
  const first = signRequest(store, { method: 'PUT', path, body: 'miaow' });
  const second = signRequest(store, { path });
  const third = signRequest(store, { method: 'DELETE', path });
  third.headers.connection = 'close';
  const text = await exchange(store.port, Buffer.concat([raw(first), raw(second), raw(third)]));
  // Only the order of the responses is guaranteed: the GET may be handled before the PUT is done.
  assert.match(text, /^HTTP\/1\.1 200 [\s\S]*HTTP\/1\.1 (200|404) [\s\S]*HTTP\/1\.1 204 /);
  await sendSigned(store, { method: 'DELETE', path });
});

test('a broken connection releases the object that it was reading', { timeout: 60_000 }, async (t) => {
  const own = await startStore(t);
  await sendSigned(own, { method: 'PUT', path, body: Buffer.alloc(30_000_000) });
  await sendSigned(own, { method: 'PUT', path: `${path}2`, body: 'waits behind the large one' });
  const socket = connect(own.port, '127.0.0.1');
  socket.on('error', () => undefined);
  socket.write(Buffer.concat([raw(signRequest(own, { path })), raw(signRequest(own, { path: `${path}2` }))]));
  await once(socket, 'readable');
  for (const name of [path, `${path}2`]) assert.equal((await sendSigned(own, { method: 'DELETE', path: name })).status, 204);
  socket.resetAndDestroy();
  await own.close();
  assert.deepEqual(await readdir(join(own.folder, 'data')), []);
});

test('five hundred randomly broken requests change nothing', { timeout: 120_000 }, async (t) => {
  const store = await startStore(t);
  // Reproducible random numbers: a linear congruential generator.
  let state = 20260101;
  const random = (below: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const uploadId = await createUpload(store, path);
  const form = encodeForm(buildForm());
  const seeds = [
    raw(signRequest(store, { method: 'PUT', path, body: 'miaow' })),
    raw(signRequest(store, { path: `${path}?x=%41` })),
    raw(
      signRequest(store, { method: 'POST', path: `${path}?uploadId=${uploadId}`, body: completeDocument([{ partNumber: 1, etag: 'x' }]) }),
    ),
    raw(signRequest(store, { method: 'PUT', path: `${path}?partNumber=1&uploadId=${uploadId}`, body: 'part' })),
    raw({
      method: 'PUT',
      path: presign(store, { method: 'PUT', path }),
      headers: { host: `127.0.0.1:${store.port}`, 'content-length': '5' },
      body: 'miaow',
    }),
    raw({
      method: 'POST',
      path: `/${bucket}`,
      headers: { host: `127.0.0.1:${store.port}`, 'content-length': String(form.body.length), ...form.headers },
      body: form.body,
    }),
    raw({
      method: 'POST',
      path: '/',
      headers: { host: '127.0.0.1', 'content-type': 'application/x-www-form-urlencoded', 'content-length': '24' },
      body: 'Action=AssumeRole&x=%zz%y',
    }),
    raw({ method: 'OPTIONS', path, headers: { host: '127.0.0.1', origin: 'null', 'access-control-request-method': 'PUT' } }),
  ];
  const snippets = [
    '\r\n',
    '\r\n\r\n',
    '%',
    '%00',
    '\0',
    '--',
    'ü',
    '&',
    '=',
    '/',
    '..',
    ';',
    ',',
    '"',
    '<',
    '&amp',
    '-1',
    '99999999999',
    '$',
    ' ',
  ];
  const mutate = (seed: Buffer): Buffer => {
    let bytes = Buffer.from(seed);
    for (let changes = 1 + random(4); changes > 0; changes--) {
      const at = random(bytes.length);
      const choice = random(5);
      if (choice === 0) bytes[at] = random(256);
      else if (choice === 1) bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + random(20))]);
      else if (choice === 2)
        bytes = Buffer.concat([bytes.subarray(0, at), Buffer.from(snippets[random(snippets.length)] ?? ''), bytes.subarray(at)]);
      else if (choice === 3) bytes = bytes.subarray(0, Math.max(at, 1));
      else bytes = Buffer.concat([bytes, seed.subarray(random(seed.length))]);
    }
    return bytes;
  };
  const faults: unknown[] = [];
  const kinds = new Set<string>();
  const complain = console.error;
  console.error = (...words: unknown[]) => void faults.push(words);
  try {
    for (let round = 0; round < 500; round += 20) {
      const responses = await Promise.all(
        Array.from({ length: 20 }, () => exchange(store.port, mutate(seeds[random(seeds.length)] ?? Buffer.alloc(0)), true)),
      );
      for (const response of responses) {
        assert.doesNotMatch(response, /HTTP\/1\.1 5(?!01)/);
        kinds.add(/<Code>(\w+)</.exec(response)?.[1] ?? '');
      }
    }
  } finally {
    console.error = complain;
  }
  assert.deepEqual(faults, [], 'the store met something that it had not foreseen');
  assert.ok(kinds.size > 10, `the requests were all broken in the same way: ${[...kinds].join(' ')}`);
  assert.equal((await sendSigned(store, { method: 'PUT', path, body: 'miaow' })).status, 200);
  assert.equal((await sendSigned(store, { path })).text, 'miaow');
  await store.close();
  // Unreferenced files would be removed at the next start.
  const left = await readdir(join(store.folder, 'data'));
  await startStore(t, { folder: store.folder });
  assert.deepEqual(await readdir(join(store.folder, 'data')), left);
});
