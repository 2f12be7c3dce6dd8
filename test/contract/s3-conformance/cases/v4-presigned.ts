import { accepts, rejects, type CaseResult, type ConformanceCase } from '../conformance-case.js';
import { presignV4, type SigningOptions } from '../signatures.js';
import { toResult, putObject, putRequest, tryUpload } from '../store.js';
import { newKey, objectPath, type Target } from '../target.js';
import { CONTENT } from '../policy.js';
import { send, type WireRequest } from '../wire.js';

const HOUR_S = 3600;

function tryPresigned(
  target: Target,
  options: SigningOptions & { headers?: Record<string, string>; change?: (wire: WireRequest) => WireRequest } = {},
): Promise<CaseResult> {
  const key = newKey();
  const wire = presignV4(target, putRequest(target, key, options.headers), options);
  return tryUpload(target, key, options.change ? options.change(wire) : wire);
}

function rewrittenPath(pattern: RegExp | string, replacement: string): (wire: WireRequest) => WireRequest {
  return (wire) => ({ ...wire, path: wire.path.replace(pattern, replacement) });
}

function secondsAgo(seconds: number): Date {
  return new Date(Date.now() - seconds * 1000);
}

const WRONG = 'SignatureDoesNotMatch';
const MALFORMED = 'AuthorizationQueryParametersError';

/** Signature version 4 in the query. */
export const v4Presigned: ConformanceCase[] = [
  accepts('v4 presigned: a valid PUT', (target) => tryPresigned(target)),
  accepts('v4 presigned: a PUT with a signed content type and metadata', (target) =>
    tryPresigned(target, { headers: { 'Content-Type': 'image/png', 'x-amz-meta-a': 'b' } }),
  ),
  accepts('v4 presigned: a content type that is not signed', (target) =>
    tryPresigned(target, { change: (wire) => ({ ...wire, headers: { 'Content-Type': 'image/png' } }) }),
  ),
  accepts('v4 presigned: used 50 minutes after signing, valid for an hour', (target) =>
    tryPresigned(target, { date: secondsAgo(50 * 60), expires: HOUR_S }),
  ),
  accepts('v4 presigned: valid for seven days', (target) => tryPresigned(target, { expires: 7 * 24 * HOUR_S })),
  accepts(
    'v4 presigned: a valid GET with another response content type',
    async (target) => {
      const key = newKey();
      await putObject(target, key);
      const path = `${objectPath(target.bucket, key)}?response-content-type=text%2Fcsv`;
      const response = await send(target, presignV4(target, { method: 'GET', path, headers: {} }));
      return toResult(response, { type: response.headers['content-type'] ?? null, body: response.body.equals(CONTENT) });
    },
    { details: { type: 'text/csv', body: true } },
  ),
  rejects('v4 presigned: expired', 403, 'AccessDenied', (target) => tryPresigned(target, { date: secondsAgo(10), expires: 5 })),
  rejects('v4 presigned: signed yesterday, valid for an hour', 403, 'AccessDenied', (target) =>
    tryPresigned(target, { date: secondsAgo(24 * HOUR_S), expires: HOUR_S }),
  ),
  rejects('v4 presigned: the expiry changed after signing', 403, WRONG, (target) =>
    tryPresigned(target, { change: rewrittenPath('X-Amz-Expires=300', 'X-Amz-Expires=3000') }),
  ),
  rejects('v4 presigned: valid for more than seven days', 400, MALFORMED, (target) =>
    tryPresigned(target, { expires: 7 * 24 * HOUR_S + 1 }),
  ),
  rejects('v4 presigned: an expiry that is not a number', 400, MALFORMED, (target) =>
    tryPresigned(target, { change: rewrittenPath('X-Amz-Expires=300', 'X-Amz-Expires=soon') }),
  ),
  rejects('v4 presigned: a negative expiry', 400, MALFORMED, (target) => tryPresigned(target, { expires: -1 })),
  rejects('v4 presigned: no expiry', 400, MALFORMED, (target) =>
    tryPresigned(target, { change: rewrittenPath(/X-Amz-Expires=300&?/, '') }),
  ),
  rejects('v4 presigned: a date an hour ahead', 403, 'AccessDenied', (target) => tryPresigned(target, { date: secondsAgo(-HOUR_S) }), {
    cephIsLaxer: 'RGW only looks at the end of the validity',
  }),
  rejects('v4 presigned: a key other than the signed one', 403, WRONG, (target) => {
    const key = newKey();
    const { path } = presignV4(target, putRequest(target, newKey()));
    return tryUpload(target, key, { ...putRequest(target, key), path: `${objectPath(target.bucket, key)}?${path.split('?')[1]}` });
  }),
  rejects('v4 presigned: a method other than the signed one', 403, WRONG, async (target) => {
    const key = newKey();
    await putObject(target, key);
    const { path } = presignV4(target, { method: 'GET', path: objectPath(target.bucket, key), headers: {} });
    return toResult(await send(target, { method: 'DELETE', path, headers: {} }));
  }),
  rejects('v4 presigned: an additional query parameter', 403, WRONG, (target) =>
    tryPresigned(target, { change: (wire) => ({ ...wire, path: `${wire.path}&x-id=PutObject` }) }),
  ),
  rejects('v4 presigned: signed metadata that is not sent', 403, WRONG, (target) =>
    tryPresigned(target, { headers: { 'x-amz-meta-a': 'b' }, change: (wire) => ({ ...wire, headers: {} }) }),
  ),
  rejects('v4 presigned: a changed content type', 403, WRONG, (target) =>
    tryPresigned(target, {
      headers: { 'Content-Type': 'image/png' },
      change: (wire) => ({ ...wire, headers: { 'Content-Type': 'text/html' } }),
    }),
  ),
  rejects(
    'v4 presigned: an acl that is not signed',
    403,
    'AccessDenied',
    (target) => tryPresigned(target, { change: (wire) => ({ ...wire, headers: { 'x-amz-acl': 'public-read' } }) }),
    { cephIsLaxer: 'RGW checks only the headers in SignedHeaders' },
  ),
  rejects('v4 presigned: a wrong secret', 403, WRONG, (target) =>
    tryPresigned(target, { credentials: { ...target.credentials, secretKey: 'x'.repeat(40) } }),
  ),
  rejects('v4 presigned: an unknown access key', 403, 'InvalidAccessKeyId', (target) =>
    tryPresigned(target, { credentials: { ...target.credentials, accessKey: 'AKIAUNKNOWN000000000' } }),
  ),
  rejects('v4 presigned: another region', 400, MALFORMED, (target) => tryPresigned(target, { region: 'mars-north-1' }), {
    cephIsLaxer: 'RGW ignores the region of a credential scope',
  }),
  rejects('v4 presigned: another algorithm', 400, MALFORMED, (target) =>
    tryPresigned(target, { change: rewrittenPath('AWS4-HMAC-SHA256', 'AWS4-HMAC-MD5') }),
  ),
  rejects('v4 presigned: no signature', 400, MALFORMED, (target) =>
    tryPresigned(target, { change: rewrittenPath(/&?X-Amz-Signature=[0-9a-f]+/, '') }),
  ),
  rejects('v4 presigned: an empty signature', [400, 403], [MALFORMED, WRONG], (target) =>
    tryPresigned(target, { change: rewrittenPath(/(X-Amz-Signature=)[0-9a-f]+/, '$1') }),
  ),
];
