/**
 * What differs from Fine Uploader 5.16.2 and is to be mended: by cause. An entry goes when its cause is mended (the run says that it is needed no more), and this file
 * with the last one. Scenarios can be taken out of an entry one by one.
 */
import type { Difference } from './compare.js';
import { editBodies, editCalls, isChange, replaceCalls, statusChange } from './edits.js';
import type { Workarounds } from './scenario.js';
import { scenarios } from './scenarios.js';

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

const withEvents = scenarios.filter(({ withoutEvents }) => !withoutEvents).map(({ name }) => name);
const except = (...names: string[]) => withEvents.filter((name) => !names.includes(name));

export const knownDefects: readonly KnownDefect[] = [
  {
    defect:
      'Every file is `queued` before it is `uploading`. Fine Uploader’s is queued only where no connection is free (also when it is continued).',
    cause:
      'src/core/uploader.ts: #wait() moves every file to QUEUED before #pump() looks whether it may begin; src/core/status.ts has no move from SUBMITTED or PAUSED to UPLOADING.',
    scenarios: except('t08-session', 'x15-s3-session', 's13-itemlimit', 's22-scaled'),
    expected: (run) =>
      replaceCalls(run, (call) => {
        if (call.name !== 'statusChange' || call.args[2] !== 'uploading') return undefined;
        const [id, from] = call.args as [number, string];
        if (from !== 'submitted' && from !== 'paused') return undefined;
        return [statusChange(id, from, 'queued'), statusChange(id, 'queued', 'uploading')];
      }),
  },
  {
    defect: 'onError comes before a file is `rejected`. Here it comes after.',
    cause: 'src/core/uploader.ts: #refuse() moves the file before it emits the error.',
    scenarios: ['s11-validation', 's12-stop-on-first'],
    expected: (run) =>
      editCalls(run, (calls) => {
        const swapped = [...calls];
        for (const [index, call] of calls.entries()) {
          const next = calls[index + 1];
          if (call.name !== 'error' || !next || !isChange(next, 'submitting', 'rejected')) continue;
          swapped[index] = next;
          swapped[index + 1] = call;
        }
        return swapped;
      }),
  },
  {
    defect:
      '`complete`’s response has `success`, equal to the outcome, and otherwise what the server answered and nothing else. Here `success` is missing where the server did not send it, and an `error` is made up where the server sent none.',
    cause: 'src/core/uploader.ts: #fail() passes `error.response` on as it is, or `{success: false, error: reason}`.',
    scenarios: [
      ...['t11-cors', 's02-auto-retry-exhausted-then-manual', 's03-chunk-fail-then-manual-retry', 's09-resume-part1'],
      ...['s17-finalize-fails', 's21-network-down', 'x11-s3-resume-part1'],
    ],
    both: (run) =>
      editCalls(run, (calls) =>
        calls.map((call) => {
          if (call.name !== 'complete') return call;
          const { success: _success, error, ...rest } = call.args[2] as Record<string, unknown>;
          const kept = typeof error === 'string' && !/\s\w+\.$|\)\.$/.test(error) ? { error } : {};
          return { ...call, args: [call.args[0], call.args[1], { ...rest, ...kept }] };
        }),
      ),
  },
  {
    defect: 'After the automatic retries are used up, retry() tries once. Here retry() begins the count anew.',
    cause: 'src/core/uploader.ts: retry() sets `file.attempt = 0`.',
    scenarios: ['s02-auto-retry-exhausted-then-manual'],
    expected: (run) => {
      const again = (attempt: number) => [
        { name: 'error', args: [0, 'a.txt', 'e'], xhr: 500 },
        { name: 'autoRetry', args: [0, 'a.txt', attempt] },
        statusChange(0, 'uploading', 'retrying upload'),
        statusChange(0, 'retrying upload', 'uploading'),
        { name: 'upload', args: [0, 'a.txt'] },
      ];
      editCalls(run, (calls) => {
        const at = calls.map((call) => isChange(call, 'uploading', 'upload failed')).lastIndexOf(true);
        return [...calls.slice(0, at), ...again(1), ...again(2), ...calls.slice(at)];
      });
      const last = run.wire.at(-1);
      if (last) run.wire.push(structuredClone(last), structuredClone(last));
    },
  },
  {
    defect:
      '`itemLimit` refuses all files of a choice that would exceed it, with one error without a file and no `validate` of them. Here the first files are taken, and each of the rest is refused.',
    cause: 'src/core/validation/file-validator.ts: the limit is looked at file by file. To decide: mend, or accept with a reason.',
    scenarios: ['s13-itemlimit'],
    both: (run) => {
      run.callbacks = run.events = [];
      run.wire = [];
      run.result = {};
    },
  },
  {
    defect:
      'Every smaller size of an image is in `validateBatch` and asked about with `validate` (by the name and size of the image). Here only the image is.',
    cause: 'src/core/validation/file-validator.ts: files with an `origin` are not asked about. To decide: mend, or accept with a reason.',
    scenarios: ['s22-scaled'],
    expected: (run) => {
      let validated = 0;
      editCalls(run, (calls) =>
        calls
          .filter(({ name }) => name !== 'validate' || validated++ % 3 === 0)
          .map((call) => (call.name === 'validateBatch' ? { ...call, args: [[(call.args[0] as unknown[])[0]]] } : call)),
      );
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
  {
    defect: 'uploadChunkSuccess has `{success: true}` for an S3 part’s response. Here it has `{etag}`.',
    cause: 'src/core/upload/attempt.ts: received() tells the store’s receipt (`receipt.data`) for the response.',
    scenarios: ['x02-chunked-v2', 'x02-chunked-v4', 'x11-s3-resume-part1', 'x11-s3-resume-part2'],
    expected: (run) =>
      replaceCalls(run, (call) => {
        if (call.name !== 'uploadChunkSuccess') return undefined;
        const [id, chunk] = call.args as [number, { partIndex: number }];
        return [{ ...call, args: [id, chunk, { etag: `"etag-${chunk.partIndex + 1}"` }] }];
      }),
  },
  {
    defect:
      'getResumableFilesData() answers `remaining` (the indexes of the missing parts), `key` on S3, and `customResumeData` only where there is some. Here it has no `remaining` and no `key`, and `customResumeData: null`.',
    cause: 'src/elements/uploader-element.ts: getResumableFilesData().',
    scenarios: ['s10-resume-part2', 'x11-s3-resume-part2'],
    expected: (run) => {
      run.result['before'] = (run.result['before'] as Record<string, unknown>[]).map(({ remaining: _remaining, key: _key, ...rest }) => ({
        customResumeData: null,
        ...rest,
      }));
    },
  },
];
