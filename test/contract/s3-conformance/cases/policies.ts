import { filePart, formRequest, type FormPart } from '../form.js';
import { CONTENT, policyUpload, withField, withFieldAfterFile, withoutField, type PolicyUpload, type PolicyVersion } from '../policy.js';
import { accepts, rejects, type CaseResult, type ConformanceCase } from '../conformance-case.js';
import { toResult, elementText, compareStored, tryPolicy, tryUpload } from '../store.js';
import { newKey, type Target } from '../target.js';
import { send } from '../wire.js';

const VERSIONS: PolicyVersion[] = [4, 2];
const HOUR_MS = 3_600_000;
const NO_ETAG = 'RGW sends no ETag header in the response to a form';

/** Creates cases for both signature versions. */
export function forBothVersions(build: (version: PolicyVersion, group: string) => ConformanceCase[]): ConformanceCase[] {
  return VERSIONS.flatMap((version) => build(version, `policy v${version}`));
}

function signatureField(version: PolicyVersion): string {
  return version === 2 ? 'signature' : 'x-amz-signature';
}

/** Writes JSON in ASCII. */
function asciiJson(policy: object): string {
  return JSON.stringify(policy).replace(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** Capitalizes the field names, as in X-Amz-Signature. */
function capitalized(parts: FormPart[]): FormPart[] {
  return parts.map((part) => (Array.isArray(part) ? [part[0].replace(/\b[a-z]/g, (letter) => letter.toUpperCase()), part[1]] : part));
}

/** Replaces the file part. */
function withFile(file: FormPart | undefined): (parts: FormPart[]) => FormPart[] {
  return (parts) => [...parts.filter((part) => Array.isArray(part)), ...(file ? [file] : [])];
}

/** Sends an upload with success_action_status. */
async function tryWithStatus(target: Target, version: PolicyVersion, status: string | undefined): Promise<CaseResult> {
  const { wire, key, bytes } = policyUpload(target, { version, fields: status === undefined ? {} : { success_action_status: status } });
  const response = await send(target, wire);
  const text = response.body.toString('utf8');
  const details = {
    etag: response.headers['etag'] !== undefined,
    keyInBody: elementText(text, 'Key') === key,
    bucketInBody: elementText(text, 'Bucket') === target.bucket,
    etagInBody: elementText(text, 'ETag') !== undefined,
    empty: text === '',
  };
  return toResult(response, details, await compareStored(target, key, bytes));
}

/** POST policies: signature, document, form and response. */
export const policies: ConformanceCase[] = forBothVersions((version, group) => {
  const upload = (more: Partial<PolicyUpload>) => (target: Target) => tryPolicy(target, { version, ...more });
  const EMPTY = { etag: true, keyInBody: false, bucketInBody: false, etagInBody: false, empty: true };
  return [
    accepts(`${group}: a valid form`, upload({}), { status: 204 }),
    accepts(
      `${group}: a form of Fine Uploader`,
      upload({
        type: 'image/png',
        fields: {
          acl: 'private',
          'Content-Type': 'image/png',
          success_action_status: '200',
          'x-amz-storage-class': 'REDUCED_REDUNDANCY',
          'x-amz-meta-qqfilename': 'my%20photo.png',
        },
        conditions: [['content-length-range', '1', '9007199254740992']],
      }),
    ),
    accepts(`${group}: JSON with \\/, as PHP writes it`, upload({ write: (policy) => JSON.stringify(policy).replaceAll('/', '\\/') }), {
      status: 204,
    }),
    accepts(`${group}: JSON with spaces and line breaks`, upload({ write: (policy) => JSON.stringify(policy, null, 2) }), { status: 204 }),
    accepts(`${group}: a non-ASCII key in UTF-8`, (target) => tryPolicy(target, { version, key: newKey('Grüße 写真 📷.txt') }), {
      status: 204,
    }),
    accepts(
      `${group}: a non-ASCII key escaped with \\u, as PHP and Python write it`,
      (target) => tryPolicy(target, { version, key: newKey('Grüße 写真.txt'), write: asciiJson }),
      { status: 204 },
    ),
    accepts(
      `${group}: a key with an emoji, escaped with two \\u`,
      (target) => tryPolicy(target, { version, key: newKey('📷.txt'), write: asciiJson }),
      { status: 204, cephIsStricter: 'the JSON parser of RGW does not combine surrogates' },
    ),
    accepts(`${group}: field names with capitals, as in S3’s documentation`, upload({ fields: { acl: 'private' }, change: capitalized }), {
      status: 204,
    }),
    accepts(
      `${group}: a trailing slash after the bucket`,
      async (target) => {
        const { wire, key } = policyUpload(target, { version });
        return tryUpload(target, key, { ...wire, path: `${wire.path}/` });
      },
      { status: 204 },
    ),
    accepts(`${group}: an empty file`, upload({ bytes: Buffer.alloc(0) }), { status: 204 }),
    accepts(`${group}: a file that contains a form boundary`, upload({ bytes: Buffer.from('\r\n------FormBoundary\r\n--\r\n\r\n') }), {
      status: 204,
    }),
    accepts(
      `${group}: an expiration in whole seconds`,
      upload({ expiration: new Date(Date.now() + HOUR_MS).toISOString().replace(/\.\d+/, '') }),
      { status: 204 },
    ),
    accepts(`${group}: signed three hours ago, not expired yet`, upload({ date: new Date(Date.now() - 3 * HOUR_MS) }), { status: 204 }),
    accepts(`${group}: success_action_status 200`, (target) => tryWithStatus(target, version, '200'), {
      status: 200,
      details: EMPTY,
      cephDiffers: NO_ETAG,
    }),
    accepts(`${group}: success_action_status 201 returns a document`, (target) => tryWithStatus(target, version, '201'), {
      status: 201,
      details: { etag: true, keyInBody: true, bucketInBody: true, etagInBody: true, empty: false },
      cephDiffers: NO_ETAG,
    }),
    accepts(`${group}: success_action_status 204`, (target) => tryWithStatus(target, version, '204'), {
      status: 204,
      details: EMPTY,
      cephDiffers: NO_ETAG,
    }),
    accepts(`${group}: status 204 without success_action_status`, (target) => tryWithStatus(target, version, undefined), {
      status: 204,
      details: EMPTY,
      cephDiffers: NO_ETAG,
    }),
    accepts(`${group}: status 204 for an unsupported success_action_status`, (target) => tryWithStatus(target, version, '418'), {
      status: 204,
      details: EMPTY,
      cephDiffers: NO_ETAG,
    }),

    rejects(`${group}: a wrong secret`, 403, 'SignatureDoesNotMatch', (target) =>
      tryPolicy(target, { version, credentials: { ...target.credentials, secretKey: 'x'.repeat(40) } }),
    ),
    rejects(`${group}: an unknown access key`, 403, 'InvalidAccessKeyId', (target) =>
      tryPolicy(target, { version, credentials: { ...target.credentials, accessKey: 'AKIAUNKNOWN000000000' } }),
    ),
    rejects(
      `${group}: no signature field`,
      [400, 403],
      ['InvalidArgument', 'AccessDenied'],
      upload({ change: (parts) => withoutField(parts, signatureField(version)) }),
    ),
    rejects(
      `${group}: an empty signature`,
      [400, 403],
      ['SignatureDoesNotMatch', 'InvalidArgument'],
      upload({ change: (parts) => withField(parts, signatureField(version), '') }),
    ),
    rejects(`${group}: another policy than the signed one`, 403, 'SignatureDoesNotMatch', (target) => {
      const other = policyUpload(target, { version, conditions: [['starts-with', '$x-amz-meta-a', '']] });
      const policy = /name="policy"\r\n\r\n([^\r]+)/.exec(other.wire.body?.toString('latin1') ?? '')?.[1] ?? '';
      return tryPolicy(target, { version, change: (parts) => withField(parts, 'policy', policy) });
    }),
    rejects(
      `${group}: no policy`,
      [400, 403],
      ['InvalidArgument', 'AccessDenied'],
      upload({ change: (parts) => withoutField(parts, 'policy') }),
    ),
    rejects(`${group}: no policy and no signature`, 403, 'AccessDenied', (target) => {
      const key = newKey();
      return tryUpload(target, key, formRequest(target.bucket, [['key', key], filePart(CONTENT)]));
    }),
    rejects(
      `${group}: a policy that is not base64`,
      [400, 403],
      ['InvalidPolicyDocument', 'SignatureDoesNotMatch'],
      upload({ change: (parts) => withField(parts, 'policy', '!?*') }),
    ),
    rejects(`${group}: a policy that is not JSON`, 400, 'InvalidPolicyDocument', upload({ write: () => '{"expiration": ' })),
    rejects(`${group}: a policy that is a list`, 400, 'InvalidPolicyDocument', upload({ write: () => '[]' })),
    rejects(
      `${group}: a policy without conditions`,
      400,
      'InvalidPolicyDocument',
      upload({ write: () => JSON.stringify({ expiration: new Date(Date.now() + HOUR_MS) }) }),
    ),
    rejects(
      `${group}: a condition of an unknown kind`,
      [400, 403],
      ['InvalidPolicyDocument', 'AccessDenied'],
      upload({ conditions: [['ends-with', '$key', '.txt']] }),
    ),
    rejects(`${group}: expired`, 403, 'AccessDenied', upload({ expiration: new Date(Date.now() - 1000) })),
    rejects(`${group}: no expiration`, 400, 'InvalidPolicyDocument', upload({ expiration: null })),
    rejects(`${group}: an invalid expiration`, 400, 'InvalidPolicyDocument', upload({ expiration: 'soon' })),
    rejects(`${group}: no file`, 400, 'InvalidArgument', upload({ change: withFile(undefined) }), {
      cephIsLaxer: 'RGW stores an empty object',
    }),
    rejects(`${group}: no key field`, 400, 'InvalidArgument', upload({ change: (parts) => withoutField(parts, 'key') })),
    rejects(`${group}: an empty key`, 400, ['InvalidArgument', 'UserKeyMustBeSpecified'], async (target) =>
      toResult(await send(target, policyUpload(target, { version, key: '' }).wire)),
    ),
    rejects(`${group}: the key after the file`, 400, 'InvalidArgument', upload({ change: (parts) => withFieldAfterFile(parts, 'key') })),
    rejects(
      `${group}: the signature after the file`,
      [400, 403],
      ['InvalidArgument', 'AccessDenied'],
      upload({ change: (parts) => withFieldAfterFile(parts, signatureField(version)) }),
    ),
    rejects(
      `${group}: the policy after the file`,
      [400, 403],
      ['InvalidArgument', 'AccessDenied'],
      upload({ change: (parts) => withFieldAfterFile(parts, 'policy') }),
    ),
    rejects(
      `${group}: a required field after the file`,
      403,
      'AccessDenied',
      upload({ fields: { success_action_status: '200' }, change: (parts) => withFieldAfterFile(parts, 'success_action_status') }),
    ),
    rejects(`${group}: a missing bucket`, 404, 'NoSuchBucket', async (target) => {
      const { wire } = policyUpload(target, { version });
      return toResult(await send(target, { ...wire, path: '/no-such-bucket-anywhere' }));
    }),
  ];
});
