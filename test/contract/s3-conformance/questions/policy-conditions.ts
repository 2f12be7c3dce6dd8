import { CONTENT, policyUpload, withField, type Condition, type PolicyUpload } from '../policy.js';
import { accepts, refuses, type Question } from '../question.js';
import { answered, read, tryPolicy } from '../store.js';
import { newKey, type Target } from '../target.js';
import { send } from '../wire.js';
import { forBothVersions } from './policies.js';

const DENIED = 'AccessDenied';
/** A condition that S3 cannot read, it may also take for one that is not met. */
const UNREADABLE = ['InvalidPolicyDocument', DENIED];

/** An upload with one field, the value of which differs from what the policy demands. */
function withAnother(name: string, demanded: string, sent: string): Partial<PolicyUpload> {
  return { fields: { [name]: demanded }, change: (parts) => withField(parts, name, sent) };
}

function range(minimum: number | string, maximum: number | string): Condition[] {
  return [['content-length-range', minimum, maximum]];
}

/** POST policies: every kind of condition, satisfied and violated. */
export const policyConditions: Question[] = forBothVersions((version, policy) => {
  const group = `${policy} condition`;
  const upload = (more: Partial<PolicyUpload>) => (target: Target) => tryPolicy(target, { version, ...more });
  const good = (name: string, more: Partial<PolicyUpload>, status = 204) => accepts(`${group}: ${name}`, upload(more), { status });
  const denied = (name: string, more: Partial<PolicyUpload>) => refuses(`${group}: ${name}`, 403, DENIED, upload(more));

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
    denied('starts-with matches case', {
      fields: { 'x-amz-meta-a': 'Image' },
      unmentioned: ['x-amz-meta-a'],
      conditions: [['starts-with', '$x-amz-meta-a', 'image']],
    }),
    good('starts-with nothing allows anything', {
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
      `${group}: the key begins with the demanded folder`,
      (target) => {
        const key = newKey();
        return tryPolicy(target, { version, key, unmentioned: ['key'], conditions: [['starts-with', '$key', key.slice(0, 36)]] });
      },
      { status: 204 },
    ),
    denied('the key begins with another folder', { unmentioned: ['key'], conditions: [['starts-with', '$key', 'user/1/']] }),
    refuses(`${group}: another key`, 403, DENIED, (target) => {
      const key = newKey();
      return tryPolicy(target, { version, key, unmentioned: ['key'], conditions: [{ key: newKey() }] });
    }),
    denied('no condition on the key', { unmentioned: ['key'] }),
    refuses(`${group}: another bucket`, 403, DENIED, async (target) => {
      const { wire } = policyUpload(target, { version });
      return answered(await send(target, { ...wire, path: `/${target.otherBucket}` }));
    }),
    denied('no condition on the bucket', { unmentioned: ['bucket'] }),

    good('acl', { fields: { acl: 'private' } }),
    denied('acl, another one sent', withAnother('acl', 'private', 'public-read')),
    good('success_action_status', { fields: { success_action_status: '200' } }, 200),
    denied('success_action_status, another one sent', withAnother('success_action_status', '200', '201')),
    good('Content-Type', { fields: { 'Content-Type': 'image/png' } }),
    denied('Content-Type, another one sent', withAnother('Content-Type', 'image/png', 'text/html')),
    good('metadata', { fields: { 'x-amz-meta-qqfilename': 'my%20photo.png' } }),
    denied('metadata, another value sent', withAnother('x-amz-meta-qqfilename', 'a.png', 'b.png')),
    denied('the storage class, another one sent', withAnother('x-amz-storage-class', 'STANDARD', 'REDUCED_REDUNDANCY')),

    denied('a field that the policy does not mention', { fields: { acl: 'private' }, unmentioned: ['acl'] }),
    denied('metadata that the policy does not mention', { fields: { 'x-amz-meta-a': 'b' }, unmentioned: ['x-amz-meta-a'] }),
    denied('a field without a meaning that the policy does not mention', { fields: { anything: 'b' }, unmentioned: ['anything'] }),
    good('a field that begins with x-ignore- needs no condition', { fields: { 'x-ignore-me': 'b' }, unmentioned: ['x-ignore-me'] }),
    denied('a condition on a field that is not sent', { conditions: [{ acl: 'private' }] }),
    // S3 says so in no document, but many have met it: "Policy Condition failed: ["starts-with", "$Content-Type", ""]".
    ...[
      ['starts-with', '$Content-Type', ''],
      ['starts-with', '$x-amz-meta-a', ''],
      ['eq', '$x-amz-meta-a', ''],
    ].map((condition) =>
      refuses(`${group}: ${JSON.stringify(condition)} on a field that is not sent`, 403, DENIED, upload({ conditions: [condition] }), {
        cephIsLaxer: 'RGW takes a field that is missing for one that is empty',
      }),
    ),
    denied('starts-with on a field that is not sent', { conditions: [['starts-with', '$x-amz-meta-a', 'a']] }),

    good('content-length-range', { conditions: range(1, 1000) }),
    good('content-length-range as texts, as Fine Uploader writes it', { conditions: range('1', '1000') }),
    good('content-length-range of exactly the size', { conditions: range(size, size) }),
    ...[range(1, size - 1), range('1', String(size - 1))].map((conditions, index) =>
      refuses(
        `${group}: content-length-range${index ? ' as texts' : ''}, one byte too many`,
        400,
        'EntityTooLarge',
        upload({ conditions }),
      ),
    ),
    ...[range(size + 1, 1000), range(String(size + 1), '1000')].map((conditions, index) =>
      refuses(`${group}: content-length-range${index ? ' as texts' : ''}, one byte too few`, 400, 'EntityTooSmall', upload({ conditions })),
    ),
    refuses(
      `${group}: content-length-range, a megabyte too many`,
      400,
      'EntityTooLarge',
      upload({ bytes: Buffer.alloc(2 ** 20), conditions: range(0, 10) }),
    ),
    refuses(`${group}: content-length-range that says no numbers`, [400, 403], UNREADABLE, upload({ conditions: range('few', 'many') })),

    refuses(
      `${group}: content-length-range that says numbers and more`,
      [400, 403],
      UNREADABLE,
      upload({ conditions: range('1x', '1000y') }),
    ),
    refuses(
      `${group}: content-length-range without a maximum`,
      [400, 403],
      UNREADABLE,
      upload({ conditions: [['content-length-range', 1]] }),
    ),
    refuses(
      `${group}: two content-length-ranges, the first too narrow`,
      400,
      'EntityTooLarge',
      upload({ conditions: [...range(0, 5), ...range(0, 1000)] }),
    ),
    refuses(
      `${group}: two content-length-ranges, the second too narrow`,
      400,
      'EntityTooLarge',
      upload({ conditions: [...range(0, 1000), ...range(0, 5)] }),
    ),
    refuses(
      `${group}: two content-length-ranges, the first with the larger minimum`,
      400,
      'EntityTooSmall',
      upload({ conditions: [...range(500, 1000), ...range(0, 1000)] }),
    ),
    refuses(
      `${group}: eq with a value too many`,
      [400, 403],
      UNREADABLE,
      upload({ fields: { acl: 'private' }, conditions: [['eq', '$acl', 'private', '']] }),
    ),
    refuses(
      `${group}: content-length-range that nothing can satisfy`,
      400,
      ['EntityTooLarge', 'EntityTooSmall', 'InvalidPolicyDocument'],
      upload({ conditions: range(1000, 1) }),
    ),
    refuses(`${group}: a field name without $`, [400, 403], UNREADABLE, upload({ conditions: [['eq', 'x-amz-meta-a', 'b']] })),
    refuses(`${group}: eq without a value`, [400, 403], UNREADABLE, upload({ conditions: [['eq', '$acl']] })),
    good('kind and field name in capitals', { unmentioned: ['key'], conditions: [['Starts-With', '$Key', '']] }),

    accepts(
      `${group}: \${filename} in the key becomes the file's name`,
      async (target) => {
        const folder = newKey('');
        const { wire } = policyUpload(target, {
          version,
          key: `${folder}\${filename}`,
          filename: 'Grüße 1.txt',
          unmentioned: ['key'],
          conditions: [['starts-with', '$key', folder]],
        });
        const answer = await send(target, wire);
        return answered(answer, { found: (await read(target, `${folder}Grüße 1.txt`)).status });
      },
      { status: 204, facts: { found: 200 } },
    ),
    accepts(
      `${group}: \${filename} is what follows the last slash of the file's name`,
      async (target) => {
        const folder = newKey('');
        const { wire } = policyUpload(target, {
          version,
          key: `${folder}\${filename}`,
          filename: 'a/b/c.txt',
          unmentioned: ['key'],
          conditions: [['starts-with', '$key', folder]],
        });
        const answer = await send(target, wire);
        return answered(answer, { found: (await read(target, `${folder}c.txt`)).status });
      },
      { status: 204, facts: { found: 200 }, cephDiffers: "RGW takes the file's name whole" },
    ),
  ];
});
