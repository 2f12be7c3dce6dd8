import { filePart, formRequest } from '../form.js';
import { CONTENT, policyUpload } from '../policy.js';
import { refuses, type Answer, type Question } from '../question.js';
import { signV4 } from '../signatures.js';
import { answered, putRequest, stored, tryPolicy, tryUpload } from '../store.js';
import { newKey, objectPath, type Target } from '../target.js';
import { send, type WireRequest } from '../wire.js';

const TRUNCATED = 'RGW takes the end of the request for the end of the file';
const MALFORMED_FORM = ['MalformedPOSTRequest', 'IncompleteBody', 'InvalidArgument', 'RequestTimeout'];

/** A good form of a kilobyte, of which the body or type is changed. */
async function tryForm(target: Target, change: (wire: WireRequest) => WireRequest): Promise<Answer> {
  const { wire, key, bytes } = policyUpload(target, { version: 4, bytes: Buffer.alloc(1000, 'x') });
  return tryUpload(target, key, change(wire), bytes);
}

function withType(type: string): (wire: WireRequest) => WireRequest {
  return (wire) => ({ ...wire, headers: { ...wire.headers, 'Content-Type': type } });
}

/** Requests that are not what they should be. Each has to be answered, and the next one too. */
export const malformed: Question[] = [
  refuses('malformed: a form that is JSON', [400, 403, 412], ['PreconditionFailed', 'MalformedPOSTRequest', 'AccessDenied'], (target) =>
    tryForm(target, (wire) => ({ ...withType('application/json')(wire), body: '{}' })),
  ),
  refuses(
    'malformed: a form that is URL-encoded',
    [400, 403, 412],
    ['PreconditionFailed', 'MalformedPOSTRequest', 'AccessDenied'],
    (target) => tryForm(target, (wire) => ({ ...withType('application/x-www-form-urlencoded')(wire), body: 'key=a&file=b' })),
  ),
  refuses('malformed: a form without a boundary', 400, MALFORMED_FORM, (target) => tryForm(target, withType('multipart/form-data'))),
  refuses('malformed: a form with another boundary', 400, MALFORMED_FORM, (target) =>
    tryForm(target, withType('multipart/form-data; boundary=another')),
  ),
  refuses('malformed: a form that is empty', 400, MALFORMED_FORM, (target) => tryForm(target, (wire) => ({ ...wire, body: '' }))),
  refuses('malformed: a form of random bytes', 400, MALFORMED_FORM, (target) =>
    tryForm(target, (wire) => ({ ...wire, body: Buffer.from('\0\xff\x01--\r\n'.repeat(50), 'latin1') })),
  ),
  refuses(
    'malformed: a form that ends in the middle of the file',
    400,
    MALFORMED_FORM,
    (target) => tryForm(target, (wire) => ({ ...wire, body: Buffer.from(wire.body ?? '').subarray(0, -500) })),
    { cephIsLaxer: TRUNCATED },
  ),
  refuses('malformed: a form without its closing boundary', 400, MALFORMED_FORM, (target) =>
    tryForm(target, (wire) => ({ ...wire, body: Buffer.from(wire.body ?? '').subarray(0, -'--\r\n'.length) })),
  ),
  refuses(
    'malformed: a form with ten fields of 3 KB in front of the file',
    400,
    'MaxPostPreDataLengthExceededError',
    (target) => {
      const fields = Object.fromEntries(Array.from({ length: 10 }, (_, index) => [`x-ignore-${index}`, 'x'.repeat(3000)]));
      return tryPolicy(target, { version: 4, fields, unmentioned: Object.keys(fields) });
    },
    { cephIsLaxer: 'RGW has no such limit' },
  ),
  refuses(
    'malformed: a form with 30 KB in front of the file',
    400,
    'MaxPostPreDataLengthExceededError',
    (target) => tryPolicy(target, { version: 4, fields: { 'x-ignore-me': 'x'.repeat(30_000) }, unmentioned: ['x-ignore-me'] }),
    { cephIsLaxer: 'RGW has no such limit' },
  ),
  refuses(
    'malformed: a form to an object instead of a bucket',
    [400, 403, 405],
    ['MethodNotAllowed', 'InvalidRequest', 'AccessDenied'],
    async (target) => {
      const key = newKey();
      return answered(
        await send(target, { ...formRequest(target.bucket, [['key', key], filePart(CONTENT)]), path: objectPath(target.bucket, key) }),
      );
    },
  ),
  refuses('malformed: a form with a field named __proto__', 403, 'AccessDenied', (target) =>
    tryPolicy(target, { version: 4, change: (parts) => [['__proto__', 'x'], ...parts] }),
  ),
  refuses(
    'malformed: a form with a field twice, one not as the policy demands',
    [400, 403],
    ['AccessDenied', 'InvalidArgument', 'MalformedPOSTRequest'],
    (target) => tryPolicy(target, { version: 4, fields: { acl: 'private' }, change: (parts) => [['acl', 'public-read'], ...parts] }),
    { cephIsLaxer: 'RGW looks at the last one only; S3 puts them together with a comma' },
  ),
  refuses(
    'malformed: a path with an encoding that is none',
    400,
    ['InvalidURI', 'BadRequest'],
    async (target) => answered(await send(target, { method: 'GET', path: `/${target.bucket}/%zz`, headers: {} })),
    { cephIsLaxer: 'RGW takes it for a request for nothing in particular, and answers with an empty list of buckets' },
  ),
  refuses('malformed: a path that is not UTF-8', [400, 403], ['InvalidURI', 'BadRequest', 'SignatureDoesNotMatch'], async (target) => {
    const key = newKey();
    return answered(await send(target, { ...signV4(target, putRequest(target, key)), path: `/${target.bucket}/%ff%fe` }));
  }),
  refuses('malformed: a method that S3 does not know', 405, 'MethodNotAllowed', async (target) => {
    const request = { method: 'PATCH', path: objectPath(target.bucket, newKey()), headers: {}, body: CONTENT };
    return answered(await send(target, signV4(target, request)));
  }),
  refuses('malformed: a PUT in chunks, of unknown length', 411, 'MissingContentLength', async (target) => {
    const key = newKey();
    const signed = signV4(target, putRequest(target, key, { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' }), {
      unsigned: ['content-length'],
    });
    const { 'Content-Length': _length, ...headers } = signed.headers;
    const answer = await send(target, { ...signed, headers: { ...headers, 'Transfer-Encoding': 'chunked' } });
    return answered(answer, undefined, await stored(target, key, CONTENT));
  }),
];
