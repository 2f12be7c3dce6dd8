/**
 * Multipart uploads, from their beginning to their completion, twice if need be.
 */
import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { type Answer, bucket, completion, createUpload, md5, sha256, signCall, signed, startStore } from './client.js';

const store = await startStore({ after });
const path = `/${bucket}/big.bin`;
const large = Buffer.alloc(5 * 1024 * 1024, 'a');
const largeHash = sha256(large);

function refused(answer: Answer, status: number, code: string): void {
  assert.deepEqual([answer.status, answer.element('Code')], [status, code], answer.text);
}

async function sendPart(uploadId: string, partNumber: number | string, body: string | Buffer): Promise<Answer> {
  return signed(store, {
    method: 'PUT',
    path: `${path}?partNumber=${partNumber}&uploadId=${uploadId}`,
    body,
    headers: body === large ? { 'x-amz-content-sha256': largeHash } : {},
  });
}

const complete = (uploadId: string, body: string) => signed(store, { method: 'POST', path: `${path}?uploadId=${uploadId}`, body });
const abort = (uploadId: string) => signed(store, { method: 'DELETE', path: `${path}?uploadId=${uploadId}` });
const list = (uploadId: string, query = '') => signed(store, { path: `${path}?uploadId=${uploadId}${query}` });

/** Neither an upload nor any bytes. */
async function nothingLeft(): Promise<void> {
  await signed(store, { method: 'DELETE', path });
  assert.doesNotMatch((await signed(store, { path: `/${bucket}?uploads` })).text, /<Upload>/);
  assert.deepEqual(await readdir(join(store.folder, 'data')), []);
}

/** The ETag of a multipart object, from the bytes of its parts. */
function etagOf(...parts: (string | Buffer)[]): string {
  return `"${md5(Buffer.concat(parts.map((part) => Buffer.from(md5(part), 'hex'))))}-${parts.length}"`;
}

test('parts become one object, with what was said at the beginning', async () => {
  const uploadId = await createUpload(store, path, {
    'content-type': 'text/x-cat',
    'x-amz-meta-Color': 'red',
    'x-amz-acl': 'public-read',
    'x-amz-storage-class': 'REDUCED_REDUNDANCY',
    'x-amz-server-side-encryption': 'AES256',
    'cache-control': 'max-age=60',
  });
  const second = Buffer.alloc(5 * 1024 * 1024 + 3, 'b');
  // In any order, and one of them twice.
  const three = await sendPart(uploadId, 3, 'tail');
  await sendPart(uploadId, 1, 'to be replaced');
  const two = await sendPart(uploadId, 2, second);
  const one = await sendPart(uploadId, 1, large);
  assert.equal(one.headers.etag, `"${md5(large)}"`);
  assert.equal(one.headers['x-amz-server-side-encryption'], 'AES256');
  const parts = [one, two, three].map((answer, index) => ({ partNumber: index + 1, etag: answer.headers.etag ?? '' }));
  assert.equal((await signed(store, { method: 'HEAD', path })).status, 404);
  const answer = await complete(uploadId, completion(parts));
  const etag = etagOf(large, second, 'tail');
  assert.deepEqual(
    [answer.status, ...['Location', 'Bucket', 'Key', 'ETag'].map((name) => answer.element(name))],
    [200, `http://127.0.0.1:${store.port}${path}`, bucket, 'big.bin', etag],
  );
  const head = await signed(store, { method: 'HEAD', path });
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
  assert.ok((await signed(store, { path })).body.equals(Buffer.concat([large, second, Buffer.from('tail')])));
  // Ranges across the seams.
  const seam = large.length;
  for (const [from, to, text] of [
    [seam - 2, seam + 1, 'aabb'],
    [seam, seam, 'b'],
    [seam + second.length - 1, seam + second.length + 3, 'btail'],
  ] as const) {
    assert.equal((await signed(store, { path, headers: { range: `bytes=${from}-${to}` } })).text, text);
  }
  await nothingLeft();
});

describe('completing', () => {
  test('again answers as the first time, also at once and twice', async () => {
    const uploadId = await createUpload(store, path);
    const part = await sendPart(uploadId, 1, 'only');
    const body = completion([{ partNumber: 1, etag: part.headers.etag ?? '' }]);
    const answers = await Promise.all([complete(uploadId, body), complete(uploadId, body)]);
    answers.push(await complete(uploadId, body));
    for (const answer of answers) assert.deepEqual([answer.status, answer.element('ETag')], [200, etagOf('only')]);
    refused(await complete(uploadId, completion([{ partNumber: 1, etag: md5('other') }])), 400, 'InvalidPart');
    // There is no upload any more for anything else.
    refused(await sendPart(uploadId, 1, 'late'), 404, 'NoSuchUpload');
    refused(await list(uploadId), 404, 'NoSuchUpload');
    refused(await abort(uploadId), 404, 'NoSuchUpload');
    assert.equal((await signed(store, { path })).text, 'only');
    await nothingLeft();
    refused(await complete(uploadId, body), 404, 'NoSuchUpload');
  });

  test('takes ETags without quotes, and with quotes as entities', async () => {
    for (const etag of [md5('only'), `&quot;${md5('only')}&quot;`, `&#34;${md5('only')}&#x22;`]) {
      const uploadId = await createUpload(store, path);
      await sendPart(uploadId, 7, 'only');
      assert.equal((await complete(uploadId, completion([{ partNumber: 7, etag }]))).status, 200, etag);
    }
    await nothingLeft();
  });

  test('is refused for parts that are missing, changed, out of order, twice or left out, and can then still succeed', async () => {
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
      refused(await complete(uploadId, completion(parts)), 400, code);
    }
    assert.equal((await complete(uploadId, completion([one, two]))).status, 200);
    await nothingLeft();
  });

  test('is refused with a part below 5 MiB that is not the last', async () => {
    const uploadId = await createUpload(store, path);
    const one = await sendPart(uploadId, 1, large.subarray(1));
    const two = await sendPart(uploadId, 2, 'tail');
    const answer = await complete(
      uploadId,
      completion([one, two].map((part, index) => ({ partNumber: index + 1, etag: part.headers.etag ?? '' }))),
    );
    refused(answer, 400, 'EntityTooSmall');
    assert.deepEqual(
      ['ProposedSize', 'MinSizeAllowed', 'PartNumber'].map((name) => answer.element(name)),
      ['5242879', '5242880', '1'],
    );
    assert.equal((await abort(uploadId)).status, 204);
    await nothingLeft();
  });

  test('needs a document that is exactly right', async () => {
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
    for (const body of wrong) refused(await complete(uploadId, body), 400, 'MalformedXML');
    const invalidUtf8 = Buffer.from(`<CompleteMultipartUpload>${part}</CompleteMultipartUpload>\xff`, 'latin1');
    refused(await signed(store, { method: 'POST', path: `${path}?uploadId=${uploadId}`, body: invalidUtf8 }), 400, 'MalformedXML');
    refused(await complete(uploadId, ' '.repeat(5 * 1024 * 1024)), 400, 'MaxMessageLengthExceeded');
    const right = `\ufeff<?xml version="1.0" encoding="UTF-8"?>\n<CompleteMultipartUpload xmlns="http://s3.amazonaws.com/doc/2006-03-01/">\n  <Part >\n<ETag>"${md5('only')}"</ETag> <PartNumber> 1 </PartNumber></Part>\n</CompleteMultipartUpload>\n`;
    assert.equal((await complete(uploadId, right)).status, 200);
    await nothingLeft();
  });
});

describe('an upload', () => {
  test('that is aborted leaves nothing, and is gone', async () => {
    const uploadId = await createUpload(store, path);
    await sendPart(uploadId, 1, 'one');
    await sendPart(uploadId, 2, 'two');
    assert.equal((await abort(uploadId)).status, 204);
    await nothingLeft();
    refused(await abort(uploadId), 404, 'NoSuchUpload');
    refused(await sendPart(uploadId, 1, 'late'), 404, 'NoSuchUpload');
    refused(await list(uploadId), 404, 'NoSuchUpload');
    refused(await complete(uploadId, completion([{ partNumber: 1, etag: md5('one') }])), 404, 'NoSuchUpload');
    await nothingLeft();
  });

  test('belongs to its key', async () => {
    const uploadId = await createUpload(store, path);
    const other = `/${bucket}/other.bin?uploadId=${uploadId}`;
    refused(await signed(store, { path: other }), 404, 'NoSuchUpload');
    refused(await signed(store, { method: 'DELETE', path: other }), 404, 'NoSuchUpload');
    refused(await signed(store, { method: 'PUT', path: `${other}&partNumber=1`, body: 'x' }), 404, 'NoSuchUpload');
    refused(await signed(store, { method: 'POST', path: other, body: completion([{ partNumber: 1, etag: 'x' }]) }), 404, 'NoSuchUpload');
    for (const id of ['', 'nonsense', '../../journal', '__proto__', '%00'.repeat(3)]) refused(await list(id), 404, 'NoSuchUpload');
    await abort(uploadId);
  });

  test('takes part numbers from 1 to 10000', async () => {
    const uploadId = await createUpload(store, path);
    for (const number of [1, 10_000]) assert.equal((await sendPart(uploadId, number, 'x')).status, 200);
    for (const number of [0, 10_001, -1, 1.5, 'one', '', '1e3', '0x1', '99999999999'])
      refused(await sendPart(uploadId, number, 'x'), 400, 'InvalidArgument');
    refused(await signed(store, { method: 'PUT', path: `${path}?uploadId=${uploadId}`, body: 'x' }), 400, 'InvalidArgument');
    await abort(uploadId);
    await nothingLeft();
  });

  test('keeps a part only when its hash is what was said', async () => {
    const uploadId = await createUpload(store, path);
    const target = { method: 'PUT', path: `${path}?partNumber=1&uploadId=${uploadId}`, body: 'one' };
    refused(await signed(store, target, { alter: (call) => (call.body = 'two') }), 400, 'XAmzContentSHA256Mismatch');
    refused(await signed(store, { ...target, headers: { 'content-md5': md5('two', 'base64') } }), 400, 'BadDigest');
    assert.doesNotMatch((await list(uploadId)).text, /<Part>/);
    await abort(uploadId);
    await nothingLeft();
  });

  test('lists its parts, page by page', async () => {
    const uploadId = await createUpload(store, path, { 'x-amz-storage-class': 'REDUCED_REDUNDANCY' });
    for (const number of [10, 9, 2, 1, 300]) await sendPart(uploadId, number, `part ${number}`);
    const numbers = (answer: Answer) => [...answer.text.matchAll(/<Part><PartNumber>(\d+)</g)].map((match) => Number(match[1]));
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
      refused(await list(uploadId, query), 400, 'InvalidArgument');
    await abort(uploadId);
    await nothingLeft();
  });

  test('is listed as long as it is unfinished, page by page, by prefix', async () => {
    const keys = ['a/1', 'a/2', 'b', 'ü&<>"'];
    const ids: string[] = [];
    for (const key of keys) ids.push(await createUpload(store, `/${bucket}/${encodeURIComponent(key)}`));
    ids.push(await createUpload(store, `/${bucket}/b`));
    const found = async (query: string) => {
      const answer = await signed(store, { path: `/${bucket}?uploads${query}` });
      return { answer, ids: [...answer.text.matchAll(/<UploadId>(.*?)</g)].map((match) => match[1] ?? '') };
    };
    assert.deepEqual(new Set((await found('')).ids), new Set(ids));
    assert.deepEqual((await found('&prefix=a/')).ids, ids.slice(0, 2));
    const pages: string[] = [];
    for (let markers = '', truncated = true; truncated;) {
      const page = await found(`&max-uploads=2&encoding-type=url${markers}`);
      assert.ok(page.ids.length <= 2);
      pages.push(...page.ids);
      // Keys come encoded, ready for a query.
      markers = `&key-marker=${page.answer.element('NextKeyMarker')}&upload-id-marker=${page.answer.element('NextUploadIdMarker')}`;
      truncated = page.answer.element('IsTruncated') === 'true';
    }
    assert.deepEqual([pages.length, new Set(pages)], [5, new Set(ids)]);
    for (const [index, id] of ids.entries())
      await signed(store, { method: 'DELETE', path: `/${bucket}/${encodeURIComponent(keys[index] ?? 'b')}?uploadId=${id}` });
    await nothingLeft();
  });

  test('is refused at the beginning for what would be refused of an object', async () => {
    const create = (key: string, headers: Record<string, string>) =>
      signed(store, { method: 'POST', path: `/${bucket}/${key}?uploads`, headers });
    refused(await create('k'.repeat(1025), {}), 400, 'KeyTooLongError');
    refused(await create('k', { 'x-amz-acl': 'everybody' }), 400, 'InvalidArgument');
    refused(await create('k', { 'x-amz-meta-a': 'a'.repeat(2048) }), 400, 'MetadataTooLarge');
    refused(await create('k', { 'x-amz-storage-class': 'COLD' }), 400, 'InvalidStorageClass');
    refused(await create('k', { 'x-amz-checksum-algorithm': 'CRC32' }), 501, 'NotImplemented');
    await nothingLeft();
  });
});

test('a part that arrives while its upload is aborted is thrown away', async () => {
  const uploadId = await createUpload(store, path);
  const target = `${path}?partNumber=1&uploadId=${uploadId}`;
  const { headers } = signCall(store, { method: 'PUT', path: target, body: 'one' });
  const answer = await new Promise<number | undefined>((resolve, reject) => {
    const outgoing = request({ host: '127.0.0.1', port: store.port, method: 'PUT', path: target, headers, agent: false }, (incoming) => {
      incoming.resume();
      resolve(incoming.statusCode);
    });
    outgoing.on('error', reject);
    outgoing.write('o', () => {
      // The store has authenticated the part, and waits for the rest of it, when another request of ours has been answered.
      abort(uploadId).then(() => outgoing.end('ne'), reject);
    });
  });
  assert.equal(answer, 404);
  await nothingLeft();
});
