/**
 * A server in one file of plain Node that lets a page upload straight into a container of Azure Blob Storage, without ever showing it the account's key.
 *
 *   GET  /azure/sas?bloburi=&_method=PUT|DELETE   the permission for one blob, as its SAS URI (text/plain); a refusal -> 403
 *   POST /azure/success                           the blob is stored: blob=&container=&uuid=&name= -> {success, tempLink}
 *
 * Copy it, write `authorize`, and put this into your page:
 *
 *   <fine-uploader-azure endpoint="https://account.blob.core.windows.net/photos" signature-endpoint="/azure/sas" success-endpoint="/azure/success" can-delete>
 *   </fine-uploader-azure>
 *
 * The container needs CORS rules for the page: methods PUT and DELETE (and GET, to resume after a reload), headers
 * `content-type,x-ms-blob-type,x-ms-blob-content-type,x-ms-meta-*`, exposed header `x-ms-error-code`.
 *
 * Alone: `node azure-sas-server.mjs`, with the environment that `settingsFrom` reads. In your own server:
 *
 *   const sas = createSasServer({ ...settingsFrom(process.env), authorize });
 *   http.createServer(async (request, response) => { if (!(await sas(request, response))) yourOwn(request, response); });
 *
 * A SAS is a permission: whoever can choose its blob owns the container. So the address is taken apart, and what is not known to be harmless is refused.
 */
import { createHmac } from 'node:crypto';
import http from 'node:http';
import { fileURLToPath } from 'node:url';

/**
 * WRITE THIS: who sends the request? Return the id of the signed-in user, or undefined to refuse. For example
 * `(request) => sessions.get(cookieOf(request))?.userId`.
 * @type {Authorize | undefined}
 */
const authorize = undefined;

// ─── Settings ────────────────────────────────────────────────────────────────────────────────────────────────────────

/** @typedef {(request: http.IncomingMessage) => string | undefined | Promise<string | undefined>} Authorize */

/**
 * @typedef {object} Settings
 * @property {string} account The storage account's name.
 * @property {string} accountKey One of its two keys, base64.
 * @property {string} containerUrl The page's `endpoint`: `https://account.blob.core.windows.net/photos`.
 * @property {string} [blobPrefix] Names must begin with this; `{user}` stands for the user's id, percent-encoded. Default '': any name. With `users/{user}/` nobody can
 *   overwrite or delete the blobs of another user; the page's `blobName` must then begin so as well.
 * @property {number} [maxSize] Bytes. A SAS cannot limit the size, so a larger blob is deleted when the page says that it is stored. Default: no limit.
 * @property {number} [minutes] How long a SAS is good for. Default 15.
 * @property {readonly string[]} [allowedOrigins] Other origins whose pages may use this server, such as `https://www.example.com`. Default none.
 *   `*` is any page of the web: only for tests.
 * @property {boolean} [allowDelete] Whether pages may delete blobs. Default true.
 * @property {string} [path] Default `/azure`.
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
  const [account, accountKey] = [need('AZURE_ACCOUNT'), need('AZURE_ACCOUNT_KEY')];
  const maxSize = env['AZURE_MAX_SIZE'];
  // A limit that cannot be read would be none.
  if (maxSize && !/^[1-9]\d{0,15}$/.test(maxSize)) throw new Error('AZURE_MAX_SIZE must be a number of bytes, such as 20000000.');
  const containerUrl = need('AZURE_CONTAINER_URL').replace(/\/+$/, '');
  if (!/^https?:\/\/[^/?#@]+(\/[^/?#]+)+$/.test(containerUrl))
    throw new Error('AZURE_CONTAINER_URL must be the address of a container, such as https://account.blob.core.windows.net/photos.');
  return {
    account,
    accountKey,
    containerUrl,
    blobPrefix: env['AZURE_BLOB_PREFIX'] ?? '',
    ...(maxSize ? { maxSize: Number(maxSize) } : {}),
    allowedOrigins: (env['ALLOWED_ORIGINS'] ?? '').split(/[\s,]+/).filter((origin) => origin !== ''),
  };
}

/** @param {Settings} options */
function complete(options) {
  if (typeof options.authorize !== 'function') {
    // Without it, everybody on the internet could fill the container.
    throw new Error('Say who may upload: pass `authorize: (request) => the id of the signed-in user, or undefined to refuse`.');
  }
  return {
    blobPrefix: '',
    maxSize: Infinity,
    minutes: 15,
    allowDelete: true,
    path: '/azure',
    allowedOrigins: /** @type {readonly string[]} */ ([]),
    log: (/** @type {string} */ line) => console.warn(line),
    ...options,
    authorize: options.authorize,
    containerUrl: options.containerUrl.replace(/\/+$/, ''),
  };
}

// ─── HTTP ────────────────────────────────────────────────────────────────────────────────────────────────────────────

/** A form of the page is shorter. */
const LONGEST_BODY = 64 * 1024;
const MINUTE = 60_000;

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
 * Makes a handler for `node:http`. It resolves to false for requests that are not under its path, and touches nothing of them.
 * @param {Settings} options
 * @returns {(request: http.IncomingMessage, response: http.ServerResponse) => Promise<boolean>}
 */
export function createSasServer(options) {
  const settings = complete(options);
  return async (request, response) => {
    const [address = '/', query = ''] = split(request.url ?? '/', '?');
    if (address !== settings.path && !address.startsWith(`${settings.path}/`)) return false;
    const { status, headers, body } = await answer(settings, request, address.slice(settings.path.length), query);
    // A framework in front may have set some already.
    for (const [name, value] of Object.entries(headers)) if (!response.hasHeader(name)) response.setHeader(name, value);
    response.writeHead(status).end(body);
    return true;
  };
}

/**
 * @param {ReturnType<typeof complete>} settings
 * @param {http.IncomingMessage} request
 * @param {string} path
 * @param {string} query
 * @returns {Promise<{status: number, headers: Record<string, string>, body: string}>}
 */
async function answer(settings, request, path, query) {
  const headers = corsHeaders(settings, request);
  try {
    if (request.method === 'OPTIONS') return { status: 'Access-Control-Allow-Origin' in headers ? 204 : 403, headers, body: '' };
    refuseOtherSites(settings, request);
    const user = await settings.authorize(request);
    // An object would be the same user for everybody.
    if (user && typeof user !== 'string') throw new Error('authorize must return the id of the user, a string.');
    if (!user) throw new HttpError(403, 'Please sign in to upload.');
    // Escaped: a user who is called `bob/photos` has no part in bob's files.
    const rules = { ...settings, blobPrefix: settings.blobPrefix.split('{user}').join(escapeRfc3986(user)) };
    if (request.method === 'GET' && path === '/sas') {
      const plain = { 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' };
      return { status: 200, headers: { ...plain, ...headers }, body: permission(rules, fieldsIn(query)) };
    }
    if (request.method === 'POST' && path === '/success')
      return json(200, headers, await success(rules, fieldsIn(await readBody(request))));
    throw new HttpError(404, 'There is nothing here.');
  } catch (error) {
    if (error instanceof HttpError) return json(error.status, headers, { success: false, error: error.message, ...error.extra });
    settings.log(`failed: ${printable(error instanceof Error ? (error.stack ?? error.message) : String(error), 2000)}`);
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

/**
 * CORS: what lets pages of the allowed other origins read the answers.
 * @param {Pick<Settings, 'allowedOrigins'>} settings
 * @param {http.IncomingMessage} request
 * @returns {Record<string, string>}
 */
function corsHeaders({ allowedOrigins = [] }, { method, headers }) {
  const { origin } = headers;
  if (origin === undefined) return {};
  const anyone = allowedOrigins.includes('*');
  if (!anyone && !allowedOrigins.includes(origin)) return { Vary: 'Origin' };
  const asked = headers['access-control-request-headers'];
  return {
    'Access-Control-Allow-Origin': anyone ? '*' : origin,
    ...(anyone ? {} : { 'Access-Control-Allow-Credentials': 'true', Vary: 'Origin' }),
    ...(method === 'OPTIONS' ? { 'Access-Control-Allow-Methods': 'GET, POST' } : {}),
    ...(method === 'OPTIONS' && asked ? { 'Access-Control-Allow-Headers': asked } : {}),
  };
}

/**
 * Refuses requests that a page of another site makes a visitor's browser send, cookie included. Sec-Fetch-Site only exists on https and on localhost, so the Origin is
 * compared as well. `null` is the origin of a sandboxed or disguised page: another site.
 * @param {Pick<Settings, 'allowedOrigins'>} settings
 * @param {http.IncomingMessage} request
 */
function refuseOtherSites({ allowedOrigins = [] }, { headers }) {
  const { origin, host } = headers;
  if (allowedOrigins.includes('*') || (origin !== undefined && allowedOrigins.includes(origin))) return;
  const same = origin === undefined || (/^https?:\/\//.test(origin) && origin.replace(/^https?:\/\//, '') === host);
  if (!same || ['cross-site', 'same-site'].includes(headers['sec-fetch-site']?.toString() ?? '')) {
    throw new HttpError(403, 'Pages of this origin may not use this server.');
  }
}

/**
 * Form fields, each once: of two `bloburi`s, one would be checked and the other used somewhere else.
 * @param {string} text
 */
function fieldsIn(text) {
  /** @type {Map<string, string>} */
  const fields = new Map();
  for (const [name, value] of new URLSearchParams(text)) {
    if (fields.has(name) && ['bloburi', '_method', 'blob', 'container'].includes(name))
      throw new HttpError(400, `The field ${name} is there twice.`);
    fields.set(name, value);
  }
  return fields;
}

// ─── The protocol and the checks ─────────────────────────────────────────────────────────────────────────────────────

/** @typedef {Omit<ReturnType<typeof complete>, 'authorize'>} Rules */

/** What a SAS for each method permits. Reading is only of the list of blocks and of this one blob, so that an upload can continue after a reload. */
const PERMISSIONS = { PUT: 'rcw', DELETE: 'd' };

/**
 * The SAS URI of one blob.
 * @param {Rules} rules
 * @param {ReadonlyMap<string, string>} fields
 */
function permission(rules, fields) {
  const method = fields.get('_method') ?? '';
  const blobUri = fields.get('bloburi') ?? '';
  if (method !== 'PUT' && !(method === 'DELETE' && rules.allowDelete)) {
    rules.log(`no SAS for the method ${printable(method)}`);
    throw new HttpError(403, 'This server gives no permission for that.');
  }
  const prefix = `${rules.containerUrl}/`;
  if (!blobUri.startsWith(prefix)) return refuse(rules, blobUri);
  return sasUri(rules, blobNameIn(rules, blobUri.slice(prefix.length)), PERMISSIONS[method]);
}

/**
 * The name that the rest of a blob's address means. The page escapes only `%`, `?`, `#` and `\`.
 * @param {Rules} rules
 * @param {string} escaped
 */
function blobNameIn(rules, escaped) {
  // A query would be a second set of parameters beside ours.
  if (/[?#\\]/.test(escaped)) return refuse(rules, escaped);
  try {
    const name = decodeURIComponent(escaped);
    return isNameAllowed(rules, name) ? name : refuse(rules, name);
  } catch (error) {
    if (error instanceof URIError) return refuse(rules, escaped);
    throw error;
  }
}

/**
 * @param {Rules} rules
 * @param {string} name
 * @returns {never}
 */
function refuse({ log }, name) {
  log(`no blob of this server: ${printable(name)}`);
  throw new HttpError(403, 'That is not a file of this server.', { preventRetry: true });
}

/**
 * Whether this user may touch a blob: under the prefix, and without segments that a URL would remove.
 * @param {Rules} rules
 * @param {string} name
 */
function isNameAllowed({ blobPrefix }, name) {
  if (!name.startsWith(blobPrefix) || name.length <= blobPrefix.length || name.length > 1024) return false;
  // Half of a surrogate pair, control characters, and what stands for bytes that were no UTF-8, are read differently by what comes between here and the store.
  // Azure reads a backslash as a slash.
  if (/\p{Cc}|\p{Cs}|\ufffd|\\/u.test(name)) return false;
  // Azure removes dots and slashes at the end of a name.
  return (
    !/[./]$/.test(name) &&
    !name.split('/').some((segment) => segment === '' || segment === '.' || segment === '..' || segment.endsWith('.'))
  );
}

/**
 * A service SAS for one blob: https://learn.microsoft.com/rest/api/storageservices/create-service-sas#version-2020-12-06-and-later
 * @param {Rules} rules
 * @param {string} name
 * @param {string} permissions in Azure's order
 */
function sasUri({ account, accountKey, containerUrl, minutes }, name, permissions) {
  const url = new URL(containerUrl);
  const container = url.pathname.split('/').at(-1) ?? '';
  const version = '2020-12-06';
  const expiry = new Date(Date.now() + minutes * MINUTE).toISOString().replace(/\.\d+Z$/, 'Z');
  const protocol = url.protocol === 'https:' ? 'https' : 'https,http';
  // In the order that the string to sign has: permissions, start, expiry, resource, identifier, IP, protocol, version, kind, snapshot, encryption scope, five headers.
  const text = [
    permissions,
    '',
    expiry,
    `/blob/${account}/${container}/${name}`,
    '',
    '',
    protocol,
    version,
    'b',
    '',
    '',
    '',
    '',
    '',
    '',
    '',
  ].join('\n');
  const signature = createHmac('sha256', Buffer.from(accountKey, 'base64')).update(text, 'utf8').digest('base64');
  const query = new URLSearchParams({ sv: version, spr: protocol, se: expiry, sr: 'b', sp: permissions, sig: signature });
  return `${containerUrl}/${name.split('/').map(escapeRfc3986).join('/')}?${query.toString()}`;
}

/**
 * The page says that a blob is stored. It may say so of anything, so the container is asked. This is the place to check the size of a file, which a SAS cannot limit, and
 * to write the file into your database.
 * @param {Rules} rules
 * @param {ReadonlyMap<string, string>} fields
 */
async function success(rules, fields) {
  const name = fields.get('blob') ?? '';
  if ((fields.get('container') ?? '').replace(/\/+$/, '') !== rules.containerUrl || !isNameAllowed(rules, name)) refuse(rules, name);
  const response = await ask(rules, 'HEAD', name, 'r');
  if (response.status === 404) throw new HttpError(404, 'The file is not in the container.');
  if (!response.ok) throw new HttpError(502, `The store answered ${response.status} when asked for the file.`);
  if (Number(response.headers.get('content-length')) > rules.maxSize) {
    await ask(rules, 'DELETE', name, 'd');
    throw new HttpError(413, 'The file is too large and was not kept.', { preventRetry: true });
  }
  return { success: true, tempLink: sasUri(rules, name, 'r') };
}

/**
 * This server's own request to the store.
 * @param {Rules} rules
 * @param {'HEAD' | 'DELETE'} method
 * @param {string} name
 * @param {string} permissions
 */
async function ask(rules, method, name, permissions) {
  try {
    return await fetch(sasUri(rules, name, permissions), { method, redirect: 'manual', signal: AbortSignal.timeout(20_000) });
  } catch (error) {
    rules.log(`the store did not answer ${method}: ${printable(String(error))}`);
    throw new HttpError(502, 'The store could not be reached.');
  }
}

/** @param {string} text */
function escapeRfc3986(text) {
  return encodeURIComponent(text).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}

/**
 * One line of printable characters, for the log.
 * @param {string} text
 * @param {number} [longest] characters
 */
function printable(text, longest = 300) {
  return JSON.stringify(text.slice(0, longest)).replace(
    /[^\x20-\x7e]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/**
 * @param {string} text
 * @param {string} separator
 */
function split(text, separator) {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + separator.length)];
}

// ─── Alone ───────────────────────────────────────────────────────────────────────────────────────────────────────────

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const sas = createSasServer({ ...settingsFrom(process.env), authorize });
  // Who sends headers or a body byte by byte is cut off.
  const limits = { headersTimeout: 10_000, requestTimeout: 30_000, connectionsCheckingInterval: 1000 };
  const server = http.createServer(limits, (request, response) => {
    void sas(request, response).then((known) => {
      if (!known) response.writeHead(404).end();
    });
  });
  server.listen(Number(process.env['PORT'] ?? 8080), process.env['HOST'] ?? '127.0.0.1', () => {
    const address = server.address();
    console.log(`http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`);
  });
}
