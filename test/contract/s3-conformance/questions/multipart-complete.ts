import { createHash } from 'node:crypto';
import { accepts, refuses, type Answer, type Facts, type Question } from '../question.js';
import { answered, elementText, read, stored } from '../store.js';
import type { Target } from '../target.js';
import type { WireAnswer } from '../wire.js';
import { completeXml, createUpload, fullPart, type ListedPart, type Upload } from './multipart-requests.js';

const FIRST = fullPart('1');
const SECOND = Buffer.from('the last part is short');
const BOTH = Buffer.concat([FIRST, SECOND]);
const LAX_ORDER = 'RGW puts the list in order itself';

/** What there is after CompleteMultipartUpload. */
async function completed(target: Target, upload: Upload, answer: WireAnswer, bytes: Buffer, facts?: Facts): Promise<Answer> {
  return answered(answer, facts, await stored(target, upload.key, bytes));
}

/** Two parts on their way, and the listing of them that a question asks with. */
async function tryComplete(target: Target, list: (etags: [string, string]) => ListedPart[] | string): Promise<Answer> {
  const upload = await createUpload(target);
  const [first, second] = [await upload.part(1, FIRST), await upload.part(2, SECOND)];
  return completed(target, upload, await upload.complete(list([first.etag, second.etag])), BOTH);
}

/** From parts to an object: CompleteMultipartUpload, with good lists and bad ones. */
export const multipartComplete: Question[] = [
  accepts('multipart: complete with two parts', (target) =>
    tryComplete(target, ([a, b]) => [
      { number: 1, etag: a },
      { number: 2, etag: b },
    ]),
  ),
  accepts(
    'multipart: complete answers with bucket, key and ETag',
    async (target) => {
      const upload = await createUpload(target);
      const answer = await upload.complete([await upload.part(1, FIRST), await upload.part(2, SECOND)]);
      const xml = answer.body.toString('utf8');
      const etag = `${createHash('md5').update(createHash('md5').update(FIRST).digest()).update(createHash('md5').update(SECOND).digest()).digest('hex')}-2`;
      const { headers } = await read(target, upload.key, 'HEAD');
      const facts = {
        bucket: elementText(xml, 'Bucket') === target.bucket,
        key: elementText(xml, 'Key') === upload.key,
        etagInAnswer: elementText(xml, 'ETag')?.replaceAll('"', '') === etag,
        etagOfObject: headers['etag'] === `"${etag}"`,
      };
      return completed(target, upload, answer, BOTH, facts);
    },
    {
      facts: { bucket: true, key: true, etagInAnswer: true, etagOfObject: true },
      cephDiffers: 'the ETag element of the first answer is empty',
    },
  ),
  accepts('multipart: parts arrive in any order', async (target) => {
    const upload = await createUpload(target);
    const [second, first] = [await upload.part(2, SECOND), await upload.part(1, FIRST)];
    return completed(target, upload, await upload.complete([first, second]), BOTH);
  }),
  accepts('multipart: parts arrive at once', async (target) => {
    const upload = await createUpload(target);
    const parts = await Promise.all([FIRST, fullPart('2'), SECOND].map((body, index) => upload.part(index + 1, body)));
    return completed(target, upload, await upload.complete(parts), Buffer.concat([FIRST, fullPart('2'), SECOND]));
  }),
  accepts('multipart: a part sent twice counts as it was sent last', async (target) => {
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
  accepts('multipart: complete with ETags out of quotes', (target) =>
    tryComplete(target, ([a, b]) => [
      { number: 1, etag: a.replaceAll('"', '') },
      { number: 2, etag: b.replaceAll('"', '') },
    ]),
  ),
  accepts('multipart: complete with a namespace, quotes as entities, blanks, and the ETag first', (target) =>
    tryComplete(target, (etags) => {
      const parts = etags.map(
        (etag, index) =>
          `  <Part>\n    <ETag>${etag.replaceAll('"', '&quot;')}</ETag>\n    <PartNumber>${index + 1}</PartNumber>\n  </Part>\n`,
      );
      return `<?xml version="1.0" encoding="UTF-8"?>\n<CompleteMultipartUpload xmlns="http://s3.amazonaws.com/doc/2006-03-01/">\n${parts.join('')}</CompleteMultipartUpload>`;
    }),
  ),
  // S3 documents that the list must be complete. AWS is known to leave out the rest silently; a client that forgets a part is better told.
  refuses('multipart: complete leaves out a part that was uploaded', 400, 'InvalidPart', async (target) => {
    const upload = await createUpload(target);
    const first = await upload.part(1, FIRST);
    await upload.part(2, SECOND);
    return completed(target, upload, await upload.complete([first]), FIRST);
  }),
  accepts('multipart: two requests to complete at once, of which one or both are answered with yes', async (target) => {
    const upload = await createUpload(target);
    const parts = [await upload.part(1, FIRST), await upload.part(2, SECOND)];
    const answers = await Promise.all([upload.complete(parts), upload.complete(parts)]);
    const best = answers[0].status <= answers[1].status ? answers[0] : answers[1];
    return completed(target, upload, best, BOTH);
  }),
  accepts('multipart: complete once more, as after an answer that got lost', async (target) => {
    const upload = await createUpload(target);
    const parts = [await upload.part(1, FIRST), await upload.part(2, SECOND)];
    await upload.complete(parts);
    return completed(target, upload, await upload.complete(parts), BOTH);
  }),
  refuses('multipart: complete with a wrong ETag', 400, 'InvalidPart', (target) =>
    tryComplete(target, ([a]) => [
      { number: 1, etag: a },
      { number: 2, etag: `"${createHash('md5').update('x').digest('hex')}"` },
    ]),
  ),
  refuses('multipart: complete with a part that was never uploaded', 400, 'InvalidPart', (target) =>
    tryComplete(target, ([a, b]) => [
      { number: 1, etag: a },
      { number: 2, etag: b },
      { number: 3, etag: b },
    ]),
  ),
  refuses('multipart: complete with ETags that were not readable (null)', 400, 'InvalidPart', (target) =>
    tryComplete(target, () => [
      { number: 1, etag: 'null' },
      { number: 2, etag: 'null' },
    ]),
  ),
  refuses(
    'multipart: complete in a wrong order',
    400,
    'InvalidPartOrder',
    (target) =>
      tryComplete(target, ([a, b]) => [
        { number: 2, etag: b },
        { number: 1, etag: a },
      ]),
    { cephIsLaxer: LAX_ORDER },
  ),
  refuses(
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
  refuses('multipart: complete with a first part below 5 MiB', 400, 'EntityTooSmall', async (target) => {
    const upload = await createUpload(target);
    const short = FIRST.subarray(1);
    return completed(
      target,
      upload,
      await upload.complete([await upload.part(1, short), await upload.part(2, SECOND)]),
      Buffer.concat([short, SECOND]),
    );
  }),
  refuses('multipart: complete with no part', 400, 'MalformedXML', (target) => tryComplete(target, () => [])),
  refuses('multipart: complete with something that is not XML', 400, 'MalformedXML', (target) =>
    tryComplete(target, () => 'parts 1 and 2 please'),
  ),
  refuses('multipart: complete with XML that does not end', 400, 'MalformedXML', (target) =>
    tryComplete(target, ([a, b]) =>
      completeXml([
        { number: 1, etag: a },
        { number: 2, etag: b },
      ]).replace('</CompleteMultipartUpload>', ''),
    ),
  ),
  refuses('multipart: complete with another document', 400, 'MalformedXML', (target) =>
    tryComplete(target, () => '<Delete><Object><Key>a</Key></Object></Delete>'),
  ),
  refuses('multipart: complete with an empty body', 400, ['MalformedXML', 'InvalidRequest'], (target) => tryComplete(target, () => '')),
];
