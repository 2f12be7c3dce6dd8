/**
 * Objects: what is written is what is read, whatever their names, and what the store has not is said to be so.
 */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { request } from 'node:http';
import { dirname, join } from 'node:path';
import { after, describe, test } from 'node:test';
import { type Answer, bucket, md5, send, signCall, signed, startStore } from './client.js';

const store = await startStore({ after });
const path = `/${bucket}/cat.txt`;
const put = { method: 'PUT', path, body: '0123456789' };

function refused(answer: Answer, status: number, code: string): void {
  assert.deepEqual([answer.status, answer.element('Code')], [status, code], answer.text);
}

describe('an object', () => {
  test('comes back with what was said about it', async () => {
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
    const written = await signed(store, { ...put, headers: { ...headers, 'x-amz-meta-Mixed-Case': 'x', 'x-amz-acl': 'public-read' } });
    assert.deepEqual([written.status, written.headers.etag], [200, `"${md5(put.body)}"`]);
    assert.equal(written.headers['x-amz-server-side-encryption'], 'AES256');
    for (const method of ['GET', 'HEAD']) {
      const answer = await signed(store, { method, path });
      for (const [name, value] of Object.entries({ ...headers, 'x-amz-meta-mixed-case': 'x', 'x-amz-acl': 'public-read' }))
        assert.equal(answer.headers[name], value);
      assert.equal(answer.headers.etag, `"${md5(put.body)}"`);
      assert.equal(answer.headers['content-length'], '10');
      assert.equal(answer.headers['accept-ranges'], 'bytes');
      assert.ok(Math.abs(Date.parse(answer.headers['last-modified'] ?? '') - Date.now()) < 60_000);
      assert.match(answer.headers['x-amz-request-id'] ?? '', /^[0-9A-F]{16}$/);
      assert.equal(answer.headers['content-security-policy'], 'sandbox');
      assert.equal(answer.headers['x-content-type-options'], 'nosniff');
      assert.equal(answer.text, method === 'GET' ? put.body : '');
    }
  });

  test('is replaced as a whole', async () => {
    await signed(store, { ...put, headers: { 'x-amz-meta-color': 'red' } });
    await signed(store, { ...put, body: 'new' });
    const answer = await signed(store, { path });
    assert.deepEqual(
      [answer.text, answer.headers['x-amz-meta-color'], answer.headers['content-type']],
      ['new', undefined, 'binary/octet-stream'],
    );
  });

  test('may be empty', async () => {
    await signed(store, { ...put, body: '', headers: { 'content-length': '0' } });
    const answer = await signed(store, { path });
    assert.deepEqual([answer.status, answer.headers['content-length'], answer.headers.etag], [200, '0', `"${md5('')}"`]);
    refused(await signed(store, { path, headers: { range: 'bytes=0-1' } }), 416, 'InvalidRange');
  });

  test('can be read in ranges', async () => {
    await signed(store, put);
    for (const [range, text, contentRange] of [
      ['bytes=2-4', '234', 'bytes 2-4/10'],
      ['bytes=7-', '789', 'bytes 7-9/10'],
      ['bytes=-3', '789', 'bytes 7-9/10'],
      ['bytes=-30', '0123456789', 'bytes 0-9/10'],
      ['bytes=8-99', '89', 'bytes 8-9/10'],
    ] as const) {
      const answer = await signed(store, { path, headers: { range } });
      assert.deepEqual([answer.status, answer.text, answer.headers['content-range']], [206, text, contentRange], range);
      const head = await signed(store, { method: 'HEAD', path, headers: { range } });
      assert.deepEqual([head.status, head.headers['content-length']], [206, String(text.length)], range);
    }
    for (const range of ['bytes=4-2', 'bytes=1-2,4-5', 'lines=1-2', 'bytes=-']) {
      assert.equal((await signed(store, { path, headers: { range } })).status, 200, range);
    }
    const beyond = await signed(store, { path, headers: { range: 'bytes=10-' } });
    refused(beyond, 416, 'InvalidRange');
    assert.equal(beyond.element('ActualObjectSize'), '10');
  });

  test('can be asked for on conditions', async () => {
    await signed(store, put);
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
      assert.equal((await signed(store, { path, headers })).status, status, JSON.stringify(headers));
    }
  });

  test('that is not there is NoSuchKey to read, and deletes all the same', async () => {
    const missing = { path: `/${bucket}/missing` };
    const answer = await signed(store, missing);
    refused(answer, 404, 'NoSuchKey');
    assert.equal(answer.element('Resource'), missing.path);
    assert.notEqual(answer.element('HostId'), '');
    const head = await signed(store, { ...missing, method: 'HEAD' });
    assert.deepEqual([head.status, head.text], [404, '']);
    assert.equal((await signed(store, { ...missing, method: 'DELETE' })).status, 204);
  });

  test('is whole to whoever began to read it before it was replaced', async () => {
    const old = Buffer.alloc(12 * 1024 * 1024, 'a');
    await signed(store, { ...put, body: old });
    const { headers } = signCall(store, { path });
    const hash = await new Promise<string>((resolve, reject) => {
      request({ host: '127.0.0.1', port: store.port, path, headers, agent: false }, (incoming) => {
        const md5OfAll = createHash('md5');
        incoming.once('data', (first: Buffer) => {
          incoming.pause();
          md5OfAll.update(first);
          signed(store, { ...put, body: 'new' }).then(() => {
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
    assert.equal((await signed(store, { path })).text, 'new');
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

  test('may be any UTF-8 of up to 1024 bytes, and none leads out of the folder', async () => {
    const outside = await readdir(dirname(store.folder));
    for (const [index, key] of names.entries()) {
      const answer = await signed(store, { method: 'PUT', path: `/${bucket}/${encode(key)}`, body: `content ${index}` });
      assert.equal(answer.status, 200, `${key}: ${answer.text}`);
    }
    for (const [index, key] of names.entries())
      assert.equal((await signed(store, { path: `/${bucket}/${encode(key)}` })).text, `content ${index}`, key);
    assert.deepEqual(new Set(await readdir(store.folder)), new Set(['data', 'journal', 'store.key']));
    for (const file of await readdir(join(store.folder, 'data'))) assert.match(file, /^[0-9a-f]{48}$/);
    assert.deepEqual(
      (await readdir(dirname(store.folder)))
        .filter((name) => !outside.includes(name) && !name.startsWith('s3-store-'))
        .filter((name) => /outside|cat|^b$/.test(name)),
      [],
    );
  });

  test('are listed in the order of their bytes, page by page', async () => {
    const listed: string[] = [];
    let token = '';
    for (;;) {
      const answer = await signed(store, {
        path: `/${bucket}?list-type=2&max-keys=5&encoding-type=url${token === '' ? '' : `&continuation-token=${encodeURIComponent(token)}`}`,
      });
      listed.push(...[...answer.text.matchAll(/<Contents><Key>(.*?)<\/Key>/g)].map((match) => decodeURIComponent(match[1] ?? '')));
      token = answer.element('NextContinuationToken');
      if (answer.element('IsTruncated') === 'false') break;
    }
    const expected = [...names, 'cat.txt'].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    assert.deepEqual(listed, expected);
    const prefixed = await signed(store, { path: `/${bucket}?list-type=2&prefix=${encodeURIComponent('ü/')}` });
    assert.deepEqual([prefixed.element('KeyCount'), prefixed.element('Key')], ['1', 'ü/日本語/😀.txt']);
    for (const key of names) await signed(store, { method: 'DELETE', path: `/${bucket}/${encode(key)}` });
  });

  test('of more than 1024 bytes, and what is no UTF-8, are refused', async () => {
    const long = await signed(store, { ...put, path: `/${bucket}/${encode('ü'.repeat(513))}` });
    refused(long, 400, 'KeyTooLongError');
    assert.equal(long.element('Size'), '1026');
    for (const broken of ['%', '%zz', '%ff', '%c3', '%ed%a0%80', 'a%00b'])
      refused(await send(store, { path: `/${bucket}/${broken}` }), 400, 'InvalidURI');
    refused(await send(store, { path: `${path}?prefix=%ff` }), 400, 'InvalidURI');
  });
});

describe('addressing', () => {
  test('by path and by host lead to the same object', async () => {
    await signed(store, put);
    for (const host of [`${bucket}.s3.localhost:${store.port}`, `${bucket}.localhost`, `${bucket.toUpperCase()}.S3.localhost`]) {
      assert.equal((await signed(store, { path: '/cat.txt', headers: { host } })).text, put.body, host);
    }
    for (const host of [`localhost:${store.port}`, 's3.localhost', '[::1]:80', '127.0.0.1']) {
      assert.equal((await signed(store, { path, headers: { host } })).text, put.body, host);
    }
  });

  test('by a host that is the name of a bucket, as a CDN sends it', async (t) => {
    const cdn = await startStore(t, { buckets: [{ name: 'cdn.example.com' }] });
    assert.equal((await signed(cdn, { method: 'PUT', path: '/cat.txt', body: 'x', headers: { host: 'cdn.example.com' } })).status, 200);
    assert.equal((await signed(cdn, { path: '/cdn.example.com/cat.txt' })).text, 'x');
  });

  test('without a host, or with what is no host, is refused', async () => {
    for (const host of ['a b', '/', 'ü', 'a:b']) {
      refused(await send(store, { path, headers: { host: Buffer.from(host).toString('latin1') } }), 400, 'InvalidRequest');
    }
  });
});

describe('what the store does not do', () => {
  test('is NotImplemented, never ignored', async () => {
    for (const query of ['tagging', 'policy', 'lifecycle', 'versionId=1', 'versions', 'delete', 'cors', 'attributes', 'partNumber=1']) {
      refused(await signed(store, { path: `${path}?${query}` }), 501, 'NotImplemented');
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
      refused(await signed(store, { ...put, headers: { [header]: '*' } }), 501, 'NotImplemented');
    }
    for (const method of ['GET', 'PUT', 'DELETE']) refused(await signed(store, { method, path: `/${bucket}` }), 501, 'NotImplemented');
    refused(await signed(store, { path: `/${bucket}?list-type=2&delimiter=/` }), 501, 'NotImplemented');
    refused(await signed(store, { path: '/' }), 501, 'NotImplemented');
    for (const encryption of ['aws:kms', 'aws:kms:dsse'])
      refused(await signed(store, { ...put, headers: { 'x-amz-server-side-encryption': encryption } }), 501, 'NotImplemented');
  });

  test('as a method is MethodNotAllowed', async () => {
    refused(await signed(store, { method: 'PATCH', path }), 405, 'MethodNotAllowed');
    refused(await signed(store, { method: 'POST', path }), 405, 'MethodNotAllowed');
    refused(await signed(store, { method: 'PUT', path: '/' }), 405, 'MethodNotAllowed');
    refused(await signed(store, { method: 'PROPFIND', path: `/${bucket}` }), 405, 'MethodNotAllowed');
  });
});

describe('a PUT that is wrong', () => {
  test('is refused for its headers before its body counts', async () => {
    refused(await signed(store, { ...put, headers: { 'x-amz-acl': 'everybody' } }), 400, 'InvalidArgument');
    refused(await signed(store, { ...put, headers: { 'x-amz-storage-class': 'COLD' } }), 400, 'InvalidStorageClass');
    refused(await signed(store, { ...put, headers: { 'x-amz-server-side-encryption': 'ROT13' } }), 400, 'InvalidEncryptionAlgorithmError');
    const large = await signed(store, { ...put, headers: { 'x-amz-meta-a': 'a'.repeat(1024), 'x-amz-meta-b': 'b'.repeat(1024) } });
    refused(large, 400, 'MetadataTooLarge');
    assert.equal(large.element('MaxSizeAllowed'), '2048');
    assert.equal((await signed(store, { ...put, headers: { 'x-amz-meta-a': 'a'.repeat(2048 - 'x-amz-meta-a'.length) } })).status, 200);
  });

  test('must say its length, which must be at most 5 GiB', async () => {
    refused(
      await signed(store, put, {
        alter: (call) => {
          delete call.headers['content-length'];
          call.headers['transfer-encoding'] = 'chunked';
        },
        unsigned: ['content-length'],
      }),
      411,
      'MissingContentLength',
    );
    refused(
      await signed(store, {
        method: 'PUT',
        path,
        headers: { expect: '100-continue', 'content-length': String(5 * 1024 ** 3 + 1), 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' },
      }),
      400,
      'EntityTooLarge',
    );
  });
});

test('no key, token or content is in what the store writes about itself', async () => {
  await signed(store, { ...put, body: 'secret content', headers: { 'x-amz-meta-a': 'meta' } });
  const journal = await readFile(join(store.folder, 'journal'), 'utf8');
  assert.match(journal, /x-amz-meta-a/);
  assert.doesNotMatch(journal, /AKIA|wJalr|secret content|Signature/);
});
