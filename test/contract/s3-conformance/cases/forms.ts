import { CONTENT, policyUpload, withField, withFieldAfterFile, withoutField, type PolicyUpload } from '../policy.js';
import { accepts, rejects, type ConformanceCase } from '../conformance-case.js';
import { amzDate } from '../signatures.js';
import { toResult, readObject, compareStored, tryPolicy, tryUpload } from '../store.js';
import { newKey, type Target } from '../target.js';
import { send } from '../wire.js';

const SIGNATURE_FIELDS = ['x-amz-algorithm', 'x-amz-credential', 'x-amz-date'];

const upload = (more: Partial<PolicyUpload>) => (target: Target) => tryPolicy(target, { version: 4, ...more });

/** POST Object: form fields, without the conditions of the policy. */
export const forms: ConformanceCase[] = [
  ...SIGNATURE_FIELDS.flatMap((field) => [
    rejects(
      `form: no ${field}`,
      [400, 403],
      ['InvalidArgument', 'AccessDenied'],
      upload({ change: (parts) => withoutField(parts, field) }),
    ),
    rejects(
      `form: no ${field}, nor in the policy`,
      400,
      'InvalidArgument',
      upload({ unmentioned: [field], change: (parts) => withoutField(parts, field) }),
    ),
    rejects(`form: ${field} is not in the policy`, 403, 'AccessDenied', upload({ unmentioned: [field] })),
  ]),
  rejects(
    'form: another algorithm',
    [400, 403],
    ['InvalidArgument', 'AccessDenied', 'InvalidRequest'],
    upload({ change: (parts) => withField(parts, 'x-amz-algorithm', 'AWS4-HMAC-SHA1') }),
  ),
  rejects(
    'form: another algorithm that the policy allows',
    [400, 403],
    ['InvalidArgument', 'AccessDenied', 'InvalidRequest'],
    upload({
      unmentioned: ['x-amz-algorithm'],
      conditions: [{ 'x-amz-algorithm': 'AWS4-HMAC-SHA1' }],
      change: (parts) => withField(parts, 'x-amz-algorithm', 'AWS4-HMAC-SHA1'),
    }),
  ),
  rejects(
    'form: a date of another day than the credential that the policy allows',
    [400, 403],
    ['InvalidArgument', 'AccessDenied', 'InvalidRequest'],
    (target) => {
      const date = amzDate(new Date(Date.now() - 24 * 3_600_000));
      return tryPolicy(target, {
        version: 4,
        unmentioned: ['x-amz-date'],
        conditions: [{ 'x-amz-date': date }],
        change: (parts) => withField(parts, 'x-amz-date', date),
      });
    },
    { cephIsLaxer: 'RGW takes the day from the credential and ignores the date' },
  ),
  accepts(
    'form: a field after the file is ignored',
    upload({
      fields: { success_action_status: '200' },
      unmentioned: ['success_action_status'],
      change: (parts) => withFieldAfterFile(parts, 'success_action_status'),
    }),
    { status: 204 },
  ),
  rejects(
    'form: an invalid credential',
    [400, 403],
    ['InvalidArgument', 'AccessDenied', 'InvalidRequest'],
    upload({ change: (parts) => withField(parts, 'x-amz-credential', 'me') }),
  ),
  rejects(
    'form: a credential of another day than in the policy',
    [400, 403],
    ['InvalidArgument', 'AccessDenied', 'SignatureDoesNotMatch'],
    (target) => {
      const credential = `${target.credentials.accessKey}/20200101/${target.region}/s3/aws4_request`;
      return tryPolicy(target, { version: 4, change: (parts) => withField(parts, 'x-amz-credential', credential) });
    },
  ),
  rejects(
    'form: another region',
    [400, 403],
    ['InvalidArgument', 'AuthorizationQueryParametersError', 'InvalidRequest'],
    upload({ region: 'mars-north-1' }),
    {
      cephIsLaxer: 'RGW ignores the region of a credential scope',
    },
  ),
  rejects(
    'form: an unknown session token',
    [400, 403],
    ['InvalidToken', 'InvalidAccessKeyId', 'AccessDenied'],
    upload({ fields: { 'x-amz-security-token': 'bm90IGEgdG9rZW4=' } }),
  ),
  accepts(
    'form: the file as a text field without a file name',
    upload({ change: (parts) => parts.map((part) => (Array.isArray(part) ? part : ['file', CONTENT.toString('utf8')])) }),
    { status: 204 },
  ),
  accepts(
    'form: the content type of the file part is ignored',
    async (target) => {
      const { wire, key } = policyUpload(target, { version: 4, type: 'text/html' });
      const response = await send(target, wire);
      return toResult(response, { type: (await readObject(target, key, 'HEAD')).headers['content-type'] ?? null });
    },
    { status: 204, details: { type: 'binary/octet-stream' } },
  ),
  accepts(
    'form: success_action_redirect redirects with bucket, key and ETag',
    async (target) => {
      const { wire, key, bytes } = policyUpload(target, { version: 4, fields: { success_action_redirect: 'http://app.example/done' } });
      const response = await send(target, wire);
      const location = new URL(response.headers['location'] ?? '', 'http://nowhere.example');
      const { searchParams } = location;
      const details = {
        page: location.origin + location.pathname,
        bucket: searchParams.get('bucket') === target.bucket,
        key: searchParams.get('key') === key,
        etag: /^"[0-9a-f]{32}"$/.test(searchParams.get('etag') ?? ''),
      };
      return toResult(response, details, await compareStored(target, key, bytes));
    },
    { status: 303, details: { page: 'http://app.example/done', bucket: true, key: true, etag: true } },
  ),
  accepts(
    'form: the name of the bucket as a field',
    async (target) => {
      const { wire, key } = policyUpload(target, { version: 4, fields: { bucket: target.bucket } });
      return tryUpload(target, key, wire);
    },
    { status: 204 },
  ),
  rejects('form: another bucket in a field that the policy allows', [400, 403], ['InvalidArgument', 'AccessDenied'], async (target) => {
    const { wire, key } = policyUpload(target, { version: 4, fields: { bucket: target.otherBucket } });
    return tryUpload(target, key, wire);
  }),
  accepts('form: a key that starts with a slash', (target) => tryPolicy(target, { version: 4, key: `/${newKey()}` }), { status: 204 }),
];
