import { filePart, formRequest, type FormPart } from '../form.js';
import { CONTENT, policyUpload, withField, withFieldAfterFile, withoutField, type PolicyUpload, type PolicyVersion } from '../policy.js';
import { accepts, refuses, type Answer, type Question } from '../question.js';
import { answered, elementText, stored, tryPolicy, tryUpload } from '../store.js';
import { newKey, type Target } from '../target.js';
import { send } from '../wire.js';

const VERSIONS: PolicyVersion[] = [4, 2];
const HOUR_MS = 3_600_000;
const NO_ETAG = 'RGW answers a form without an ETag header';

/** The same question for both versions of signatures. */
export function forBothVersions(build: (version: PolicyVersion, group: string) => Question[]): Question[] {
  return VERSIONS.flatMap((version) => build(version, `policy v${version}`));
}

function signatureField(version: PolicyVersion): string {
  return version === 2 ? 'signature' : 'x-amz-signature';
}

/** JSON with nothing but ASCII in it. */
function asciiJson(policy: object): string {
  return JSON.stringify(policy).replace(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** Every field name with capitals, as in X-Amz-Signature. */
function capitalised(parts: FormPart[]): FormPart[] {
  return parts.map((part) => (Array.isArray(part) ? [part[0].replace(/\b[a-z]/g, (letter) => letter.toUpperCase()), part[1]] : part));
}

/** Replaces the file part. */
function withFile(file: FormPart | undefined): (parts: FormPart[]) => FormPart[] {
  return (parts) => [...parts.filter((part) => Array.isArray(part)), ...(file ? [file] : [])];
}

/** An upload whose form says with which status it wants to be answered. */
async function tryWithStatus(target: Target, version: PolicyVersion, status: string | undefined): Promise<Answer> {
  const { wire, key, bytes } = policyUpload(target, { version, fields: status === undefined ? {} : { success_action_status: status } });
  const answer = await send(target, wire);
  const text = answer.body.toString('utf8');
  const facts = {
    etag: answer.headers['etag'] !== undefined,
    keyInBody: elementText(text, 'Key') === key,
    bucketInBody: elementText(text, 'Bucket') === target.bucket,
    etagInBody: elementText(text, 'ETag') !== undefined,
    empty: text === '',
  };
  return answered(answer, facts, await stored(target, key, bytes));
}

/** Uploads by form and POST policy: the signature, the document, the form and its answers. */
export const policies: Question[] = forBothVersions((version, group) => {
  const upload = (more: Partial<PolicyUpload>) => (target: Target) => tryPolicy(target, { version, ...more });
  const EMPTY = { etag: true, keyInBody: false, bucketInBody: false, etagInBody: false, empty: true };
  return [
    accepts(`${group}: a good form`, upload({}), { status: 204 }),
    accepts(
      `${group}: as Fine Uploader sends it`,
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
    accepts(
      `${group}: as a PHP server encodes it, with \\/`,
      upload({ write: (policy) => JSON.stringify(policy).replaceAll('/', '\\/') }),
      { status: 204 },
    ),
    accepts(
      `${group}: as another server encodes it, with blanks and line breaks`,
      upload({ write: (policy) => JSON.stringify(policy, null, 2) }),
      { status: 204 },
    ),
    accepts(`${group}: a key beyond ASCII, in UTF-8`, (target) => tryPolicy(target, { version, key: newKey('Grüße 写真 📷.txt') }), {
      status: 204,
    }),
    accepts(
      `${group}: a key beyond ASCII, escaped with \\u as PHP and Python do`,
      (target) => tryPolicy(target, { version, key: newKey('Grüße 写真.txt'), write: asciiJson }),
      { status: 204 },
    ),
    accepts(
      `${group}: a key with an emoji, escaped with two \\u`,
      (target) => tryPolicy(target, { version, key: newKey('📷.txt'), write: asciiJson }),
      { status: 204, cephIsStricter: 'the JSON parser of RGW does not put surrogates together' },
    ),
    accepts(
      `${group}: field names in capitals, as S3's documentation writes some`,
      upload({ fields: { acl: 'private' }, change: capitalised }),
      {
        status: 204,
      },
    ),
    accepts(
      `${group}: to the bucket with a slash behind it`,
      async (target) => {
        const { wire, key } = policyUpload(target, { version });
        return tryUpload(target, key, { ...wire, path: `${wire.path}/` });
      },
      { status: 204 },
    ),
    accepts(`${group}: an empty file`, upload({ bytes: Buffer.alloc(0) }), { status: 204 }),
    accepts(`${group}: a file that looks like the end of a part`, upload({ bytes: Buffer.from('\r\n------FormBoundary\r\n--\r\n\r\n') }), {
      status: 204,
    }),
    accepts(
      `${group}: an expiration in whole seconds`,
      upload({ expiration: new Date(Date.now() + HOUR_MS).toISOString().replace(/\.\d+/, '') }),
      { status: 204 },
    ),
    accepts(`${group}: signed three hours ago, not expired yet`, upload({ date: new Date(Date.now() - 3 * HOUR_MS) }), { status: 204 }),
    accepts(`${group}: answered with 200 when asked for`, (target) => tryWithStatus(target, version, '200'), {
      status: 200,
      facts: EMPTY,
      cephDiffers: NO_ETAG,
    }),
    accepts(`${group}: answered with 201 and a document when asked for`, (target) => tryWithStatus(target, version, '201'), {
      status: 201,
      facts: { etag: true, keyInBody: true, bucketInBody: true, etagInBody: true, empty: false },
      cephDiffers: NO_ETAG,
    }),
    accepts(`${group}: answered with 204 when asked for`, (target) => tryWithStatus(target, version, '204'), {
      status: 204,
      facts: EMPTY,
      cephDiffers: NO_ETAG,
    }),
    accepts(`${group}: answered with 204 when nothing is asked for`, (target) => tryWithStatus(target, version, undefined), {
      status: 204,
      facts: EMPTY,
      cephDiffers: NO_ETAG,
    }),
    accepts(
      `${group}: answered with 204 when asked for a status that S3 does not offer`,
      (target) => tryWithStatus(target, version, '418'),
      { status: 204, facts: EMPTY, cephDiffers: NO_ETAG },
    ),

    refuses(`${group}: a wrong secret`, 403, 'SignatureDoesNotMatch', (target) =>
      tryPolicy(target, { version, credentials: { ...target.credentials, secretKey: 'x'.repeat(40) } }),
    ),
    refuses(`${group}: an unknown access key`, 403, 'InvalidAccessKeyId', (target) =>
      tryPolicy(target, { version, credentials: { ...target.credentials, accessKey: 'AKIAUNKNOWN000000000' } }),
    ),
    refuses(
      `${group}: no signature field`,
      [400, 403],
      ['InvalidArgument', 'AccessDenied'],
      upload({ change: (parts) => withoutField(parts, signatureField(version)) }),
    ),
    refuses(
      `${group}: an empty signature`,
      [400, 403],
      ['SignatureDoesNotMatch', 'InvalidArgument'],
      upload({ change: (parts) => withField(parts, signatureField(version), '') }),
    ),
    refuses(`${group}: the policy exchanged after signing`, 403, 'SignatureDoesNotMatch', (target) => {
      const other = policyUpload(target, { version, conditions: [['starts-with', '$x-amz-meta-a', '']] });
      const policy = /name="policy"\r\n\r\n([^\r]+)/.exec(other.wire.body?.toString('latin1') ?? '')?.[1] ?? '';
      return tryPolicy(target, { version, change: (parts) => withField(parts, 'policy', policy) });
    }),
    refuses(
      `${group}: no policy`,
      [400, 403],
      ['InvalidArgument', 'AccessDenied'],
      upload({ change: (parts) => withoutField(parts, 'policy') }),
    ),
    refuses(`${group}: no policy and no signature`, 403, 'AccessDenied', (target) => {
      const key = newKey();
      return tryUpload(target, key, formRequest(target.bucket, [['key', key], filePart(CONTENT)]));
    }),
    refuses(
      `${group}: a policy that is not base64`,
      [400, 403],
      ['InvalidPolicyDocument', 'SignatureDoesNotMatch'],
      upload({ change: (parts) => withField(parts, 'policy', '!?*') }),
    ),
    refuses(`${group}: a policy that is not JSON`, 400, 'InvalidPolicyDocument', upload({ write: () => '{"expiration": ' })),
    refuses(`${group}: a policy that is a list`, 400, 'InvalidPolicyDocument', upload({ write: () => '[]' })),
    refuses(
      `${group}: a policy without conditions`,
      400,
      'InvalidPolicyDocument',
      upload({ write: () => JSON.stringify({ expiration: new Date(Date.now() + HOUR_MS) }) }),
    ),
    refuses(
      `${group}: a condition of an unknown kind`,
      [400, 403],
      ['InvalidPolicyDocument', 'AccessDenied'],
      upload({ conditions: [['ends-with', '$key', '.txt']] }),
    ),
    refuses(`${group}: expired`, 403, 'AccessDenied', upload({ expiration: new Date(Date.now() - 1000) })),
    refuses(`${group}: no expiration`, 400, 'InvalidPolicyDocument', upload({ expiration: null })),
    refuses(`${group}: an expiration that is no date`, 400, 'InvalidPolicyDocument', upload({ expiration: 'soon' })),
    refuses(`${group}: no file`, 400, 'InvalidArgument', upload({ change: withFile(undefined) }), {
      cephIsLaxer: 'RGW stores an empty object',
    }),
    refuses(`${group}: no key field`, 400, 'InvalidArgument', upload({ change: (parts) => withoutField(parts, 'key') })),
    refuses(`${group}: an empty key`, 400, ['InvalidArgument', 'UserKeyMustBeSpecified'], async (target) =>
      answered(await send(target, policyUpload(target, { version, key: '' }).wire)),
    ),
    refuses(
      `${group}: the key behind the file, where fields are ignored`,
      400,
      'InvalidArgument',
      upload({ change: (parts) => withFieldAfterFile(parts, 'key') }),
    ),
    refuses(
      `${group}: the signature behind the file`,
      [400, 403],
      ['InvalidArgument', 'AccessDenied'],
      upload({ change: (parts) => withFieldAfterFile(parts, signatureField(version)) }),
    ),
    refuses(
      `${group}: the policy behind the file`,
      [400, 403],
      ['InvalidArgument', 'AccessDenied'],
      upload({ change: (parts) => withFieldAfterFile(parts, 'policy') }),
    ),
    refuses(
      `${group}: a demanded field behind the file`,
      403,
      'AccessDenied',
      upload({ fields: { success_action_status: '200' }, change: (parts) => withFieldAfterFile(parts, 'success_action_status') }),
    ),
    refuses(`${group}: to a bucket that does not exist`, 404, 'NoSuchBucket', async (target) => {
      const { wire } = policyUpload(target, { version });
      return answered(await send(target, { ...wire, path: '/no-such-bucket-anywhere' }));
    }),
  ];
});
