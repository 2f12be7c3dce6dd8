import { accepts, rejects, type CaseResult, type ConformanceCase } from '../conformance-case.js';
import { contentMd5, presignV2, signV2, type SigningOptions } from '../signatures.js';
import { toResult, putObject, putRequest, tryPut, tryUpload } from '../store.js';
import { newKey, objectPath, type Target } from '../target.js';
import { CONTENT } from '../policy.js';
import { send, type WireRequest } from '../wire.js';

const MINUTE_MS = 60_000;
const WRONG = 'SignatureDoesNotMatch';
const inMinutes = (minutes: number) => new Date(Date.now() + minutes * MINUTE_MS);

function tryPresigned(
  target: Target,
  options: SigningOptions & { headers?: Record<string, string>; change?: (wire: WireRequest) => WireRequest } = {},
): Promise<CaseResult> {
  const key = newKey(`a b (1)'s ü.txt`);
  const wire = presignV2(target, putRequest(target, key, options.headers), options);
  return tryUpload(target, key, options.change ? options.change(wire) : wire);
}

function tryV2(
  target: Target,
  options: SigningOptions & {
    headers?: Record<string, string>;
    change?: (wire: WireRequest) => WireRequest;
    dateHeader?: 'x-amz-date' | 'Date' | 'none';
  } = {},
): Promise<CaseResult> {
  return tryPut(target, { ...options, sign: (store, request) => signV2(store, request, options) });
}

function withHeaders(headers: Record<string, string>): (wire: WireRequest) => WireRequest {
  return (wire) => ({ ...wire, headers: { ...wire.headers, ...headers } });
}

/** Signature version 2, in the header and in the query. */
export const v2: ConformanceCase[] = [
  accepts('v2 header: a valid signature with x-amz-date', (target) => tryV2(target)),
  accepts('v2 header: a valid signature with Date', (target) => tryV2(target, { dateHeader: 'Date' })),
  accepts('v2 header: signed content type, MD5, acl and metadata', (target) =>
    tryV2(target, {
      headers: {
        'Content-Type': 'image/png',
        'Content-MD5': contentMd5(CONTENT),
        'x-amz-acl': 'private',
        'x-amz-meta-b': '2',
        'x-amz-meta-a': '1',
      },
    }),
  ),
  accepts('v2 header: a key with spaces, brackets and an umlaut', (target) => {
    const key = newKey(`a b (1)'s ü.txt`);
    return tryUpload(target, key, signV2(target, putRequest(target, key)));
  }),
  accepts('v2 header: an empty content type, as Fine Uploader sends parts', (target) => tryV2(target, { headers: { 'Content-Type': '' } })),
  accepts('v2 header: Date and x-amz-date, of which only x-amz-date counts', (target) =>
    tryV2(target, { headers: { Date: 'Thu, 01 Jan 2015 00:00:00 GMT' } }),
  ),
  accepts('v2 header: a signed subresource', async (target) => {
    const response = await send(
      target,
      signV2(target, { method: 'POST', path: `${objectPath(target.bucket, newKey())}?uploads`, headers: {} }),
    );
    return toResult(response);
  }),
  accepts('v2 header: a clock that is 14 minutes slow', (target) => tryV2(target, { date: inMinutes(-14) })),
  rejects('v2 header: a wrong secret', 403, WRONG, (target) =>
    tryV2(target, { credentials: { ...target.credentials, secretKey: 'x'.repeat(40) } }),
  ),
  rejects('v2 header: an unknown access key', 403, 'InvalidAccessKeyId', (target) =>
    tryV2(target, { credentials: { ...target.credentials, accessKey: 'AKIAUNKNOWN000000000' } }),
  ),
  rejects('v2 header: a key other than the signed one', 403, WRONG, (target) => {
    const key = newKey();
    return tryUpload(target, key, { ...signV2(target, putRequest(target, newKey())), path: objectPath(target.bucket, key) });
  }),
  rejects('v2 header: a method other than the signed one', 403, WRONG, async (target) => {
    const key = newKey();
    await putObject(target, key);
    const wire = signV2(target, { method: 'GET', path: objectPath(target.bucket, key), headers: {} });
    return toResult(await send(target, { ...wire, method: 'DELETE' }));
  }),
  rejects('v2 header: a content type changed after signing', 403, WRONG, (target) =>
    tryV2(target, { headers: { 'Content-Type': 'image/png' }, change: withHeaders({ 'Content-Type': 'text/html' }) }),
  ),
  rejects('v2 header: metadata changed after signing', 403, WRONG, (target) =>
    tryV2(target, { headers: { 'x-amz-meta-a': '1' }, change: withHeaders({ 'x-amz-meta-a': '2' }) }),
  ),
  rejects('v2 header: an x-amz header that is not signed', 403, WRONG, (target) =>
    tryV2(target, { change: withHeaders({ 'x-amz-meta-a': 'added' }) }),
  ),
  rejects('v2 header: a subresource that is not signed', 403, WRONG, async (target) => {
    const path = objectPath(target.bucket, newKey());
    return toResult(await send(target, { ...signV2(target, { method: 'POST', path, headers: {} }), path: `${path}?uploads` }));
  }),
  rejects('v2 header: the date changed after signing', 403, WRONG, (target) =>
    tryV2(target, { change: withHeaders({ 'x-amz-date': inMinutes(1).toUTCString() }) }),
  ),
  rejects('v2 header: a wrong Content-MD5', 400, 'BadDigest', (target) =>
    tryV2(target, { headers: { 'Content-MD5': contentMd5('another body') } }),
  ),
  rejects('v2 header: a clock that is 16 minutes slow', 403, 'RequestTimeTooSkewed', (target) => tryV2(target, { date: inMinutes(-16) })),
  rejects('v2 header: a clock that is 16 minutes fast', 403, 'RequestTimeTooSkewed', (target) => tryV2(target, { date: inMinutes(16) })),
  rejects('v2 header: no date', 403, 'AccessDenied', (target) => tryV2(target, { dateHeader: 'none' })),
  rejects('v2 header: no signature after the access key', 400, 'InvalidArgument', (target) =>
    tryV2(target, { change: withHeaders({ Authorization: `AWS ${target.credentials.accessKey}` }) }),
  ),

  accepts('v2 presigned: a valid PUT', (target) => tryPresigned(target)),
  accepts('v2 presigned: a signed content type and metadata', (target) =>
    tryPresigned(target, { headers: { 'Content-Type': 'image/png', 'x-amz-meta-a': 'b' } }),
  ),
  accepts(
    'v2 presigned: a valid GET',
    async (target) => {
      const key = newKey();
      await putObject(target, key);
      const response = await send(target, presignV2(target, { method: 'GET', path: objectPath(target.bucket, key), headers: {} }));
      return toResult(response, { body: response.body.equals(CONTENT) });
    },
    { details: { body: true } },
  ),
  rejects('v2 presigned: expired', 403, 'AccessDenied', (target) => tryPresigned(target, { expires: -5 })),
  rejects('v2 presigned: the expiry changed after signing', 403, WRONG, (target) =>
    tryPresigned(target, {
      change: (wire) => ({ ...wire, path: wire.path.replace(/Expires=(\d+)/, (_, time: string) => `Expires=${Number(time) + 60}`) }),
    }),
  ),
  rejects('v2 presigned: no expiry', 403, 'AccessDenied', (target) =>
    tryPresigned(target, { change: (wire) => ({ ...wire, path: wire.path.replace(/Expires=\d+&/, '') }) }),
  ),
  rejects('v2 presigned: a method other than the signed one', 403, WRONG, async (target) => {
    const key = newKey();
    await putObject(target, key);
    const { path } = presignV2(target, { method: 'GET', path: objectPath(target.bucket, key), headers: {} });
    return toResult(await send(target, { method: 'DELETE', path, headers: {} }));
  }),
  rejects('v2 presigned: a content type that is not signed', 403, WRONG, (target) =>
    tryPresigned(target, { change: withHeaders({ 'Content-Type': 'text/html' }) }),
  ),
  rejects('v2 presigned: a wrong secret', 403, WRONG, (target) =>
    tryPresigned(target, { credentials: { ...target.credentials, secretKey: 'x'.repeat(40) } }),
  ),
  rejects('v2 presigned: an unknown access key', 403, 'InvalidAccessKeyId', (target) =>
    tryPresigned(target, { credentials: { ...target.credentials, accessKey: 'AKIAUNKNOWN000000000' } }),
  ),
];
