import { contentMd5 } from '../signatures.js';
import { accepts, refuses, type Question } from '../question.js';
import { answered, stored } from '../store.js';
import { newKey } from '../target.js';
import { createUpload, listed, uploadOf, type Upload } from './multipart-requests.js';

const PART = Buffer.from('a short part');
const md5 = (body: Buffer | string) => Buffer.from(contentMd5(body), 'base64').toString('hex');

/** ListParts, and requests about uploads that there are not, or no longer. */
export const multipartLists: Question[] = [
  accepts(
    'multipart: list the parts',
    async (target) => {
      const upload = await createUpload(target);
      for (const number of [3, 1, 2]) await upload.part(number, `part ${number}`.repeat(number));
      return listed(await upload.list());
    },
    {
      facts: {
        numbers: ['1', '2', '3'],
        sizes: ['6', '12', '18'],
        etags: [1, 2, 3].map((number) => md5(`part ${number}`.repeat(number))),
        truncated: 'false',
      },
    },
  ),
  accepts('multipart: list the parts when there is none', async (target) => listed(await (await createUpload(target)).list()), {
    facts: { numbers: [], truncated: 'false' },
  }),
  accepts(
    'multipart: list the first two of three parts',
    async (target) => {
      const upload = await createUpload(target);
      for (const number of [2, 4, 6]) await upload.part(number, 'x');
      return listed(await upload.list('max-parts=2&'));
    },
    { facts: { numbers: ['2', '4'], truncated: 'true', next: '4' } },
  ),
  accepts(
    'multipart: list the parts behind a marker',
    async (target) => {
      const upload = await createUpload(target);
      for (const number of [2, 4, 6]) await upload.part(number, 'x');
      return listed(await upload.list('max-parts=2&part-number-marker=4&'));
    },
    { facts: { numbers: ['6'], truncated: 'false' } },
  ),
  ...(['put', 'complete', 'list', 'abort'] as const).flatMap((action) => {
    const ask = (upload: Upload) => {
      if (action === 'put') return upload.put(1, PART);
      return action === 'complete' ? upload.complete([{ number: 1, etag: `"${md5(PART)}"` }]) : upload[action]();
    };
    return [
      refuses(`multipart: ${action} with an upload id that nobody issued`, 404, 'NoSuchUpload', async (target) =>
        answered(await ask(uploadOf(target, newKey(), '2~0123456789abcdef0123456789abcdef'))),
      ),
      refuses(`multipart: ${action} with an upload id that is a path`, 404, 'NoSuchUpload', async (target) =>
        answered(await ask(uploadOf(target, newKey(), '../../etc/passwd'))),
      ),
      refuses(`multipart: ${action} with the upload id of another key`, 404, 'NoSuchUpload', async (target) => {
        const other = await createUpload(target);
        await other.part(1, PART);
        return answered(await ask(uploadOf(target, newKey(), other.id)));
      }),
      refuses(`multipart: ${action} after abort`, 404, 'NoSuchUpload', async (target) => {
        const upload = await createUpload(target);
        await upload.part(1, PART);
        await upload.abort();
        return answered(await ask(upload), undefined, await stored(target, upload.key, PART));
      }),
      ...(action === 'complete'
        ? []
        : [
            refuses(`multipart: ${action} after complete`, 404, 'NoSuchUpload', async (target) => {
              const upload = await createUpload(target);
              await upload.complete([await upload.part(1, PART)]);
              return answered(await ask(upload));
            }),
          ]),
    ];
  }),
];
