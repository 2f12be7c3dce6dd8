import { filePart, formRequest } from '../form.js';
import { CONTENT, policyUpload } from '../policy.js';
import { rejects, type CaseResult, type ConformanceCase } from '../conformance-case.js';
import { signV4 } from '../signatures.js';
import { toResult, putRequest, compareStored, tryPolicy, tryUpload } from '../store.js';
import { newKey, objectPath, type Target } from '../target.js';
import { send, type WireRequest } from '../wire.js';

const TRUNCATED = 'RGW treats the end of the request as the end of the file';
const MALFORMED_FORM = ['MalformedPOSTRequest', 'IncompleteBody', 'InvalidArgument', 'RequestTimeout'];

/** Sends a form of a kilobyte with a changed body or content type. */
async function tryForm(target: Target, change: (wire: WireRequest) => WireRequest): Promise<CaseResult> {
  const { wire, key, bytes } = policyUpload(target, { version: 4, bytes: Buffer.alloc(1000, 'x') });
  return tryUpload(target, key, change(wire), bytes);
}

function withType(type: string): (wire: WireRequest) => WireRequest {
  return (wire) => ({ ...wire, headers: { ...wire.headers, 'Content-Type': type } });
}

/** Malformed requests. */
export const malformed: ConformanceCase[] = [
  rejects('malformed: JSON instead of a form', [400, 403, 412], ['PreconditionFailed', 'MalformedPOSTRequest', 'AccessDenied'], (target) =>
    tryForm(target, (wire) => ({ ...withType('application/json')(wire), body: '{}' })),
  ),
  rejects('malformed: a URL-encoded form', [400, 403, 412], ['PreconditionFailed', 'MalformedPOSTRequest', 'AccessDenied'], (target) =>
    tryForm(target, (wire) => ({ ...withType('application/x-www-form-urlencoded')(wire), body: 'key=a&file=b' })),
  ),
  rejects('malformed: a form without a boundary', 400, MALFORMED_FORM, (target) => tryForm(target, withType('multipart/form-data'))),
  rejects('malformed: a form with another boundary', 400, MALFORMED_FORM, (target) =>
    tryForm(target, withType('multipart/form-data; boundary=another')),
  ),
  rejects('malformed: an empty form', 400, MALFORMED_FORM, (target) => tryForm(target, (wire) => ({ ...wire, body: '' }))),
  rejects('malformed: a form of random bytes', 400, MALFORMED_FORM, (target) =>
    tryForm(target, (wire) => ({ ...wire, body: Buffer.from('\0\xff\x01--\r\n'.repeat(50), 'latin1') })),
  ),
  rejects(
    'malformed: a form that ends in the middle of the file',
    400,
    MALFORMED_FORM,
    (target) => tryForm(target, (wire) => ({ ...wire, body: Buffer.from(wire.body ?? '').subarray(0, -500) })),
    { cephIsLaxer: TRUNCATED },
  ),
  rejects('malformed: a form without its closing boundary', 400, MALFORMED_FORM, (target) =>
    tryForm(target, (wire) => ({ ...wire, body: Buffer.from(wire.body ?? '').subarray(0, -'--\r\n'.length) })),
  ),
  rejects(
    'malformed: a form with ten fields of 3 KB before the file',
    400,
    'MaxPostPreDataLengthExceededError',
    (target) => {
      const fields = Object.fromEntries(Array.from({ length: 10 }, (_, index) => [`x-ignore-${index}`, 'x'.repeat(3000)]));
      return tryPolicy(target, { version: 4, fields, unmentioned: Object.keys(fields) });
    },
    { cephIsLaxer: 'RGW has no such limit' },
  ),
  rejects(
    'malformed: a form with 30 KB before the file',
    400,
    'MaxPostPreDataLengthExceededError',
    (target) => tryPolicy(target, { version: 4, fields: { 'x-ignore-me': 'x'.repeat(30_000) }, unmentioned: ['x-ignore-me'] }),
    { cephIsLaxer: 'RGW has no such limit' },
  ),
  rejects(
    'malformed: a form to an object instead of a bucket',
    [400, 403, 405],
    ['MethodNotAllowed', 'InvalidRequest', 'AccessDenied'],
    async (target) => {
      const key = newKey();
      return toResult(
        await send(target, { ...formRequest(target.bucket, [['key', key], filePart(CONTENT)]), path: objectPath(target.bucket, key) }),
      );
    },
  ),
  rejects('malformed: a form with a field named __proto__', 403, 'AccessDenied', (target) =>
    tryPolicy(target, { version: 4, change: (parts) => [['__proto__', 'x'], ...parts] }),
  ),
  rejects(
    'malformed: a form with a repeated field, once with a value that the policy forbids',
    [400, 403],
    ['AccessDenied', 'InvalidArgument', 'MalformedPOSTRequest'],
    (target) => tryPolicy(target, { version: 4, fields: { acl: 'private' }, change: (parts) => [['acl', 'public-read'], ...parts] }),
    { cephIsLaxer: 'RGW uses the last field only; S3 joins the values with a comma' },
  ),
  rejects(
    'malformed: a path with an invalid percent-encoding',
    400,
    ['InvalidURI', 'BadRequest'],
    async (target) => toResult(await send(target, { method: 'GET', path: `/${target.bucket}/%zz`, headers: {} })),
    { cephIsLaxer: 'RGW ignores the path and returns an empty list of buckets' },
  ),
  rejects('malformed: a path with invalid UTF-8', [400, 403], ['InvalidURI', 'BadRequest', 'SignatureDoesNotMatch'], async (target) => {
    const key = newKey();
    return toResult(await send(target, { ...signV4(target, putRequest(target, key)), path: `/${target.bucket}/%ff%fe` }));
  }),
  rejects('malformed: an unknown method', 405, 'MethodNotAllowed', async (target) => {
    const request = { method: 'PATCH', path: objectPath(target.bucket, newKey()), headers: {}, body: CONTENT };
    return toResult(await send(target, signV4(target, request)));
  }),
  rejects('malformed: a PUT with chunked transfer encoding and no length', 411, 'MissingContentLength', async (target) => {
    const key = newKey();
    const signed = signV4(target, putRequest(target, key, { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' }), {
      unsigned: ['content-length'],
    });
    const { 'Content-Length': _length, ...headers } = signed.headers;
    const response = await send(target, { ...signed, headers: { ...headers, 'Transfer-Encoding': 'chunked' } });
    return toResult(response, undefined, await compareStored(target, key, CONTENT));
  }),
];
