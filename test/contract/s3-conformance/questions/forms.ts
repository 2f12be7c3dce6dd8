import { CONTENT, policyUpload, withField, withFieldAfterFile, withoutField, type PolicyUpload } from '../policy.js';
import { accepts, refuses, type Question } from '../question.js';
import { amzDate } from '../signatures.js';
import { answered, read, stored, tryPolicy, tryUpload } from '../store.js';
import { newKey, type Target } from '../target.js';
import { send } from '../wire.js';

const SIGNATURE_FIELDS = ['x-amz-algorithm', 'x-amz-credential', 'x-amz-date'];

const upload = (more: Partial<PolicyUpload>) => (target: Target) => tryPolicy(target, { version: 4, ...more });

/** What S3 makes of the fields of a form, apart from the policy. */
export const forms: Question[] = [
  ...SIGNATURE_FIELDS.flatMap((field) => [
    refuses(
      `form: no ${field}`,
      [400, 403],
      ['InvalidArgument', 'AccessDenied'],
      upload({ change: (parts) => withoutField(parts, field) }),
    ),
    refuses(
      `form: no ${field}, in the policy neither`,
      400,
      'InvalidArgument',
      upload({ unmentioned: [field], change: (parts) => withoutField(parts, field) }),
    ),
    refuses(`form: ${field} is not in the policy`, 403, 'AccessDenied', upload({ unmentioned: [field] })),
  ]),
  refuses(
    'form: another algorithm',
    [400, 403],
    ['InvalidArgument', 'AccessDenied', 'InvalidRequest'],
    upload({ change: (parts) => withField(parts, 'x-amz-algorithm', 'AWS4-HMAC-SHA1') }),
  ),
  refuses(
    'form: another algorithm, which the policy names',
    [400, 403],
    ['InvalidArgument', 'AccessDenied', 'InvalidRequest'],
    upload({
      unmentioned: ['x-amz-algorithm'],
      conditions: [{ 'x-amz-algorithm': 'AWS4-HMAC-SHA1' }],
      change: (parts) => withField(parts, 'x-amz-algorithm', 'AWS4-HMAC-SHA1'),
    }),
  ),
  refuses(
    'form: a date of another day than the credential, as the policy names it',
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
    { cephIsLaxer: 'RGW takes the day from the credential and does not look at the date' },
  ),
  accepts(
    'form: a field behind the file, which is ignored',
    upload({
      fields: { success_action_status: '200' },
      unmentioned: ['success_action_status'],
      change: (parts) => withFieldAfterFile(parts, 'success_action_status'),
    }),
    { status: 204 },
  ),
  refuses(
    'form: a credential that is none',
    [400, 403],
    ['InvalidArgument', 'AccessDenied', 'InvalidRequest'],
    upload({ change: (parts) => withField(parts, 'x-amz-credential', 'me') }),
  ),
  refuses(
    'form: a credential of another day than the policy names',
    [400, 403],
    ['InvalidArgument', 'AccessDenied', 'SignatureDoesNotMatch'],
    (target) => {
      const credential = `${target.credentials.accessKey}/20200101/${target.region}/s3/aws4_request`;
      return tryPolicy(target, { version: 4, change: (parts) => withField(parts, 'x-amz-credential', credential) });
    },
  ),
  refuses(
    'form: another region',
    [400, 403],
    ['InvalidArgument', 'AuthorizationQueryParametersError', 'InvalidRequest'],
    upload({ region: 'mars-north-1' }),
    {
      cephIsLaxer: 'RGW does not compare the region of a credential scope with anything',
    },
  ),
  refuses(
    'form: a session token that nobody issued',
    [400, 403],
    ['InvalidToken', 'InvalidAccessKeyId', 'AccessDenied'],
    upload({ fields: { 'x-amz-security-token': 'bm90IGEgdG9rZW4=' } }),
  ),
  accepts(
    'form: the file as a text field, without a name of its own',
    upload({ change: (parts) => parts.map((part) => (Array.isArray(part) ? part : ['file', CONTENT.toString('utf8')])) }),
    { status: 204 },
  ),
  accepts(
    'form: the content type of the file part is not that of the object',
    async (target) => {
      const { wire, key } = policyUpload(target, { version: 4, type: 'text/html' });
      const answer = await send(target, wire);
      return answered(answer, { type: (await read(target, key, 'HEAD')).headers['content-type'] ?? null });
    },
    { status: 204, facts: { type: 'binary/octet-stream' } },
  ),
  accepts(
    'form: success_action_redirect leads there, with bucket, key and ETag',
    async (target) => {
      const { wire, key, bytes } = policyUpload(target, { version: 4, fields: { success_action_redirect: 'http://app.example/done' } });
      const answer = await send(target, wire);
      const location = new URL(answer.headers['location'] ?? '', 'http://nowhere.example');
      const { searchParams } = location;
      const facts = {
        page: location.origin + location.pathname,
        bucket: searchParams.get('bucket') === target.bucket,
        key: searchParams.get('key') === key,
        etag: /^"[0-9a-f]{32}"$/.test(searchParams.get('etag') ?? ''),
      };
      return answered(answer, facts, await stored(target, key, bytes));
    },
    { status: 303, facts: { page: 'http://app.example/done', bucket: true, key: true, etag: true } },
  ),
  accepts(
    'form: the name of the bucket as a field',
    async (target) => {
      const { wire, key } = policyUpload(target, { version: 4, fields: { bucket: target.bucket } });
      return tryUpload(target, key, wire);
    },
    { status: 204 },
  ),
  refuses(
    'form: a field that names another bucket, which the policy allows',
    [400, 403],
    ['InvalidArgument', 'AccessDenied'],
    async (target) => {
      const { wire, key } = policyUpload(target, { version: 4, fields: { bucket: target.otherBucket } });
      return tryUpload(target, key, wire);
    },
  ),
  accepts('form: a key that begins with a slash', (target) => tryPolicy(target, { version: 4, key: `/${newKey()}` }), { status: 204 }),
];
