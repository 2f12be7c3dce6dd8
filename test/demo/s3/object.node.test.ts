/**
 * Objects: writing, reading, deleting, keys, addressing and unsupported requests.
 */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { request } from 'node:http';
import { dirname, join } from 'node:path';
import { after, describe, test } from 'node:test';
import { type StoreResponse, bucket, md5, send, signRequest, sendSigned, startStore } from './client.js';

const store = await startStore({ after });
const path = `/${bucket}/cat.txt`;
const put = { method: 'PUT', path, body: '0123456789' };

function assertError(response: StoreResponse, status: number, code: string): void {
  assert.deepEqual([response.status, response.element('Code')], [status, code], response.text);
}

describe('an object', () => {
  test('is returned with its metadata', async () => {
    const headers = {
      'content-type': 'text/x-cat',
      'cache-control': 'max-age=60',
      'content-disposition': 'inline',
      'content-encoding': 'identity',
      'content-language': 'de',
      'x-amz-meta-color': 'red',
      'x-amz-storage-class': 'REDUCED_REDUNDANCY',
      'x-amz-server-side-encryption': 'AES256',
    };
    const written = await sendSigned(store, { ...put, headers: { ...headers, 'x-amz-meta-Mixed-Case': 'x', 'x-amz-acl': 'public-read' } });
    assert.deepEqual([written.status, written.headers.etag], [200, `"${md5(put.body)}"`]);
    assert.equal(written.headers['x-amz-server-side-encryption'], 'AES256');
    for (const method of ['GET', 'HEAD']) {
      const response = await sendSigned(store, { method, path });
      for (const [name, value] of Object.entries({ ...headers, 'x-amz-meta-mixed-case': 'x', 'x-amz-acl': 'public-read' }))
        assert.equal(response.headers[name], value);
      assert.equal(response.headers.etag, `"${md5(put.body)}"`);
      assert.equal(response.headers['content-length'], '10');
      assert.equal(response.headers['accept-ranges'], 'bytes');
      assert.ok(Math.abs(Date.parse(response.headers['last-modified'] ?? '') - Date.now()) < 60_000);
      assert.match(response.headers['x-amz-request-id'] ?? '', /^[0-9A-F]{16}$/);
      assert.equal(response.headers['content-security-policy'], 'sandbox');
      assert.equal(response.headers['x-content-type-options'], 'nosniff');
      assert.equal(response.text, method === 'GET' ? put.body : '');
    }
  });

  test('is replaced completely', async () => {
    await sendSigned(store, { ...put, headers: { 'x-amz-meta-color': 'red' } });
    await sendSigned(store, { ...put, body: 'new' });
    const response = await sendSigned(store, { path });
    assert.deepEqual(
      [response.text, response.headers['x-amz-meta-color'], response.headers['content-type']],
      ['new', undefined, 'binary/octet-stream'],
    );
  });

  test('may be empty', async () => {
    await sendSigned(store, { ...put, body: '', headers: { 'content-length': '0' } });
    const response = await sendSigned(store, { path });
    assert.deepEqual([response.status, response.headers['content-length'], response.headers.etag], [200, '0', `"${md5('')}"`]);
    assertError(await sendSigned(store, { path, headers: { range: 'bytes=0-1' } }), 416, 'InvalidRange');
  });

  test('can be read in ranges', async () => {
    await sendSigned(store, put);
    for (const [range, text, contentRange] of [
      ['bytes=2-4', '234', 'bytes 2-4/10'],
      ['bytes=7-', '789', 'bytes 7-9/10'],
      ['bytes=-3', '789', 'bytes 7-9/10'],
      ['bytes=-30', '0123456789', 'bytes 0-9/10'],
      ['bytes=8-99', '89', 'bytes 8-9/10'],
    ] as const) {
      const response = await sendSigned(store, { path, headers: { range } });
      assert.deepEqual([response.status, response.text, response.headers['content-range']], [206, text, contentRange], range);
      const head = await sendSigned(store, { method: 'HEAD', path, headers: { range } });
      assert.deepEqual([head.status, head.headers['content-length']], [206, String(text.length)], range);
    }
    for (const range of ['bytes=4-2', 'bytes=1-2,4-5', 'lines=1-2', 'bytes=-']) {
      assert.equal((await sendSigned(store, { path, headers: { range } })).status, 200, range);
    }
    const beyond = await sendSigned(store, { path, headers: { range: 'bytes=10-' } });
    assertError(beyond, 416, 'InvalidRange');
    assert.equal(beyond.element('ActualObjectSize'), '10');
  });

  test('supports conditional requests', async () => {
    await sendSigned(store, put);
    const etag = `"${md5(put.body)}"`;
    const past = new Date(Date.now() - 3_600_000).toUTCString();
    const future = new Date(Date.now() + 3_600_000).toUTCString();
    for (const [headers, status] of [
      [{ 'if-match': etag }, 200],
      [{ 'if-match': '"other"' }, 412],
      [{ 'if-none-match': etag }, 304],
      [{ 'if-none-match': '"other"' }, 200],
      [{ 'if-modified-since': past }, 200],
      [{ 'if-modified-since': future }, 304],
      [{ 'if-unmodified-since': past }, 412],
      [{ 'if-unmodified-since': future }, 200],
    ] as const) {
      assert.equal((await sendSigned(store, { path, headers })).status, status, JSON.stringify(headers));
    }
  });

  test('that does not exist is NoSuchKey to read and can be deleted', async () => {
    const missing = { path: `/${bucket}/missing` };
    const response = await sendSigned(store, missing);
    assertError(response, 404, 'NoSuchKey');
    assert.equal(response.element('Resource'), missing.path);
    assert.notEqual(response.element('HostId'), '');
    const head = await sendSigned(store, { ...missing, method: 'HEAD' });
    assert.deepEqual([head.status, head.text], [404, '']);
    assert.equal((await sendSigned(store, { ...missing, method: 'DELETE' })).status, 204);
  });

  test('is read completely by a request that began before it was replaced', async () => {
    const old = Buffer.alloc(12 * 1024 * 1024, 'a');
    await sendSigned(store, { ...put, body: old });
    const { headers } = signRequest(store, { path });
    const hash = await new Promise<string>((resolve, reject) => {
      request({ host: '127.0.0.1', port: store.port, path, headers, agent: false }, (incoming) => {
        const md5OfAll = createHash('md5');
        incoming.once('data', (first: Buffer) => {
          incoming.pause();
          md5OfAll.update(first);
          sendSigned(store, { ...put, body: 'new' }).then(() => {
            incoming.on('data', (chunk: Buffer) => md5OfAll.update(chunk));
            incoming.on('end', () => resolve(md5OfAll.digest('hex')));
            incoming.resume();
          }, reject);
        });
        incoming.on('error', reject);
      })
        .on('error', reject)
        .end();
    });
    assert.equal(hash, md5(old));
    assert.equal((await sendSigned(store, { path })).text, 'new');
  });
});

describe('keys', () => {
  const names = [
    'a b+c&d=e?f#g%h.txt',
    "!'()*",
    'ü/日本語/😀.txt',
    'e\u0301 \u00e9',
    '/leading',
    'a//b',
    'trailing/',
    'C:\\windows',
    '../../outside',
    '..',
    '.',
    './a',
    'a/../../b',
    '%2e%2e%2f',
    'line\nbreak\ttab\r',
    '\u0001\u001f\u007f',
    '__proto__',
    'constructor',
    'con',
    'x'.repeat(1024),
    '😀'.repeat(256),
  ];
  const encode = (key: string) =>
    key
      .split('/')
      .map((part) => (/^\.+$/.test(part) ? part.replaceAll('.', '%2E') : encodeURIComponent(part)))
      .join('/');

  test('may be any UTF-8 of up to 1024 bytes and never leave the folder', async () => {
    const outside = await readdir(dirname(store.folder));
    for (const [index, key] of names.entries()) {
      const response = await sendSigned(store, { method: 'PUT', path: `/${bucket}/${encode(key)}`, body: `content ${index}` });
      assert.equal(response.status, 200, `${key}: ${response.text}`);
    }
    for (const [index, key] of names.entries())
      assert.equal((await sendSigned(store, { path: `/${bucket}/${encode(key)}` })).text, `content ${index}`, key);
    assert.deepEqual(new Set(await readdir(store.folder)), new Set(['data', 'journal', 'store.key']));
    for (const file of await readdir(join(store.folder, 'data'))) assert.match(file, /^[0-9a-f]{48}$/);
    assert.deepEqual(
      (await readdir(dirname(store.folder)))
        .filter((name) => !outside.includes(name) && !name.startsWith('s3-store-'))
        .filter((name) => /outside|cat|^b$/.test(name)),
      [],
    );
  });

  test('are listed in the order of their bytes, in pages', async () => {
    const listed: string[] = [];
    let token = '';
    for (;;) {
      const response = await sendSigned(store, {
        path: `/${bucket}?list-type=2&max-keys=5&encoding-type=url${token === '' ? '' : `&continuation-token=${encodeURIComponent(token)}`}`,
      });
      listed.push(...[...response.text.matchAll(/<Contents><Key>(.*?)<\/Key>/g)].map((match) => decodeURIComponent(match[1] ?? '')));
      token = response.element('NextContinuationToken');
      if (response.element('IsTruncated') === 'false') break;
    }
    const expected = [...names, 'cat.txt'].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    assert.deepEqual(listed, expected);
    const prefixed = await sendSigned(store, { path: `/${bucket}?list-type=2&prefix=${encodeURIComponent('ü/')}` });
    assert.deepEqual([prefixed.element('KeyCount'), prefixed.element('Key')], ['1', 'ü/日本語/😀.txt']);
    for (const key of names) await sendSigned(store, { method: 'DELETE', path: `/${bucket}/${encode(key)}` });
  });

  test('of more than 1024 bytes or with invalid UTF-8 are rejected', async () => {
    const long = await sendSigned(store, { ...put, path: `/${bucket}/${encode('ü'.repeat(513))}` });
    assertError(long, 400, 'KeyTooLongError');
    assert.equal(long.element('Size'), '1026');
    for (const broken of ['%', '%zz', '%ff', '%c3', '%ed%a0%80', 'a%00b'])
      assertError(await send(store, { path: `/${bucket}/${broken}` }), 400, 'InvalidURI');
    assertError(await send(store, { path: `${path}?prefix=%ff` }), 400, 'InvalidURI');
  });
});

describe('addressing', () => {
  test('by path and by subdomain finds the same object', async () => {
    await sendSigned(store, put);
    for (const host of [`${bucket}.s3.localhost:${store.port}`, `${bucket}.localhost`, `${bucket.toUpperCase()}.S3.localhost`]) {
      assert.equal((await sendSigned(store, { path: '/cat.txt', headers: { host } })).text, put.body, host);
    }
    for (const host of [`localhost:${store.port}`, 's3.localhost', '[::1]:80', '127.0.0.1']) {
      assert.equal((await sendSigned(store, { path, headers: { host } })).text, put.body, host);
    }
  });

  test('supports a host that is the name of a bucket, as behind a CDN', async (t) => {
    const cdn = await startStore(t, { buckets: [{ name: 'cdn.example.com' }] });
    assert.equal((await sendSigned(cdn, { method: 'PUT', path: '/cat.txt', body: 'x', headers: { host: 'cdn.example.com' } })).status, 200);
    assert.equal((await sendSigned(cdn, { path: '/cdn.example.com/cat.txt' })).text, 'x');
  });

  test('is rejected without a host and with an invalid host', async () => {
    for (const host of ['a b', '/', 'ü', 'a:b']) {
      assertError(await send(store, { path, headers: { host: Buffer.from(host).toString('latin1') } }), 400, 'InvalidRequest');
    }
  });
});

describe('an unsupported request', () => {
  test('is NotImplemented and never ignored', async () => {
    for (const query of ['tagging', 'policy', 'lifecycle', 'versionId=1', 'versions', 'delete', 'cors', 'attributes', 'partNumber=1']) {
      assertError(await sendSigned(store, { path: `${path}?${query}` }), 501, 'NotImplemented');
    }
    for (const header of [
      'x-amz-copy-source',
      'x-amz-tagging',
      'x-amz-server-side-encryption-customer-key',
      'x-amz-checksum-crc32',
      'x-amz-object-lock-mode',
      'x-amz-website-redirect-location',
      'if-none-match',
    ]) {
      assertError(await sendSigned(store, { ...put, headers: { [header]: '*' } }), 501, 'NotImplemented');
    }
    for (const method of ['GET', 'PUT', 'DELETE'])
      assertError(await sendSigned(store, { method, path: `/${bucket}` }), 501, 'NotImplemented');
    assertError(await sendSigned(store, { path: `/${bucket}?list-type=2&delimiter=/` }), 501, 'NotImplemented');
    assertError(await sendSigned(store, { path: '/' }), 501, 'NotImplemented');
    for (const encryption of ['aws:kms', 'aws:kms:dsse'])
      assertError(await sendSigned(store, { ...put, headers: { 'x-amz-server-side-encryption': encryption } }), 501, 'NotImplemented');
  });

  test('with an unsupported method is MethodNotAllowed', async () => {
    assertError(await sendSigned(store, { method: 'PATCH', path }), 405, 'MethodNotAllowed');
    assertError(await sendSigned(store, { method: 'POST', path }), 405, 'MethodNotAllowed');
    assertError(await sendSigned(store, { method: 'PUT', path: '/' }), 405, 'MethodNotAllowed');
    assertError(await sendSigned(store, { method: 'PROPFIND', path: `/${bucket}` }), 405, 'MethodNotAllowed');
  });
});

describe('an invalid PUT', () => {
  test('is rejected for its headers before its body is checked', async () => {
    assertError(await sendSigned(store, { ...put, headers: { 'x-amz-acl': 'everybody' } }), 400, 'InvalidArgument');
    assertError(await sendSigned(store, { ...put, headers: { 'x-amz-storage-class': 'COLD' } }), 400, 'InvalidStorageClass');
    assertError(
      await sendSigned(store, { ...put, headers: { 'x-amz-server-side-encryption': 'ROT13' } }),
      400,
      'InvalidEncryptionAlgorithmError',
    );
    const large = await sendSigned(store, { ...put, headers: { 'x-amz-meta-a': 'a'.repeat(1024), 'x-amz-meta-b': 'b'.repeat(1024) } });
    assertError(large, 400, 'MetadataTooLarge');
    assert.equal(large.element('MaxSizeAllowed'), '2048');
    assert.equal((await sendSigned(store, { ...put, headers: { 'x-amz-meta-a': 'a'.repeat(2048 - 'x-amz-meta-a'.length) } })).status, 200);
  });

  test('is rejected without Content-Length and above 5 GiB', async () => {
    assertError(
      await sendSigned(store, put, {
        alter: (call) => {
          delete call.headers['content-length'];
          call.headers['transfer-encoding'] = 'chunked';
        },
        unsigned: ['content-length'],
      }),
      411,
      'MissingContentLength',
    );
    assertError(
      await sendSigned(store, {
        method: 'PUT',
        path,
        headers: { expect: '100-continue', 'content-length': String(5 * 1024 ** 3 + 1), 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' },
      }),
      400,
      'EntityTooLarge',
    );
  });
});

test('data files have random names, and the journal contains no content or token', async () => {
  await sendSigned(store, { ...put, body: 'secret content', headers: { 'x-amz-meta-a': 'meta' } });
  const journal = await readFile(join(store.folder, 'journal'), 'utf8');
  assert.match(journal, /x-amz-meta-a/);
  assert.doesNotMatch(journal, /AKIA|wJalr|secret content|Signature/);
});
