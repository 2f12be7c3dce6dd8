import { accepts, rejects, type ConformanceCase } from '../conformance-case.js';
import { contentMd5, presignV4, signV2, signV4 } from '../signatures.js';
import { toResult, elementText, readObject, compareStored, tryUpload } from '../store.js';
import { newKey, objectPath } from '../target.js';
import { send } from '../wire.js';
import { completeXml, createUpload, listed } from './multipart-requests.js';

const PART = Buffer.from('a short part');
const LAX_NUMBERS = 'RGW accepts any integer';

/** Multipart uploads: create, upload parts, abort. `multipart-complete.ts` and `multipart-lists.ts` have the rest. */
export const multipart: ConformanceCase[] = [
  accepts(
    'multipart: create returns bucket, key and upload id',
    async (target) => {
      const key = newKey();
      const response = await send(
        target,
        signV4(target, { method: 'POST', path: `${objectPath(target.bucket, key)}?uploads`, headers: {} }),
      );
      const xml = response.body.toString('utf8');
      return toResult(response, {
        bucket: elementText(xml, 'Bucket') === target.bucket,
        key: elementText(xml, 'Key') === key,
        id: Boolean(elementText(xml, 'UploadId')),
      });
    },
    { details: { bucket: true, key: true, id: true } },
  ),
  rejects('multipart: create without a signature', 403, 'AccessDenied', async (target) =>
    toResult(await send(target, { method: 'POST', path: `${objectPath(target.bucket, newKey())}?uploads`, headers: {} })),
  ),
  accepts(
    'multipart: a part returns its MD5 in quotes',
    async (target) => {
      const response = await (await createUpload(target)).put(1, PART);
      return toResult(response, { etag: response.headers['etag'] ?? null });
    },
    { details: { etag: `"${Buffer.from(contentMd5(PART), 'base64').toString('hex')}"` } },
  ),
  accepts('multipart: a complete upload with v2 signatures', async (target) => {
    const path = objectPath(target.bucket, newKey());
    const created = await send(target, signV2(target, { method: 'POST', path: `${path}?uploads`, headers: { 'x-amz-acl': 'private' } }));
    const id = encodeURIComponent(elementText(created.body.toString('utf8'), 'UploadId') ?? '');
    const part = await send(
      target,
      signV2(target, { method: 'PUT', path: `${path}?partNumber=1&uploadId=${id}`, headers: {}, body: PART }),
    );
    const body = completeXml([{ number: 1, etag: part.headers['etag'] ?? '' }]);
    return toResult(
      await send(
        target,
        signV2(target, {
          method: 'POST',
          path: `${path}?uploadId=${id}`,
          headers: { 'Content-Type': 'application/xml; charset=UTF-8' },
          body,
        }),
      ),
    );
  }),
  accepts('multipart: a presigned part', async (target) => {
    const { key, id } = await createUpload(target);
    const path = `${objectPath(target.bucket, key)}?partNumber=1&uploadId=${encodeURIComponent(id)}`;
    return toResult(await send(target, presignV4(target, { method: 'PUT', path, headers: {}, body: PART })));
  }),
  accepts(
    'multipart: abort',
    async (target) => {
      const upload = await createUpload(target);
      await upload.part(1, PART);
      return toResult(await upload.abort(), { found: (await readObject(target, upload.key)).status });
    },
    { status: 204, details: { found: 404 } },
  ),
  accepts('multipart: an upload does not change the object until it is completed', async (target) => {
    const key = newKey();
    await tryUpload(target, key, signV4(target, { method: 'PUT', path: objectPath(target.bucket, key), headers: {}, body: 'before' }));
    const upload = await createUpload(target, {}, key);
    const response = await upload.put(1, PART);
    return toResult(response, undefined, await compareStored(target, key, Buffer.from('before')));
  }),
  rejects('multipart: part number 0', 400, 'InvalidArgument', async (target) => toResult(await (await createUpload(target)).put(0, PART)), {
    cephIsLaxer: LAX_NUMBERS,
  }),
  rejects(
    'multipart: part number 10001',
    400,
    'InvalidArgument',
    async (target) => toResult(await (await createUpload(target)).put(10_001, PART)),
    { cephIsLaxer: LAX_NUMBERS },
  ),
  rejects(
    'multipart: part number -1',
    400,
    'InvalidArgument',
    async (target) => toResult(await (await createUpload(target)).put(-1, PART)),
    { cephIsLaxer: LAX_NUMBERS },
  ),
  rejects('multipart: a part number that is not a number', 400, 'InvalidArgument', async (target) =>
    toResult(await (await createUpload(target)).put('one', PART)),
  ),
  rejects('multipart: a part with a wrong Content-MD5', 400, 'BadDigest', async (target) =>
    toResult(await (await createUpload(target)).put(1, PART, { 'Content-MD5': contentMd5('another') })),
  ),
  rejects(
    'multipart: a part that does not match its SHA-256',
    400,
    'XAmzContentSHA256Mismatch',
    async (target) => {
      const upload = await createUpload(target);
      const path = `${objectPath(target.bucket, upload.key)}?partNumber=1&uploadId=${encodeURIComponent(upload.id)}`;
      const response = await send(target, {
        ...signV4(target, { method: 'PUT', path, headers: {}, body: PART }),
        body: Buffer.alloc(PART.length, 'x'),
      });
      const { numbers } = listed(await upload.list()).details ?? {};
      return toResult(response, { numbers: numbers ?? null });
    },
    { details: { numbers: [] } },
  ),
  rejects('multipart: a part without a signature', 403, 'AccessDenied', async (target) => {
    const upload = await createUpload(target);
    return toResult(
      await send(target, {
        method: 'PUT',
        path: `${objectPath(target.bucket, upload.key)}?partNumber=1&uploadId=${encodeURIComponent(upload.id)}`,
        headers: {},
        body: PART,
      }),
    );
  }),
];
