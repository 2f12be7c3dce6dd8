/** Signature requests of a browser with a few changes, for servers that all have to give the same answer. */
import * as fc from 'fast-check';

/** Replaced where the request is sent, so that it is always of now: the date of a signature, its day, and the end of a policy. */
const date = '{DATE}';
const day = '{DAY}';
const soon = '{SOON}';

const emptyHash = '44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a';

/** What is inserted into a text. */
const junk = [
  ...[
    '',
    ' ',
    '\n',
    '\r',
    '\t',
    '\0',
    '\u001b',
    '\u0085',
    '\u2028',
    '\ufeff',
    '\u00a0',
    '\u200b',
    '\ud800',
    '😀',
    'é',
    'e\u0301',
    'K',
    '٣',
    '１',
  ],
  ...[
    '..',
    '/',
    '//',
    '../',
    '/../',
    '%2F',
    '%2e',
    '%',
    '%00',
    '%0A',
    '%C3',
    '%c3%a9',
    '+',
    '&',
    '=',
    '?',
    '#',
    ';',
    ':',
    ',',
    '"',
    "'",
    '\\',
    '*',
    '~',
    '(',
    '!',
  ],
  ...[
    '${filename}',
    '0',
    '-1',
    '1e3',
    '00',
    'null',
    '[]',
    '{}',
    'x-amz-acl:public-read',
    'uploadId=',
    '&uploadId=',
    '&acl=',
    'people/bob/',
    'photos',
    'other',
  ],
  ...['\n\n', 'PUT', 'DELETE', 'GET', 'A'.repeat(1100)],
];

type Change = readonly [kind: number, at: number, text: string, other: number];
const anyChange: fc.Arbitrary<Change> = fc.tuple(fc.nat(5), fc.nat(1000), fc.constantFrom(...junk), fc.nat(20));

function change(text: string, [kind, position, inserted, other]: Change): string {
  const at = position % (text.length + 1);
  if (kind < 2) return text.slice(0, at) + inserted + text.slice(at);
  if (kind === 2) return text.slice(0, at) + text.slice(at + 1 + (other % 6));
  if (kind === 3) return text.slice(0, at) + text.slice(at).toUpperCase();
  if (kind === 4) return text.slice(0, at) + text.slice(at, at + 1).toLowerCase() + text.slice(at + 1);
  // A line, a query parameter or a header is written twice, left out, or put elsewhere.
  const pieces = text.split(/(?<=[\n&/;])/);
  const from = pieces[other % pieces.length] ?? '';
  pieces.splice(position % pieces.length, other % 2, ...(other % 3 === 0 ? [] : [from]));
  return pieces.join('');
}

const steps = [
  ['POST', 'uploads='],
  ['PUT', 'partNumber=7&uploadId=2~abc'],
  ['POST', 'uploadId=2~abc'],
  ['DELETE', 'uploadId=2~abc'],
  ['GET', 'max-parts=1000&part-number-marker=3&uploadId=2~abc'],
] as const;

/** The string to sign of one request of a multipart upload, with its canonical request. */
function stringToSign(method: string, query: string, host: string): string {
  const isStart = query === 'uploads=';
  const headers = [
    ['host', host],
    ...(isStart ? [['x-amz-acl', 'private']] : []),
    ['x-amz-content-sha256', emptyHash],
    ['x-amz-date', date],
    ...(isStart ? [['x-amz-meta-qqfilename', 'a']] : []),
  ];
  const lines = headers.map((header) => header.join(':'));
  const names = headers.map(([name]) => name).join(';');
  const canonical = [method, '/photos/people/ann/a%20b.bin', query, ...lines, '', names, emptyHash];
  return ['AWS4-HMAC-SHA256', date, `${day}/us-east-1/s3/aws4_request`, ...canonical].join('\n');
}

/** A policy, and more members that a change adds. */
interface Policy {
  readonly conditions: unknown[];
  [member: string]: unknown;
}

const honestPolicy = (accessKey: string): Policy => ({
  expiration: soon,
  conditions: [
    { acl: 'private' },
    { bucket: 'photos' },
    { 'Content-Type': 'image/jpeg' },
    { success_action_status: '200' },
    { 'x-amz-algorithm': 'AWS4-HMAC-SHA256' },
    { key: 'people/ann/a.jpg' },
    { 'x-amz-credential': `${accessKey}/${day}/us-east-1/s3/aws4_request` },
    { 'x-amz-date': date },
    { 'x-amz-meta-qqfilename': 'a' },
    ['content-length-range', '0', '1000000'],
  ],
});

const fieldValues: readonly unknown[] = [
  ...[
    null,
    true,
    0,
    -1,
    1e3,
    '1e3',
    '',
    [],
    {},
    ['a'],
    { a: 1 },
    '100000000',
    9007199254740992,
    1.5,
    '01',
    ' 1',
    '1 ',
    '+1',
    '٣',
    '\0',
    'x\ny',
    'other',
  ],
  ...[
    'people/bob/x',
    'people/ann/../bob/x',
    'people/ann/',
    'people/ann',
    'PEOPLE/ann/x',
    'people/ann/${filename}',
    'public-read',
    'PRIVATE',
  ],
];
const fieldNames = [
  ...[
    'x-amz-security-token',
    'success_action_redirect',
    'redirect',
    'x-amz-acl',
    'x-amz-copy-source',
    'x-amz-tagging',
    'tagging',
    'content-type',
  ],
  ...[
    'x-amz-website-redirect-location',
    'x-amz-grant-read',
    'x-amz-server-side-encryption',
    'if-none-match',
    'Key',
    'KEY',
    'Bucket',
    'file',
    'policy',
  ],
  ...['__proto__', 'constructor', '', 'x-amz-meta-', 'x-amz-meta-a b', 'x-amz-meta-é'],
];
const otherConditions: readonly unknown[] = [
  ...fieldValues,
  { a: 'b', key: 'people/ann/x' },
  ...[
    ['eq', '$key'],
    ['eq', '$key', 'people/ann/x', 'y'],
    ['eq', '$key', 'people/ann/x'],
    ['starts-with', '$key', 'people/ann/'],
    ['starts-with', '$key', ''],
  ],
  ...[
    ['starts-with', '$key', 'people/ann/x'],
    ['starts-with', '$acl', ''],
    ['starts-with', '$x-amz-meta-q', ''],
  ],
  ...[
    ['content-length-range', 5, 10],
    ['content-length-range', '10', '5'],
    ['content-length-range', 0, 1e21],
  ],
];
const expirations = [
  ...['2026-02-30T00:00:00Z', '2026-13-01T00:00:00Z', '2026-11-24T24:00:00Z', '2026-11-24T17:60:00Z', '2099-11-24T10:00:00z'],
  ...['2099-11-24T10:00:00+00:00', '2099-11-24 10:00:00Z', '1999-01-01T00:00:00.000Z', '2099-01-01T00:00:00.000Z'],
];

const policyChange = fc.record({
  kind: fc.nat(7),
  position: fc.nat(20),
  name: fc.constantFrom(...fieldNames),
  value: fc.constantFrom(...fieldValues),
  other: fc.constantFrom(...otherConditions, ...expirations),
  match: fc.constantFrom('eq', 'starts-with', 'EQ', 'content-length-range', ''),
  text: anyChange,
});
type PolicyChange = typeof policyChange extends fc.Arbitrary<infer Value> ? Value : never;

function changePolicy(policy: Policy, { kind, position, name, value, other, match, text }: PolicyChange): void {
  const { conditions } = policy;
  const at = position % Math.max(1, conditions.length);
  const condition = conditions[at];
  const [field, current] = Object.entries(Object(condition) as Record<string, unknown>)[0] ?? [name, value];
  if (kind === 0) conditions.splice(at, 1);
  if (kind === 1) conditions.splice(at, 0, conditions[position % Math.max(1, conditions.length - 1)]);
  if (kind === 2) {
    const list = Array.isArray(condition) ? [...(condition as unknown[])] : undefined;
    if (list) list[position % 4] = value;
    conditions[at] = list ?? { [field]: value };
  }
  if (kind === 3) conditions[at] = [match, `$${position % 2 ? field : field.toUpperCase()}`, position % 3 ? current : value];
  if (kind === 4) conditions[at] = { [change(field, text)]: current };
  if (kind === 5) conditions.push({ [name]: value });
  if (kind === 6) conditions[at] = other;
  if (kind === 7) policy[position % 3 ? 'expiration' : 'extra'] = other;
}

/** The body of a request to `/signature?v4=true`, for {@link atNow}. */
export function signatureRequest(accessKey: string, host: string): fc.Arbitrary<string> {
  const headers = fc
    .tuple(fc.constantFrom(...steps), fc.array(anyChange, { maxLength: 2 }))
    .map(([[method, query], some]) => JSON.stringify({ headers: some.reduce(change, stringToSign(method, query, host)) }));
  const policy = fc
    .tuple(fc.array(policyChange, { maxLength: 2 }), fc.option(anyChange, { freq: 6, nil: undefined }))
    .map(([some, text]) => {
      const one = honestPolicy(accessKey);
      for (const each of some) changePolicy(one, each);
      const json = JSON.stringify(one);
      return text && some.length % 2 ? change(json, text) : json;
    });
  return fc.oneof({ weight: 6, arbitrary: headers }, { weight: 4, arbitrary: policy });
}

/** Writes the present time into a request. */
export function atNow(body: string): string {
  const now = new Date().toISOString().replace(/[-:]|\.\d{3}/g, '');
  const end = new Date(Date.now() + 300_000).toISOString();
  return body.replaceAll(date, now).replaceAll(day, now.slice(0, 8)).replaceAll(soon, end);
}
