/**
 * An endpoint for `<fine-uploader>` in one file of Node, with one package: `npm install busboy`. It speaks Fine Uploader's own protocol, so it
 * serves pages that already use Fine Uploader as well.
 *
 *   POST   /uploads          a form with one file, or with one chunk of it   -> {success, tempLink?}
 *                            the same from a page without script             -> 303 to the file
 *   POST   /uploads/done     "all chunks are sent"                           -> {success, tempLink}
 *   DELETE /uploads/{uuid}   -> 204 (or POST /uploads with _method=DELETE -> {success})
 *   GET    /uploads          the user's own files                            -> [{name, uuid, size}]
 *   GET    /uploads/{uuid}   a file of the user
 *
 * Copy it, write `authorize`, and put this into your page:
 *
 *   <fine-uploader endpoint="/uploads" delete-endpoint="/uploads" chunking chunking-success-endpoint="/uploads/done"></fine-uploader>
 *
 * Alone: `FOLDER=uploads node traditional-endpoint.mjs`. In your own server:
 *
 *   const uploads = await createTraditionalEndpoint({ folder: 'uploads', authorize, stored: (file) => writeToYourDatabase(file) });
 *   http.createServer(async (request, response) => { if (!(await uploads(request, response))) yourOwn(request, response); });
 *
 * Nothing that a client says becomes part of a path, except a uuid of letters, digits, `-` and `_`; and an upload belongs to the user who began
 * it: nobody else can go on with it, replace it, list it, read it or delete it. One process serves a folder.
 */
import busboy from 'busboy';
import { randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import http from 'node:http';
import { extname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';

/**
 * WRITE THIS: who sends the request? Return the id of the signed-in user, or undefined to refuse. For example
 * `(request) => sessions.get(cookieOf(request))?.userId`. A random id in a cookie does where nobody signs in.
 * @type {Authorize | undefined}
 */
const authorize = undefined;

// ─── Settings ────────────────────────────────────────────────────────────────────────────────────────────────────────

/** @typedef {(request: http.IncomingMessage) => string | number | undefined | Promise<string | number | undefined>} Authorize */

/**
 * @typedef {object} Settings
 * @property {string} folder Where files are kept. It is made if it is not there.
 * @property {Authorize | undefined} authorize Who sends the request; undefined refuses it.
 * @property {string} [path] Default `/uploads`.
 * @property {string} [publicOrigin] Put in front of links, such as `https://www.example.com`. Default: none, links are relative to the server.
 * @property {number} [maxSize] Bytes of one file. Default 5 GiB.
 * @property {number} [maxUnfinished] How many uploads of one user may be unfinished at once. Default 1,000.
 * @property {number} [requestsPerMinute] Of one user. Default 6,000; `Infinity` where something in front counts.
 * @property {number} [unfinishedDays] After these, an upload that nobody has finished is dropped. Default 7, as long as the element remembers it.
 * @property {number} [stallSeconds] A request that stalls, or sends next to nothing, for so long is cut off. Default 60.
 * @property {readonly string[]} [allowedOrigins] Other origins whose pages may use this server, such as `https://www.example.com`. Default none.
 *   `*` is any page of the web: only for tests.
 * @property {(file: StoredFile, fields: ReadonlyMap<string, string>) => void | Promise<void>} [stored] Receives every file that is whole. A
 *   rejection is answered as a failure.
 * @property {(line: string) => void} [log] Receives failures of this server. Default `console.warn`.
 */

/**
 * A whole file.
 * @typedef {object} StoredFile
 * @property {string} uuid
 * @property {string} owner The user's id.
 * @property {string} name As the client named it: hostile text, for showing only.
 * @property {number} size Bytes.
 * @property {number} storedAt When it became whole, ms since 1970.
 */

/** Of requests without a file. */
const LONGEST_BODY = 64 * 1024;
/** More fields, or longer ones, than any uploader sends. */
const FORM_LIMITS = { files: 1, fields: 200, fieldNameSize: 200, fieldSize: 64 * 1024, parts: 201 };
const DAY = 86_400_000;

/** An answer other than 200, with a sentence for the person. */
class Refusal extends Error {
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

// ─── The protocol ────────────────────────────────────────────────────────────────────────────────────────────────────

/**
 * A file that has arrived, under a temporary name.
 * @typedef {{path: string, size: number, name: string, truncated: boolean}} Received
 */

/**
 * Makes a handler for `node:http`. It resolves to false for requests that are not under its path, and touches nothing of them.
 * @param {Settings} options
 * @returns {Promise<(request: http.IncomingMessage, response: http.ServerResponse) => Promise<boolean>>}
 */
export async function createTraditionalEndpoint(options) {
  const { authorize, allowedOrigins = [], path = '/uploads', publicOrigin = '', maxSize = 5 * 2 ** 30, maxUnfinished = 1000 } = options;
  const {
    log = (/** @type {string} */ line) => console.warn(line),
    stallSeconds = 60,
    requestsPerMinute = 6000,
    unfinishedDays = 7,
  } = options;
  if (typeof authorize !== 'function') {
    // Without it, everybody on the internet could fill the disk.
    throw new Error('Say who may upload: pass `authorize: (request) => the id of the signed-in user, or undefined to refuse`.');
  }
  // NaN, from `10MB`, would compare as no limit at all.
  if (!(maxSize > 0)) throw new Error('maxSize (MAX_SIZE in the environment) must be a number of bytes, such as 20000000.');
  const uploads = new UploadFolder(options.folder);
  await uploads.prepare();
  await uploads.purge(unfinishedDays);
  const rates = new Rates(requestsPerMinute);
  setInterval(() => {
    rates.forget();
    uploads.purge(unfinishedDays).catch((/** @type {unknown} */ error) => log(`purging failed: ${printable(String(error))}`));
  }, DAY / 24).unref();

  return async (request, response) => {
    const address = (request.url ?? '/').split('?', 1)[0] ?? '/';
    if (address !== path && !address.startsWith(`${path}/`)) return false;
    cutOffStalls(request, stallSeconds);
    try {
      const known = setCorsHeaders(request, response, allowedOrigins);
      if (request.method === 'OPTIONS') {
        response.writeHead(known ? 204 : 403).end();
        return true;
      }
      refuseOtherSites(request, allowedOrigins);
      const id = await authorize(request);
      if (!id) throw new Refusal(403, 'Please sign in to upload.');
      // `true` would be one and the same user for everybody.
      if (!['string', 'number'].includes(typeof id)) throw new Error('`authorize` must return the id of the user, a string or a number.');
      const user = String(id);
      if (!rates.take(user)) {
        response.setHeader('Retry-After', '10');
        throw new Refusal(429, 'There are too many requests. Please wait a little.');
      }
      await route(request, response, address.slice(path.length + 1), user);
    } catch (error) {
      sendFailure(request, response, error, log);
    }
    return true;
  };

  /**
   * @param {http.IncomingMessage} request
   * @param {http.ServerResponse} response
   * @param {string} rest of the path
   * @param {string} user
   */
  async function route(request, response, rest, user) {
    const method = request.method === 'HEAD' ? 'GET' : request.method;
    if (method === 'POST' && rest === '') await post(request, response, user);
    else if (method === 'POST' && rest === 'done') sendJson(response, 200, await done(await fieldsIn(request), user));
    else if (method === 'GET' && rest === '') sendJson(response, 200, await list(user));
    else if (method === 'GET') await view(rest, user, request, response);
    else if (method === 'DELETE') await remove(rest, user, response, 204);
    else throw new Refusal(405, 'This server does not know that kind of request.');
  }

  /**
   * @param {http.IncomingMessage} request
   * @param {http.ServerResponse} response
   * @param {string} user
   */
  async function post(request, response, user) {
    if (isType(request, 'application/x-www-form-urlencoded')) {
      const form = await fieldsIn(request);
      if (form.get('_method')?.toUpperCase() !== 'DELETE') throw new Refusal(400, 'The request has no file.');
      await remove(form.get('qquuid') ?? '', user, response, 200);
      return;
    }
    const { fields, file } = isType(request, 'multipart/form-data') ? await receiveForm(request) : await receiveRaw(request);
    try {
      if (fields.get('_method')?.toUpperCase() === 'DELETE') await remove(fields.get('qquuid') ?? '', user, response, 200);
      else if (file && isPlainForm(request, fields)) await keepPlain(file, user, response);
      else sendJson(response, 200, await keep(fields, file, user));
    } finally {
      if (file) await uploads.drop(file.path);
    }
  }

  /**
   * A form that the browser sent itself, in a page without script: it gets a page to look at.
   * @param {Received} file
   * @param {string} user
   * @param {http.ServerResponse} response
   */
  async function keepPlain(file, user, response) {
    if (file.size === 0 && file.name === '') throw new Refusal(400, 'Please choose a file first.');
    if (file.truncated) throw tooLarge();
    const uuid = randomUUID();
    await finished(await uploads.keepFile(uuid, user, nameIn(new Map(), file.name), file), new Map());
    response.writeHead(303, { Location: linkTo(uuid), 'Cache-Control': 'no-store' }).end();
  }

  /**
   * A form: fields in any order, and one file, streamed to the disk as it comes.
   * @param {http.IncomingMessage} request
   * @returns {Promise<{fields: Map<string, string>, file: Received | undefined}>}
   */
  async function receiveForm(request) {
    /** @type {Map<string, string>} */
    const fields = new Map();
    /** @type {Promise<Received> | undefined} */
    let receiving;
    /** @type {busboy.Busboy} */
    let parser;
    try {
      // One byte more than the limit, to tell "as large as allowed" from "larger".
      parser = busboy({ headers: request.headers, defParamCharset: 'utf8', limits: { ...FORM_LIMITS, fileSize: maxSize + 1 } });
    } catch {
      throw new Refusal(400, 'The form could not be read.');
    }
    /** @type {Promise<void>} */
    const parsed = new Promise((resolve, reject) => {
      parser.on('field', (name, value) => fields.set(name, value));
      parser.on('file', (_name, bytes, { filename = '' }) => {
        receiving = uploads.receive(bytes).then((file) => ({ ...file, name: filename, truncated: bytes.truncated === true }));
        receiving.catch(reject);
      });
      parser.on('error', () => reject(new Refusal(400, 'The form could not be read to its end.')));
      parser.on('close', resolve);
      // A client that goes away, or a process that is killed, ends here and leaves nothing half-received behind. All bytes may have come and not be read yet.
      const stop = () => {
        if (!request.readableEnded) parser.destroy(new Error('The client went away.'));
      };
      request.on('close', stop);
      if (request.destroyed) stop();
    });
    request.pipe(parser);
    try {
      await parsed;
      return { fields, file: await receiving };
    } catch (error) {
      parser.destroy();
      const file = await receiving?.catch(() => undefined);
      if (file) await uploads.drop(file.path);
      throw error;
    }
  }

  /**
   * The bytes themselves as the body, everything else in the query.
   * @param {http.IncomingMessage} request
   * @returns {Promise<{fields: Map<string, string>, file: Received}>}
   */
  async function receiveRaw(request) {
    const fields = new Map(new URLSearchParams((request.url ?? '').split('?')[1] ?? ''));
    let left = maxSize + 1;
    async function* upTo() {
      for await (const chunk of request.iterator({ destroyOnReturn: false })) {
        left -= chunk.length;
        if (left <= 0) return;
        yield chunk;
      }
    }
    const file = await uploads.receive(Readable.from(upTo()));
    return { fields, file: { ...file, name: fields.get('qqfile') ?? '', truncated: left <= 0 } };
  }

  /**
   * @param {ReadonlyMap<string, string>} fields
   * @param {Received | undefined} file
   * @param {string} user
   */
  async function keep(fields, file, user) {
    if (!file) throw new Refusal(400, 'The form has no file.');
    const uuid = uuidIn(fields.get('qquuid'));
    const name = nameIn(fields, file.name);
    if (file.truncated) throw tooLarge();
    if (fields.has('qqpartindex')) return keepChunk(uuid, user, name, fields, file);
    const size = fields.get('qqtotalfilesize');
    if (size !== undefined && Number(size) !== file.size) throw new Refusal(400, `${file.size} of ${printable(size)} bytes arrived.`);
    return finished(await uploads.keepFile(uuid, user, name, file), fields);
  }

  /**
   * @param {string} uuid
   * @param {string} user
   * @param {string} name
   * @param {ReadonlyMap<string, string>} fields
   * @param {Received} file
   */
  async function keepChunk(uuid, user, name, fields, file) {
    const index = countIn(fields, 'qqpartindex');
    const offset = countIn(fields, 'qqpartbyteoffset');
    const length = countIn(fields, 'qqchunksize');
    const total = countIn(fields, 'qqtotalfilesize');
    if (total > maxSize) throw tooLarge();
    // Chunks of nothing would never fill the file, only the folder.
    if (index >= countIn(fields, 'qqtotalparts') || offset + length > total || (length === 0 && total > 0)) {
      throw new Refusal(400, 'The chunk lies outside the file.');
    }
    if (file.size !== length) throw new Refusal(400, `${file.size} of the chunk's ${length} bytes arrived.`);
    const resumed = fields.get('qqresume') === 'true';
    const kept = await uploads.keepChunk(uuid, user, { offset, length, total, resumed }, file.path, maxUnfinished);
    // The answer to the last chunk got lost: it comes again, and the file is whole already.
    if (kept) return answerFor(kept);
    // Pages without a `chunking-success-endpoint` never say that all is sent, so look for it after every chunk.
    const whole = await uploads.join(uuid, user, name, total);
    return whole ? finished(whole, fields) : { success: true };
  }

  /**
   * "All chunks are sent." It may come twice, and after the last chunk has joined them.
   * @param {ReadonlyMap<string, string>} fields
   * @param {string} user
   */
  async function done(fields, user) {
    const uuid = uuidIn(fields.get('qquuid'));
    const size = countIn(fields, 'qqtotalfilesize');
    if (size > maxSize) throw tooLarge();
    const joined = await uploads.join(uuid, user, nameIn(fields, ''), size);
    if (joined) return finished(joined, fields);
    const file = await uploads.forgetChunks(uuid, user);
    if (file?.size === size) return answerFor(file);
    throw new Refusal(409, 'Some chunks of the file are missing, so it starts again.', { reset: true });
  }

  /**
   * @param {StoredFile} file
   * @param {ReadonlyMap<string, string>} fields
   */
  async function finished(file, fields) {
    await options.stored?.(file, fields);
    return answerFor(file);
  }

  /** @param {StoredFile} file */
  function answerFor(file) {
    return { success: true, tempLink: linkTo(file.uuid) };
  }

  /** @param {string} user */
  async function list(user) {
    const files = (await uploads.list()).filter(({ owner }) => owner === user);
    return files.map(({ uuid, name, size }) => ({ name, uuid, size, ...(isImage(name) && { thumbnailUrl: linkTo(uuid) }) }));
  }

  /**
   * @param {string} uuid
   * @param {string} user
   * @param {http.IncomingMessage} request
   * @param {http.ServerResponse} response
   */
  async function view(uuid, user, request, response) {
    const file = isUuid(uuid) ? await uploads.find(uuid) : undefined;
    if (file?.owner !== user) throw new Refusal(404, 'There is no such file.');
    await sendStoredFile(request, response, { ...file, path: uploads.contentPath(uuid) });
  }

  /**
   * @param {string} uuid
   * @param {string} user
   * @param {http.ServerResponse} response
   * @param {200 | 204} status
   */
  async function remove(uuid, user, response, status) {
    if (!isUuid(uuid) || !(await uploads.delete(uuid, user))) throw new Refusal(404, 'There is no such file.');
    if (status === 204) response.writeHead(204).end();
    else sendJson(response, status, { success: true });
  }

  /** @param {string} uuid */
  function linkTo(uuid) {
    return `${publicOrigin}${path}/${uuid}`;
  }

  function tooLarge() {
    return new Refusal(413, `The file is larger than this server allows (${maxSize} bytes).`, { preventRetry: true });
  }
}

/**
 * The chunking success request is a form, or JSON where the page asks for that.
 * @param {http.IncomingMessage} request
 * @returns {Promise<ReadonlyMap<string, string>>}
 */
async function fieldsIn(request) {
  /** @type {Buffer[]} */
  const chunks = [];
  let size = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    size += chunk.length;
    if (size > LONGEST_BODY) throw new Refusal(413, 'The request is too long.');
    chunks.push(chunk);
  }
  const text = Buffer.concat(chunks).toString('utf8');
  if (!isType(request, 'application/json')) return new Map(new URLSearchParams(text));
  try {
    /** @type {unknown} */
    const body = JSON.parse(text);
    return new Map(
      Object.entries(body ?? {})
        .filter((entry) => ['string', 'number'].includes(typeof entry[1]))
        .map(([name, value]) => [name, String(value)]),
    );
  } catch {
    throw new Refusal(400, 'The request is not JSON, although it says so.');
  }
}

/**
 * Whether something may name an upload: letters, digits, `-` and `_`, as uuids are, and nothing that a file system could misread.
 * @param {string | undefined} text
 * @returns {text is string}
 */
export function isUuid(text) {
  return typeof text === 'string' && /^[0-9A-Za-z][0-9A-Za-z_-]{7,63}$/.test(text);
}

/** @param {string | undefined} text */
function uuidIn(text) {
  if (!isUuid(text)) throw new Refusal(400, 'The request has no usable qquuid.', { preventRetry: true });
  return text;
}

/**
 * The name people see: shortened, and without what would garble a log or a header. It is shown and stored, never a path.
 * @param {ReadonlyMap<string, string>} fields
 * @param {string} fallback
 */
function nameIn(fields, fallback) {
  const name = (fields.get('qqfilename') ?? fallback).replace(/\p{Cc}/gu, ' ').trim();
  return [...name].slice(0, 255).join('') || 'unnamed';
}

/**
 * @param {ReadonlyMap<string, string>} fields
 * @param {string} name
 */
function countIn(fields, name) {
  const text = fields.get(name) ?? '';
  const count = Number(text);
  if (!/^\d{1,16}$/.test(text) || !Number.isSafeInteger(count)) throw new Refusal(400, `${name} is not a number of bytes or parts.`);
  return count;
}

/**
 * Whether the browser itself sent the form, and shows what comes of it.
 * @param {http.IncomingMessage} request
 * @param {ReadonlyMap<string, string>} fields
 */
function isPlainForm(request, fields) {
  return !fields.has('qquuid') && (request.headers.accept ?? '').startsWith('text/html');
}

/**
 * @param {http.IncomingMessage} request
 * @param {string} type
 */
function isType(request, type) {
  return (request.headers['content-type'] ?? '').toLowerCase().startsWith(type);
}

// ─── HTTP ────────────────────────────────────────────────────────────────────────────────────────────────────────────

/**
 * CORS: what lets pages of the allowed other origins read the answers. Resolves to whether the origin is one of them.
 * @param {http.IncomingMessage} request
 * @param {http.ServerResponse} response
 * @param {readonly string[]} allowedOrigins
 */
function setCorsHeaders(request, response, allowedOrigins) {
  const { origin } = request.headers;
  if (origin === undefined) return false;
  const anyone = allowedOrigins.includes('*');
  const known = anyone || allowedOrigins.includes(origin);
  // A framework in front may have set some already.
  const set = (/** @type {string} */ name, /** @type {string | undefined} */ value) => {
    if (value !== undefined && !response.hasHeader(name)) response.setHeader(name, value);
  };
  if (!anyone) set('Vary', 'Origin');
  if (!known) return false;
  set('Access-Control-Allow-Origin', anyone ? '*' : origin);
  if (!anyone) set('Access-Control-Allow-Credentials', 'true');
  if (request.method === 'OPTIONS') {
    set('Access-Control-Allow-Methods', 'GET, POST, DELETE');
    set('Access-Control-Allow-Headers', request.headers['access-control-request-headers']);
  }
  return true;
}

/**
 * Refuses requests that a page of another site makes a visitor's browser send, cookie included. Sec-Fetch-Site only exists on https and on
 * localhost, so the Origin is compared as well. `null` is the origin of a sandboxed or disguised page: another site.
 * @param {http.IncomingMessage} request
 * @param {readonly string[]} allowedOrigins
 */
function refuseOtherSites({ method, headers }, allowedOrigins) {
  // Pages of other sites may show a file, as they may show any picture; they cannot read it.
  if (method === 'GET' || method === 'HEAD') return;
  const { origin, host } = headers;
  if (allowedOrigins.includes('*') || (origin !== undefined && allowedOrigins.includes(origin))) return;
  const same = origin === undefined || (/^https?:\/\//.test(origin) && origin.replace(/^https?:\/\//, '') === host);
  if (!same || ['cross-site', 'same-site'].includes(String(headers['sec-fetch-site']))) {
    throw new Refusal(403, 'Pages of this origin may not use this server.');
  }
}

/**
 * @param {http.ServerResponse} response
 * @param {number} status
 * @param {unknown} body
 */
function sendJson(response, status, body) {
  if (response.headersSent || response.destroyed) return;
  const headers = { 'Content-Type': 'application/json; charset=utf-8', 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' };
  response.writeHead(status, headers).end(JSON.stringify(body));
}

/**
 * @param {http.IncomingMessage} request
 * @param {http.ServerResponse} response
 * @param {unknown} error
 * @param {(line: string) => void} log
 */
function sendFailure(request, response, error, log) {
  // Bytes still on their way are read and dropped: a browser that is cut off while it sends shows "network error" and not the answer.
  request.unpipe();
  request.resume();
  if (error instanceof Refusal) {
    sendJson(response, error.status, { success: false, error: error.message, ...error.extra });
    return;
  }
  if (request.destroyed && !request.complete) return; // the client went away: there is nobody to tell, and nothing is wrong here
  log(`${request.method} failed: ${printable(error instanceof Error ? (error.stack ?? error.message) : String(error))}`);
  const full = error instanceof Error && 'code' in error && error.code === 'ENOSPC';
  sendJson(response, full ? 507 : 500, { success: false, error: full ? 'The server has no room left.' : 'The server failed.' });
}

/**
 * For a log: one line of visible ASCII. A line break would forge lines, an ESC would command the terminal of whoever reads them.
 * @param {string} text
 */
function printable(text) {
  return text.slice(0, 1000).replace(/[^\x20-\x7e]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/**
 * Cuts off a request that sends less than 100 bytes per second: who stops in the middle, or sends a body byte by byte, holds a connection.
 * @param {http.IncomingMessage} request
 * @param {number} seconds How often it is looked at.
 */
function cutOffStalls(request, seconds) {
  const { socket } = request;
  let before = socket.bytesRead;
  const timer = setInterval(() => {
    if (!request.complete && socket.bytesRead - before < 100 * seconds) request.destroy();
    before = socket.bytesRead;
  }, seconds * 1000);
  for (const event of ['end', 'close']) request.once(event, () => clearInterval(timer));
}

/** Requests per minute and user, as a bucket that fills again. */
class Rates {
  /** @type {Map<string, {left: number, at: number}>} */
  #users = new Map();
  #perMinute;

  /** @param {number} perMinute */
  constructor(perMinute) {
    this.#perMinute = perMinute;
  }

  /**
   * Whether there is room for one more.
   * @param {string} user
   */
  take(user) {
    if (this.#perMinute === Infinity) return true;
    const now = Date.now();
    const { left, at } = this.#users.get(user) ?? { left: this.#perMinute, at: now };
    const more = Math.min(this.#perMinute, left + ((now - at) * this.#perMinute) / 60_000);
    this.#users.set(user, { left: Math.max(0, more - 1), at: now });
    return more >= 1;
  }

  /** Forgets users whose bucket is full again. */
  forget() {
    for (const [user, { at }] of this.#users) if (Date.now() - at > 60_000) this.#users.delete(user);
  }
}

// ─── The folder ──────────────────────────────────────────────────────────────────────────────────────────────────────

/**
 * Where files are kept: one folder per upload, named by its uuid.
 *
 *   {folder}/{uuid}/about.json         its owner; its name once it is whole
 *   {folder}/{uuid}/content            the file, once it is whole
 *   {folder}/{uuid}/chunks/{offset}-{length}
 *   {folder}/.incoming/…               what is being received; nothing half-received ever has a proper name
 *
 * Everything becomes visible by a rename, so the process may be killed at any moment and go on later. Methods that take a uuid throw where it
 * is none, and a {@link Refusal} where the upload belongs to another user.
 */
export class UploadFolder {
  #folder;
  /** @type {Map<string, Promise<unknown>>} */
  #turns = new Map();
  /**
   * Uploads that are not whole, and whose they are.
   * @type {Map<string, string>}
   */
  #unfinished = new Map();

  /** @param {string} folder */
  constructor(folder) {
    this.#folder = folder;
  }

  /** Makes the folder, and forgets what was being received when the last process ended. */
  async prepare() {
    await rm(this.#incoming(), { recursive: true, force: true });
    await mkdir(this.#incoming(), { recursive: true });
  }

  /**
   * Drops uploads that nobody has touched for so many days and that are not whole; of whole files, the chunks of another beginning.
   * @param {number} days
   */
  async purge(days) {
    const oldest = Date.now() - days * DAY;
    for (const uuid of await this.#uuids()) {
      await this.#inTurn(uuid, async () => {
        const touched =
          (await stat(this.#path(uuid, 'chunks')).catch(() => undefined)) ?? (await stat(this.#path(uuid)).catch(() => undefined));
        if (touched && touched.mtimeMs < oldest) await this.#forgetChunks(uuid);
        const owner = await this.#owner(uuid);
        if (owner !== undefined && !(await this.find(uuid))) this.#unfinished.set(uuid, owner);
      });
    }
  }

  /**
   * Writes a stream to disk under a name of its own, to be moved or dropped later.
   * @param {Readable} bytes
   */
  async receive(bytes) {
    const path = join(this.#incoming(), randomUUID());
    const file = createWriteStream(path, { flags: 'wx' });
    try {
      await pipeline(bytes, file);
    } catch (error) {
      await this.drop(path);
      throw error;
    }
    return { path, size: file.bytesWritten };
  }

  /**
   * Drops what {@link receive} wrote.
   * @param {string} path
   */
  async drop(path) {
    await rm(path, { force: true });
  }

  /**
   * Makes received bytes the whole file of an upload.
   * @param {string} uuid
   * @param {string} user
   * @param {string} name
   * @param {{path: string, size: number}} received
   */
  async keepFile(uuid, user, name, received) {
    return this.#inTurn(uuid, async () => {
      await this.#claim(uuid, user);
      return this.#keep(uuid, user, name, received);
    });
  }

  /**
   * Makes received bytes one chunk of an upload; the same chunk received again replaces the former.
   * @param {string} uuid
   * @param {string} user
   * @param {{offset: number, length: number, total: number, resumed: boolean}} chunk
   * @param {string} path
   * @param {number} maxUnfinished
   * @returns {Promise<StoredFile | undefined>} the whole file, where it has these very bytes already
   */
  async keepChunk(uuid, user, { offset, length, total, resumed }, path, maxUnfinished) {
    return this.#inTurn(uuid, async () => {
      const owner = await this.#owner(uuid);
      if (owner === undefined && [...this.#unfinished.values()].filter((other) => other === user).length >= maxUnfinished) {
        throw new Refusal(429, 'There are too many unfinished uploads. Please finish or cancel some.');
      }
      if (owner !== undefined && owner !== user) throw notYours();
      const file = await this.find(uuid);
      if (file?.size === total && (await haveSameBytes(this.contentPath(uuid), offset, path, length))) return file;
      const chunks = await this.#chunks(uuid);
      // Going on where nothing is would only be noticed at the end, after hours perhaps.
      if (resumed && chunks.length === 0) throw new Refusal(409, 'The chunks that were sent earlier are no longer here.', { reset: true });
      const others = chunks.filter((one) => one.offset !== offset || one.length !== length);
      // A page may cut a file anew, once. More is somebody who fills the disk with one upload.
      if (others.reduce((sum, one) => sum + one.length, length) > 2 * total || others.length > 50_000) {
        await this.#forgetChunks(uuid);
        throw new Refusal(409, 'There are more chunks than the file has room for, so it starts again.', { reset: true });
      }
      await this.#claim(uuid, user);
      if (!file) this.#unfinished.set(uuid, user);
      await mkdir(this.#path(uuid, 'chunks'), { recursive: true });
      await rename(path, this.#path(uuid, 'chunks', `${offset}-${length}`));
      return undefined;
    });
  }

  /**
   * Joins the chunks of an upload, in order, into the whole file.
   * @param {string} uuid
   * @param {string} user
   * @param {string} name
   * @param {number} size
   * @returns {Promise<StoredFile | undefined>} the file, or undefined where chunks are missing
   */
  async join(uuid, user, name, size) {
    return this.#inTurn(uuid, async () => {
      await this.#mustBeOf(uuid, user);
      const chunks = cover(await this.#chunks(uuid), size);
      if (!chunks) return undefined;
      const path = join(this.#incoming(), randomUUID());
      try {
        for (const { offset, length } of chunks) {
          const chunk = this.#path(uuid, 'chunks', `${offset}-${length}`);
          await pipeline(createReadStream(chunk), createWriteStream(path, { flags: 'a' }));
        }
        const { size: joined } = await stat(path);
        // A chunk that is shorter than its name says was damaged on this disk: all must come again.
        if (joined === size) return await this.#keep(uuid, user, name, { path, size });
        await this.#forgetChunks(uuid);
        return undefined;
      } finally {
        await this.drop(path);
      }
    });
  }

  /**
   * Forgets the chunks of an upload, so that it starts again; an upload without a whole file is forgotten altogether.
   * @param {string} uuid
   * @param {string} user
   * @returns the whole file that is left, if there is one
   */
  async forgetChunks(uuid, user) {
    return this.#inTurn(uuid, async () => {
      await this.#mustBeOf(uuid, user);
      await this.#forgetChunks(uuid);
      return this.find(uuid);
    });
  }

  /**
   * A whole file, or undefined where there is none.
   * @param {string} uuid
   * @returns {Promise<StoredFile | undefined>}
   */
  async find(uuid) {
    try {
      const { name, owner, storedAt } = JSON.parse(await readFile(this.#path(uuid, 'about.json'), 'utf8'));
      const { size } = await stat(this.#path(uuid, 'content'));
      return { uuid, owner, name, size, storedAt };
    } catch {
      return undefined;
    }
  }

  /**
   * All whole files, the newest first.
   * @returns {Promise<readonly StoredFile[]>}
   */
  async list() {
    const files = await Promise.all((await this.#uuids()).map((uuid) => this.find(uuid)));
    return files.filter((file) => file !== undefined).sort((one, other) => other.storedAt - one.storedAt);
  }

  /**
   * Where the bytes of a whole file are.
   * @param {string} uuid
   */
  contentPath(uuid) {
    return this.#path(uuid, 'content');
  }

  /**
   * Deletes an upload of a user, whole or not. Resolves to false where there was none.
   * @param {string} uuid
   * @param {string} user
   */
  async delete(uuid, user) {
    return this.#inTurn(uuid, async () => {
      if ((await this.#owner(uuid)) !== user) return false;
      await rm(this.#path(uuid), { recursive: true, force: true });
      this.#unfinished.delete(uuid);
      return true;
    });
  }

  /**
   * @param {string} uuid
   * @returns {Promise<string | undefined>}
   */
  async #owner(uuid) {
    const about = await readFile(this.#path(uuid, 'about.json'), 'utf8').catch(() => undefined);
    return about === undefined ? undefined : JSON.parse(about).owner;
  }

  /**
   * @param {string} uuid
   * @param {string} user
   */
  async #mustBeOf(uuid, user) {
    const owner = await this.#owner(uuid);
    if (owner !== undefined && owner !== user) throw notYours();
  }

  /**
   * Makes an upload the user's own.
   * @param {string} uuid
   * @param {string} user
   */
  async #claim(uuid, user) {
    await this.#mustBeOf(uuid, user);
    if ((await this.#owner(uuid)) === undefined) await this.#write(uuid, { owner: user });
  }

  /**
   * @param {string} uuid
   * @param {object} about
   */
  async #write(uuid, about) {
    const path = join(this.#incoming(), randomUUID());
    await mkdir(this.#path(uuid), { recursive: true });
    await writeFile(path, JSON.stringify(about));
    await rename(path, this.#path(uuid, 'about.json'));
  }

  /**
   * @param {string} uuid
   * @param {string} owner
   * @param {string} name
   * @param {{path: string, size: number}} received
   * @returns {Promise<StoredFile>}
   */
  async #keep(uuid, owner, name, { path, size }) {
    const file = { uuid, owner, name, size, storedAt: Date.now() };
    await this.#write(uuid, { owner, name, storedAt: file.storedAt });
    await rename(path, this.#path(uuid, 'content'));
    await this.#forgetChunks(uuid);
    return file;
  }

  /** @param {string} uuid */
  async #forgetChunks(uuid) {
    const whole = await stat(this.#path(uuid, 'content')).catch(() => undefined);
    await rm(this.#path(uuid, ...(whole ? ['chunks'] : [])), { recursive: true, force: true });
    this.#unfinished.delete(uuid);
  }

  /** @param {string} uuid */
  async #chunks(uuid) {
    const names = await readdir(this.#path(uuid, 'chunks')).catch(() => []);
    return names.map((name) => {
      const [offset = NaN, length = NaN] = name.split('-').map(Number);
      return { offset, length };
    });
  }

  async #uuids() {
    return (await readdir(this.#folder).catch(() => [])).filter(isUuid);
  }

  #incoming() {
    return join(this.#folder, '.incoming');
  }

  /**
   * @param {string} uuid
   * @param {readonly string[]} rest
   */
  #path(uuid, ...rest) {
    if (!isUuid(uuid)) throw new TypeError('An upload is named by a uuid.');
    return join(this.#folder, uuid, ...rest);
  }

  /**
   * One thing at a time per upload: chunks arrive at once, and joining must not overtake one, nor a deletion either.
   * @template Result
   * @param {string} uuid
   * @param {() => Promise<Result>} work
   * @returns {Promise<Result>}
   */
  async #inTurn(uuid, work) {
    const before = this.#turns.get(uuid) ?? Promise.resolve();
    const turn = before.then(work, work);
    this.#turns.set(uuid, turn);
    try {
      return await turn;
    } finally {
      if (this.#turns.get(uuid) === turn) this.#turns.delete(uuid);
    }
  }
}

function notYours() {
  return new Refusal(403, 'This upload belongs to somebody else.', { preventRetry: true });
}

/**
 * Whether a stretch of a file has the bytes of a chunk.
 * @param {string} content
 * @param {number} offset
 * @param {string} chunk
 * @param {number} length
 */
async function haveSameBytes(content, offset, chunk, length) {
  const files = [await open(content), await open(chunk)];
  try {
    const [one, other] = [Buffer.alloc(65_536), Buffer.alloc(65_536)];
    for (let at = 0; at < length; at += 65_536) {
      const size = Math.min(65_536, length - at);
      await files[0]?.read(one, 0, size, offset + at);
      await files[1]?.read(other, 0, size, at);
      if (one.compare(other, 0, size, 0, size) !== 0) return false;
    }
    return true;
  } finally {
    for (const file of files) await file.close();
  }
}

/**
 * The chunks that follow each other from the first byte to the last, out of any that were sent.
 * @param {readonly {offset: number, length: number}[]} chunks
 * @param {number} size
 */
function cover(chunks, size) {
  // From the end backwards, so that at each offset only a chunk is kept from which the end can be reached.
  /** @type {Map<number, {offset: number, length: number}>} */
  const ways = new Map();
  for (const chunk of [...chunks].sort((one, other) => other.offset - one.offset)) {
    const end = chunk.offset + chunk.length;
    if ((chunk.length > 0 || size === 0) && (end === size || ways.has(end))) ways.set(chunk.offset, chunk);
  }
  const way = [];
  let offset = 0;
  do {
    const chunk = ways.get(offset);
    if (!chunk) return undefined;
    way.push(chunk);
    offset += chunk.length;
  } while (offset < size);
  return way;
}

// ─── Sending files ───────────────────────────────────────────────────────────────────────────────────────────────────

/**
 * Kinds that are shown in the browser, by extension. SVG, HTML and PDF are not among them: they can carry script.
 * @type {Readonly<Record<string, string>>}
 */
const SHOWN = {
  '.avif': 'image/avif',
  '.bmp': 'image/bmp',
  '.gif': 'image/gif',
  '.jpeg': 'image/jpeg',
  '.jpg': 'image/jpeg',
  '.m4a': 'audio/mp4',
  '.mov': 'video/quicktime',
  '.mp3': 'audio/mpeg',
  '.mp4': 'video/mp4',
  '.ogg': 'audio/ogg',
  '.png': 'image/png',
  '.txt': 'text/plain; charset=utf-8',
  '.wav': 'audio/wav',
  '.webm': 'video/webm',
  '.webp': 'image/webp',
};

/**
 * Whether a browser can draw the file as an image.
 * @param {string} name
 */
function isImage(name) {
  return SHOWN[extname(name).toLowerCase()]?.startsWith('image/') ?? false;
}

/**
 * Answers GET and HEAD with a file, or with the range of it that a video player asks for. What is in it is unknown, so a browser is told to run
 * nothing of it: it is shown only where its kind cannot carry script, everything else is a download.
 * @param {http.IncomingMessage} request
 * @param {http.ServerResponse} response
 * @param {{path: string, name: string, size: number}} file
 */
async function sendStoredFile(request, response, file) {
  const type = SHOWN[extname(file.name).toLowerCase()];
  response.setHeader('Content-Type', type ?? 'application/octet-stream');
  response.setHeader('Content-Disposition', `${type ? 'inline' : 'attachment'}; filename*=UTF-8''${escapeExtended(file.name)}`);
  response.setHeader('X-Content-Type-Options', 'nosniff');
  response.setHeader('Content-Security-Policy', "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'; sandbox");
  response.setHeader('Cache-Control', 'private, no-cache');
  response.setHeader('Accept-Ranges', 'bytes');

  const range = rangeOf(request.headers.range, file.size);
  if (range === 'unsatisfiable') {
    response.writeHead(416, { 'Content-Range': `bytes */${file.size}` }).end();
    return;
  }
  const { start, end } = range ?? { start: 0, end: file.size - 1 };
  response.setHeader('Content-Length', end - start + 1);
  if (range) response.setHeader('Content-Range', `bytes ${start}-${end}/${file.size}`);
  response.writeHead(range ? 206 : 200);
  if (request.method === 'HEAD' || file.size === 0) {
    response.end();
    return;
  }
  // A client that goes away in the middle of a film is nobody's failure.
  await pipeline(createReadStream(file.path, { start, end }), response).catch(() => response.destroy());
}

/**
 * One range of bytes (RFC 9110, section 14.1.2), inclusive. Several at once, or another unit, count as none: the whole file is sent.
 * @param {string | undefined} header
 * @param {number} size
 * @returns {{start: number, end: number} | 'unsatisfiable' | undefined}
 */
function rangeOf(header, size) {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header ?? '');
  if (!match || (match[1] === '' && match[2] === '')) return undefined;
  const [, first = '', last = ''] = match;
  const start = first === '' ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === '' || last === '' ? size - 1 : Math.min(Number(last), size - 1);
  return start > end || start >= size ? 'unsatisfiable' : { start, end };
}

/**
 * RFC 8187: what may stand in `filename*`. The way through bytes replaces lone surrogates, which would make encodeURIComponent throw.
 * @param {string} name
 */
function escapeExtended(name) {
  return encodeURIComponent(Buffer.from(name).toString()).replace(/['()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}

// ─── `node traditional-endpoint.mjs` ─────────────────────────────────────────────────────────────────────────────────

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const {
    FOLDER = 'uploads',
    MAX_SIZE,
    STALL_SECONDS = '60',
    ALLOWED_ORIGINS = '',
    PUBLIC_ORIGIN = '',
    PORT = '3000',
    HOST = '127.0.0.1',
  } = process.env;
  const uploads = await createTraditionalEndpoint({
    folder: FOLDER,
    authorize,
    publicOrigin: PUBLIC_ORIGIN,
    stallSeconds: Number(STALL_SECONDS),
    allowedOrigins: ALLOWED_ORIGINS.split(/[\s,]+/).filter((origin) => origin !== ''),
    ...(MAX_SIZE ? { maxSize: Number(MAX_SIZE) } : {}),
  });
  // A large file over a slow line takes longer than the five minutes that Node gives a request; one that stalls is cut off by the endpoint.
  const limits = { headersTimeout: Number(STALL_SECONDS) * 1000, requestTimeout: 0, connectionsCheckingInterval: 1000 };
  const server = http.createServer(limits, (request, response) => {
    void uploads(request, response).then((answered) => answered || response.writeHead(404).end());
  });
  server.listen(Number(PORT), HOST);
}
