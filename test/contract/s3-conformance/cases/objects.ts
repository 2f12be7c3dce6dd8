import { CONTENT, policyUpload } from '../policy.js';
import { accepts, rejects, type CephNotes, type Details, type ConformanceCase } from '../conformance-case.js';
import { contentMd5, signV4 } from '../signatures.js';
import { toResult, elementText, elementTexts, putObject, putRequest, readObject, compareStored, tryUpload } from '../store.js';
import { newKey, objectPath, uriEncode, type Target } from '../target.js';
import { send } from '../wire.js';
import { createUpload } from './multipart-requests.js';

const ETAG = `"${Buffer.from(contentMd5(CONTENT), 'base64').toString('hex')}"`;

/** The three ways to upload an object with headers. */
const UPLOAD_METHODS: { method: string; store(target: Target, headers: Record<string, string>): Promise<string> }[] = [
  {
    method: 'by PUT',
    store: async (target, headers) => {
      const key = newKey();
      await putObject(target, key, headers);
      return key;
    },
  },
  {
    method: 'by form',
    store: async (target, headers) => {
      const { wire, key } = policyUpload(target, { version: 4, fields: headers });
      const response = await send(target, wire);
      if (response.status !== 204) throw new Error(`The form was answered with ${response.status} ${response.body.toString('utf8')}`);
      return key;
    },
  },
  {
    method: 'in parts',
    store: async (target, headers) => {
      const upload = await createUpload(target, headers);
      await upload.complete([await upload.part(1, CONTENT)]);
      return upload.key;
    },
  },
];

/** Creates cases that upload an object with the headers `sent` and expect the headers `expected` when it is read. */
function returnsHeaders(
  what: string,
  sent: Record<string, string>,
  expected: Details,
  notes: (method: string) => CephNotes = () => ({}),
): ConformanceCase[] {
  return UPLOAD_METHODS.map(({ method, store }) =>
    accepts(
      `object: ${what}, ${method}`,
      async (target) => {
        const response = await readObject(target, await store(target, sent), 'HEAD');
        return toResult(response, Object.fromEntries(Object.keys(expected).map((name) => [name, response.headers[name] ?? null])));
      },
      { details: expected, ...notes(method) },
    ),
  );
}

/** Objects: metadata, GET, HEAD, DELETE and listing. */
export const objects: ConformanceCase[] = [
  ...returnsHeaders(
    'returns its content type',
    { 'Content-Type': 'image/svg+xml; charset=utf-8' },
    { 'content-type': 'image/svg+xml; charset=utf-8' },
  ),
  ...returnsHeaders(
    'returns its metadata',
    { 'x-amz-meta-qqfilename': 'Gr%C3%BC%C3%9Fe%20(1).txt', 'x-amz-meta-Two-Words': 'b' },
    {
      'x-amz-meta-qqfilename': 'Gr%C3%BC%C3%9Fe%20(1).txt',
      'x-amz-meta-two-words': 'b',
    },
  ),
  ...returnsHeaders(
    'returns Cache-Control, Content-Disposition and Content-Encoding',
    { 'Cache-Control': 'max-age=60', 'Content-Disposition': 'attachment; filename="a.txt"', 'Content-Encoding': 'identity' },
    { 'cache-control': 'max-age=60', 'content-disposition': 'attachment; filename="a.txt"', 'content-encoding': 'identity' },
    (method) => (method === 'by form' ? { cephDiffers: 'RGW ignores these fields of a form' } : {}),
  ),
  ...returnsHeaders(
    'returns the storage class REDUCED_REDUNDANCY',
    { 'x-amz-storage-class': 'REDUCED_REDUNDANCY' },
    { 'x-amz-storage-class': 'REDUCED_REDUNDANCY' },
  ),
  ...returnsHeaders('accepts the acl private', { 'x-amz-acl': 'private' }, { 'content-length': String(CONTENT.length) }).filter(
    ({ name }) => !name.endsWith('by form'),
  ),
  ...returnsHeaders(
    'returns the encryption AES256',
    { 'x-amz-server-side-encryption': 'AES256' },
    { 'x-amz-server-side-encryption': 'AES256' },
    () => ({
      cephDiffers: 'RGW without a key service accepts and ignores the header',
    }),
  ),

  accepts(
    'object: PUT returns the MD5 as ETag',
    async (target) => {
      const response = await putObject(target, newKey());
      return toResult(response, { etag: response.headers['etag'] ?? null });
    },
    { details: { etag: ETAG } },
  ),
  accepts(
    'object: GET',
    async (target) => {
      const key = newKey();
      await putObject(target, key);
      const response = await readObject(target, key);
      const details = {
        etag: response.headers['etag'] ?? null,
        length: response.headers['content-length'] ?? null,
        dated: !Number.isNaN(Date.parse(response.headers['last-modified'] ?? '')),
      };
      return toResult(response, details, await compareStored(target, key, CONTENT));
    },
    { details: { etag: ETAG, length: String(CONTENT.length), dated: true } },
  ),
  accepts(
    'object: HEAD',
    async (target) => {
      const key = newKey();
      await putObject(target, key);
      const response = await readObject(target, key, 'HEAD');
      return toResult(response, {
        etag: response.headers['etag'] ?? null,
        length: response.headers['content-length'] ?? null,
        body: response.body.length,
      });
    },
    { details: { etag: ETAG, length: String(CONTENT.length), body: 0 } },
  ),
  accepts(
    'object: GET of a range',
    async (target) => {
      const key = newKey();
      await putObject(target, key);
      const response = await readObject(target, key, 'GET', { Range: 'bytes=5-7' });
      return toResult(response, { body: response.body.toString('utf8'), range: response.headers['content-range'] ?? null });
    },
    { status: 206, details: { body: CONTENT.subarray(5, 8).toString('utf8'), range: `bytes 5-7/${CONTENT.length}` } },
  ),
  rejects('object: GET of a range after the end', 416, 'InvalidRange', async (target) => {
    const key = newKey();
    await putObject(target, key);
    return toResult(await readObject(target, key, 'GET', { Range: 'bytes=1000-' }));
  }),
  accepts(
    'object: ListObjectsV2 with a prefix',
    async (target) => {
      const folder = newKey('');
      for (const name of ['b', 'a & b', 'a']) await putObject(target, folder + name);
      const path = `/${target.bucket}?list-type=2&max-keys=2&prefix=${uriEncode(folder)}`;
      const response = await send(target, signV4(target, { method: 'GET', path, headers: {} }));
      const xml = response.body.toString('utf8');
      return toResult(response, {
        keys: elementTexts(xml, 'Key').map((key) => key.slice(folder.length)),
        truncated: elementText(xml, 'IsTruncated') ?? null,
      });
    },
    { details: { keys: ['a', 'a & b'], truncated: 'true' } },
  ),
  accepts('object: HEAD of its bucket', async (target) =>
    toResult(await send(target, signV4(target, { method: 'HEAD', path: `/${target.bucket}`, headers: {} }))),
  ),
  accepts(
    'object: the default content type is binary/octet-stream',
    async (target) => {
      const key = newKey();
      await putObject(target, key);
      return toResult(await readObject(target, key, 'HEAD'), {
        type: (await readObject(target, key, 'HEAD')).headers['content-type'] ?? null,
      });
    },
    { details: { type: 'binary/octet-stream' } },
  ),
  accepts('object: an empty object', (target) => {
    const key = newKey();
    return tryUpload(target, key, signV4(target, putRequest(target, key, {}, Buffer.alloc(0))), Buffer.alloc(0));
  }),
  accepts(
    'object: the last PUT wins',
    async (target) => {
      const key = newKey();
      await putObject(target, key, { 'x-amz-meta-a': 'before' }, 'before');
      const response = await putObject(target, key);
      const { headers } = await readObject(target, key, 'HEAD');
      return toResult(response, { meta: headers['x-amz-meta-a'] ?? null }, await compareStored(target, key, CONTENT));
    },
    { details: { meta: null } },
  ),
  accepts(
    'object: DELETE',
    async (target) => {
      const key = newKey();
      await putObject(target, key);
      const response = await send(target, signV4(target, { method: 'DELETE', path: objectPath(target.bucket, key), headers: {} }));
      return toResult(response, { found: (await readObject(target, key)).status });
    },
    { status: 204, details: { found: 404 } },
  ),
  accepts(
    'object: DELETE of a missing object',
    async (target) =>
      toResult(await send(target, signV4(target, { method: 'DELETE', path: objectPath(target.bucket, newKey()), headers: {} }))),
    { status: 204 },
  ),
  rejects(
    'object: DELETE without a signature',
    403,
    'AccessDenied',
    async (target) => {
      const key = newKey();
      await putObject(target, key);
      const response = await send(target, { method: 'DELETE', path: objectPath(target.bucket, key), headers: {} });
      return toResult(response, { found: (await readObject(target, key)).status });
    },
    { details: { found: 200 } },
  ),
  rejects('object: GET without a signature', 403, 'AccessDenied', async (target) => {
    const key = newKey();
    await putObject(target, key);
    return toResult(await send(target, { method: 'GET', path: objectPath(target.bucket, key), headers: {} }));
  }),
  rejects('object: GET of a missing object', 404, 'NoSuchKey', async (target) => toResult(await readObject(target, newKey()))),
  rejects('object: HEAD of a missing object', 404, [], async (target) => toResult(await readObject(target, newKey(), 'HEAD'))),
  rejects('object: PUT to a missing bucket', 404, 'NoSuchBucket', async (target) =>
    toResult(
      await send(target, signV4(target, { method: 'PUT', path: `/no-such-bucket-anywhere/${newKey()}`, headers: {}, body: CONTENT })),
    ),
  ),
  rejects('object: an unknown storage class', 400, 'InvalidStorageClass', (target) => {
    const key = newKey();
    return tryUpload(target, key, signV4(target, putRequest(target, key, { 'x-amz-storage-class': 'SHOEBOX' })));
  }),
  rejects('object: an unknown acl', 400, 'InvalidArgument', (target) => {
    const key = newKey();
    return tryUpload(target, key, signV4(target, putRequest(target, key, { 'x-amz-acl': 'friends-only' })));
  }),
  rejects('object: an unknown encryption', 400, ['InvalidEncryptionAlgorithmError', 'InvalidArgument'], (target) => {
    const key = newKey();
    return tryUpload(target, key, signV4(target, putRequest(target, key, { 'x-amz-server-side-encryption': 'ROT13' })));
  }),
  accepts('object: 2000 bytes of metadata', (target) => {
    const key = newKey();
    return tryUpload(target, key, signV4(target, putRequest(target, key, { 'x-amz-meta-a': 'x'.repeat(2000) })));
  }),
  rejects(
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
