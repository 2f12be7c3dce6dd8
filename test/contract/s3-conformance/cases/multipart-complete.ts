import { createHash } from 'node:crypto';
import { accepts, rejects, type CaseResult, type Details, type ConformanceCase } from '../conformance-case.js';
import { toResult, elementText, readObject, compareStored } from '../store.js';
import type { Target } from '../target.js';
import type { WireResponse } from '../wire.js';
import { completeXml, createUpload, fullPart, type ListedPart, type MultipartUpload } from './multipart-requests.js';

const FIRST = fullPart('1');
const SECOND = Buffer.from('the last part is short');
const BOTH = Buffer.concat([FIRST, SECOND]);
const LAX_ORDER = 'RGW sorts the list';

/** Returns the result of CompleteMultipartUpload with the stored content. */
async function completed(
  target: Target,
  upload: MultipartUpload,
  response: WireResponse,
  bytes: Buffer,
  details?: Details,
): Promise<CaseResult> {
  return toResult(response, details, await compareStored(target, upload.key, bytes));
}

/** Uploads two parts and completes the upload with a list of them. */
async function tryComplete(target: Target, list: (etags: [string, string]) => ListedPart[] | string): Promise<CaseResult> {
  const upload = await createUpload(target);
  const [first, second] = [await upload.part(1, FIRST), await upload.part(2, SECOND)];
  return completed(target, upload, await upload.complete(list([first.etag, second.etag])), BOTH);
}

/** CompleteMultipartUpload with valid and invalid lists. */
export const multipartComplete: ConformanceCase[] = [
  accepts('multipart: complete with two parts', (target) =>
    tryComplete(target, ([a, b]) => [
      { number: 1, etag: a },
      { number: 2, etag: b },
    ]),
  ),
  accepts(
    'multipart: complete returns bucket, key and ETag',
    async (target) => {
      const upload = await createUpload(target);
      const response = await upload.complete([await upload.part(1, FIRST), await upload.part(2, SECOND)]);
      const xml = response.body.toString('utf8');
      const etag = `${createHash('md5').update(createHash('md5').update(FIRST).digest()).update(createHash('md5').update(SECOND).digest()).digest('hex')}-2`;
      const { headers } = await readObject(target, upload.key, 'HEAD');
      const details = {
        bucket: elementText(xml, 'Bucket') === target.bucket,
        key: elementText(xml, 'Key') === upload.key,
        etagInAnswer: elementText(xml, 'ETag')?.replaceAll('"', '') === etag,
        etagOfObject: headers['etag'] === `"${etag}"`,
      };
      return completed(target, upload, response, BOTH, details);
    },
    {
      details: { bucket: true, key: true, etagInAnswer: true, etagOfObject: true },
      cephDiffers: 'the ETag element of the first response is empty',
    },
  ),
  accepts('multipart: parts are uploaded in any order', async (target) => {
    const upload = await createUpload(target);
    const [second, first] = [await upload.part(2, SECOND), await upload.part(1, FIRST)];
    return completed(target, upload, await upload.complete([first, second]), BOTH);
  }),
  accepts('multipart: parts are uploaded concurrently', async (target) => {
    const upload = await createUpload(target);
    const parts = await Promise.all([FIRST, fullPart('2'), SECOND].map((body, index) => upload.part(index + 1, body)));
    return completed(target, upload, await upload.complete(parts), Buffer.concat([FIRST, fullPart('2'), SECOND]));
  }),
  accepts('multipart: the last upload of a part counts', async (target) => {
    const upload = await createUpload(target);
    await upload.part(1, fullPart('x'));
    const parts = [await upload.part(1, FIRST), await upload.part(2, SECOND)];
    return completed(target, upload, await upload.complete(parts), BOTH);
  }),
  accepts('multipart: part numbers with gaps, up to 10000', async (target) => {
    const upload = await createUpload(target);
    const parts = [await upload.part(7, FIRST), await upload.part(10_000, SECOND)];
    return completed(target, upload, await upload.complete(parts), BOTH);
  }),
  accepts('multipart: a single short part', async (target) => {
    const upload = await createUpload(target);
    return completed(target, upload, await upload.complete([await upload.part(1, SECOND)]), SECOND);
  }),
  accepts('multipart: complete with ETags without quotes', (target) =>
    tryComplete(target, ([a, b]) => [
      { number: 1, etag: a.replaceAll('"', '') },
      { number: 2, etag: b.replaceAll('"', '') },
    ]),
  ),
  accepts('multipart: complete with a namespace, quotes as entities, whitespace, and the ETag first', (target) =>
    tryComplete(target, (etags) => {
      const parts = etags.map(
        (etag, index) =>
          `  <Part>\n    <ETag>${etag.replaceAll('"', '&quot;')}</ETag>\n    <PartNumber>${index + 1}</PartNumber>\n  </Part>\n`,
      );
      return `<?xml version="1.0" encoding="UTF-8"?>\n<CompleteMultipartUpload xmlns="http://s3.amazonaws.com/doc/2006-03-01/">\n${parts.join('')}</CompleteMultipartUpload>`;
    }),
  ),
  // S3's documentation requires a complete list. AWS drops the other parts silently; an error shows the client its mistake.
  rejects('multipart: complete without an uploaded part', 400, 'InvalidPart', async (target) => {
    const upload = await createUpload(target);
    const first = await upload.part(1, FIRST);
    await upload.part(2, SECOND);
    return completed(target, upload, await upload.complete([first]), FIRST);
  }),
  accepts('multipart: two concurrent complete requests, of which at least one succeeds', async (target) => {
    const upload = await createUpload(target);
    const parts = [await upload.part(1, FIRST), await upload.part(2, SECOND)];
    const answers = await Promise.all([upload.complete(parts), upload.complete(parts)]);
    const best = answers[0].status <= answers[1].status ? answers[0] : answers[1];
    return completed(target, upload, best, BOTH);
  }),
  accepts('multipart: complete repeated, as after a lost response', async (target) => {
    const upload = await createUpload(target);
    const parts = [await upload.part(1, FIRST), await upload.part(2, SECOND)];
    await upload.complete(parts);
    return completed(target, upload, await upload.complete(parts), BOTH);
  }),
  rejects('multipart: complete with a wrong ETag', 400, 'InvalidPart', (target) =>
    tryComplete(target, ([a]) => [
      { number: 1, etag: a },
      { number: 2, etag: `"${createHash('md5').update('x').digest('hex')}"` },
    ]),
  ),
  rejects('multipart: complete with a part that was never uploaded', 400, 'InvalidPart', (target) =>
    tryComplete(target, ([a, b]) => [
      { number: 1, etag: a },
      { number: 2, etag: b },
      { number: 3, etag: b },
    ]),
  ),
  rejects('multipart: complete with the ETag null, as if CORS hides it', 400, 'InvalidPart', (target) =>
    tryComplete(target, () => [
      { number: 1, etag: 'null' },
      { number: 2, etag: 'null' },
    ]),
  ),
  rejects(
    'multipart: complete in the wrong order',
    400,
    'InvalidPartOrder',
    (target) =>
      tryComplete(target, ([a, b]) => [
        { number: 2, etag: b },
        { number: 1, etag: a },
      ]),
    { cephIsLaxer: LAX_ORDER },
  ),
  rejects(
    'multipart: complete with a part listed twice',
    400,
    'InvalidPartOrder',
    (target) =>
      tryComplete(target, ([a, b]) => [
        { number: 1, etag: a },
        { number: 1, etag: a },
        { number: 2, etag: b },
      ]),
    { cephIsLaxer: LAX_ORDER },
  ),
  rejects('multipart: complete with a first part below 5 MiB', 400, 'EntityTooSmall', async (target) => {
    const upload = await createUpload(target);
    const short = FIRST.subarray(1);
    return completed(
      target,
      upload,
      await upload.complete([await upload.part(1, short), await upload.part(2, SECOND)]),
      Buffer.concat([short, SECOND]),
    );
  }),
  rejects('multipart: complete without parts', 400, 'MalformedXML', (target) => tryComplete(target, () => [])),
  rejects('multipart: complete with a body that is not XML', 400, 'MalformedXML', (target) =>
    tryComplete(target, () => 'parts 1 and 2 please'),
  ),
  rejects('multipart: complete with truncated XML', 400, 'MalformedXML', (target) =>
    tryComplete(target, ([a, b]) =>
      completeXml([
        { number: 1, etag: a },
        { number: 2, etag: b },
      ]).replace('</CompleteMultipartUpload>', ''),
    ),
  ),
  rejects('multipart: complete with another XML document', 400, 'MalformedXML', (target) =>
    tryComplete(target, () => '<Delete><Object><Key>a</Key></Object></Delete>'),
  ),
  rejects('multipart: complete with an empty body', 400, ['MalformedXML', 'InvalidRequest'], (target) => tryComplete(target, () => '')),
];
