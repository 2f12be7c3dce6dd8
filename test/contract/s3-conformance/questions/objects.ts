import { CONTENT, policyUpload } from '../policy.js';
import { accepts, refuses, type CephNotes, type Facts, type Question } from '../question.js';
import { contentMd5, signV4 } from '../signatures.js';
import { answered, elementText, elementTexts, put, putRequest, read, stored, tryUpload } from '../store.js';
import { newKey, objectPath, uriEncode, type Target } from '../target.js';
import { send } from '../wire.js';
import { createUpload } from './multipart-requests.js';

const ETAG = `"${Buffer.from(contentMd5(CONTENT), 'base64').toString('hex')}"`;

/** The three ways in which an object comes with headers, and how each is told of them. */
const WAYS: { way: string; store(target: Target, headers: Record<string, string>): Promise<string> }[] = [
  {
    way: 'by PUT',
    store: async (target, headers) => {
      const key = newKey();
      await put(target, key, headers);
      return key;
    },
  },
  {
    way: 'by form',
    store: async (target, headers) => {
      const { wire, key } = policyUpload(target, { version: 4, fields: headers });
      const answer = await send(target, wire);
      if (answer.status !== 204) throw new Error(`The form was answered with ${answer.status} ${answer.body.toString('utf8')}`);
      return key;
    },
  },
  {
    way: 'in parts',
    store: async (target, headers) => {
      const upload = await createUpload(target, headers);
      await upload.complete([await upload.part(1, CONTENT)]);
      return upload.key;
    },
  },
];

/** Headers of an object that is stored with `sent` have to come back as `expected`. */
function comesBack(
  what: string,
  sent: Record<string, string>,
  expected: Facts,
  notes: (way: string) => CephNotes = () => ({}),
): Question[] {
  return WAYS.map(({ way, store }) =>
    accepts(
      `object: ${what}, ${way}`,
      async (target) => {
        const answer = await read(target, await store(target, sent), 'HEAD');
        return answered(answer, Object.fromEntries(Object.keys(expected).map((name) => [name, answer.headers[name] ?? null])));
      },
      { facts: expected, ...notes(way) },
    ),
  );
}

/** Objects: what is stored with them, and GET, HEAD and DELETE. */
export const objects: Question[] = [
  ...comesBack(
    'its content type comes back',
    { 'Content-Type': 'image/svg+xml; charset=utf-8' },
    { 'content-type': 'image/svg+xml; charset=utf-8' },
  ),
  ...comesBack(
    'its metadata comes back',
    { 'x-amz-meta-qqfilename': 'Gr%C3%BC%C3%9Fe%20(1).txt', 'x-amz-meta-Two-Words': 'b' },
    {
      'x-amz-meta-qqfilename': 'Gr%C3%BC%C3%9Fe%20(1).txt',
      'x-amz-meta-two-words': 'b',
    },
  ),
  ...comesBack(
    'Cache-Control, Content-Disposition and Content-Encoding come back',
    { 'Cache-Control': 'max-age=60', 'Content-Disposition': 'attachment; filename="a.txt"', 'Content-Encoding': 'identity' },
    { 'cache-control': 'max-age=60', 'content-disposition': 'attachment; filename="a.txt"', 'content-encoding': 'identity' },
    (way) => (way === 'by form' ? { cephDiffers: 'RGW ignores these fields of a form' } : {}),
  ),
  ...comesBack(
    'the storage class REDUCED_REDUNDANCY',
    { 'x-amz-storage-class': 'REDUCED_REDUNDANCY' },
    { 'x-amz-storage-class': 'REDUCED_REDUNDANCY' },
  ),
  ...comesBack('the acl private', { 'x-amz-acl': 'private' }, { 'content-length': String(CONTENT.length) }).filter(
    ({ name }) => !name.endsWith('by form'),
  ),
  ...comesBack('the encryption AES256', { 'x-amz-server-side-encryption': 'AES256' }, { 'x-amz-server-side-encryption': 'AES256' }, () => ({
    cephDiffers: 'RGW without a key service takes the header and ignores it',
  })),

  accepts(
    'object: PUT answers with the MD5 as ETag',
    async (target) => {
      const answer = await put(target, newKey());
      return answered(answer, { etag: answer.headers['etag'] ?? null });
    },
    { facts: { etag: ETAG } },
  ),
  accepts(
    'object: GET',
    async (target) => {
      const key = newKey();
      await put(target, key);
      const answer = await read(target, key);
      const facts = {
        etag: answer.headers['etag'] ?? null,
        length: answer.headers['content-length'] ?? null,
        dated: !Number.isNaN(Date.parse(answer.headers['last-modified'] ?? '')),
      };
      return answered(answer, facts, await stored(target, key, CONTENT));
    },
    { facts: { etag: ETAG, length: String(CONTENT.length), dated: true } },
  ),
  accepts(
    'object: HEAD',
    async (target) => {
      const key = newKey();
      await put(target, key);
      const answer = await read(target, key, 'HEAD');
      return answered(answer, {
        etag: answer.headers['etag'] ?? null,
        length: answer.headers['content-length'] ?? null,
        body: answer.body.length,
      });
    },
    { facts: { etag: ETAG, length: String(CONTENT.length), body: 0 } },
  ),
  accepts(
    'object: a range of it',
    async (target) => {
      const key = newKey();
      await put(target, key);
      const answer = await read(target, key, 'GET', { Range: 'bytes=5-7' });
      return answered(answer, { body: answer.body.toString('utf8'), range: answer.headers['content-range'] ?? null });
    },
    { status: 206, facts: { body: CONTENT.subarray(5, 8).toString('utf8'), range: `bytes 5-7/${CONTENT.length}` } },
  ),
  refuses('object: a range that begins behind its end', 416, 'InvalidRange', async (target) => {
    const key = newKey();
    await put(target, key);
    return answered(await read(target, key, 'GET', { Range: 'bytes=1000-' }));
  }),
  accepts(
    'object: listed by its prefix',
    async (target) => {
      const folder = newKey('');
      for (const name of ['b', 'a & b', 'a']) await put(target, folder + name);
      const path = `/${target.bucket}?list-type=2&max-keys=2&prefix=${uriEncode(folder)}`;
      const answer = await send(target, signV4(target, { method: 'GET', path, headers: {} }));
      const xml = answer.body.toString('utf8');
      return answered(answer, {
        keys: elementTexts(xml, 'Key').map((key) => key.slice(folder.length)),
        truncated: elementText(xml, 'IsTruncated') ?? null,
      });
    },
    { facts: { keys: ['a', 'a & b'], truncated: 'true' } },
  ),
  accepts('object: HEAD of its bucket', async (target) =>
    answered(await send(target, signV4(target, { method: 'HEAD', path: `/${target.bucket}`, headers: {} }))),
  ),
  accepts(
    'object: without a content type it is binary/octet-stream',
    async (target) => {
      const key = newKey();
      await put(target, key);
      return answered(await read(target, key, 'HEAD'), { type: (await read(target, key, 'HEAD')).headers['content-type'] ?? null });
    },
    { facts: { type: 'binary/octet-stream' } },
  ),
  accepts('object: an empty one', (target) => {
    const key = newKey();
    return tryUpload(target, key, signV4(target, putRequest(target, key, {}, Buffer.alloc(0))), Buffer.alloc(0));
  }),
  accepts(
    'object: the last PUT wins',
    async (target) => {
      const key = newKey();
      await put(target, key, { 'x-amz-meta-a': 'before' }, 'before');
      const answer = await put(target, key);
      const { headers } = await read(target, key, 'HEAD');
      return answered(answer, { meta: headers['x-amz-meta-a'] ?? null }, await stored(target, key, CONTENT));
    },
    { facts: { meta: null } },
  ),
  accepts(
    'object: DELETE',
    async (target) => {
      const key = newKey();
      await put(target, key);
      const answer = await send(target, signV4(target, { method: 'DELETE', path: objectPath(target.bucket, key), headers: {} }));
      return answered(answer, { found: (await read(target, key)).status });
    },
    { status: 204, facts: { found: 404 } },
  ),
  accepts(
    'object: DELETE of what is not there',
    async (target) =>
      answered(await send(target, signV4(target, { method: 'DELETE', path: objectPath(target.bucket, newKey()), headers: {} }))),
    { status: 204 },
  ),
  refuses(
    'object: DELETE without a signature',
    403,
    'AccessDenied',
    async (target) => {
      const key = newKey();
      await put(target, key);
      const answer = await send(target, { method: 'DELETE', path: objectPath(target.bucket, key), headers: {} });
      return answered(answer, { found: (await read(target, key)).status });
    },
    { facts: { found: 200 } },
  ),
  refuses('object: GET without a signature', 403, 'AccessDenied', async (target) => {
    const key = newKey();
    await put(target, key);
    return answered(await send(target, { method: 'GET', path: objectPath(target.bucket, key), headers: {} }));
  }),
  refuses('object: GET of what is not there', 404, 'NoSuchKey', async (target) => answered(await read(target, newKey()))),
  refuses('object: HEAD of what is not there', 404, [], async (target) => answered(await read(target, newKey(), 'HEAD'))),
  refuses('object: in a bucket that does not exist', 404, 'NoSuchBucket', async (target) =>
    answered(
      await send(target, signV4(target, { method: 'PUT', path: `/no-such-bucket-anywhere/${newKey()}`, headers: {}, body: CONTENT })),
    ),
  ),
  refuses('object: a storage class that does not exist', 400, 'InvalidStorageClass', (target) => {
    const key = newKey();
    return tryUpload(target, key, signV4(target, putRequest(target, key, { 'x-amz-storage-class': 'SHOEBOX' })));
  }),
  refuses('object: an acl that does not exist', 400, 'InvalidArgument', (target) => {
    const key = newKey();
    return tryUpload(target, key, signV4(target, putRequest(target, key, { 'x-amz-acl': 'friends-only' })));
  }),
  refuses('object: an encryption that does not exist', 400, ['InvalidEncryptionAlgorithmError', 'InvalidArgument'], (target) => {
    const key = newKey();
    return tryUpload(target, key, signV4(target, putRequest(target, key, { 'x-amz-server-side-encryption': 'ROT13' })));
  }),
  accepts('object: 2000 bytes of metadata', (target) => {
    const key = newKey();
    return tryUpload(target, key, signV4(target, putRequest(target, key, { 'x-amz-meta-a': 'x'.repeat(2000) })));
  }),
  refuses(
    'object: more than 2 KB of metadata',
    400,
    'MetadataTooLarge',
    (target) => {
      const key = newKey();
      return tryUpload(target, key, signV4(target, putRequest(target, key, { 'x-amz-meta-a': 'x'.repeat(2048) })));
    },
    { cephIsLaxer: 'RGW has no such limit' },
  ),
];
