import { contentMd5 } from '../signatures.js';
import { accepts, rejects, type ConformanceCase } from '../conformance-case.js';
import { toResult, compareStored } from '../store.js';
import { newKey } from '../target.js';
import { createUpload, listed, uploadById, type MultipartUpload } from './multipart-requests.js';

const PART = Buffer.from('a short part');
const md5 = (body: Buffer | string) => Buffer.from(contentMd5(body), 'base64').toString('hex');

/** ListParts, and requests to uploads that do not exist. */
export const multipartLists: ConformanceCase[] = [
  accepts(
    'multipart: list the parts',
    async (target) => {
      const upload = await createUpload(target);
      for (const number of [3, 1, 2]) await upload.part(number, `part ${number}`.repeat(number));
      return listed(await upload.list());
    },
    {
      details: {
        numbers: ['1', '2', '3'],
        sizes: ['6', '12', '18'],
        etags: [1, 2, 3].map((number) => md5(`part ${number}`.repeat(number))),
        truncated: 'false',
      },
    },
  ),
  accepts('multipart: list the parts of an empty upload', async (target) => listed(await (await createUpload(target)).list()), {
    details: { numbers: [], truncated: 'false' },
  }),
  accepts(
    'multipart: list the first two of three parts',
    async (target) => {
      const upload = await createUpload(target);
      for (const number of [2, 4, 6]) await upload.part(number, 'x');
      return listed(await upload.list('max-parts=2&'));
    },
    { details: { numbers: ['2', '4'], truncated: 'true', next: '4' } },
  ),
  accepts(
    'multipart: list the parts after a marker',
    async (target) => {
      const upload = await createUpload(target);
      for (const number of [2, 4, 6]) await upload.part(number, 'x');
      return listed(await upload.list('max-parts=2&part-number-marker=4&'));
    },
    { details: { numbers: ['6'], truncated: 'false' } },
  ),
  ...(['put', 'complete', 'list', 'abort'] as const).flatMap((action) => {
    const ask = (upload: MultipartUpload) => {
      if (action === 'put') return upload.put(1, PART);
      return action === 'complete' ? upload.complete([{ number: 1, etag: `"${md5(PART)}"` }]) : upload[action]();
    };
    return [
      rejects(`multipart: ${action} with an unknown upload id`, 404, 'NoSuchUpload', async (target) =>
        toResult(await ask(uploadById(target, newKey(), '2~0123456789abcdef0123456789abcdef'))),
      ),
      rejects(`multipart: ${action} with an upload id that is a path`, 404, 'NoSuchUpload', async (target) =>
        toResult(await ask(uploadById(target, newKey(), '../../etc/passwd'))),
      ),
      rejects(`multipart: ${action} with the upload id of another key`, 404, 'NoSuchUpload', async (target) => {
        const other = await createUpload(target);
        await other.part(1, PART);
        return toResult(await ask(uploadById(target, newKey(), other.id)));
      }),
      rejects(`multipart: ${action} after abort`, 404, 'NoSuchUpload', async (target) => {
        const upload = await createUpload(target);
        await upload.part(1, PART);
        await upload.abort();
        return toResult(await ask(upload), undefined, await compareStored(target, upload.key, PART));
      }),
      ...(action === 'complete'
        ? []
        : [
            rejects(`multipart: ${action} after complete`, 404, 'NoSuchUpload', async (target) => {
              const upload = await createUpload(target);
              await upload.complete([await upload.part(1, PART)]);
              return toResult(await ask(upload));
            }),
          ]),
    ];
  }),
];
