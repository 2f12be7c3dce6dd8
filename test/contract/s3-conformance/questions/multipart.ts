import { accepts, refuses, type Question } from '../question.js';
import { contentMd5, presignV4, signV2, signV4 } from '../signatures.js';
import { answered, elementText, read, stored, tryUpload } from '../store.js';
import { newKey, objectPath } from '../target.js';
import { send } from '../wire.js';
import { completeXml, createUpload, listed } from './multipart-requests.js';

const PART = Buffer.from('a short part');
const LAX_NUMBERS = 'RGW takes any whole number';

/** Multipart uploads: create, upload parts, abort. `multipart-complete.ts` and `multipart-lists.ts` have the rest. */
export const multipart: Question[] = [
  accepts(
    'multipart: create answers with bucket, key and upload id',
    async (target) => {
      const key = newKey();
      const answer = await send(target, signV4(target, { method: 'POST', path: `${objectPath(target.bucket, key)}?uploads`, headers: {} }));
      const xml = answer.body.toString('utf8');
      return answered(answer, {
        bucket: elementText(xml, 'Bucket') === target.bucket,
        key: elementText(xml, 'Key') === key,
        id: Boolean(elementText(xml, 'UploadId')),
      });
    },
    { facts: { bucket: true, key: true, id: true } },
  ),
  refuses('multipart: create without a signature', 403, 'AccessDenied', async (target) =>
    answered(await send(target, { method: 'POST', path: `${objectPath(target.bucket, newKey())}?uploads`, headers: {} })),
  ),
  accepts(
    'multipart: a part is answered with its MD5 in quotes',
    async (target) => {
      const answer = await (await createUpload(target)).put(1, PART);
      return answered(answer, { etag: answer.headers['etag'] ?? null });
    },
    { facts: { etag: `"${Buffer.from(contentMd5(PART), 'base64').toString('hex')}"` } },
  ),
  accepts('multipart: v2 signatures all the way', async (target) => {
    const path = objectPath(target.bucket, newKey());
    const created = await send(target, signV2(target, { method: 'POST', path: `${path}?uploads`, headers: { 'x-amz-acl': 'private' } }));
    const id = encodeURIComponent(elementText(created.body.toString('utf8'), 'UploadId') ?? '');
    const part = await send(
      target,
      signV2(target, { method: 'PUT', path: `${path}?partNumber=1&uploadId=${id}`, headers: {}, body: PART }),
    );
    const body = completeXml([{ number: 1, etag: part.headers['etag'] ?? '' }]);
    return answered(
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
    return answered(await send(target, presignV4(target, { method: 'PUT', path, headers: {}, body: PART })));
  }),
  accepts(
    'multipart: abort',
    async (target) => {
      const upload = await createUpload(target);
      await upload.part(1, PART);
      return answered(await upload.abort(), { found: (await read(target, upload.key)).status });
    },
    { status: 204, facts: { found: 404 } },
  ),
  accepts('multipart: an upload leaves the object of that key alone until it is complete', async (target) => {
    const key = newKey();
    await tryUpload(target, key, signV4(target, { method: 'PUT', path: objectPath(target.bucket, key), headers: {}, body: 'before' }));
    const upload = await createUpload(target, {}, key);
    const answer = await upload.put(1, PART);
    return answered(answer, undefined, await stored(target, key, Buffer.from('before')));
  }),
  refuses('multipart: part number 0', 400, 'InvalidArgument', async (target) => answered(await (await createUpload(target)).put(0, PART)), {
    cephIsLaxer: LAX_NUMBERS,
  }),
  refuses(
    'multipart: part number 10001',
    400,
    'InvalidArgument',
    async (target) => answered(await (await createUpload(target)).put(10_001, PART)),
    { cephIsLaxer: LAX_NUMBERS },
  ),
  refuses(
    'multipart: part number -1',
    400,
    'InvalidArgument',
    async (target) => answered(await (await createUpload(target)).put(-1, PART)),
    { cephIsLaxer: LAX_NUMBERS },
  ),
  refuses('multipart: a part number that is no number', 400, 'InvalidArgument', async (target) =>
    answered(await (await createUpload(target)).put('one', PART)),
  ),
  refuses('multipart: a part with a wrong Content-MD5', 400, 'BadDigest', async (target) =>
    answered(await (await createUpload(target)).put(1, PART, { 'Content-MD5': contentMd5('another') })),
  ),
  refuses(
    'multipart: a part that is not what its SHA-256 says',
    400,
    'XAmzContentSHA256Mismatch',
    async (target) => {
      const upload = await createUpload(target);
      const path = `${objectPath(target.bucket, upload.key)}?partNumber=1&uploadId=${encodeURIComponent(upload.id)}`;
      const answer = await send(target, {
        ...signV4(target, { method: 'PUT', path, headers: {}, body: PART }),
        body: Buffer.alloc(PART.length, 'x'),
      });
      const { numbers } = listed(await upload.list()).facts ?? {};
      return answered(answer, { numbers: numbers ?? null });
    },
    { facts: { numbers: [] } },
  ),
  refuses('multipart: a part without a signature', 403, 'AccessDenied', async (target) => {
    const upload = await createUpload(target);
    return answered(
      await send(target, {
        method: 'PUT',
        path: `${objectPath(target.bucket, upload.key)}?partNumber=1&uploadId=${encodeURIComponent(upload.id)}`,
        headers: {},
        body: PART,
      }),
    );
  }),
];
