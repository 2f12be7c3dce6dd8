/**
 * Multipart uploads.
 */
import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { type StoreResponse, bucket, completeDocument, createUpload, md5, sha256, signRequest, sendSigned, startStore } from './client.js';

const store = await startStore({ after });
const path = `/${bucket}/big.bin`;
const large = Buffer.alloc(5 * 1024 * 1024, 'a');
const largeHash = sha256(large);

function assertError(response: StoreResponse, status: number, code: string): void {
  assert.deepEqual([response.status, response.element('Code')], [status, code], response.text);
}

async function sendPart(uploadId: string, partNumber: number | string, body: string | Buffer): Promise<StoreResponse> {
  return sendSigned(store, {
    method: 'PUT',
    path: `${path}?partNumber=${partNumber}&uploadId=${uploadId}`,
    body,
    headers: body === large ? { 'x-amz-content-sha256': largeHash } : {},
  });
}

const complete = (uploadId: string, body: string) => sendSigned(store, { method: 'POST', path: `${path}?uploadId=${uploadId}`, body });
const abort = (uploadId: string) => sendSigned(store, { method: 'DELETE', path: `${path}?uploadId=${uploadId}` });
const list = (uploadId: string, query = '') => sendSigned(store, { path: `${path}?uploadId=${uploadId}${query}` });

/** Asserts that the bucket has no upload and the disk no file. */
async function assertNothingStored(): Promise<void> {
  await sendSigned(store, { method: 'DELETE', path });
  assert.doesNotMatch((await sendSigned(store, { path: `/${bucket}?uploads` })).text, /<Upload>/);
  assert.deepEqual(await readdir(join(store.folder, 'data')), []);
}

/** Returns the ETag of a multipart object with these parts. */
function multipartETag(...parts: (string | Buffer)[]): string {
  return `"${md5(Buffer.concat(parts.map((part) => Buffer.from(md5(part), 'hex'))))}-${parts.length}"`;
}

test('parts become one object with the metadata of CreateMultipartUpload', async () => {
  const uploadId = await createUpload(store, path, {
    'content-type': 'text/x-cat',
    'x-amz-meta-Color': 'red',
    'x-amz-acl': 'public-read',
    'x-amz-storage-class': 'REDUCED_REDUNDANCY',
    'x-amz-server-side-encryption': 'AES256',
    'cache-control': 'max-age=60',
  });
  const second = Buffer.alloc(5 * 1024 * 1024 + 3, 'b');
  // In any order; part 1 is sent twice.
  const three = await sendPart(uploadId, 3, 'tail');
  await sendPart(uploadId, 1, 'to be replaced');
  const two = await sendPart(uploadId, 2, second);
  const one = await sendPart(uploadId, 1, large);
  assert.equal(one.headers.etag, `"${md5(large)}"`);
  assert.equal(one.headers['x-amz-server-side-encryption'], 'AES256');
  const parts = [one, two, three].map((response, index) => ({ partNumber: index + 1, etag: response.headers.etag ?? '' }));
  assert.equal((await sendSigned(store, { method: 'HEAD', path })).status, 404);
  const response = await complete(uploadId, completeDocument(parts));
  const etag = multipartETag(large, second, 'tail');
  assert.deepEqual(
    [response.status, ...['Location', 'Bucket', 'Key', 'ETag'].map((name) => response.element(name))],
    [200, `http://127.0.0.1:${store.port}${path}`, bucket, 'big.bin', etag],
  );
  const head = await sendSigned(store, { method: 'HEAD', path });
  assert.deepEqual(
    [
      'etag',
      'content-length',
      'content-type',
      'x-amz-meta-color',
      'x-amz-acl',
      'x-amz-storage-class',
      'x-amz-server-side-encryption',
      'cache-control',
    ].map((name) => head.headers[name]),
    [etag, String(large.length + second.length + 4), 'text/x-cat', 'red', 'public-read', 'REDUCED_REDUNDANCY', 'AES256', 'max-age=60'],
  );
  assert.ok((await sendSigned(store, { path })).body.equals(Buffer.concat([large, second, Buffer.from('tail')])));
  // Ranges across the boundaries of parts.
  const seam = large.length;
  for (const [from, to, text] of [
    [seam - 2, seam + 1, 'aabb'],
    [seam, seam, 'b'],
    [seam + second.length - 1, seam + second.length + 3, 'btail'],
  ] as const) {
    assert.equal((await sendSigned(store, { path, headers: { range: `bytes=${from}-${to}` } })).text, text);
  }
  await assertNothingStored();
});

describe('CompleteMultipartUpload', () => {
  test('can be repeated, also concurrently', async () => {
    const uploadId = await createUpload(store, path);
    const part = await sendPart(uploadId, 1, 'only');
    const body = completeDocument([{ partNumber: 1, etag: part.headers.etag ?? '' }]);
    const responses = await Promise.all([complete(uploadId, body), complete(uploadId, body)]);
    responses.push(await complete(uploadId, body));
    for (const response of responses) assert.deepEqual([response.status, response.element('ETag')], [200, multipartETag('only')]);
    assertError(await complete(uploadId, completeDocument([{ partNumber: 1, etag: md5('other') }])), 400, 'InvalidPart');
    // For every other request the upload no longer exists.
    assertError(await sendPart(uploadId, 1, 'late'), 404, 'NoSuchUpload');
    assertError(await list(uploadId), 404, 'NoSuchUpload');
    assertError(await abort(uploadId), 404, 'NoSuchUpload');
    assert.equal((await sendSigned(store, { path })).text, 'only');
    await assertNothingStored();
    assertError(await complete(uploadId, body), 404, 'NoSuchUpload');
  });

  test('accepts ETags without quotes and with quotes as entities', async () => {
    for (const etag of [md5('only'), `&quot;${md5('only')}&quot;`, `&#34;${md5('only')}&#x22;`]) {
      const uploadId = await createUpload(store, path);
      await sendPart(uploadId, 7, 'only');
      assert.equal((await complete(uploadId, completeDocument([{ partNumber: 7, etag }]))).status, 200, etag);
    }
    await assertNothingStored();
  });

  test('rejects missing, changed, unordered, repeated or omitted parts and can succeed afterwards', async () => {
    const uploadId = await createUpload(store, path);
    const one = { partNumber: 1, etag: (await sendPart(uploadId, 1, large)).headers.etag ?? '' };
    const two = { partNumber: 2, etag: (await sendPart(uploadId, 2, 'tail')).headers.etag ?? '' };
    for (const [parts, code] of [
      [[two, one], 'InvalidPartOrder'],
      [[one, one, two], 'InvalidPartOrder'],
      [[one, { ...two, partNumber: 3 }], 'InvalidPart'],
      [[one, { ...two, etag: one.etag }], 'InvalidPart'],
      [[one, { ...two, etag: 'null' }], 'InvalidPart'],
      [[one], 'InvalidPart'],
      [[two], 'InvalidPart'],
      [[{ ...one, partNumber: 0 }], 'InvalidArgument'],
      [[one, { ...two, partNumber: 10_001 }], 'InvalidArgument'],
      [[], 'MalformedXML'],
    ] as const) {
      assertError(await complete(uploadId, completeDocument(parts)), 400, code);
    }
    assert.equal((await complete(uploadId, completeDocument([one, two]))).status, 200);
    await assertNothingStored();
  });

  test('rejects a part below 5 MiB that is not the last one', async () => {
    const uploadId = await createUpload(store, path);
    const one = await sendPart(uploadId, 1, large.subarray(1));
    const two = await sendPart(uploadId, 2, 'tail');
    const response = await complete(
      uploadId,
      completeDocument([one, two].map((part, index) => ({ partNumber: index + 1, etag: part.headers.etag ?? '' }))),
    );
    assertError(response, 400, 'EntityTooSmall');
    assert.deepEqual(
      ['ProposedSize', 'MinSizeAllowed', 'PartNumber'].map((name) => response.element(name)),
      ['5242879', '5242880', '1'],
    );
    assert.equal((await abort(uploadId)).status, 204);
    await assertNothingStored();
  });

  test('rejects a malformed document', async () => {
    const uploadId = await createUpload(store, path);
    await sendPart(uploadId, 1, 'only');
    const part = `<Part><PartNumber>1</PartNumber><ETag>${md5('only')}</ETag></Part>`;
    const wrong = [
      '',
      'hello',
      '<CompleteMultipartUpload/>',
      '<CompleteMultipartUpload></CompleteMultipartUpload>',
      part,
      `<CompleteMultipartUpload>${part}`,
      `<CompleteMultipartUpload>${part}</CompleteMultipartUpload>x`,
      `<CompleteMultipartUpload>${part}</CompleteMultipartUpload><a/>`,
      `<CompleteMultipartUpload>x${part}</CompleteMultipartUpload>`,
      `<completemultipartupload>${part}</completemultipartupload>`,
      `<CompleteMultipartUpload a="1">${part}</CompleteMultipartUpload>`,
      `<CompleteMultipartUpload><Part><PartNumber>1</PartNumber></Part></CompleteMultipartUpload>`,
      `<CompleteMultipartUpload><Part><ETag>${md5('only')}</ETag></Part></CompleteMultipartUpload>`,
      `<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><PartNumber>1</PartNumber><ETag>${md5('only')}</ETag></Part></CompleteMultipartUpload>`,
      `<CompleteMultipartUpload><Part><PartNumber>one</PartNumber><ETag>${md5('only')}</ETag></Part></CompleteMultipartUpload>`,
      `<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>${md5('only')}</ETag><Color>red</Color></Part></CompleteMultipartUpload>`,
      `<!DOCTYPE CompleteMultipartUpload [<!ENTITY e "${md5('only')}">]><CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>&e;</ETag></Part></CompleteMultipartUpload>`,
      `<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>&e;</ETag></Part></CompleteMultipartUpload>`,
      `<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>&amp</ETag></Part></CompleteMultipartUpload>`,
      `<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>&#0;</ETag></Part></CompleteMultipartUpload>`,
      `<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>&#xD800;</ETag></Part></CompleteMultipartUpload>`,
      `<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag><![CDATA[${md5('only')}]]></ETag></Part></CompleteMultipartUpload>`,
    ];
    for (const body of wrong) assertError(await complete(uploadId, body), 400, 'MalformedXML');
    const invalidUtf8 = Buffer.from(`<CompleteMultipartUpload>${part}</CompleteMultipartUpload>\xff`, 'latin1');
    assertError(await sendSigned(store, { method: 'POST', path: `${path}?uploadId=${uploadId}`, body: invalidUtf8 }), 400, 'MalformedXML');
    assertError(await complete(uploadId, ' '.repeat(5 * 1024 * 1024)), 400, 'MaxMessageLengthExceeded');
    const right = `\ufeff<?xml version="1.0" encoding="UTF-8"?>\n<CompleteMultipartUpload xmlns="http://s3.amazonaws.com/doc/2006-03-01/">\n  <Part >\n<ETag>"${md5('only')}"</ETag> <PartNumber> 1 </PartNumber></Part>\n</CompleteMultipartUpload>\n`;
    assert.equal((await complete(uploadId, right)).status, 200);
    await assertNothingStored();
  });
});

describe('an upload', () => {
  test('that is aborted leaves no data and no longer exists', async () => {
    const uploadId = await createUpload(store, path);
    await sendPart(uploadId, 1, 'one');
    await sendPart(uploadId, 2, 'two');
    assert.equal((await abort(uploadId)).status, 204);
    await assertNothingStored();
    assertError(await abort(uploadId), 404, 'NoSuchUpload');
    assertError(await sendPart(uploadId, 1, 'late'), 404, 'NoSuchUpload');
    assertError(await list(uploadId), 404, 'NoSuchUpload');
    assertError(await complete(uploadId, completeDocument([{ partNumber: 1, etag: md5('one') }])), 404, 'NoSuchUpload');
    await assertNothingStored();
  });

  test('belongs to its key', async () => {
    const uploadId = await createUpload(store, path);
    const other = `/${bucket}/other.bin?uploadId=${uploadId}`;
    assertError(await sendSigned(store, { path: other }), 404, 'NoSuchUpload');
    assertError(await sendSigned(store, { method: 'DELETE', path: other }), 404, 'NoSuchUpload');
    assertError(await sendSigned(store, { method: 'PUT', path: `${other}&partNumber=1`, body: 'x' }), 404, 'NoSuchUpload');
    assertError(
      await sendSigned(store, { method: 'POST', path: other, body: completeDocument([{ partNumber: 1, etag: 'x' }]) }),
      404,
      'NoSuchUpload',
    );
    for (const id of ['', 'nonsense', '../../journal', '__proto__', '%00'.repeat(3)]) assertError(await list(id), 404, 'NoSuchUpload');
    await abort(uploadId);
  });

  test('accepts part numbers from 1 to 10000', async () => {
    const uploadId = await createUpload(store, path);
    for (const number of [1, 10_000]) assert.equal((await sendPart(uploadId, number, 'x')).status, 200);
    for (const number of [0, 10_001, -1, 1.5, 'one', '', '1e3', '0x1', '99999999999'])
      assertError(await sendPart(uploadId, number, 'x'), 400, 'InvalidArgument');
    assertError(await sendSigned(store, { method: 'PUT', path: `${path}?uploadId=${uploadId}`, body: 'x' }), 400, 'InvalidArgument');
    await abort(uploadId);
    await assertNothingStored();
  });

  test('stores a part only if its hash matches', async () => {
    const uploadId = await createUpload(store, path);
    const target = { method: 'PUT', path: `${path}?partNumber=1&uploadId=${uploadId}`, body: 'one' };
    assertError(await sendSigned(store, target, { alter: (call) => (call.body = 'two') }), 400, 'XAmzContentSHA256Mismatch');
    assertError(await sendSigned(store, { ...target, headers: { 'content-md5': md5('two', 'base64') } }), 400, 'BadDigest');
    assert.doesNotMatch((await list(uploadId)).text, /<Part>/);
    await abort(uploadId);
    await assertNothingStored();
  });

  test('lists its parts in pages', async () => {
    const uploadId = await createUpload(store, path, { 'x-amz-storage-class': 'REDUCED_REDUNDANCY' });
    for (const number of [10, 9, 2, 1, 300]) await sendPart(uploadId, number, `part ${number}`);
    const numbers = (response: StoreResponse) => [...response.text.matchAll(/<Part><PartNumber>(\d+)</g)].map((match) => Number(match[1]));
    const all = await list(uploadId);
    assert.deepEqual(numbers(all), [1, 2, 9, 10, 300]);
    assert.deepEqual(
      [
        'Bucket',
        'Key',
        'UploadId',
        'StorageClass',
        'PartNumberMarker',
        'NextPartNumberMarker',
        'MaxParts',
        'IsTruncated',
        'Size',
        'ETag',
      ].map((name) => all.element(name)),
      [bucket, 'big.bin', uploadId, 'REDUCED_REDUNDANCY', '0', '300', '1000', 'false', '6', `"${md5('part 1')}"`],
    );
    assert.ok(Math.abs(Date.parse(all.element('LastModified')) - Date.now()) < 60_000);
    const pages: number[][] = [];
    for (let marker = '0', truncated = true; truncated;) {
      const page = await list(uploadId, `&max-parts=2&part-number-marker=${marker}`);
      pages.push(numbers(page));
      marker = page.element('NextPartNumberMarker');
      truncated = page.element('IsTruncated') === 'true';
    }
    assert.deepEqual(pages, [[1, 2], [9, 10], [300]]);
    assert.equal((await list(uploadId, '&max-parts=5000')).element('MaxParts'), '1000');
    for (const query of ['&max-parts=-1', '&max-parts=a', '&part-number-marker=a'])
      assertError(await list(uploadId, query), 400, 'InvalidArgument');
    await abort(uploadId);
    await assertNothingStored();
  });

  test('is listed until it is completed, in pages and by prefix', async () => {
    const keys = ['a/1', 'a/2', 'b', 'ü&<>"'];
    const ids: string[] = [];
    for (const key of keys) ids.push(await createUpload(store, `/${bucket}/${encodeURIComponent(key)}`));
    ids.push(await createUpload(store, `/${bucket}/b`));
    const found = async (query: string) => {
      const response = await sendSigned(store, { path: `/${bucket}?uploads${query}` });
      return { response, ids: [...response.text.matchAll(/<UploadId>(.*?)</g)].map((match) => match[1] ?? '') };
    };
    assert.deepEqual(new Set((await found('')).ids), new Set(ids));
    assert.deepEqual((await found('&prefix=a/')).ids, ids.slice(0, 2));
    const pages: string[] = [];
    for (let markers = '', truncated = true; truncated;) {
      const page = await found(`&max-uploads=2&encoding-type=url${markers}`);
      assert.ok(page.ids.length <= 2);
      pages.push(...page.ids);
      // Markers are percent-encoded, ready for a query.
      markers = `&key-marker=${page.response.element('NextKeyMarker')}&upload-id-marker=${page.response.element('NextUploadIdMarker')}`;
      truncated = page.response.element('IsTruncated') === 'true';
    }
    assert.deepEqual([pages.length, new Set(pages)], [5, new Set(ids)]);
    for (const [index, id] of ids.entries())
      await sendSigned(store, { method: 'DELETE', path: `/${bucket}/${encodeURIComponent(keys[index] ?? 'b')}?uploadId=${id}` });
    await assertNothingStored();
  });

  test('is rejected for the metadata and keys that PutObject rejects', async () => {
    const create = (key: string, headers: Record<string, string>) =>
      sendSigned(store, { method: 'POST', path: `/${bucket}/${key}?uploads`, headers });
    assertError(await create('k'.repeat(1025), {}), 400, 'KeyTooLongError');
    assertError(await create('k', { 'x-amz-acl': 'everybody' }), 400, 'InvalidArgument');
    assertError(await create('k', { 'x-amz-meta-a': 'a'.repeat(2048) }), 400, 'MetadataTooLarge');
    assertError(await create('k', { 'x-amz-storage-class': 'COLD' }), 400, 'InvalidStorageClass');
    assertError(await create('k', { 'x-amz-checksum-algorithm': 'CRC32' }), 501, 'NotImplemented');
    await assertNothingStored();
  });
});

test('a part that is received while its upload is aborted is discarded', async () => {
  const uploadId = await createUpload(store, path);
  const target = `${path}?partNumber=1&uploadId=${uploadId}`;
  const { headers } = signRequest(store, { method: 'PUT', path: target, body: 'one' });
  const response = await new Promise<number | undefined>((resolve, reject) => {
    const outgoing = request({ host: '127.0.0.1', port: store.port, method: 'PUT', path: target, headers, agent: false }, (incoming) => {
      incoming.resume();
      resolve(incoming.statusCode);
    });
    outgoing.on('error', reject);
    outgoing.write('o', () => {
      // When the store has answered another request, it has authenticated the part and waits for the rest of it.
      abort(uploadId).then(() => outgoing.end('ne'), reject);
    });
  });
  assert.equal(response, 404);
  await assertNothingStored();
});
