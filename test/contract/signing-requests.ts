/**
 * The requests of the signing suite: what an honest page has signed, and what must never be signed, each with its reason. Most of the hostile
 * ones are made from a table: every honest request times every way to spoil it.
 */
import { createHash } from 'node:crypto';

/** What the requests are about. */
export interface SigningSubject {
  readonly bucket: string;
  /** A bucket of somebody else in the same store. */
  readonly otherBucket: string;
  /** Of the store, such as `127.0.0.1:9000`. */
  readonly host: string;
  readonly region: string;
  readonly accessKey: string;
  /** What the keys of the user who asks begin with, such as `people/alice/`. */
  readonly prefix: string;
  /** A key of another user, where an object is. */
  readonly victim: string;
  /** Bytes; the signer's limit. */
  readonly maxSize: number;
}

/** A body for the signing server, and why it must be refused. */
export interface HostileBody {
  readonly reason: string;
  readonly version: 2 | 4;
  readonly body: string;
}

/** A form policy. */
export interface Policy {
  readonly expiration: unknown;
  readonly conditions: readonly unknown[];
}

/** `20261122T213000Z`. */
export function amzDate(time = Date.now()): string {
  return new Date(time).toISOString().replace(/[-:]|\.\d{3}/g, '');
}

/** SHA-256 in hexadecimal. */
export function sha256(text: string | Buffer): string {
  return createHash('sha256').update(text).digest('hex');
}

/** SigV4's UriEncode of a key, the slashes kept. */
export function escapeKey(key: string): string {
  return key
    .split('/')
    .map((segment) => encodeURIComponent(segment).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`))
    .join('/');
}

const minutes = (count: number): number => Date.now() + count * 60_000;
const iso = (time: number): string => new Date(time).toISOString();

/** The policy that an honest page has signed for one key. */
export function honestPolicy(subject: SigningSubject, key: string, version: 2 | 4 = 4): Policy {
  const date = amzDate();
  const v4 = [
    { 'x-amz-algorithm': 'AWS4-HMAC-SHA256' },
    { key },
    { 'x-amz-credential': `${subject.accessKey}/${date.slice(0, 8)}/${subject.region}/s3/aws4_request` },
    { 'x-amz-date': date },
  ];
  return {
    expiration: iso(minutes(5)),
    conditions: [
      { acl: 'private' },
      { bucket: subject.bucket },
      { 'Content-Type': 'text/plain' },
      { success_action_status: '200' },
      ...(version === 4 ? v4 : [{ key }]),
      { 'x-amz-meta-qqfilename': 'na%C3%AFve%20(1).txt' },
      ['content-length-range', '0', String(subject.maxSize)],
    ],
  };
}

/** The honest policies that are spoilt: for one key, with everything a page may set, and for a folder of keys. */
function policies(subject: SigningSubject, version: 2 | 4): Readonly<Record<string, Policy>> {
  const plain = honestPolicy(subject, `${subject.prefix}a.txt`, version);
  const more = [
    { 'x-amz-storage-class': 'STANDARD' },
    { 'Cache-Control': 'max-age=1' },
    ['eq', '$x-amz-server-side-encryption', 'AES256'],
    { 'x-amz-meta-album': 'summer' },
  ];
  return {
    'for one key': plain,
    'with everything': { ...plain, conditions: [...plain.conditions, ...more] },
    'for a folder': {
      ...plain,
      conditions: plain.conditions.map((condition) =>
        Object.hasOwn(condition as object, 'key') ? ['starts-with', '$key', `${subject.prefix}batch/`] : condition,
      ),
    },
  };
}

type Change = (policy: Policy) => unknown;
const nameOf = (condition: unknown): string =>
  Array.isArray(condition) ? String(condition[1]).replace(/^\$/, '') : String(Object.keys(condition as object)[0]);
const isRange = (condition: unknown): boolean => Array.isArray(condition) && condition[0] === 'content-length-range';
const without =
  (name: string): Change =>
  (policy) => ({ ...policy, conditions: policy.conditions.filter((condition) => isRange(condition) || nameOf(condition) !== name) });
const plus =
  (...more: unknown[]): Change =>
  (policy) => ({ ...policy, conditions: [...policy.conditions, ...more] });
const instead =
  (name: string, ...more: unknown[]): Change =>
  (policy) =>
    plus(...more)(without(name)(policy) as Policy);
const range =
  (...more: unknown[]): Change =>
  (policy) => ({ ...policy, conditions: [...policy.conditions.filter((condition) => !isRange(condition)), ...more] });
const expiring =
  (expiration: unknown): Change =>
  (policy) => ({ ...policy, expiration });

/** Ways to spoil any policy. */
function policyChanges(subject: SigningSubject): Readonly<Record<string, Change>> {
  const { prefix, victim, maxSize, bucket, otherBucket } = subject;
  const outside = prefix.slice(0, -1);
  const keys: Readonly<Record<string, unknown>> = {
    'of another user': victim,
    'outside of every prefix': 'anything.txt',
    'that begins almost like ours': `${outside}x/a.txt`,
    'that is only the prefix': prefix,
    'that is empty': '',
    'that climbs': `${prefix}../${victim.split('/').slice(1).join('/')}`,
    'that climbs at its end': `${prefix}..`,
    'with a dot for a folder': `${prefix}./a`,
    'with a line break': `${prefix}a\nFORGED line`,
    'with a carriage return': `${prefix}a\rFORGED line`,
    'with an escape for the terminal': `${prefix}\u001b[2Ja`,
    'with a zero byte': `${prefix}a\u0000.txt`,
    'with DEL': `${prefix}\u007f`,
    'that the store completes': `${prefix}\${filename}`,
    'longer than a key may be': `${prefix}${'x'.repeat(1024)}`,
    'longer in bytes than a key may be': `${prefix}${'é'.repeat(512)}`,
    'that is a number': 7,
    'that is nothing': null,
    'that is true': true,
    'that is a list': [`${prefix}a.txt`],
    'that is an object': { a: 1 },
    'that climbs with backslashes, which are slashes on some disks': `${prefix}..\\..\\bob\\victim.txt`,
    'with a toString': { toString: `${prefix}a.txt` },
    'with a valueOf and a length': { valueOf: 1, length: 3 },
  };
  const prefixes = [
    '',
    '/',
    'people',
    outside,
    `${outside}x/`,
    victim.slice(0, -1),
    `${prefix}../`,
    `${prefix}..`,
    `${prefix}a/../../`,
    `${prefix}.`,
    `${prefix}\n/`,
    `${prefix}ba`,
  ];
  const ranges: Readonly<Record<string, readonly unknown[]>> = {
    'one byte more': [['content-length-range', '0', String(maxSize + 1)]],
    'one byte more, as numbers': [['content-length-range', 0, maxSize + 1]],
    'in exponents': [['content-length-range', '0', '1e3']],
    'in negative exponents': [['content-length-range', '0', '100000000e-6']],
    hexadecimal: [['content-length-range', '0', '0x10']],
    'with a sign': [['content-length-range', '0', '+10']],
    'with spaces': [['content-length-range', ' 0', '10 ']],
    'with a line break': [['content-length-range', '0', '10\n']],
    'with a fraction': [['content-length-range', '0', '10.5']],
    'with a fraction, as numbers': [['content-length-range', 0, 10.5]],
    'with a leading zero': [['content-length-range', '0', '0999']],
    'of words': [['content-length-range', '0', 'many']],
    'of nothing': [['content-length-range', '', '']],
    'of null': [['content-length-range', null, null]],
    'of objects': [['content-length-range', {}, {}]],
    'of booleans': [['content-length-range', false, true]],
    'from below zero': [['content-length-range', '-1', '10']],
    'from below zero, as numbers': [['content-length-range', -1, 10]],
    'to below zero': [['content-length-range', '0', '-1']],
    'beyond safe integers': [['content-length-range', '0', '99999999999999999999']],
    infinite: [['content-length-range', '0', 'Infinity']],
    'in other digits': [['content-length-range', '0', '１０']],
    'upside down': [['content-length-range', '10', '5']],
    'of one number': [['content-length-range', '10']],
    'of three numbers': [['content-length-range', '0', '10', '20']],
    missing: [],
    'twice, the good one first': [
      ['content-length-range', '0', '10'],
      ['content-length-range', '0', '99999999999'],
    ],
    'twice, the good one last': [
      ['content-length-range', '0', '99999999999'],
      ['content-length-range', '0', '10'],
    ],
    'twice the same': [
      ['content-length-range', '0', '10'],
      ['content-length-range', '0', '10'],
    ],
    'as a field': [{ 'content-length-range': '10' }],
  };
  const fields: Readonly<Record<string, unknown>> = {
    'a redirect': { success_action_redirect: 'https://evil.example/' },
    'an old redirect': { redirect: 'https://evil.example/' },
    'a redirect of the website': { 'x-amz-website-redirect-location': 'https://evil.example/' },
    'any redirect of the website': ['starts-with', '$x-amz-website-redirect-location', ''],
    'any status': ['starts-with', '$success_action_status', ''],
    'any ACL': ['starts-with', '$acl', ''],
    'any bucket': ['starts-with', '$bucket', ''],
    'a grant to everybody': { 'x-amz-grant-read': 'uri=http://acs.amazonaws.com/groups/global/AllUsers' },
    'full control for everybody': { 'x-amz-grant-full-control': 'uri=http://acs.amazonaws.com/groups/global/AllUsers' },
    'tags, which policies of the bucket may go by': { tagging: '<Tagging/>' },
    'tags in a header': { 'x-amz-tagging': 'public=yes' },
    'a lock for years': { 'x-amz-object-lock-retain-until-date': '2099-01-01T00:00:00Z' },
    'a legal hold': { 'x-amz-object-lock-legal-hold': 'ON' },
    'another ACL beside': { 'x-amz-acl': 'public-read' },
    'an owner who is somebody else': { 'x-amz-expected-bucket-owner': '1' },
    'a token': { 'x-amz-security-token': 'token' },
    'a field of no name': { '': 'x' },
    'a field with a line break': { 'x-amz-meta-a\nFORGED': 'x' },
    'a value with a line break': { 'x-amz-meta-a': 'x\nFORGED' },
    'a value with an escape': { 'x-amz-meta-a': '\u001b]0;FORGED\u0007' },
    'metadata that is a number': { 'x-amz-meta-a': 7 },
    'a condition of two fields': { 'x-amz-meta-a': '1', 'x-amz-meta-b': '2' },
    'a condition of no field': {},
    'a condition that is text': 'acl',
    'a condition that is nothing': null,
    'a condition that is a number': 7,
    'an empty list': [],
    'a list of one': ['eq'],
    'a list of four': ['eq', '$x-amz-meta-a', 'x', 'y'],
    'an operator that nobody knows': ['ends-with', '$x-amz-meta-a', '.txt'],
    'an operator in capitals': ['EQ', '$x-amz-meta-a', 'x'],
    'an operator that is a list': [['eq'], '$x-amz-meta-a', 'x'],
    'a field without its dollar': ['eq', 'x-amz-meta-a', 'x'],
    'a field that is an object': ['eq', { toString: '$x-amz-meta-a' }, 'x'],
    'a value that is a list': ['eq', '$x-amz-meta-a', ['x']],
    'a list in a list': [[['eq', '$acl', 'public-read']]],
  };
  const changes: Record<string, Change> = {
    'another bucket': instead('bucket', { bucket: otherBucket }),
    'no bucket': without('bucket'),
    'a bucket that begins like ours': instead('bucket', { bucket: `${bucket}-private` }),
    'a bucket in capitals': instead('bucket', { bucket: bucket.toUpperCase() }),
    'a bucket that is a list': instead('bucket', { bucket: [bucket] }),
    'a bucket twice, in capitals': plus({ BUCKET: otherBucket }),
    'a bucket twice, as a list': plus(['eq', '$bucket', otherBucket]),
    'another ACL': instead('acl', { acl: 'public-read' }),
    'another ACL, as a list': instead('acl', ['eq', '$acl', 'public-read-write']),
    'no ACL': without('acl'),
    'an ACL that is a list': instead('acl', { acl: ['private'] }),
    'an ACL with a toString': instead('acl', { acl: { toString: 'private' } }),
    'an ACL twice': plus({ Acl: 'public-read' }),
    // The Kelvin sign becomes a k where text is put into small letters: to the checker a key, to the store a field of no meaning.
    'a key of a look-alike name': instead('key', { '\u212Aey': `${prefix}a.txt` }),
    'a key of a look-alike name, as a list': instead('key', ['eq', '$\u212Aey', `${prefix}a.txt`]),
    'a key of a look-alike name, as a prefix': instead('key', ['starts-with', '$\u212Aey', `${prefix}batch/`]),
    'a bucket of a look-alike name': instead('bucket', { 'buc\u212Aet': bucket }),
    'a field of a look-alike name': plus({ 'x-amz-meta-\u212A': 'x' }),
    'no key': without('key'),
    'a key twice': plus({ Key: victim }),
    'a key twice, as a prefix': plus(['starts-with', '$Key', '']),
    'another status': instead('success_action_status', { success_action_status: '302' }),
    'no end': expiring(undefined),
    'an end in years': expiring('2099-01-01T00:00:00Z'),
    'an end in two days': expiring(iso(minutes(2 * 24 * 60))),
    'an end that is a number': expiring(minutes(5)),
    'an end that is a word': expiring('tomorrow'),
    'an end that is a list': expiring([iso(minutes(5))]),
    'an end of no zone': expiring(iso(minutes(5)).replace('Z', '')),
    'an end of another zone': expiring(iso(minutes(5)).replace('Z', '+00:00')),
    'an end with a line break': expiring(`${iso(minutes(5))}\n`),
    'an end on a day that does not exist': expiring('2026-02-30T00:00:00Z'),
    'an end at 24 o’clock': expiring(iso(minutes(5)).replace(/T.*/, 'T24:00:00Z')),
    'an end that is a date in a million years': expiring('+275760-01-01T00:00:00Z'),
    'conditions that are an object': (policy) => ({ ...policy, conditions: { 0: { acl: 'private' } } }),
    'conditions that are text': (policy) => ({ ...policy, conditions: 'none' }),
    'no conditions': (policy) => ({ expiration: policy.expiration }),
    'empty conditions': (policy) => ({ ...policy, conditions: [] }),
    'something beside the conditions': (policy) => ({ ...policy, statement: [] }),
    'headers beside the conditions': (policy) => ({ ...policy, headers: 7 }),
  };
  for (const [what, key] of Object.entries(keys)) {
    changes[`a key ${what}`] = instead('key', { key });
    changes[`a key ${what}, as a list`] = instead('key', ['eq', '$key', key]);
  }
  for (const one of prefixes) changes[`the prefix ${JSON.stringify(one)}`] = instead('key', ['starts-with', '$key', one]);
  for (const [what, conditions] of Object.entries(ranges)) changes[`a size ${what}`] = range(...conditions);
  for (const [what, condition] of Object.entries(fields)) changes[what] = plus(condition);
  return changes;
}

/** Ways to spoil a version 4 policy. */
function policyChangesV4({ accessKey, region }: SigningSubject): Readonly<Record<string, Change>> {
  const day = amzDate().slice(0, 8);
  const credential = (text: unknown) => instead('x-amz-credential', { 'x-amz-credential': text });
  const changes: Record<string, Change> = {
    'another algorithm': instead('x-amz-algorithm', { 'x-amz-algorithm': 'AWS4-HMAC-MD5' }),
    'no algorithm': without('x-amz-algorithm'),
    'an open algorithm': instead('x-amz-algorithm', ['starts-with', '$x-amz-algorithm', '']),
    'no credential': without('x-amz-credential'),
    'an open credential': instead('x-amz-credential', ['starts-with', '$x-amz-credential', '']),
    'no date': without('x-amz-date'),
    'a date that is no date': instead('x-amz-date', { 'x-amz-date': 'today' }),
    'a date of another day': instead('x-amz-date', { 'x-amz-date': '20200101T000000Z' }),
    'a date in years': (policy) =>
      plus(
        { 'x-amz-date': '20990101T000000Z' },
        { 'x-amz-credential': `${accessKey}/20990101/${region}/s3/aws4_request` },
      )(without('x-amz-date')(without('x-amz-credential')(policy) as Policy) as Policy),
  };
  for (const [what, text] of Object.entries({
    'of another key': `AKIAOTHER/${day}/${region}/s3/aws4_request`,
    'of a longer key': `${accessKey}X/${day}/${region}/s3/aws4_request`,
    'of another region': `${accessKey}/${day}/mars-north-1/s3/aws4_request`,
    'of another service': `${accessKey}/${day}/${region}/iam/aws4_request`,
    'of another end': `${accessKey}/${day}/${region}/s3/aws5_request`,
    'of another day': `${accessKey}/20200101/${region}/s3/aws4_request`,
    'of no day': `${accessKey}//${region}/s3/aws4_request`,
    'with more behind': `${accessKey}/${day}/${region}/s3/aws4_request/more`,
    'with more before': `x${accessKey}/${day}/${region}/s3/aws4_request`,
    'with a line break': `${accessKey}/${day}/${region}/s3/aws4_request\n`,
    'that is a list': [`${accessKey}/${day}/${region}/s3/aws4_request`],
    'that is empty': '',
  })) {
    changes[`a credential ${what}`] = credential(text);
  }
  return changes;
}

/** A version 4 request, as the lines that are signed. */
export interface Canonical {
  readonly algorithm: string;
  readonly time: string;
  readonly scope: string;
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly headers: readonly string[];
  /** Default: the names in `headers`. */
  readonly signedHeaders?: string;
  readonly payloadHash: string;
}

/** The body that has it signed. */
export function canonicalText({ algorithm, time, scope, method, path, query, headers, signedHeaders, payloadHash }: Canonical): string {
  const names = headers.map((header) => header.split(':', 1)[0]).join(';');
  return [algorithm, time, scope, method, path, query, ...headers, '', signedHeaders ?? names, payloadHash].join('\n');
}

/** One step of a multipart upload as an honest page has it signed. `query` is canonical. */
export function honestStep(
  subject: SigningSubject,
  method: string,
  key: string,
  query: string,
  payload: string | Buffer = '',
  more: readonly string[] = [],
): Canonical {
  const time = amzDate();
  const payloadHash = sha256(payload);
  return {
    algorithm: 'AWS4-HMAC-SHA256',
    time,
    scope: `${time.slice(0, 8)}/${subject.region}/s3/aws4_request`,
    method,
    path: `/${subject.bucket}/${escapeKey(key)}`,
    query,
    headers: [`host:${subject.host}`, `x-amz-content-sha256:${payloadHash}`, `x-amz-date:${time}`, ...more].sort(),
    payloadHash,
  };
}

const ID = '2~AbC.d_e-f0123456789';

/** The five steps, of which each is spoilt in every way. */
function steps(subject: SigningSubject): Readonly<Record<string, Canonical>> {
  const key = `${subject.prefix}naïve (1).bin`;
  return {
    create: honestStep(subject, 'POST', key, 'uploads=', '', [
      'x-amz-acl:private',
      'x-amz-meta-qqfilename:a.bin',
      'content-type:text/plain',
    ]),
    part: honestStep(subject, 'PUT', key, `partNumber=1&uploadId=${ID}`, 'some bytes'),
    complete: honestStep(subject, 'POST', key, `uploadId=${ID}`, '<CompleteMultipartUpload/>', [
      'content-type:application/xml; charset=UTF-8',
    ]),
    abort: honestStep(subject, 'DELETE', key, `uploadId=${ID}`),
    list: honestStep(subject, 'GET', key, `max-parts=5&part-number-marker=2&uploadId=${ID}`),
  };
}

/** Ways to spoil any step. */
function stepChanges(subject: SigningSubject): Readonly<Record<string, (step: Canonical) => Canonical>> {
  const { bucket, otherBucket, prefix, victim, host, region } = subject;
  const base = `/${bucket}/`;
  const changes: Record<string, (step: Canonical) => Canonical> = {
    'another algorithm': (step) => ({ ...step, algorithm: 'AWS4-HMAC-SHA1' }),
    'a time that is none': (step) => ({ ...step, time: 'now' }),
    'another time than the header': (step) => ({ ...step, time: `${step.time.slice(0, 8)}T000000Z`, headers: later(step, 1) }),
    'a time in years': (step) => at(step, '20990101T000000Z', region),
    'a time of years ago': (step) => at(step, '20010101T000000Z', region),
    'a time in two days': (step) => at(step, amzDate(minutes(2 * 24 * 60)), region),
    'a month of thirteen': (step) => at(step, `${step.time.slice(0, 4)}1301T000000Z`, region),
    'a scope of another day': (step) => ({ ...step, scope: `20200101/${region}/s3/aws4_request` }),
    'a scope of another region': (step) => ({ ...step, scope: `${step.time.slice(0, 8)}/mars-north-1/s3/aws4_request` }),
    'a scope of another service': (step) => ({ ...step, scope: `${step.time.slice(0, 8)}/${region}/iam/aws4_request` }),
    'a scope of another end': (step) => ({ ...step, scope: `${step.time.slice(0, 8)}/${region}/s3/aws5_request` }),
    'no upload id': (step) => ({ ...step, query: step.query.replace(/uploadId=.*|uploads=/, '').replace(/&$/, '') }),
    'no query': (step) => ({ ...step, query: '' }),
    'only a part number': (step) => ({ ...step, query: 'partNumber=1' }),
    'another method': (step) => ({ ...step, method: 'PATCH' }),
    'a method in small letters': (step) => ({ ...step, method: step.method.toLowerCase() }),
    'a method with a space': (step) => ({ ...step, method: `${step.method} ` }),
    'no method': (step) => ({ ...step, method: '' }),
    'no headers': (step) => ({ ...step, headers: [] }),
    'no host': (step) => ({ ...step, headers: step.headers.filter((header) => !header.startsWith('host:')) }),
    'no date': (step) => ({ ...step, headers: step.headers.filter((header) => !header.startsWith('x-amz-date:')) }),
    'no hash': (step) => ({ ...step, headers: step.headers.filter((header) => !header.startsWith('x-amz-content-sha256:')) }),
    'a hash that is not the payload’s': (step) => ({ ...step, payloadHash: sha256('something else') }),
    'a payload in signed chunks': (step) => hashed(step, 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD'),
    'a payload that is nothing': (step) => hashed(step, ''),
    'headers that are not signed': (step) => ({ ...step, signedHeaders: 'host' }),
    'signed headers that are not there': (step) => ({ ...step, signedHeaders: `${names(step)};x-amz-tagging` }),
    'signed headers with a line break': (step) => ({ ...step, signedHeaders: `${names(step)}\n` }),
    'a header of no name': (step) => ({ ...step, headers: [':x', ...step.headers] }),
    'a header of no value': (step) => ({ ...step, headers: [...step.headers, 'x-amz-meta-a'] }),
    'a header in capitals': (step) => ({ ...step, headers: [...step.headers, 'X-Amz-Meta-A:1'] }),
    'a header with a space': (step) => ({ ...step, headers: [...step.headers, 'x-amz-meta a:1'] }),
    'a header with an escape': (step) => ({ ...step, headers: [...step.headers, 'x-amz-meta-a:\u001b[2JFORGED'] }),
    'a header with a carriage return': (step) => ({ ...step, headers: [...step.headers, 'x-amz-meta-a:\rFORGED'] }),
  };
  for (const [what, path] of Object.entries({
    'in another bucket': `/${otherBucket}/${escapeKey(prefix)}a`,
    'in a bucket that begins like ours': `/${bucket}-private/${escapeKey(prefix)}a`,
    'of the bucket': `/${bucket}`,
    'of the bucket, with a slash': base,
    'of the service': '/',
    'of nothing': '',
    'without its slash': `${bucket}/${escapeKey(prefix)}a`,
    'of another user': `${base}${escapeKey(victim)}`,
    'outside of every prefix': `${base}a.bin`,
    'that begins almost like ours': `${base}${escapeKey(prefix.slice(0, -1))}x/a`,
    'that is only the prefix': `${base}${escapeKey(prefix)}`,
    'that climbs': `${base}${escapeKey(prefix)}../bob/victim.txt`,
    'that climbs, escaped': `${base}${escapeKey(prefix)}%2E%2E/bob/victim.txt`,
    'that climbs, escaped in small letters': `${base}${escapeKey(prefix)}%2e%2e/bob/victim.txt`,
    'that climbs, slash and all': `${base}${escapeKey(prefix)}..%2Fbob%2Fvictim.txt`,
    'that climbs into another bucket': `${base}../${otherBucket}/a`,
    'with a dot for a folder': `${base}${escapeKey(prefix)}./a`,
    'that climbs with backslashes': `${base}${escapeKey(prefix)}..%5C..%5Cbob%5Cvictim.txt`,
    'with an escaped slash': `${base}${escapeKey(prefix).replace('/', '%2F')}a`,
    'with a plus, which some stores read as a space': `${base}${escapeKey(prefix)}a+b`,
    'with a space': `${base}${escapeKey(prefix)}a b`,
    'with letters that need no escape': `${base}%70eople/alice/a`,
    'escaped in small letters': `${base}${escapeKey(prefix)}na%c3%afve`,
    'with what is no UTF-8': `${base}${escapeKey(prefix)}%FF%FE`,
    'with an overlong slash': `${base}${escapeKey(prefix)}..%C0%AFbob`,
    'with half a surrogate pair': `${base}${escapeKey(prefix)}%ED%A0%80`,
    'with half a surrogate pair as it is': `${base}${escapeKey(prefix)}\ud800`,
    'with a broken escape': `${base}${escapeKey(prefix)}%zz`,
    'with an escape that ends early': `${base}${escapeKey(prefix)}%e`,
    'with letters as they are': `${base}${prefix}naïve`,
    'with a zero byte': `${base}${escapeKey(prefix)}a%00`,
    'with a line break': `${base}${escapeKey(prefix)}a%0AFORGED`,
    'with an escape for the terminal': `${base}${escapeKey(prefix)}%1B%5B2J`,
    'with a query in it': `${base}${escapeKey(prefix)}a?acl`,
    'with a fragment in it': `${base}${escapeKey(prefix)}a#b`,
    'longer than a key may be': `${base}${escapeKey(prefix)}${'x'.repeat(1024)}`,
    'with a host': `//evil.example${base}${escapeKey(prefix)}a`,
    'with a slash too many': `/${base}${escapeKey(prefix)}a`,
  })) {
    changes[`a path ${what}`] = (step) => ({ ...step, path });
  }
  for (const value of [
    '',
    ' ',
    '%20',
    '%00',
    '%0A',
    '+',
    'a b',
    'a%zz',
    'a%2',
    'a%2b',
    'é',
    '%C3%A9',
    'a;b',
    '../x',
    "a'b",
    'x'.repeat(2000),
  ]) {
    changes[`the upload id ${JSON.stringify(value.slice(0, 20))}`] = (step) =>
      withId(step, value) ?? { ...step, query: `uploadId=${value}`, method: 'DELETE' };
  }
  for (const extra of [
    'acl=',
    'tagging=',
    'versionId=1',
    'uploadId=2',
    'partNumber=2',
    'policy=',
    'delete=',
    'response-content-type=text%2Fhtml',
  ]) {
    changes[`the parameter ${extra} beside`] = (step) => ({ ...step, query: [step.query, extra].join('&') });
    changes[`the parameter ${extra} before`] = (step) => ({ ...step, query: [extra, step.query].join('&') });
    // An upload id alone is what completes, aborts and lists.
    if (!extra.startsWith('uploadId')) changes[`the parameter ${extra} alone`] = (step) => ({ ...step, query: extra });
  }
  changes['an expiry, which makes it a link'] = (step) => ({ ...step, query: `X-Amz-Expires=604800&${step.query}` });
  changes['an ampersand too many'] = (step) => ({ ...step, query: `${step.query}&` });
  changes['a question mark'] = (step) => ({ ...step, query: `?${step.query}` });
  for (const [what, name] of Object.entries({
    'another host, which may mean another bucket': `${otherBucket}.${host}`,
    'a host with a port more': `${host}0`,
    'a host with a space': ` ${host}`,
    'no host name': '',
  })) {
    changes[what] = (step) => ({ ...step, headers: step.headers.map((header) => (header.startsWith('host:') ? `host:${name}` : header)) });
  }
  for (const header of [
    'x-amz-acl:public-read',
    'x-amz-acl:public-read-write',
    'x-amz-acl:',
    'x-amz-acl: private',
    'x-amz-copy-source:/payroll/secret.txt',
    'x-amz-copy-source-range:bytes=0-1',
    'x-amz-grant-read:uri="http://acs.amazonaws.com/groups/global/AllUsers"',
    'x-amz-grant-full-control:uri="http://acs.amazonaws.com/groups/global/AllUsers"',
    'x-amz-website-redirect-location:https://evil.example/',
    'x-amz-tagging:public=yes',
    'x-amz-object-lock-mode:COMPLIANCE',
    'x-amz-security-token:token',
    'x-amz-bypass-governance-retention:true',
    'x-amz-mfa:1',
    'x-amz-request-payer:requester',
    'x-amz-expires:604800',
    'x-forwarded-host:evil.example',
    'authorization:AWS x:y',
    'cookie:session=1',
    'date:Sun, 22 Nov 2026 12:00:00 GMT',
    'range:bytes=0-1',
  ]) {
    changes[`the header ${header}`] = (step) => ({
      ...step,
      headers: [...step.headers.filter((one) => !one.startsWith(`${header.split(':', 1)[0]}:`)), header].sort(),
    });
  }
  changes['a header twice'] = (step) => ({ ...step, headers: [...step.headers, 'x-amz-meta-a:1', 'x-amz-meta-a:2'] });
  changes['a host twice'] = (step) => ({ ...step, headers: [...step.headers, `host:${host}`] });
  return changes;
}

function names(step: Canonical): string {
  return step.headers.map((header) => header.split(':', 1)[0]).join(';');
}

function later(step: Canonical, seconds: number): readonly string[] {
  const time = `${step.time.slice(0, 8)}T00000${seconds}Z`;
  return step.headers.map((header) => (header.startsWith('x-amz-date:') ? `x-amz-date:${time}` : header));
}

function at(step: Canonical, time: string, region: string): Canonical {
  return {
    ...step,
    time,
    scope: `${time.slice(0, 8)}/${region}/s3/aws4_request`,
    headers: step.headers.map((header) => (header.startsWith('x-amz-date:') ? `x-amz-date:${time}` : header)),
  };
}

function hashed(step: Canonical, payloadHash: string): Canonical {
  return {
    ...step,
    payloadHash,
    headers: step.headers.map((header) => (header.startsWith('x-amz-content-sha256:') ? `x-amz-content-sha256:${payloadHash}` : header)),
  };
}

function withId(step: Canonical, value: string): Canonical | undefined {
  return step.query.includes('uploadId=') ? { ...step, query: step.query.replace(/uploadId=.*/, `uploadId=${value}`) } : undefined;
}

/** Requests that are hostile by themselves: the holes that were found, and what is next to them. */
function handWritten(subject: SigningSubject): readonly HostileBody[] {
  const { prefix, victim, bucket } = subject;
  const own = `${prefix}own.txt`;
  const v4 = (reason: string, method: string, key: string, query: string): HostileBody => ({
    reason,
    version: 4,
    body: JSON.stringify({ headers: canonicalText(honestStep(subject, method, key, query)) }),
  });
  const list: HostileBody[] = [
    v4('deletes an object: an abort without an upload id', 'DELETE', victim, 'uploadId='),
    v4('deletes an object of its own without the delete endpoint', 'DELETE', own, 'uploadId='),
    v4('deletes an object', 'DELETE', own, ''),
    v4('overwrites an object: a part without an upload id', 'PUT', victim, 'partNumber=1&uploadId='),
    v4('overwrites an object of its own in one request, with no limit to its size', 'PUT', own, 'partNumber=1&uploadId='),
    v4('overwrites an object', 'PUT', own, ''),
    v4('reads an object', 'GET', own, ''),
    v4('looks at an object', 'HEAD', own, ''),
    v4('reads the parts of nobody’s upload', 'GET', own, 'uploadId='),
    v4('lists the bucket', 'GET', '', ''),
    v4('deletes the bucket', 'DELETE', '', ''),
    v4('changes the bucket’s policy', 'PUT', '', 'policy='),
    v4('completes what is no upload', 'POST', own, 'uploadId='),
    v4('restores an archive', 'POST', own, 'restore='),
    v4('runs a query', 'POST', own, 'select=&select-type=2'),
  ];
  for (const part of ['0', '-1', '+1', '01', '1.0', '1e3', '10001', '99999', '', ' 1', '1%20', 'one', '１', '0x1', '1%2C2', '1;2']) {
    list.push(v4(`the part number ${JSON.stringify(part)}`, 'PUT', own, `partNumber=${part}&uploadId=${ID}`));
  }
  for (const query of [
    `uploadId=${ID}&partNumber=1`,
    `partNumber=1&partNumber=2&uploadId=${ID}`,
    `partNumber=1&uploadId=${ID}&uploadId=`,
    `partNumber=1&uploadId=&uploadId=${ID}`,
    `partNumber&uploadId=${ID}`,
    'partNumber=1&uploadId',
    `PartNumber=1&UploadId=${ID}`,
    `partNumber=1&uploadId=${ID}&x-id=UploadPart`,
    `partNumber=1&amp;uploadId=${ID}`,
    `partNumber=1;uploadId=${ID}`,
    `partNumber=1&upload%49d=${ID}`,
    `partNumber=1&uploadId=${ID}%26acl`,
  ]) {
    list.push(v4(`the query ${query}`, 'PUT', own, query));
  }
  for (const query of ['uploads', 'uploads=1', 'uploads=&uploads=', 'Uploads=', 'uploads=&uploadId=', 'uploads=&x=']) {
    list.push(v4(`the query ${query}`, 'POST', own, query));
  }
  for (const query of ['max-parts=99999', 'max-parts=-1', 'max-parts=', 'part-number-marker=x', 'encoding-type=url']) {
    list.push(v4(`the list ${query}`, 'GET', own, `${query}&uploadId=${ID}`));
  }
  const good = canonicalText(honestStep(subject, 'POST', own, 'uploads='));
  for (const [reason, headers] of Object.entries({
    'only the hash of a request, which nobody can check': [...good.split('\n').slice(0, 3), sha256('anything')].join('\n'),
    'a request with a line more': `${good}\n`,
    'a request with a line before': `\n${good}`,
    'a request with other line ends': good.replaceAll('\n', '\r\n'),
    'a request without its last line': good.split('\n').slice(0, -1).join('\n'),
    'a request without its end': good.slice(0, 60),
    'two requests': `${good}\n${good}`,
    nothing: '',
    'a line': 'AWS4-HMAC-SHA256',
    'many lines': 'AWS4-HMAC-SHA256\n'.repeat(3000),
    'lines of nothing': '\n'.repeat(3000),
  })) {
    list.push({ reason: `headers: ${reason}`, version: 4, body: JSON.stringify({ headers }) });
  }
  for (const headers of [7, null, true, [], [good], {}, { toString: good }, { 0: good }]) {
    list.push({ reason: `headers that are ${JSON.stringify(headers).slice(0, 20)}`, version: 4, body: JSON.stringify({ headers }) });
  }
  list.push(
    { reason: 'headers and something else', version: 4, body: JSON.stringify({ headers: good, conditions: [] }) },
    { reason: 'headers and a policy', version: 4, body: JSON.stringify({ headers: good, ...honestPolicy(subject, own) }) },
  );
  const nonsense: Readonly<Record<string, string>> = {
    nothing: '',
    null: 'null',
    true: 'true',
    'a number': '7',
    'a list': '[]',
    'a list of a policy': JSON.stringify([honestPolicy(subject, own)]),
    text: '"text"',
    'text that is a policy': JSON.stringify(JSON.stringify(honestPolicy(subject, own))),
    'half an object': '{',
    'an object of no end': '{"expiration":"2099',
    'an empty object': '{}',
    HTML: '<html>FORGED</html>',
    XML: '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
    'a form': 'headers=x&key=y',
    'a zero byte': '\u0000',
    'a byte order mark before a policy': `\ufeff${JSON.stringify({ ...honestPolicy(subject, own), expiration: '2099-01-01T00:00:00Z' })}`,
    'a comment': '{/* */}',
    'single quotes': "{'expiration':'x'}",
    'something behind the object': `${JSON.stringify(honestPolicy(subject, own))} FORGED`,
    'a prototype': '{"__proto__":{"expiration":"2099-01-01T00:00:00Z"},"constructor":{"prototype":{}}}',
    'deep lists': '['.repeat(20_000),
    'deep lists that end': `${'['.repeat(5000)}${']'.repeat(5000)}`,
    'deep objects': '{"a":'.repeat(8000),
    'deep conditions': `{"expiration":"${iso(minutes(5))}","conditions":${'['.repeat(5000)}${']'.repeat(5000)}}`,
    'a number of many digits': `{"expiration":${'9'.repeat(5000)}}`,
    'a number that overflows': '{"expiration":1e999,"conditions":[["content-length-range",0,1e999]]}',
    'half a surrogate pair': `{"expiration":"${iso(minutes(5))}","conditions":[{"key":"${prefix}\\ud800"},{"bucket":"${bucket}"}]}`,
    'a key of half a surrogate pair': JSON.stringify(honestPolicy(subject, `${prefix}HALF`)).replace('HALF', '\\ud800'),
  };
  for (const [what, body] of Object.entries(nonsense)) for (const version of [2, 4] as const) list.push({ reason: what, version, body });
  return list;
}

/** A version 2 string to sign. */
export function stringV2(
  method: string,
  resource: string,
  date = new Date().toUTCString(),
  more: readonly string[] = [],
  type = '',
): string {
  return [method, '', type, '', ...[`x-amz-date:${date}`, ...more].sort(), resource].join('\n');
}

/** Version 2, where what a page may do is the same and the ways to get more are others. */
function hostileV2(subject: SigningSubject): readonly HostileBody[] {
  const { bucket, otherBucket, prefix, victim } = subject;
  const base = `/${bucket}/`;
  const key = `${base}${escapeKey(`${prefix}naïve (1).bin`)}`;
  const now = new Date().toUTCString();
  const five: Readonly<Record<string, readonly [method: string, query: string]>> = {
    create: ['POST', 'uploads'],
    part: ['PUT', `partNumber=1&uploadId=${ID}`],
    complete: ['POST', `uploadId=${ID}`],
    abort: ['DELETE', `uploadId=${ID}`],
    list: ['GET', `uploadId=${ID}`],
  };
  const list: HostileBody[] = [];
  const add = (reason: string, headers: string): void => void list.push({ reason, version: 2, body: JSON.stringify({ headers }) });
  for (const [step, [method, query]] of Object.entries(five)) {
    for (const path of [
      `/${otherBucket}/${escapeKey(prefix)}a`,
      `/${bucket}`,
      base,
      '/',
      `${base}${escapeKey(victim)}`,
      `${base}a.bin`,
      `${base}${escapeKey(prefix)}`,
      `${base}${escapeKey(prefix)}../bob/victim.txt`,
      `${base}${escapeKey(prefix)}%2e%2e/bob/victim.txt`,
      `${base}${escapeKey(prefix)}a+b`,
      `${base}${escapeKey(prefix)}a%0AFORGED`,
      `${base}${escapeKey(prefix)}%FF`,
      `${base}${escapeKey(prefix)}%zz`,
      `${base}${prefix}naïve`,
    ]) {
      add(`${step}: the path ${path}`, stringV2(method, `${path}?${query}`));
    }
    for (const other of [
      '',
      'acl',
      'uploadId',
      'uploadId=',
      'uploadId=%20',
      'uploadId= ',
      `${query}&acl`,
      `${query}&versionId=1`,
      `acl&${query}`,
      `${query}&response-content-type=text/html`,
    ]) {
      add(`${step}: the query ${other}`, stringV2(method, `${key}?${other}`));
    }
    add(`${step}: no query`, stringV2(method, key));
    for (const [what, date] of Object.entries({
      'in 2100, which presigns until then': '4102444800',
      'in an hour, which presigns until then': String(Math.floor(minutes(60) / 1000)),
      'that is a word': 'tomorrow',
      'that is ISO': new Date().toISOString(),
      'of an hour ago': new Date(minutes(-60)).toUTCString(),
      'in an hour': new Date(minutes(60)).toUTCString(),
      'in years': 'Thu, 01 Jan 2099 00:00:00 GMT',
    })) {
      add(`${step}: a date line ${what}`, [method, '', '', date, `${key}?${query}`].join('\n'));
      add(
        `${step}: a date line ${what}, and a date in a header`,
        [method, '', '', date, `x-amz-date:${now}`, `${key}?${query}`].join('\n'),
      );
      add(`${step}: a header's date ${what}`, stringV2(method, `${key}?${query}`, date));
    }
    add(`${step}: no date`, [method, '', '', '', `${key}?${query}`].join('\n'));
    add(`${step}: two dates`, [method, '', '', now, `x-amz-date:${now}`, `${key}?${query}`].join('\n'));
    for (const header of [
      'x-amz-acl:public-read',
      'x-amz-copy-source:/payroll/secret.txt',
      'x-amz-grant-read:uri=x',
      'x-amz-tagging:a=b',
      'X-Amz-Meta-A:1',
      'x-amz-security-token:t',
      'host:evil.example',
      'x-amz-meta-a:\u001b[2J',
      'x-amz-meta-a',
    ]) {
      add(`${step}: the header ${header}`, stringV2(method, `${key}?${query}`, now, [header]));
    }
    add(`${step}: a header twice`, stringV2(method, `${key}?${query}`, now, ['x-amz-meta-a:1', 'x-amz-meta-a:2']));
    add(`${step}: a line less`, [method, '', now, `${key}?${query}`].join('\n'));
    add(`${step}: a line more`, `${stringV2(method, `${key}?${query}`)}\n`);
    add(`${step}: a type with an escape`, stringV2(method, `${key}?${query}`, now, [], 'text/plain\u001b[2J'));
  }
  for (const part of ['0', '-1', '01', '10001', '1e3', '', '+1'])
    add(`the part number ${part}`, stringV2('PUT', `${key}?partNumber=${part}&uploadId=${ID}`));
  for (const headers of ['PUT', '', '\n\n\n\n', 'AWS4-HMAC-SHA256']) add(`the text ${JSON.stringify(headers)}`, headers);
  return list;
}

/** Every body that a signing server must refuse. Version 2's are refused by servers that do not speak it as well. */
export function hostileBodies(subject: SigningSubject): readonly HostileBody[] {
  const list: HostileBody[] = [...handWritten(subject), ...hostileV2(subject)];
  for (const version of [4, 2] as const) {
    const changes = { ...policyChanges(subject), ...(version === 4 ? policyChangesV4(subject) : {}) };
    for (const [base, policy] of Object.entries(policies(subject, version))) {
      for (const [what, change] of Object.entries(changes)) {
        list.push({ reason: `a version ${version} policy ${base} with ${what}`, version, body: JSON.stringify(change(policy)) });
      }
    }
  }
  for (const [base, step] of Object.entries(steps(subject))) {
    for (const [what, change] of Object.entries(stepChanges(subject))) {
      const changed = change(step);
      list.push({ reason: `${base} with ${what}`, version: 4, body: JSON.stringify({ headers: canonicalText(changed) }) });
    }
  }
  // A policy of version 2 is not to be had from the version 4 address, nor the other way round.
  list.push(
    { reason: 'a version 2 policy as one of version 4', version: 4, body: JSON.stringify(honestPolicy(subject, `${subject.prefix}a`, 2)) },
    { reason: 'a version 4 policy as one of version 2', version: 2, body: JSON.stringify(honestPolicy(subject, `${subject.prefix}a`, 4)) },
  );
  return list;
}
