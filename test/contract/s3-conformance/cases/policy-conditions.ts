import { CONTENT, policyUpload, withField, type Condition, type PolicyUpload } from '../policy.js';
import { accepts, rejects, type ConformanceCase } from '../conformance-case.js';
import { toResult, readObject, tryPolicy } from '../store.js';
import { newKey, type Target } from '../target.js';
import { send } from '../wire.js';
import { forBothVersions } from './policies.js';

const DENIED = 'AccessDenied';
/** S3 may report an invalid condition as one that failed. */
const UNREADABLE = ['InvalidPolicyDocument', DENIED];

/** Returns an upload with a field whose value differs from the policy. */
function withOtherValue(name: string, demanded: string, sent: string): Partial<PolicyUpload> {
  return { fields: { [name]: demanded }, change: (parts) => withField(parts, name, sent) };
}

function range(minimum: number | string, maximum: number | string): Condition[] {
  return [['content-length-range', minimum, maximum]];
}

/** POST policies: all kinds of conditions, fulfilled and violated. */
export const policyConditions: ConformanceCase[] = forBothVersions((version, policy) => {
  const group = `${policy} condition`;
  const upload = (more: Partial<PolicyUpload>) => (target: Target) => tryPolicy(target, { version, ...more });
  const good = (name: string, more: Partial<PolicyUpload>, status = 204) => accepts(`${group}: ${name}`, upload(more), { status });
  const denied = (name: string, more: Partial<PolicyUpload>) => rejects(`${group}: ${name}`, 403, DENIED, upload(more));

  const size = CONTENT.length;
  return [
    good('eq as a list', { fields: { acl: 'private' }, unmentioned: ['acl'], conditions: [['eq', '$acl', 'private']] }),
    denied('eq as a list, violated', { fields: { acl: 'private' }, unmentioned: ['acl'], conditions: [['eq', '$acl', 'public-read']] }),
    good('starts-with', {
      fields: { 'Content-Type': 'image/png' },
      unmentioned: ['Content-Type'],
      conditions: [['starts-with', '$Content-Type', 'image/']],
    }),
    denied('starts-with, violated', {
      fields: { 'Content-Type': 'text/html' },
      unmentioned: ['Content-Type'],
      conditions: [['starts-with', '$Content-Type', 'image/']],
    }),
    denied('starts-with is case-sensitive', {
      fields: { 'x-amz-meta-a': 'Image' },
      unmentioned: ['x-amz-meta-a'],
      conditions: [['starts-with', '$x-amz-meta-a', 'image']],
    }),
    good('starts-with an empty value allows any value', {
      fields: { 'x-amz-meta-a': 'what I like' },
      unmentioned: ['x-amz-meta-a'],
      conditions: [['starts-with', '$x-amz-meta-a', '']],
    }),
    good('two conditions on one field', {
      fields: { 'Content-Type': 'image/png' },
      conditions: [['starts-with', '$Content-Type', 'image/']],
    }),
    denied('two conditions on one field, one violated', {
      fields: { 'Content-Type': 'image/png' },
      conditions: [['starts-with', '$Content-Type', 'video/']],
    }),

    accepts(
      `${group}: the key starts with the required prefix`,
      (target) => {
        const key = newKey();
        return tryPolicy(target, { version, key, unmentioned: ['key'], conditions: [['starts-with', '$key', key.slice(0, 36)]] });
      },
      { status: 204 },
    ),
    denied('the key starts with another prefix', { unmentioned: ['key'], conditions: [['starts-with', '$key', 'user/1/']] }),
    rejects(`${group}: another key`, 403, DENIED, (target) => {
      const key = newKey();
      return tryPolicy(target, { version, key, unmentioned: ['key'], conditions: [{ key: newKey() }] });
    }),
    denied('no condition on the key', { unmentioned: ['key'] }),
    rejects(`${group}: another bucket`, 403, DENIED, async (target) => {
      const { wire } = policyUpload(target, { version });
      return toResult(await send(target, { ...wire, path: `/${target.otherBucket}` }));
    }),
    denied('no condition on the bucket', { unmentioned: ['bucket'] }),

    good('acl', { fields: { acl: 'private' } }),
    denied('acl, sent with another value', withOtherValue('acl', 'private', 'public-read')),
    good('success_action_status', { fields: { success_action_status: '200' } }, 200),
    denied('success_action_status, sent with another value', withOtherValue('success_action_status', '200', '201')),
    good('Content-Type', { fields: { 'Content-Type': 'image/png' } }),
    denied('Content-Type, sent with another value', withOtherValue('Content-Type', 'image/png', 'text/html')),
    good('metadata', { fields: { 'x-amz-meta-qqfilename': 'my%20photo.png' } }),
    denied('metadata, sent with another value', withOtherValue('x-amz-meta-qqfilename', 'a.png', 'b.png')),
    denied('the storage class, sent with another value', withOtherValue('x-amz-storage-class', 'STANDARD', 'REDUCED_REDUNDANCY')),

    denied('a field that the policy does not mention', { fields: { acl: 'private' }, unmentioned: ['acl'] }),
    denied('metadata that the policy does not mention', { fields: { 'x-amz-meta-a': 'b' }, unmentioned: ['x-amz-meta-a'] }),
    denied('an unknown field that the policy does not mention', { fields: { anything: 'b' }, unmentioned: ['anything'] }),
    good('a field that starts with x-ignore- needs no condition', { fields: { 'x-ignore-me': 'b' }, unmentioned: ['x-ignore-me'] }),
    denied('a condition on a field that is not sent', { conditions: [{ acl: 'private' }] }),
    // S3 does not document this, but returns "Policy Condition failed: ["starts-with", "$Content-Type", ""]".
    ...[
      ['starts-with', '$Content-Type', ''],
      ['starts-with', '$x-amz-meta-a', ''],
      ['eq', '$x-amz-meta-a', ''],
    ].map((condition) =>
      rejects(`${group}: ${JSON.stringify(condition)} on a field that is not sent`, 403, DENIED, upload({ conditions: [condition] }), {
        cephIsLaxer: 'RGW treats a missing field as an empty one',
      }),
    ),
    denied('starts-with on a field that is not sent', { conditions: [['starts-with', '$x-amz-meta-a', 'a']] }),

    good('content-length-range', { conditions: range(1, 1000) }),
    good('content-length-range as strings, as Fine Uploader writes it', { conditions: range('1', '1000') }),
    good('content-length-range of exactly the size', { conditions: range(size, size) }),
    ...[range(1, size - 1), range('1', String(size - 1))].map((conditions, index) =>
      rejects(
        `${group}: content-length-range${index ? ' as strings' : ''}, one byte too large`,
        400,
        'EntityTooLarge',
        upload({ conditions }),
      ),
    ),
    ...[range(size + 1, 1000), range(String(size + 1), '1000')].map((conditions, index) =>
      rejects(
        `${group}: content-length-range${index ? ' as strings' : ''}, one byte too small`,
        400,
        'EntityTooSmall',
        upload({ conditions }),
      ),
    ),
    rejects(
      `${group}: content-length-range, a megabyte too large`,
      400,
      'EntityTooLarge',
      upload({ bytes: Buffer.alloc(2 ** 20), conditions: range(0, 10) }),
    ),
    rejects(`${group}: content-length-range without numbers`, [400, 403], UNREADABLE, upload({ conditions: range('few', 'many') })),

    rejects(
      `${group}: content-length-range with letters after the numbers`,
      [400, 403],
      UNREADABLE,
      upload({ conditions: range('1x', '1000y') }),
    ),
    rejects(
      `${group}: content-length-range without a maximum`,
      [400, 403],
      UNREADABLE,
      upload({ conditions: [['content-length-range', 1]] }),
    ),
    rejects(
      `${group}: two content-length-ranges, the first too small`,
      400,
      'EntityTooLarge',
      upload({ conditions: [...range(0, 5), ...range(0, 1000)] }),
    ),
    rejects(
      `${group}: two content-length-ranges, the second too small`,
      400,
      'EntityTooLarge',
      upload({ conditions: [...range(0, 1000), ...range(0, 5)] }),
    ),
    rejects(
      `${group}: two content-length-ranges, the first with the larger minimum`,
      400,
      'EntityTooSmall',
      upload({ conditions: [...range(500, 1000), ...range(0, 1000)] }),
    ),
    rejects(
      `${group}: eq with an extra value`,
      [400, 403],
      UNREADABLE,
      upload({ fields: { acl: 'private' }, conditions: [['eq', '$acl', 'private', '']] }),
    ),
    rejects(
      `${group}: content-length-range that no size satisfies`,
      400,
      ['EntityTooLarge', 'EntityTooSmall', 'InvalidPolicyDocument'],
      upload({ conditions: range(1000, 1) }),
    ),
    rejects(`${group}: a field name without $`, [400, 403], UNREADABLE, upload({ conditions: [['eq', 'x-amz-meta-a', 'b']] })),
    rejects(`${group}: eq without a value`, [400, 403], UNREADABLE, upload({ conditions: [['eq', '$acl']] })),
    good('operator and field name with capitals', { unmentioned: ['key'], conditions: [['Starts-With', '$Key', '']] }),

    accepts(
      `${group}: \${filename} in the key is replaced with the file's name`,
      async (target) => {
        const folder = newKey('');
        const { wire } = policyUpload(target, {
          version,
          key: `${folder}\${filename}`,
          filename: 'Grüße 1.txt',
          unmentioned: ['key'],
          conditions: [['starts-with', '$key', folder]],
        });
        const response = await send(target, wire);
        return toResult(response, { found: (await readObject(target, `${folder}Grüße 1.txt`)).status });
      },
      { status: 204, details: { found: 200 } },
    ),
    accepts(
      `${group}: \${filename} is the part after the last slash of the file's name`,
      async (target) => {
        const folder = newKey('');
        const { wire } = policyUpload(target, {
          version,
          key: `${folder}\${filename}`,
          filename: 'a/b/c.txt',
          unmentioned: ['key'],
          conditions: [['starts-with', '$key', folder]],
        });
        const response = await send(target, wire);
        return toResult(response, { found: (await readObject(target, `${folder}c.txt`)).status });
      },
      { status: 204, details: { found: 200 }, cephDiffers: "RGW keeps the folders in the file's name" },
    ),
  ];
});
