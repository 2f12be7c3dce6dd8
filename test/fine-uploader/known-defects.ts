/**
 * What differs from Fine Uploader 5.16.2 and is to be mended: by cause. An entry goes when its cause is mended (the run says that it is needed no more), and this file
 * with the last one. Scenarios can be taken out of an entry one by one.
 */
import type { Difference } from './compare.js';
import { editBodies } from './edits.js';
import type { Workarounds } from './scenario.js';

/** A difference that must go. */
export interface KnownDefect extends Difference {
  /** What Fine Uploader did, and what is done here. */
  readonly defect: string;
  /** Where in src/ it comes from. */
  readonly cause: string;
  /**
   * What the replay does in place of the element, so that the rest of every scenario can be compared. The first of `scenarios` is also played without it, and must
   * differ then.
   */
  readonly workaround?: keyof Workarounds;
}

export const knownDefects: readonly KnownDefect[] = [
  {
    defect: 'A canvas without a name is `misc_data.png`, by its type. Here it is `misc_data`.',
    cause: 'src/elements/file-inputs.ts: readCanvas() uses the name of nameless Blobs as it is.',
    scenarios: ['t13-blob-and-canvas'],
    expected: (run) => {
      for (const key of ['callbacks', 'events', 'wire', 'result'] as const) {
        Object.assign(run, { [key]: JSON.parse((JSON.stringify(run[key]) ?? 'null').replaceAll('misc_data.png', 'misc_data')) as unknown });
      }
      run.callbacks ??= undefined;
      // The file in the form keeps the name that the browser gives it.
    },
  },
  {
    defect:
      'The success request carries request parameters under lower-cased names but for `Cache-Control`, `Content-Disposition`, `Content-Encoding` and `Content-MD5`. Here these four are lower-cased too.',
    cause: 'src/stores/s3/success-endpoint.ts: `lowered`.',
    scenarios: ['x01-simple-v2', 'x01-simple-v4', 'x02-chunked-v2', 'x02-chunked-v4'],
    expected: (run) =>
      editBodies(run, (body, { url }) => (url.startsWith('/success') ? body.replace('Cache-Control=', 'cache-control=') : body)),
  },
  {
    defect:
      'The Content-Type of form bodies is `application/x-www-form-urlencoded`. Here, S3’s success and delete requests have `;charset=UTF-8` behind it.',
    cause:
      'src/stores/s3/success-endpoint.ts and delete-endpoint.ts give no Content-Type (the traditional store does), so that the browser adds its own.',
    scenarios: ['x01-simple-v2', 'x01-simple-v4', 'x02-chunked-v2', 'x02-chunked-v4', 'x15-s3-session'],
    expected: (run) => {
      for (const { headers } of run.wire)
        if (headers['content-type'] === 'application/x-www-form-urlencoded') headers['content-type'] += ';charset=UTF-8';
    },
  },
  {
    defect: 'A parameter whose value is undefined is sent to S3 as the word `undefined`. Here it is left out.',
    cause:
      'src/stores/s3/metadata.ts: metadataOf() skips undefined and null (http/params.ts sends the words). To decide: mend, or accept with a reason.',
    scenarios: ['x18-notype-file'],
    expected: (run) => {
      const without = (text: string) => text.replace('{"x-amz-meta-und":"undefined"},', '');
      editBodies(run, without);
      for (const request of run.wire) {
        if (!Array.isArray(request.body)) continue;
        request.body = request.body
          .filter(([name]) => name !== 'x-amz-meta-und')
          .map(([name, value]): [string, unknown] => [name, typeof value === 'string' ? without(value) : value]);
      }
    },
  },
  {
    defect:
      'What S3 calls the object after CompleteMultipartUpload is not compared with the key, only the bucket is (AWS writes some keys in another way). Here another key fails the file.',
    cause: 'src/stores/s3/multipart.ts: complete(), sameKey().',
    scenarios: ['x02-chunked-v4'],
    workaround: 'sameKey',
  },
];
