/**
 * What differs from Fine Uploader 5.16.2 and is meant to: its bugs, and what the public contract changes. Each entry is seen in the scenarios that it names; one that is
 * not needed there fails the run. The reasons are read by people who migrate: README's section "What is different" is made of them.
 */
import type { Difference } from './compare.js';
import {
  dropCalls,
  dropRequests,
  dropS3Part,
  editBodies,
  editCalls,
  field,
  inLargeParts,
  isChange,
  replaceCalls,
  s3Step,
  sortChunkRequests,
  sortFiles,
  sortPartCalls,
  sortS3Parts,
  statusChange,
} from './edits.js';

/** A difference that stays. */
export interface AcceptedDifference extends Difference {
  /** One sentence for people who migrate. */
  readonly reason: string;
}

/** What the scripted servers say is passed on word for word; every other sentence is the library's own. */
const serversWords = /^(e\d?|chunk1|lost|join failed|x)$/;

const largeParts = ['x02-chunked-v2', 'x02-chunked-v4', 'x11-s3-resume-part1', 'x11-s3-resume-part2', 'x13-clockdrift-chunked'];

/** Every scenario in which a callback had an XMLHttpRequest. */
const withXhr = [
  's01-auto-retry-then-ok',
  's02-auto-retry-exhausted-then-manual',
  's03-chunk-fail-then-manual-retry',
  's04-chunk-reset',
  's05-pause-continue',
  's06-cancel-inflight',
  's08-cancel-refused',
  's09-resume-part1',
  's10-resume-part2',
  's11-validation',
  's12-stop-on-first',
  's13-itemlimit',
  's14-manual-upload-stored',
  's17-finalize-fails',
  's18-finalize-resetOnStatus',
  's19-finalize-200-error-prop',
  's20-concurrent-chunk-failure',
  's21-network-down',
  's22-scaled',
  't01-simple',
  't02-chunked-seq',
  't03-chunked-concurrent-success',
  't04-chunk-success-json',
  't05-delete',
  't06-delete-post',
  't07-delete-fails',
  't08-session',
  't09-nonmultipart',
  't10-params-query-multipart',
  't11-cors',
  't12-omit-default',
  't13-blob-and-canvas',
  'x01-simple-v2',
  'x01-simple-v4',
  'x02-chunked-v2',
  'x02-chunked-v4',
  'x03-serverless-simple-v2',
  'x03-serverless-simple-v4',
  'x08-delete',
  'x11-s3-resume-part1',
  'x11-s3-resume-part2',
  'x15-s3-session',
];

export const acceptedDifferences: readonly AcceptedDifference[] = [
  {
    reason:
      'The library’s own messages (rejected files, failed requests) have other texts and use the page’s language. Messages of your server are passed on unchanged.',
    scenarios: [
      ...['t07-delete-fails', 't11-cors', 's09-resume-part1', 's11-validation', 's12-stop-on-first', 's13-itemlimit'],
      ...['s18-finalize-resetOnStatus', 's20-concurrent-chunk-failure', 's21-network-down', 'x11-s3-resume-part1'],
    ],
    both: (run) =>
      replaceCalls(run, ({ name, args: [id, file, reason], ...rest }) =>
        name === 'error' && !serversWords.test(String(reason)) ? [{ ...rest, name, args: [id, file, '<a sentence>'] }] : undefined,
      ),
  },
  {
    reason:
      'The callbacks of `options.callbacks` get null in place of the XMLHttpRequest: a file may be sent by several requests. The HTTP status of a failure is `detail.status` of the `error` event.',
    scenarios: withXhr,
    both: (run) => {
      for (const call of run.callbacks ?? []) {
        delete call.xhr;
        if (call.name === 'deleteComplete') call.args = call.args.filter((arg) => arg !== null);
      }
    },
  },
  {
    reason:
      '`onResume` gets the next chunk in the shape of the other chunk callbacks; Fine Uploader’s internal shape had `part`, `start` and `end`.',
    scenarios: ['s10-resume-part2', 'x11-s3-resume-part2'],
    both: (run) => {
      run.callbacks = run.callbacks?.map((call) =>
        call.name === 'resume' ? { ...call, args: [call.args[0], call.args[1], '<a chunk>', ...call.args.slice(3)] } : call,
      );
    },
  },
  {
    reason: 'The `error` event of a rejected file has the file’s id; Fine Uploader’s callback had null.',
    scenarios: ['s11-validation', 's12-stop-on-first'],
    expected: (run) => {
      const batch = run.events?.find(({ name }) => name === 'validateBatch')?.args[0] as { name: string }[];
      editCalls(run, (calls) =>
        calls.map((call) => {
          const [id, file, reason] = call.args;
          if (call.name !== 'error' || id !== null) return call;
          return { ...call, args: [batch.findIndex(({ name }) => name === file), file, reason] };
        }),
      );
    },
  },
  {
    reason:
      'Each file is validated separately: the files after an invalid one are accepted, and `validation.stopOnFirstInvalidFile` has no effect.',
    scenarios: ['s12-stop-on-first'],
    expected: (run) => {
      dropCalls(run, ({ name, args }) => name === 'statusChange' && args[0] === 2 && args[2] === 'rejected');
      replaceCalls(run, (call) => {
        if (call.name === 'validate' && (call.args[0] as { name: string }).name === 'b.exe')
          return [call, { name: 'validate', args: [{ name: 'c.txt', size: 3 }] }];
        if (call.name !== 'allComplete') return undefined;
        return [
          { name: 'submit', args: [2, 'c.txt'] },
          statusChange(2, 'submitting', 'submitted'),
          { name: 'submitted', args: [2, 'c.txt'] },
          statusChange(2, 'submitted', 'uploading'),
          { name: 'upload', args: [2, 'c.txt'] },
          statusChange(2, 'uploading', 'upload successful'),
          { name: 'complete', args: [2, 'c.txt', { success: true }], xhr: 200 },
          { name: 'allComplete', args: [[0, 2], []] },
        ];
      });
      const [first] = run.wire;
      const renamed: Record<string, unknown> = { qquuid: '<uuid 2>', qqfilename: 'c.txt' };
      if (first && Array.isArray(first.body)) {
        const body = first.body.map(([name, value]): [string, unknown] => {
          if (name === 'qqfile') return [name, { ...(value as object), filename: 'c.txt' }];
          return [name, renamed[name] ?? value];
        });
        run.wire.push({ ...first, body });
      }
      (run.result['st'] as { status: string }[])[2]!.status = 'upload successful';
    },
  },
  {
    reason:
      'The events and requests of different files (also of an image and its scaled versions) interleave in another order. The order of one file’s events is the same.',
    scenarios: [
      ...['t13-blob-and-canvas', 's06-cancel-inflight', 's07-cancel-all-no-allcomplete', 's11-validation'],
      ...['s12-stop-on-first', 's14-manual-upload-stored', 's22-scaled'],
    ],
    both: (run) => {
      sortFiles(run);
      run.wire.sort((one, other) => String(field(one, 'qquuid')).localeCompare(String(field(other, 'qquuid'))));
    },
  },
  {
    reason:
      'An image with smaller copies, and the copies, are `queued` only if no connection is free, like all files; in Fine Uploader they always were.',
    scenarios: ['s22-scaled'],
    expected: (run) =>
      replaceCalls(run, (call) => {
        if (isChange(call, 'submitted', 'queued')) return [];
        return isChange(call, 'queued', 'uploading') ? [statusChange(call.args[0], 'submitted', 'uploading')] : undefined;
      }),
  },
  {
    reason: 'Concurrent chunks start in the order of the file; Fine Uploader started with 0, 2, 1.',
    scenarios: ['t03-chunked-concurrent-success', 's20-concurrent-chunk-failure'],
    both: (run) => {
      sortPartCalls(run);
      sortChunkRequests(run);
    },
  },
  {
    reason:
      'A failed concurrent chunk is reported with its own status, and the others continue; Fine Uploader aborted and resent them, and reported status 0.',
    scenarios: ['s20-concurrent-chunk-failure'],
    expected: (run) => {
      const again = new Set([0, 2]);
      editCalls(run, (calls) => {
        const failed = calls.findIndex(({ name }) => name === 'autoRetry');
        return calls
          .filter(
            ({ name, args }, index) => index < failed || name !== 'uploadChunk' || !again.has((args[2] as { partIndex: number }).partIndex),
          )
          .map((call) => (call.name === 'error' && call.xhr === 0 ? { ...call, xhr: 500 } : call));
      });
      const seen = new Set<number>();
      dropRequests(run, (request) => {
        const part = Number(field(request, 'qqpartindex') ?? -1);
        const repeated = seen.has(part) && again.has(part);
        seen.add(part);
        return repeated;
      });
    },
  },
  {
    reason:
      'A 200 from `chunking.success.endpoint` with `{"success": false}` or an `error` is a failure; Fine Uploader treated the file as uploaded.',
    scenarios: ['s19-finalize-200-error-prop'],
    expected: (run) => {
      replaceCalls(run, (call) => {
        if (isChange(call, 'upload finalizing', 'upload successful')) {
          return [statusChange(0, 'upload finalizing', 'upload failed'), { name: 'error', args: [0, 'a.bin', 'x'], xhr: 200 }];
        }
        if (call.name === 'complete') return [{ ...call, args: [0, 'a.bin', { error: 'x', success: false }] }];
        return call.name === 'allComplete' ? [{ ...call, args: [[], [0]] }] : undefined;
      });
      (run.result['st'] as { status: string }[])[0]!.status = 'upload failed';
    },
  },
  {
    reason: 'The `name` of an `error` event without a file is an empty string; Fine Uploader’s was undefined.',
    scenarios: ['s14-manual-upload-stored'],
    // The replay has null for a name without a file.
    expected: (run) =>
      replaceCalls(run, (call) =>
        call.name === 'error' && call.args[0] === null ? [{ ...call, args: [null, null, call.args[2]] }] : undefined,
      ),
  },
  {
    reason:
      '`deleteFile.enabled` without `deleteFile.endpoint` is a warning in the console; Fine Uploader sent its requests to `/server/upload`.',
    scenarios: ['t08-session'],
    expected: (run) =>
      run.console.push('warning: <fine-uploader>: deleteFile.enabled needs deleteFile.endpoint, the URL that deletes uploaded files.'),
  },
  {
    reason: 'An invalid item in a session’s list dispatches an `error` event, and the items after it are still added.',
    scenarios: ['t08-session', 'x15-s3-session'],
    expected: (run, scenario) => {
      if (scenario !== 't08-session') return;
      replaceCalls(run, (call) => {
        if (call.name === 'statusChange' && call.args[0] === 0 && call.args[1] === null)
          return [call, statusChange(1, null, 'upload successful')];
        return call.name === 'allComplete' ? [{ ...call, args: [[0, 1], []] }] : undefined;
      });
      (run.result['st'] as object[]).push({ id: 1, name: 'three', size: -1, status: 'upload successful', uuid: 'u3' });
    },
    both: (run) => dropCalls(run, ({ name, args }) => name === 'error' && args[0] === null && args[1] === null),
  },
  {
    reason:
      'The element always shows a list with thumbnails (`no-thumbnails` disables them), so it fetches the `thumbnailUrl` of each file from the session.',
    scenarios: ['t08-session'],
    both: (run) => dropRequests(run, ({ url }) => url === '/t'),
  },
  {
    reason: 'The URL of a DELETE request without parameters has no `?` at the end.',
    scenarios: ['t07-delete-fails'],
    expected: (run) => {
      for (const request of run.wire) request.url = request.url.replace(/\?$/, '');
    },
  },
  {
    reason:
      'A form with the id `qq-form` is used only if the options have `form`; otherwise place the element in the form, with `form-params` and `upload-on-submit`. Files are sent to `endpoint`, not to the form’s `action`; disabled fields are not sent; the form is submitted after its files are uploaded.',
    scenarios: ['s23-form'],
    expected: (run) => {
      const [request] = run.wire;
      if (request) request.url = '/up';
      if (request && Array.isArray(request.body)) request.body = request.body.filter(([name]) => name !== 'hd');
      run.result['sent'] = true;
    },
  },
  {
    reason:
      'The `resume` event describes the chunk like `uploadChunk`; Fine Uploader’s callback had `{part, start, end, count, size, blob}`.',
    scenarios: ['s10-resume-part2', 'x11-s3-resume-part2'],
    expected: (run) => {
      run.events = run.events?.map((call) => {
        if (call.name !== 'resume') return call;
        const [id, name, { part, start, end, count }, custom = null] = call.args as [number, string, Record<string, number>, unknown?];
        const chunk = { partIndex: part, startByte: (start ?? 0) + 1, endByte: end, totalParts: count };
        return { ...call, args: custom === null ? [id, name, chunk] : [id, name, chunk, custom] };
      });
    },
  },
  {
    reason:
      "In bodies of the type `application/x-www-form-urlencoded`, the characters `!`, `'`, `(` and `)` are escaped too. Servers decode them to the same values.",
    scenarios: ['x01-simple-v2', 'x01-simple-v4', 'x02-chunked-v2', 'x02-chunked-v4'],
    expected: (run) => {
      const escaped = (text: string) => text.replace(/[!'()]/g, (letter) => `%${letter.charCodeAt(0).toString(16)}`);
      editBodies(run, (body, { url }) => (url.startsWith('/success') ? escaped(body) : body));
    },
  },
  {
    reason: 'S3: the form upload of a small file needs no preflight, because its progress is reported when it is complete.',
    scenarios: [
      ...['x01-simple-v2', 'x01-simple-v4', 'x03-serverless-simple-v2', 'x03-serverless-simple-v4', 'x08-delete'],
      ...['x12-clockdrift', 'x18-notype-file'],
    ],
    expected: (run) => {
      for (const request of run.wire) if (request.preflight === '') delete request.preflight;
    },
  },
  {
    reason: 'S3: parts have at least 5 MiB, the minimum of S3, even if `chunking.partSize` is smaller.',
    scenarios: largeParts,
    expected: inLargeParts,
  },
  {
    reason: 'S3: the parts of a file are always uploaded concurrently, and signed ahead.',
    scenarios: largeParts,
    both: (run, scenario) => {
      sortPartCalls(run);
      sortS3Parts(run);
      // Where the third part fails, the fourth has gone already.
      if (!scenario.startsWith('x11')) return;
      dropS3Part(run, 3);
      for (const data of (run.result['before'] ?? []) as { remaining: number[] }[])
        data.remaining = data.remaining.filter((index) => index !== 3);
    },
  },
  {
    reason: 'S3: parts have no `Content-Type` header; Fine Uploader sent an empty one.',
    scenarios: largeParts,
    expected: (run) => {
      for (const request of run.wire) {
        if (request.headers['content-type'] !== '') continue;
        delete request.headers['content-type'];
        request.preflight = request.preflight?.replace('content-type,', '');
      }
    },
  },
  {
    reason: 'S3, version 4: the `Content-Type` header is signed, as Signature Version 4 requires.',
    scenarios: [
      ...['x02-chunked-v4', 'x09-cancel-chunked-aborts', 'x10-cancel-chunked-noresume-noabort'],
      ...['x11-s3-resume-part2', 'x13-clockdrift-chunked'],
    ],
    both: (run) => {
      editBodies(run, (body) => body.replace(/content-type:.*?\\n/, '').replace('content-type;', ''));
      for (const { headers } of run.wire) {
        if (headers['authorization']) headers['authorization'] = headers['authorization'].replace('content-type;', '');
      }
    },
  },
  {
    reason: 'S3: a file in parts has the status `upload finalizing` while the store assembles the object, and cannot be cancelled then.',
    scenarios: ['x02-chunked-v2', 'x02-chunked-v4', 'x11-s3-resume-part2'],
    expected: (run) =>
      replaceCalls(run, (call) =>
        isChange(call, 'uploading', 'upload successful')
          ? [statusChange(0, 'uploading', 'upload finalizing'), statusChange(0, 'upload finalizing', 'upload successful')]
          : undefined,
      ),
  },
  {
    reason:
      'S3: `request.clockDrift` also changes the date of the credential scope; Fine Uploader’s signatures were invalid around midnight.',
    scenarios: ['x12-clockdrift', 'x13-clockdrift-chunked'],
    expected: (run) => {
      const moved = (text: string) => text.replaceAll('20261122/', '20261123/');
      editBodies(run, moved);
      for (const request of run.wire) {
        if (request.headers['authorization']) request.headers['authorization'] = moved(request.headers['authorization']);
        if (Array.isArray(request.body)) {
          request.body = request.body.map(([name, value]): [string, unknown] => [name, typeof value === 'string' ? moved(value) : value]);
        }
      }
    },
  },
  {
    reason:
      'S3: cancelling aborts the multipart upload, also without `resume`. A second abort removes a part that was still in transit, so no part remains in the bucket.',
    scenarios: ['x09-cancel-chunked-aborts', 'x10-cancel-chunked-noresume-noabort'],
    expected: (run, scenario) => {
      // The recorder cancelled while the parts were being completed, or without an abort.
      dropCalls(run, ({ name }) => name.startsWith('uploadChunk'));
      dropRequests(run, (request) => s3Step(request) === 'complete');
      if (scenario.startsWith('x10')) run.wire.push({ where: 'app', method: 'aborted', url: 'twice', headers: {} });
      run.result['st'] = (run.result['st'] as object[]).map((file) => ({ ...file, size: 20971522 }));
      replaceCalls(run, (call) =>
        JSON.stringify(call.args).includes('"size":18')
          ? [{ ...call, args: JSON.parse(JSON.stringify(call.args).replace('"size":18', '"size":20971522')) as unknown[] }]
          : undefined,
      );
      if (scenario.startsWith('x09')) {
        dropRequests(run, (request) => s3Step(request) === 'abort');
        run.wire.push({ where: 'app', method: 'aborted', url: 'twice', headers: {} });
      }
    },
    both: (run) => {
      // Which parts were on their way is chance.
      dropCalls(run, ({ name }) => name.startsWith('uploadChunk'));
      dropRequests(run, (request) => ['part', 'list'].includes(s3Step(request) ?? '') || request.method === 'OPTIONS');
      const aborts = run.wire.filter((request) => s3Step(request) === 'abort' && request.where === 's3').length;
      dropRequests(run, (request) => s3Step(request) === 'abort');
      if (aborts === 2) run.wire.push({ where: 'app', method: 'aborted', url: 'twice', headers: {} });
    },
  },
  {
    reason: 'S3: `isResumable(id)` returns the correct value; Fine Uploader’s always returned false.',
    scenarios: ['x11-s3-resume-part2'],
    expected: (run) => {
      run.result['isR'] = true;
    },
  },
  {
    reason: 'S3: before an upload is resumed, the stored parts are listed.',
    scenarios: ['x11-s3-resume-part2'],
    both: (run) => dropRequests(run, (request) => s3Step(request) === 'list'),
  },
  {
    reason:
      'S3: the bucket is derived from every endpoint format of AWS and other stores, and the signed host has no path; Fine Uploader used the host as the bucket, or signed a host with a path. An endpoint with more than a bucket in its path needs `bucket`.',
    scenarios: ['x14-derive'],
    expected: (run) => {
      const found: Record<string, unknown[]> = {
        'https://foo.s3.eu-west-1.amazonaws.com': ['foo', 'foo.s3.eu-west-1.amazonaws.com'],
        'https://foo.s3.dualstack.us-east-1.amazonaws.com': ['foo', 'foo.s3.dualstack.us-east-1.amazonaws.com'],
        'https://s3.amazonaws.com/foo.bar.com': ['foo.bar.com', 's3.amazonaws.com'],
        'https://s3-us-west-2.amazonaws.com/buck_et': ['buck_et', 's3-us-west-2.amazonaws.com'],
        'https://s3.us-west-2.amazonaws.com/bucket': ['bucket', 's3.us-west-2.amazonaws.com'],
        'https://minio.example.com:9000/bucket': ['bucket', 'minio.example.com:9000'],
        'http://127.0.0.1:9000/bucket': ['bucket', '127.0.0.1:9000'],
        'https://acct.r2.cloudflarestorage.com/bucket': ['bucket', 'acct.r2.cloudflarestorage.com'],
        'https://my.bucket.s3.amazonaws.com/': ['my.bucket', 'my.bucket.s3.amazonaws.com'],
        'https://cdn.example.com/a/b': [null, null],
      };
      run.result['out'] = (run.result['out'] as string[][]).map((row) => [row[0], ...(found[row[0] ?? ''] ?? row.slice(1))]);
    },
  },
  {
    reason:
      'S3: a parameter whose value is undefined or null is left out of the object’s metadata. Fine Uploader stored the word `undefined` or `null`, which nobody can tell from a text.',
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
    reason:
      'S3: a form that is signed in the browser asks for status 201, whose answer names the object; Fine Uploader asked for 200, an empty answer that any proxy may give. Forms that your server signs still ask for 200.',
    scenarios: ['x03-serverless-simple-v2', 'x03-serverless-simple-v4'],
    expected: (run) => {
      for (const request of run.wire) {
        if (!Array.isArray(request.body)) continue;
        request.body = request.body.map(([name, value]): [string, unknown] => {
          if (name === 'success_action_status') return [name, '201'];
          return [
            name,
            typeof value === 'string' ? value.replace('{"success_action_status":"200"}', '{"success_action_status":"201"}') : value,
          ];
        });
      }
    },
  },
];
