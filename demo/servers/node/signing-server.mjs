/**
 * A signing server in one file of plain Node: it lets a page upload straight into an S3 bucket without ever showing it a secret key.
 *
 *   POST   /s3/signature?v4=true   a form policy -> {policy, signature}; {headers: "…"} -> {signature}; a refusal -> 400 {invalid: true}
 *   POST   /s3/success             the object is stored: key=&bucket=&uuid=&name=&etag= -> {success, tempLink}
 *   DELETE /s3/files/{uuid}        ?key=&bucket= -> 204 (or POST /s3/files with _method=DELETE -> {success})
 *
 * Copy it, write `authorize`, and put this into your page:
 *
 *   <fine-uploader-s3 endpoint="https://photos.s3.eu-west-1.amazonaws.com" region="eu-west-1" access-key="AKIA…"
 *     signature-endpoint="/s3/signature" success-endpoint="/s3/success" delete-endpoint="/s3/files"></fine-uploader-s3>
 *
 * Alone: `node signing-server.mjs`, with the environment that `settingsFrom` reads. In your own server:
 *
 *   const sign = createSigningServer({ ...settingsFrom(process.env), authorize });
 *   http.createServer(async (request, response) => { if (!(await sign(request, response))) yourOwn(request, response); });
 *
 * A signature is a permission: whoever can make this server sign a string of their own choice owns the bucket. So every request is taken
 * apart, and what is not known to be harmless is refused.
 */
import { createHash, createHmac } from 'node:crypto';
import http from 'node:http';
import { fileURLToPath } from 'node:url';

/**
 * WRITE THIS: who sends the request? Return the id of the signed-in user, or undefined to refuse. For example
 * `(request) => sessions.get(cookieOf(request))?.userId`.
 * @type {Authorize | undefined}
 */
const authorize = undefined;

// ─── Settings ────────────────────────────────────────────────────────────────────────────────────────────────────────

/** @typedef {(request: http.IncomingMessage) => string | number | undefined | Promise<string | number | undefined>} Authorize */

/**
 * @typedef {object} Settings
 * @property {string} bucket The bucket's name.
 * @property {string} bucketUrl Where this server reaches the bucket: `https://photos.s3.eu-west-1.amazonaws.com`, or path-style `https://minio.example.com/photos`.
 * @property {string} region Such as `eu-west-1`.
 * @property {string} accessKey
 * @property {string} secretKey
 * @property {string} [keyPrefix] Keys must begin with this; `{user}` stands for the user's id, percent-encoded. Default '': any key. With `users/{user}/`
 *   nobody can overwrite or delete the files of another user; the page's `key` must then begin so as well.
 * @property {number} [maxSize] Bytes. Default: no limit but the store's. With a limit, the page needs a `size-limit` that is no larger.
 * @property {string} [acl] The one canned ACL that objects get. Default `private`.
 * @property {readonly string[]} [allowedOrigins] Other origins whose pages may use this server, such as `https://www.example.com`. Default none.
 *   `*` is any page of the web: only for tests.
 * @property {readonly string[]} [hosts] Host headers under which the store sees its requests. Default: the host of `bucketUrl`.
 * @property {boolean} [pathStyle] Whether the store sees `/bucket/key`. Default: whether `bucketUrl` has a path.
 * @property {string} [publicBucketUrl] Where links lead. Default: `bucketUrl`.
 * @property {number} [linkSeconds] How long a link to a stored object works. Default 900.
 * @property {boolean} [version2] Whether to sign with Signature Version 2 as well, for old stores. Default false.
 * @property {string} [path] Default `/s3`.
 * @property {(line: string) => void} [log] Receives the reasons of refusals and failures. Default `console.warn`.
 * @property {Authorize | undefined} authorize Who sends the request; undefined refuses it.
 */

/**
 * The settings that come from the environment.
 * @param {Readonly<Record<string, string | undefined>>} env
 */
export function settingsFrom(env) {
  /** @param {string} name */
  const need = (name) => {
    const value = env[name];
    if (!value) throw new Error(`Set ${name} in the environment.`);
    return value;
  };
  return {
    bucket: need('S3_BUCKET'),
    bucketUrl: need('S3_BUCKET_URL'),
    region: need('S3_REGION'),
    accessKey: need('S3_ACCESS_KEY'),
    secretKey: need('S3_SECRET_KEY'),
    keyPrefix: env['S3_KEY_PREFIX'] ?? '',
    ...(env['S3_MAX_SIZE'] ? { maxSize: Number(env['S3_MAX_SIZE']) } : {}),
    allowedOrigins: (env['ALLOWED_ORIGINS'] ?? '').split(/[\s,]+/).filter((origin) => origin !== ''),
  };
}

// ─── Node's HTTP ─────────────────────────────────────────────────────────────────────────────────────────────────────

/**
 * Makes a handler for `node:http`. It resolves to false for requests that are not under its path, and touches nothing of them.
 * @param {Settings} options
 * @returns {(request: http.IncomingMessage, response: http.ServerResponse) => Promise<boolean>}
 */
export function createSigningServer(options) {
  const settings = complete(options);
  return async (request, response) => {
    const [address = '/', query = ''] = split(request.url ?? '/', '?');
    if (address !== settings.path && !address.startsWith(`${settings.path}/`)) return false;
    const { status, headers, body } = await answer(settings, {
      method: request.method ?? '',
      path: address.slice(settings.path.length),
      query,
      header: (name) => request.headers[name]?.toString(),
      user: async () => settings.authorize(request),
      body: () => readBody(request),
    });
    // A framework in front may have set some already.
    for (const [name, value] of Object.entries(headers)) if (!response.hasHeader(name)) response.setHeader(name, value);
    response.writeHead(status).end(body);
    return true;
  };
}

/** @param {http.IncomingMessage} request */
async function readBody(request) {
  /** @type {Buffer[]} */
  const chunks = [];
  let size = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    size += chunk.length;
    if (size > LONGEST_BODY) break;
    chunks.push(chunk);
  }
  if (size > LONGEST_BODY) {
    // The rest is read and dropped: a browser that is cut off while it sends shows no answer.
    request.resume();
    throw new HttpError(413, 'The request is too long.');
  }
  return Buffer.concat(chunks).toString('utf8');
}

// ─── The protocol and the checks: the same text in every JavaScript server of this folder ────────────────────────────

/** Policies and canonical requests are shorter. */
const LONGEST_BODY = 64 * 1024;
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** A refusal to sign. The reason goes to the log and not to the client. */
class Refused extends Error {}

/** An answer other than 200, with a sentence for the person. */
class HttpError extends Error {
  /**
   * @param {number} status
   * @param {string} message
   * @param {Readonly<Record<string, boolean>>} [extra]
   */
  constructor(status, message, extra = {}) {
    super(message);
    this.status = status;
    this.extra = extra;
  }
}

/**
 * One request, whatever the framework.
 * @typedef {object} Incoming
 * @property {string} method
 * @property {string} path Below the server's own, such as `/signature`.
 * @property {string} query Still escaped.
 * @property {(name: string) => string | undefined} header By lower-case name.
 * @property {() => Promise<string | number | undefined>} user
 * @property {() => Promise<string>} body
 */

/** @param {Settings} options */
function complete(options) {
  const { authorize } = options;
  if (typeof authorize !== 'function') {
    // Without it, everybody on the internet could fill the bucket.
    throw new Error('Say who may upload: pass `authorize: (request) => the id of the signed-in user, or undefined to refuse`.');
  }
  const { maxSize = Infinity } = options;
  // NaN, from `10MB`, would compare as no limit at all.
  if (!(maxSize > 0)) throw new Error('maxSize (S3_MAX_SIZE in the environment) must be a number of bytes, such as 20000000.');
  const { host, pathname } = new URL(options.bucketUrl);
  return {
    keyPrefix: '',
    acl: 'private',
    maxSize: Infinity,
    hosts: [host],
    pathStyle: pathname !== '/',
    publicBucketUrl: options.bucketUrl,
    linkSeconds: 900,
    version2: false,
    path: '/s3',
    allowedOrigins: /** @type {readonly string[]} */ ([]),
    log: (/** @type {string} */ line) => console.warn(line),
    ...options,
    authorize,
  };
}

/**
 * What one user may have signed.
 * @typedef {Omit<ReturnType<typeof complete>, 'authorize'>} Rules
 */

/**
 * @param {ReturnType<typeof complete>} settings
 * @param {Incoming} request
 * @returns {Promise<{status: number, headers: Record<string, string>, body: string}>}
 */
async function answer(settings, request) {
  const headers = corsHeaders(settings, request);
  try {
    if (request.method === 'OPTIONS') {
      const known = 'Access-Control-Allow-Origin' in headers;
      return { status: known ? 204 : 403, headers, body: '' };
    }
    refuseOtherSites(settings, request);
    const user = await request.user();
    if (!user) throw new HttpError(403, 'Please sign in to upload.');
    // `true`, or an object, would be one and the same folder for all users.
    if (!['string', 'number'].includes(typeof user)) throw new Error('`authorize` must return the id of the user, a string or a number.');
    // Escaped: a user who is called `bob/photos` has no part in bob's files.
    const rules = { ...settings, keyPrefix: settings.keyPrefix.split('{user}').join(escapeRfc3986(String(user))) };
    const [status, body] = await route(rules, request);
    if (status === 204) return { status, headers, body: '' };
    return json(status, headers, body);
  } catch (error) {
    if (error instanceof Refused) {
      settings.log(`not signed: ${printable(error.message)}`);
      return json(400, headers, { invalid: true });
    }
    if (error instanceof HttpError) return json(error.status, headers, { success: false, error: error.message, ...error.extra });
    settings.log(`failed: ${printable(error instanceof Error ? (error.stack ?? error.message) : String(error))}`);
    return json(500, headers, { success: false, error: 'The server failed.' });
  }
}

/**
 * @param {number} status
 * @param {Record<string, string>} headers
 * @param {object} body
 */
function json(status, headers, body) {
  const more = { 'Content-Type': 'application/json; charset=utf-8', 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' };
  return { status, headers: { ...more, ...headers }, body: JSON.stringify(body) };
}

/**
 * CORS: what lets pages of the allowed other origins read the answers.
 * @param {Pick<Settings, 'allowedOrigins'>} settings
 * @param {Incoming} request
 * @returns {Record<string, string>}
 */
function corsHeaders({ allowedOrigins = [] }, { method, header }) {
  const origin = header('origin');
  if (origin === undefined) return {};
  const anyone = allowedOrigins.includes('*');
  if (!anyone && !allowedOrigins.includes(origin)) return { Vary: 'Origin' };
  const asked = header('access-control-request-headers');
  return {
    'Access-Control-Allow-Origin': anyone ? '*' : origin,
    ...(anyone ? {} : { 'Access-Control-Allow-Credentials': 'true', Vary: 'Origin' }),
    ...(method === 'OPTIONS' ? { 'Access-Control-Allow-Methods': 'POST, DELETE' } : {}),
    ...(method === 'OPTIONS' && asked ? { 'Access-Control-Allow-Headers': asked } : {}),
  };
}

/**
 * Refuses requests that a page of another site makes a visitor's browser send, cookie included. Sec-Fetch-Site only exists on https and on
 * localhost, so the Origin is compared as well. `null` is the origin of a sandboxed or disguised page: another site.
 * @param {Pick<Settings, 'allowedOrigins'>} settings
 * @param {Incoming} request
 */
function refuseOtherSites({ allowedOrigins = [] }, { header }) {
  const origin = header('origin');
  if (allowedOrigins.includes('*') || (origin !== undefined && allowedOrigins.includes(origin))) return;
  const same = origin === undefined || (/^https?:\/\//.test(origin) && origin.replace(/^https?:\/\//, '') === header('host'));
  if (!same || ['cross-site', 'same-site'].includes(header('sec-fetch-site') ?? '')) {
    throw new HttpError(403, 'Pages of this origin may not use this server.');
  }
}

/**
 * @param {Rules} rules
 * @param {Incoming} request
 * @returns {Promise<[status: number, body: object]>}
 */
async function route(rules, { method, path, query, body }) {
  if (method === 'POST' && path === '/signature') return [200, await sign(rules, query === 'v4=true' ? 4 : 2, await body())];
  if (method === 'POST' && path === '/success') return [200, await success(rules, fieldsIn(await body()))];
  if (method === 'POST' && path === '/files') {
    const fields = fieldsIn(await body());
    if (fields.get('_method') !== 'DELETE') throw new HttpError(400, 'The only _method here is DELETE.');
    await remove(rules, fields);
    return [200, { success: true }];
  }
  if (method === 'DELETE' && path.startsWith('/files/')) {
    await remove(rules, fieldsIn(query));
    return [204, {}];
  }
  throw new HttpError(404, 'There is nothing here.');
}

/**
 * @param {Rules} rules
 * @param {2 | 4} version
 * @param {string} text
 */
async function sign(rules, version, text) {
  if (version === 2 && !rules.version2) throw new Refused('Signature Version 2 is off');
  const request = objectIn(text);
  const now = Date.now();
  if (!('headers' in request)) {
    const scope = checkPolicy(rules, version, request, now);
    // What was checked is signed, never the bytes that came in: a store might read those differently.
    const policy = base64(JSON.stringify(request));
    return { policy, signature: version === 4 ? await signV4(rules.secretKey, scope, policy) : await signV2(rules.secretKey, policy) };
  }
  const { headers, ...others } = request;
  if (typeof headers !== 'string' || Object.keys(others).length > 0) throw new Refused('headers is not the only string');
  if (version === 2) {
    checkRequestV2(rules, headers, now);
    return { signature: await signV2(rules.secretKey, headers) };
  }
  const { time, scope, canonicalRequest } = checkRequest(rules, headers, now);
  const stringToSign = ['AWS4-HMAC-SHA256', time, scope, await sha256(canonicalRequest)].join('\n');
  return { signature: await signV4(rules.secretKey, scope, stringToSign) };
}

/**
 * The page says that an object is stored. It may say so of anything, so the bucket is asked. This is the place to check the size of a file
 * that came in parts (no policy limits those), and to write the file into your database.
 * @param {Rules} rules
 * @param {ReadonlyMap<string, string>} fields
 */
async function success(rules, fields) {
  const key = keyIn(rules, fields);
  const response = await ask(rules, 'HEAD', key);
  if (response.status === 404) throw new HttpError(404, 'The file is not in the bucket.');
  if (!response.ok) throw new HttpError(502, `The store answered ${response.status} when asked for the file.`);
  if (Number(response.headers.get('content-length')) > rules.maxSize) {
    await ask(rules, 'DELETE', key);
    throw new HttpError(413, 'The file is too large and was not kept.', { preventRetry: true });
  }
  const link = await presign({ ...rules, bucketUrl: rules.publicBucketUrl }, 'GET', key, { expiresInSeconds: rules.linkSeconds });
  return { success: true, tempLink: link };
}

/**
 * Deletes an object. S3 says yes as well where there is none, so a repeated request succeeds too.
 * @param {Rules} rules
 * @param {ReadonlyMap<string, string>} fields
 */
async function remove(rules, fields) {
  const response = await ask(rules, 'DELETE', keyIn(rules, fields));
  if (!response.ok) throw new HttpError(502, `The store answered ${response.status} when told to delete the file.`);
}

/**
 * This server's own request to the store.
 * @param {Rules} rules
 * @param {'HEAD' | 'DELETE'} method
 * @param {string} key
 */
async function ask(rules, method, key) {
  const url = await presign(rules, method, key);
  try {
    return await fetch(url, { method, redirect: 'manual', signal: AbortSignal.timeout(20_000) });
  } catch (error) {
    rules.log(`the store did not answer ${method}: ${printable(String(error))}`);
    throw new HttpError(502, 'The store could not be reached.');
  }
}

/**
 * The key that a form or query names, if this user may touch it.
 * @param {Rules} rules
 * @param {ReadonlyMap<string, string>} fields
 */
function keyIn(rules, fields) {
  const key = fields.get('key') ?? '';
  if (fields.get('bucket') !== rules.bucket || !isKeyAllowed(rules, key)) {
    rules.log(`no file of this server: ${printable(key)}`);
    throw new HttpError(400, 'That is not a file of this server.', { preventRetry: true });
  }
  return key;
}

/**
 * Form fields, each once: of two `key`s, one would be checked and the other used somewhere else.
 * @param {string} text
 */
function fieldsIn(text) {
  /** @type {Map<string, string>} */
  const fields = new Map();
  for (const [name, value] of new URLSearchParams(text)) {
    if (fields.has(name) && ['key', 'bucket', '_method'].includes(name)) throw new HttpError(400, `The field ${name} is there twice.`);
    fields.set(name, value);
  }
  return fields;
}

/**
 * Checks a form policy: https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html
 * @param {Rules} rules
 * @param {2 | 4} version
 * @param {Readonly<Record<string, unknown>>} policy
 * @param {number} now ms
 * @returns {string} the credential's scope
 */
function checkPolicy(rules, version, policy, now) {
  const { expiration, conditions, ...others } = policy;
  if (Object.keys(others).length > 0) throw new Refused('the policy has more than an expiration and conditions');
  if (typeof expiration !== 'string' || !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/.test(expiration)) {
    throw new Refused('the expiration is not a date');
  }
  const end = new Date(expiration);
  // JavaScript reads `2026-02-30` as a day in March.
  if (Number.isNaN(end.getTime()) || end.toISOString().slice(0, 19) !== expiration.slice(0, 19))
    throw new Refused('the expiration is not a date');
  // Whoever copies a policy can use it until then.
  if (end.getTime() - now > DAY) throw new Refused('the expiration is not within a day');
  if (!Array.isArray(conditions)) throw new Refused('the policy has no conditions');

  /** @type {Map<string, string>} */
  const exact = new Map();
  /** @type {Set<string>} */
  const seen = new Set();
  /** @type {readonly [number, number] | undefined} */
  let range;
  for (const condition of /** @type {unknown[]} */ (conditions)) {
    const [operator, field, value] = conditionOf(condition);
    if (operator === 'content-length-range') {
      // Of two ranges a store might look at the other one.
      if (range) throw new Refused('the policy has two ranges');
      range = [sizeOf(field), sizeOf(value)];
      continue;
    }
    if (typeof field !== 'string' || typeof value !== 'string') throw new Refused('a condition has a value that is no string');
    if (!isPlain(value)) throw new Refused(`the condition for ${field} has a control character`);
    // The Kelvin sign becomes a k in small letters: a `key` that the store does not know as one.
    if (!/^[\x21-\x7e]+$/.test(field)) throw new Refused(`the field ${field} is not of ASCII`);
    const name = field.toLowerCase();
    if (seen.has(name)) throw new Refused(`the policy names ${field} twice`);
    seen.add(name);
    if (operator === 'starts-with' && name === 'key') {
      // One policy for many files. It must be for a folder of its own, or it would be a permission to write over everything.
      if (!value.endsWith('/') || !isKeyAllowed(rules, `${value}file`)) throw new Refused(`the prefix of keys is ${value}`);
    } else if (operator === 'starts-with') {
      if (!HARMLESS.test(name)) throw new Refused(`the field ${field} may not be left open`);
    } else if (!CHECKED.includes(name) && !HARMLESS.test(name)) {
      throw new Refused(`the field ${field} is not one that uploads need`);
    } else {
      exact.set(name, value);
    }
  }
  if (exact.get('bucket') !== rules.bucket) throw new Refused(`the bucket is ${exact.get('bucket')}`);
  if (exact.get('acl') !== rules.acl) throw new Refused(`the ACL is ${exact.get('acl')}`);
  const key = exact.get('key');
  if (key === undefined ? !seen.has('key') : !isKeyAllowed(rules, key)) throw new Refused(`the key is ${key}`);
  if (range && range[0] > range[1]) throw new Refused('the range is empty');
  if (rules.maxSize !== Infinity && !(range && range[1] <= rules.maxSize)) {
    throw new Refused(`the size may be ${range ? range[1] : 'anything'}`);
  }
  if (!['200', '201', '204', undefined].includes(exact.get('success_action_status'))) throw new Refused('the status is not one of success');
  if (version === 2) {
    if (seen.has('x-amz-algorithm') || seen.has('x-amz-credential')) throw new Refused('a version 2 policy names a version 4 credential');
    return '';
  }
  if (exact.get('x-amz-algorithm') !== 'AWS4-HMAC-SHA256') throw new Refused('the algorithm is not AWS4-HMAC-SHA256');
  const credential = exact.get('x-amz-credential') ?? '';
  const scope = credential.slice(rules.accessKey.length + 1);
  if (credential !== `${rules.accessKey}/${scope}`) throw new Refused(`the credential is ${credential}`);
  checkScope(rules, exact.get('x-amz-date') ?? '', scope, now);
  return scope;
}

/** Fields with checks of their own. */
const CHECKED = ['acl', 'bucket', 'key', 'success_action_status', 'x-amz-algorithm', 'x-amz-credential', 'x-amz-date'];

/** Fields and headers, in lower case, that only describe the object. All others (ACL grants, copy sources, redirects, tags) are refused. */
const HARMLESS =
  /^(content-(type|md5|encoding|disposition|language)|cache-control|expires|if-none-match|x-amz-storage-class|x-amz-server-side-encryption(-[a-z0-9-]+)?|x-amz-checksum-[a-z0-9-]+|x-amz-sdk-checksum-algorithm|x-amz-meta-[a-z0-9!#$%&'*+.^_`|~-]+)$/;

/**
 * A condition as operator, field and value.
 * @param {unknown} condition
 * @returns {readonly [operator: string, field: unknown, value: unknown]}
 */
function conditionOf(condition) {
  if (Array.isArray(condition)) {
    const [operator, field, value] = /** @type {unknown[]} */ (condition);
    if (condition.length === 3 && operator === 'content-length-range') return [operator, field, value];
    if (condition.length === 3 && (operator === 'eq' || operator === 'starts-with') && typeof field === 'string' && field.startsWith('$')) {
      return [operator, field.slice(1), value];
    }
    throw new Refused('a condition has no known operator');
  }
  const entries = typeof condition === 'object' && condition !== null ? Object.entries(condition) : [];
  const [entry] = entries;
  if (!entry || entries.length > 1) throw new Refused('a condition is neither a list nor one field');
  return ['eq', ...entry];
}

/**
 * A size of a content-length-range: plain digits. `1e3`, `-1` or ` 7` would be read differently elsewhere.
 * @param {unknown} value
 */
function sizeOf(value) {
  const text = typeof value === 'number' ? String(value) : value;
  // 2^53 is Fine Uploader's "no limit".
  if (typeof text !== 'string' || !/^(0|[1-9]\d{0,15})$/.test(text) || Number(text) > 2 ** 53)
    throw new Refused('the range is not of sizes');
  return Number(text);
}

/**
 * Checks a version 4 string to sign whose last part is still the canonical request, so that this server sees what it signs:
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
 * @param {Rules} rules
 * @param {string} text
 * @param {number} now ms
 */
function checkRequest(rules, text, now) {
  const [algorithm, time = '', scope = '', ...request] = text.split('\n');
  if (algorithm !== 'AWS4-HMAC-SHA256') throw new Refused('the algorithm is not AWS4-HMAC-SHA256');
  checkScope(rules, time, scope, now);
  const [method = '', path = '', query = '', ...lines] = request;
  const headers = headersIn(lines.slice(0, -3));
  const [blank, signedHeaders, payloadHash = ''] = lines.slice(-3);
  if (lines.length < 4 || blank !== '') throw new Refused('that is not a canonical request');
  if (signedHeaders !== [...headers.keys()].join(';')) throw new Refused('the signed headers are not the headers');
  if (!rules.hosts.includes(headers.get('host') ?? '')) throw new Refused(`the host is ${headers.get('host')}`);
  if (headers.get('x-amz-date') !== time) throw new Refused('the time is not the one of x-amz-date');
  if (!/^([0-9a-f]{64}|UNSIGNED-PAYLOAD)$/.test(payloadHash) || headers.get('x-amz-content-sha256') !== payloadHash) {
    throw new Refused('the hash of the payload is not one');
  }
  checkResource(rules, method, path, query, rules.pathStyle ? `/${rules.bucket}/` : '/', STEPS);
  checkHeaders(rules, headers, ['host', 'x-amz-date', 'x-amz-content-sha256']);
  return { time, scope, canonicalRequest: request.join('\n') };
}

/**
 * Checks a version 2 string to sign: method, Content-MD5, Content-Type, date, the `x-amz-` headers and `/bucket/key?query`.
 * @param {Rules} rules
 * @param {string} text
 * @param {number} now ms
 */
function checkRequestV2(rules, text, now) {
  const lines = text.split('\n');
  if (lines.length < 5) throw new Refused('that is not a version 2 string to sign');
  const [method = '', , , date = ''] = lines;
  const [path = '', query = ''] = split(lines.at(-1) ?? '', '?');
  const headers = headersIn(lines.slice(4, -1));
  // A number in the place of the date is the end of a presigned URL, years from now perhaps: a permission for all that time.
  const dates = [date, headers.get('x-amz-date') ?? ''].filter((one) => one !== '');
  if (dates.length !== 1 || !/^[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d (GMT|\+0000)$/.test(dates[0] ?? '')) {
    throw new Refused(`the date is ${dates.join(' and ')}`);
  }
  if (!(Math.abs(Date.parse(dates[0] ?? '') - now) <= 15 * MINUTE)) throw new Refused(`the date is ${dates[0]}`);
  if (!isPlain(lines.slice(0, 4).join(''))) throw new Refused('a header has a control character');
  checkResource(rules, method, path, query, `/${rules.bucket}/`, STEPS_V2);
  checkHeaders(rules, headers, ['x-amz-date']);
}

/** The value of `uploadId`. An empty one would turn an abort into the deletion of an object, and a part into an object. */
const ID = '([A-Za-z0-9._~-]|%2[BF]|%3D){1,1024}';
const PART = '([1-9]\\d{0,3}|10000)';
/** Method and canonical query of the steps of a multipart upload: create, part, complete, abort, list parts. There are no others. */
const STEPS = [
  'POST uploads=',
  `PUT partNumber=${PART}&uploadId=${ID}`,
  `POST uploadId=${ID}`,
  `DELETE uploadId=${ID}`,
  `GET (max-parts=\\d{1,4}&)?(part-number-marker=\\d{1,5}&)?uploadId=${ID}`,
].map((step) => new RegExp(`^${step}$`));
/** Version 2 does not escape, and does not sign what narrows a list. */
const STEPS_V2 = ['POST uploads', `PUT partNumber=${PART}&uploadId=ID`, 'POST uploadId=ID', 'DELETE uploadId=ID', 'GET uploadId=ID'].map(
  (step) => new RegExp(`^${step.replace('ID', '[A-Za-z0-9._~+/=-]{1,1024}')}$`),
);

/**
 * @param {Rules} rules
 * @param {string} method
 * @param {string} path
 * @param {string} query
 * @param {string} prefix what the path begins with, before the key
 * @param {readonly RegExp[]} steps
 */
function checkResource(rules, method, path, query, prefix, steps) {
  if (!path.startsWith(prefix)) throw new Refused(`the path is ${path}`);
  const escaped = path.slice(prefix.length);
  /** @type {string} */
  let key;
  /** @type {string} */
  let canonical;
  try {
    key = decodeURIComponent(escaped);
    // Throws for half a surrogate pair.
    canonical = escapePath(key);
  } catch {
    throw new Refused('the path is not escaped properly');
  }
  // Only the one canonical spelling: `+`, `%2e` or `%c3` are read differently by different stores, and by proxies in front of them.
  if (canonical !== escaped) throw new Refused(`the path ${path} is not canonical`);
  if (!isKeyAllowed(rules, key)) throw new Refused(`the key is ${key}`);
  if (!steps.some((step) => step.test(`${method} ${query}`))) throw new Refused(`${method} ${query} is not a step of a multipart upload`);
}

/**
 * @param {Rules} rules
 * @param {ReadonlyMap<string, string>} headers
 * @param {readonly string[]} known
 */
function checkHeaders(rules, headers, known) {
  for (const [name, value] of headers) {
    if (name === 'x-amz-acl' ? value !== rules.acl : !known.includes(name) && !HARMLESS.test(name)) {
      throw new Refused(`the header ${name} is ${value}`);
    }
  }
}

/**
 * @param {readonly string[]} lines `name:value`, each name once and in lower case
 * @returns {Map<string, string>}
 */
function headersIn(lines) {
  /** @type {Map<string, string>} */
  const headers = new Map();
  for (const line of lines) {
    const [name = '', value] = split(line, ':');
    if (!/^[a-z0-9!#$%&'*+.^_`|~-]+$/.test(name) || value === undefined || headers.has(name)) throw new Refused(`the header ${line}`);
    if (!isPlain(value)) throw new Refused(`the header ${name} has a control character`);
    headers.set(name, value);
  }
  return headers;
}

/**
 * @param {Rules} rules
 * @param {string} time yyyymmddThhmmssZ
 * @param {string} scope yyyymmdd/region/s3/aws4_request, of the same day
 * @param {number} now ms
 */
function checkScope(rules, time, scope, now) {
  if (!/^\d{8}T\d{6}Z$/.test(time) || scope !== `${time.slice(0, 8)}/${rules.region}/s3/aws4_request`) {
    throw new Refused(`the scope is ${scope} at ${time}`);
  }
  // The store judges the minutes: a page whose clock is off learns the right time from it.
  const iso = time.replace(/^(....)(..)(..T..)(..)(..)Z$/, '$1-$2-$3:$4:$5Z');
  if (!(Math.abs(Date.parse(iso) - now) <= DAY)) throw new Refused(`the time is ${time}`);
}

/**
 * Whether this user may touch a key.
 * @param {Pick<Settings, 'keyPrefix'>} rules
 * @param {string} key not escaped
 */
function isKeyAllowed({ keyPrefix = '' }, key) {
  if (key === '' || !key.startsWith(keyPrefix) || key === keyPrefix) return false;
  // Stores keep `a/../b` as it is; what reads the bucket later (a CDN, a sync to a disk) may climb. `${filename}` a store replaces in a form.
  if (key.split(/[/\\]/).some((segment) => segment === '.' || segment === '..') || key.includes('${')) return false;
  return isPlain(key) && key === new TextDecoder().decode(new TextEncoder().encode(key)) && new TextEncoder().encode(key).length <= 1024;
}

/**
 * Without control characters.
 * @param {string} text
 */
function isPlain(text) {
  return !/\p{Cc}/u.test(text);
}

/**
 * For a log: one line of visible ASCII. A line break would forge lines, an ESC would command the terminal of whoever reads them.
 * @param {string} text
 */
function printable(text) {
  return text.slice(0, 300).replace(/[^\x20-\x7e]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/**
 * @param {string} text
 * @returns {Record<string, unknown>}
 */
function objectIn(text) {
  /** @type {unknown} */
  let value;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Refused('that is not JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Refused('that is not an object');
  return /** @type {Record<string, unknown>} */ (value);
}

/**
 * Before and after the first mark; only before where there is none.
 * @param {string} text
 * @param {string} mark
 */
function split(text, mark) {
  const at = text.indexOf(mark);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

/**
 * A key as it stands in a URL: RFC 3986, so also `!'()*`, which encodeURIComponent leaves alone.
 * @param {string} key
 */
function escapePath(key) {
  return key.split('/').map(escapeRfc3986).join('/');
}

/** @param {string} text */
function escapeRfc3986(text) {
  return encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}

// ─── Signature Version 4, with Node's crypto ─────────────────────────────────────────────────────────────────────────

/**
 * A URL that lets its holder send one kind of request for a while: https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
 * @param {Pick<Settings, 'bucketUrl' | 'region' | 'accessKey' | 'secretKey'>} account
 * @param {string} method
 * @param {string} key '' for a request about the bucket itself
 * @param {{expiresInSeconds?: number, query?: Readonly<Record<string, string>>, now?: Date}} [options]
 */
export function presign(account, method, key, { expiresInSeconds = 300, query = {}, now = new Date() } = {}) {
  const { origin, host, pathname } = new URL(account.bucketUrl);
  const time = now.toISOString().replace(/[-:]|\.\d{3}/g, '');
  const scope = `${time.slice(0, 8)}/${account.region}/s3/aws4_request`;
  const path = key === '' ? pathname : `${pathname.replace(/\/$/, '')}/${escapePath(key)}`;
  const parameters = Object.entries({
    ...query,
    'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
    'X-Amz-Credential': `${account.accessKey}/${scope}`,
    'X-Amz-Date': time,
    'X-Amz-Expires': String(expiresInSeconds),
    'X-Amz-SignedHeaders': 'host',
  })
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, value]) => `${escapeRfc3986(name)}=${escapeRfc3986(value)}`)
    .join('&');
  const canonicalRequest = [method, path, parameters, `host:${host}`, '', 'host', 'UNSIGNED-PAYLOAD'].join('\n');
  const signature = signV4(account.secretKey, scope, ['AWS4-HMAC-SHA256', time, scope, sha256(canonicalRequest)].join('\n'));
  return `${origin}${path}?${parameters}&X-Amz-Signature=${signature}`;
}

/**
 * @param {string} secretKey
 * @param {string} scope the key that signs is one for this day, region and service
 * @param {string} text a string to sign, or a policy in Base64
 */
export function signV4(secretKey, scope, text) {
  /** @type {string | Buffer} */
  let key = `AWS4${secretKey}`;
  for (const piece of scope.split('/')) key = createHmac('sha256', key).update(piece).digest();
  return createHmac('sha256', key).update(text).digest('hex');
}

/**
 * @param {string} secretKey
 * @param {string} text
 */
function signV2(secretKey, text) {
  return createHmac('sha1', secretKey).update(text).digest('base64');
}

/** @param {string} text */
function sha256(text) {
  return createHash('sha256').update(text).digest('hex');
}

/** @param {string} text */
function base64(text) {
  return Buffer.from(text, 'utf8').toString('base64');
}

// ─── `node signing-server.mjs` ───────────────────────────────────────────────────────────────────────────────────────

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const sign = createSigningServer({ ...settingsFrom(process.env), authorize });
  // Who sends headers or a body byte by byte is cut off.
  const limits = { headersTimeout: 10_000, requestTimeout: 30_000, connectionsCheckingInterval: 1000 };
  const server = http.createServer(limits, (request, response) => {
    void sign(request, response).then((answered) => answered || response.writeHead(404).end());
  });
  server.listen(Number(process.env['PORT'] ?? 3000), process.env['HOST'] ?? '127.0.0.1');
}
