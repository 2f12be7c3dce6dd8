/**
 * What the signing server puts its name to. A signature is a permission: whoever can make this server sign a string of their own choice
 * owns the bucket. So everything that is asked for is taken apart here, and what is not known to be harmless is refused.
 *
 * Nothing here reads a clock or a secret: text in, a verdict out.
 */

/** What may be uploaded, and where to. */
export interface SigningRules {
  readonly bucket: string;
  readonly accessKey: string;
  readonly region: string;
  /** The values of the Host header that reach this bucket's store: for path-style addresses `store.example:9000`, else `bucket.store.example`. */
  readonly hosts: readonly string[];
  /** Whether the store sees `/bucket/key` (true) or `/key`. */
  readonly pathStyle: boolean;
  /** The one canned ACL that uploads get, such as `private`. */
  readonly acl: string;
  /** Keys must start with this. Default: any key. */
  readonly keyPrefix?: string;
  /** Bytes. A form policy must promise a `content-length-range` within this. Default: no limit. */
  readonly maxSize?: number;
}

/** A verdict: what is needed to sign, or the reason not to (for the server's log, not for the client). */
export type Verdict<Approved> = { readonly approved: Approved } | { readonly refused: string };

/** What the four kinds of request to be signed come down to. */
export interface ApprovedPolicy {
  /** The policy as it was checked, to be encoded and signed: never the bytes that came in, which might be read differently elsewhere. */
  readonly json: string;
  /** v4 only. */
  readonly scope: string;
}

/** A v4 string to sign, taken apart. */
export interface ApprovedRequest {
  readonly scope: string;
  readonly time: string;
  readonly canonicalRequest: string;
}

const MINUTE = 60_000;
const LONGEST_POLICY = 24 * 60 * MINUTE;

/** Form fields and headers that only describe the object. Anything else (ACL grants, copy sources, redirects) is refused. */
const HARMLESS =
  /^(content-type|content-md5|cache-control|content-disposition|content-encoding|x-amz-meta-.+|x-amz-storage-class|x-amz-server-side-encryption(-.+)?|x-amz-checksum-.+|x-amz-sdk-checksum-algorithm)$/i;

/** A form policy, as `POST /s3/signature` brings it. https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html */
export function judgePolicy(text: string, version: 2 | 4, rules: SigningRules, now: Date): Verdict<ApprovedPolicy> {
  const policy = parseObject(text);
  if (!policy) return { refused: 'the policy is not a JSON object' };
  const expires = typeof policy['expiration'] === 'string' ? Date.parse(policy['expiration']) : NaN;
  if (!(expires - now.getTime() <= LONGEST_POLICY)) return { refused: 'the policy has no expiration within a day' };
  if (!Array.isArray(policy['conditions'])) return { refused: 'the policy has no conditions' };
  const conditions: unknown[] = policy['conditions'];

  const seen = new Map<string, string>();
  const remember = (name: string, value: string): boolean => {
    if (seen.has(name.toLowerCase())) return false;
    seen.set(name.toLowerCase(), value);
    return true;
  };
  let range: readonly [number, number] | undefined;
  for (const condition of conditions) {
    if (Array.isArray(condition)) {
      const [operator, first, second] = condition.map(String);
      if (operator === 'content-length-range' && condition.length === 3) {
        range = [Number(first), Number(second)];
      } else if (operator === 'eq' && condition.length === 3 && first?.startsWith('$')) {
        if (!remember(first.slice(1), second ?? '')) return { refused: `the policy names ${first} twice` };
      } else if (operator === 'starts-with' && condition.length === 3 && first === '$key') {
        // One policy for many small files. Without a folder of its own it would be a permission to write over everything.
        if (!second || !remember('key', `${second}*`)) return { refused: 'a policy for many keys needs a prefix' };
      } else if (operator !== 'starts-with' || condition.length !== 3 || !HARMLESS.test(String(first).slice(1))) {
        return { refused: `the condition ${JSON.stringify(condition)} is not one that uploads need` };
      }
    } else if (typeof condition === 'object' && condition !== null) {
      for (const [name, value] of Object.entries(condition)) {
        if (!remember(name, String(value))) return { refused: `the policy names ${name} twice` };
      }
    } else {
      return { refused: 'a condition is neither a list nor an object' };
    }
  }
  const bucket = seen.get('bucket');
  if (bucket !== rules.bucket) return { refused: `the bucket is ${String(bucket)}` };
  const acl = seen.get('acl');
  if (acl !== rules.acl) return { refused: `the ACL is ${String(acl)}` };
  const key = seen.get('key');
  if (key === undefined || !isKeyAllowed(key, rules)) return { refused: `the key is ${String(key)}` };
  if (rules.maxSize !== undefined && !(range && range[0] >= 0 && range[1] <= rules.maxSize)) {
    return { refused: `the size may be ${range ? String(range[1]) : 'anything'}` };
  }
  const credential = seen.get('x-amz-credential') ?? '';
  const scope = credential.slice(credential.indexOf('/') + 1);
  if (version === 4) {
    if (seen.get('x-amz-algorithm') !== 'AWS4-HMAC-SHA256') return { refused: 'the algorithm is not AWS4-HMAC-SHA256' };
    if (!credential.startsWith(`${rules.accessKey}/`) || !isScopeAllowed(scope, rules))
      return { refused: `the credential is ${credential}` };
  }
  const known = new Set(['bucket', 'acl', 'key', 'success_action_status', 'x-amz-algorithm', 'x-amz-credential', 'x-amz-date']);
  for (const name of seen.keys()) {
    if (!known.has(name) && !HARMLESS.test(name)) return { refused: `the field ${name} is not one that uploads need` };
  }
  return { approved: { json: JSON.stringify(policy), scope } };
}

/**
 * A v4 string to sign whose last part is still the canonical request itself, as Fine Uploader's protocol has it: so that this server sees
 * what it signs. The request's time is not judged: the store does that, and a page whose clock is off learns the right time from it.
 */
export function judgeRequest(text: string, rules: SigningRules): Verdict<ApprovedRequest> {
  const [algorithm, time = '', scope = '', ...rest] = text.split('\n');
  if (algorithm !== 'AWS4-HMAC-SHA256') return { refused: 'the algorithm is not AWS4-HMAC-SHA256' };
  if (!/^\d{8}T\d{6}Z$/.test(time) || !isScopeAllowed(scope, rules) || time.slice(0, 8) !== scope.slice(0, 8)) {
    return { refused: `the scope is ${scope} at ${time}` };
  }
  const [method = '', path = '', query = '', ...more] = rest;
  const blank = more.indexOf('');
  const headers = headersOf(more.slice(0, Math.max(blank, 0)));
  const [signedHeaders, payloadHash] = more.slice(blank + 1);
  if (blank < 0 || !headers || more.length !== blank + 3 || !payloadHash) return { refused: 'that is not a canonical request' };
  if (signedHeaders !== [...headers.keys()].join(';')) return { refused: 'the signed headers are not the headers' };
  const host = headers.get('host') ?? '';
  if (!rules.hosts.includes(host)) return { refused: `the host is ${host}` };
  const refusal = judgeResource(method, path, query, rules.pathStyle, rules) ?? judgeHeaders(headers, rules);
  return refusal ? { refused: refusal } : { approved: { scope, time, canonicalRequest: rest.join('\n') } };
}

/** A v2 string to sign: method, Content-MD5, Content-Type, date, the `x-amz-` headers and `/bucket/key?sub`. */
export function judgeRequestV2(text: string, rules: SigningRules): Verdict<string> {
  const lines = text.split('\n');
  const headers = headersOf(lines.slice(4, -1));
  const resource = lines.at(-1) ?? '';
  if (lines.length < 5 || !headers) return { refused: 'that is not a version 2 string to sign' };
  const mark = resource.indexOf('?');
  const [path, query] = mark < 0 ? [resource, ''] : [resource.slice(0, mark), resource.slice(mark + 1)];
  const refusal = judgeResource(lines[0] ?? '', path, query, true, rules) ?? judgeHeaders(headers, rules);
  return refusal ? { refused: refusal } : { approved: text };
}

/** Whether a key (or, ending in `*`, a prefix of keys) is one that this server lets pages write. */
export function isKeyAllowed(key: string, rules: Pick<SigningRules, 'keyPrefix'>): boolean {
  if (key === '' || key === '*' || !key.startsWith(rules.keyPrefix ?? '')) return false;
  return !key.split('/').some((segment) => segment === '.' || segment === '..') && !hasControlCharacter(key);
}

/** The steps of a multipart upload, and nothing else: create, one part, complete, abort, list the parts. */
function judgeResource(method: string, path: string, query: string, pathStyle: boolean, rules: SigningRules): string | undefined {
  const prefix = pathStyle ? `/${rules.bucket}/` : '/';
  if (!path.startsWith(prefix)) return `the path is ${path}`;
  let key: string;
  try {
    key = decodeURIComponent(path.slice(prefix.length));
  } catch {
    return 'the path is not escaped properly';
  }
  if (!isKeyAllowed(key, rules)) return `the key is ${key}`;
  const names = query
    .split('&')
    .map((pair) => pair.split('=')[0])
    .sort()
    .join('&');
  const step = `${method} ${names}`;
  const steps = ['POST uploads', 'PUT partNumber&uploadId', 'POST uploadId', 'DELETE uploadId', 'GET uploadId'];
  if (steps.includes(step) || /^GET (max-parts&)?(part-number-marker&)?uploadId$/.test(step)) return undefined;
  return `${method} ${path}?${query} is not a step of a multipart upload`;
}

function judgeHeaders(headers: ReadonlyMap<string, string>, rules: SigningRules): string | undefined {
  const known = ['host', 'date', 'x-amz-date', 'x-amz-content-sha256'];
  for (const [name, value] of headers) {
    if (name === 'x-amz-acl') {
      if (value !== rules.acl) return `the ACL is ${value}`;
    } else if (!known.includes(name) && !HARMLESS.test(name)) {
      return `the header ${name} is not one that uploads need`;
    }
  }
  return undefined;
}

function headersOf(lines: readonly string[]): Map<string, string> | undefined {
  const headers = new Map<string, string>();
  for (const line of lines) {
    const colon = line.indexOf(':');
    const name = line.slice(0, Math.max(colon, 0));
    if (name === '' || name !== name.toLowerCase() || headers.has(name)) return undefined;
    headers.set(name, line.slice(colon + 1));
  }
  return headers;
}

function isScopeAllowed(scope: string, rules: SigningRules): boolean {
  return /^\d{8}\//.test(scope) && scope.slice(9) === `${rules.region}/s3/aws4_request`;
}

function hasControlCharacter(text: string): boolean {
  return [...text].some((sign) => sign < ' ' || sign === '\u007f');
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
