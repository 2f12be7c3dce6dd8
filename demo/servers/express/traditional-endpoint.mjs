/**
 * An endpoint for `<fine-uploader>` in one file for Express and multer: `npm install express multer`. It speaks Fine Uploader's own protocol, so
 * it serves pages that already use Fine Uploader as well.
 *
 *   POST   /uploads          a form with one file, or with one chunk of it   -> {success, tempLink?}
 *   POST   /uploads/done     "all chunks are sent"                           -> {success, tempLink}
 *   DELETE /uploads/{uuid}   -> 204 (or POST /uploads with _method=DELETE -> {success})
 *   GET    /uploads          the user's own files                            -> [{name, uuid, size}]
 *   GET    /uploads/{uuid}   a file of the user
 *
 * Copy it, write `authorize`, mount it before `express.json()` and other parsers of bodies:
 *
 *   app.use('/uploads', traditionalEndpoint({ folder: 'uploads', authorize }));
 *
 * and put this into your page:
 *
 *   <fine-uploader endpoint="/uploads" delete-endpoint="/uploads" chunking chunking-success-endpoint="/uploads/done"></fine-uploader>
 *
 * Alone, with the pages in public/: `FOLDER=uploads node traditional-endpoint.mjs`. How often somebody may ask is the business of
 * `express-rate-limit` or of the web server in front.
 *
 * Nothing that a client says becomes part of a path, except a uuid of letters, digits, `-` and `_`; and an upload belongs to the user who began
 * it: nobody else can go on with it, replace it, list it, read it or delete it. One process serves a folder.
 */
import express from 'express';
import multer from 'multer';
import { createReadStream, createWriteStream, mkdirSync, rmSync } from 'node:fs';
import http from 'node:http';
import { mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';

/**
 * WRITE THIS: who sends the request? Return the id of the signed-in user, or undefined to refuse. For example
 * `(request) => request.session.userId`. A random id in a cookie does where nobody signs in.
 */
const authorize = undefined;

/** An answer other than 200, with a sentence for the person. */
class Refusal extends Error {
  constructor(status, message, extra = {}) {
    super(message);
    this.status = status;
    this.extra = extra;
  }
}

const DAY = 86_400_000;
const ORIGIN = /^https?:\/\//;

/**
 * Makes the router, for `app.use('/uploads', …)`.
 *
 * `folder`: where files are kept, not one that is served. `authorize`: who sends the request. `maxSize`: bytes of one file. `allowedOrigins`: other
 * origins whose pages may use it, such as `https://www.example.com`. `stallSeconds`: a request that stalls, or sends next to nothing, for so long is
 * cut off. `publicOrigin`: put in front of links, for pages of other origins. `unfinishedDays`: after these, what nobody has finished is dropped. `maxUnfinished`: of one user at once. `stored`: receives every whole file.
 */
export function traditionalEndpoint(options) {
  const { folder, authorize, maxSize = 5 * 2 ** 30, allowedOrigins = [], stallSeconds = 60 } = options;
  const { unfinishedDays = 7, maxUnfinished = 1000, publicOrigin = '', stored = async () => {} } = options;
  // NaN, from `10MB`, would compare as no limit at all.
  if (!(maxSize > 0)) throw new Error('maxSize (MAX_SIZE in the environment) must be a number of bytes, such as 20000000.');
  if (typeof authorize !== 'function') {
    // Without it, everybody on the internet could fill the disk.
    throw new Error('Say who may upload: pass `authorize: (request) => the id of the signed-in user, or undefined to refuse`.');
  }
  const incoming = join(folder, '.incoming');
  // What was being received when the last process ended.
  rmSync(incoming, { recursive: true, force: true });
  mkdirSync(incoming, { recursive: true });
  const uploads = new Uploads(folder, incoming, maxUnfinished);
  const purge = () => uploads.purge(unfinishedDays).catch((error) => console.warn('purging failed:', printable(error)));
  setInterval(purge, DAY / 24).unref();
  void purge();

  const form = multer({
    storage: new Incoming(incoming),
    // One byte more than the limit, to tell "as large as allowed" from "larger".
    limits: { fileSize: maxSize + 1, files: 1, fields: 200, fieldSize: 64 * 1024, parts: 201 },
  }).single('qqfile');
  const router = waiting(express.Router());
  /** Whose a request is. Not its `user`: that is what sign-in middleware calls its own. */
  const owners = new WeakMap();

  router.use(async (request, response, next) => {
    cutOffStalls(request, stallSeconds);
    const { origin, host } = request.headers;
    const known = allowedOrigins.includes(origin);
    if (origin !== undefined) response.vary('Origin');
    if (known) response.set({ 'Access-Control-Allow-Origin': origin, 'Access-Control-Allow-Credentials': 'true' });
    if (request.method === 'OPTIONS') {
      const asked = request.get('Access-Control-Request-Headers') ?? 'Content-Type';
      if (known) response.set({ 'Access-Control-Allow-Methods': 'GET, POST, DELETE', 'Access-Control-Allow-Headers': asked });
      response.status(known ? 204 : 403).end();
      return;
    }
    // A page of another site makes a visitor's browser send requests, cookie included. Sec-Fetch-Site only exists on https and on localhost, so
    // the Origin is compared as well. `null` is the origin of a sandboxed or disguised page: another site. Reading is what CORS is for.
    const same = origin === undefined || (ORIGIN.test(origin) && origin.replace(ORIGIN, '') === host);
    const foreign = !known && (!same || ['cross-site', 'same-site'].includes(request.get('Sec-Fetch-Site')));
    if (foreign && !['GET', 'HEAD'].includes(request.method)) throw new Refusal(403, 'Pages of this origin may not use this server.');
    const id = await authorize(request);
    if (!id) throw new Refusal(403, 'Please sign in to upload.');
    // `true` would be one and the same user for everybody.
    if (!['string', 'number'].includes(typeof id)) throw new Error('`authorize` must return the id of the user, a string or a number.');
    owners.set(request, String(id));
    next();
  });

  router.post(
    '/done',
    express.urlencoded({ limit: '64kb', extended: false }),
    express.json({ limit: '64kb' }),
    async (request, response) => {
      const fields = textsIn(request.body);
      const uuid = uuidIn(fields.qquuid);
      const size = countIn(fields, 'qqtotalfilesize');
      if (size > maxSize) throw tooLarge(maxSize);
      response.json(await finished(request, await uploads.join(uuid, owners.get(request), nameIn(fields.qqfilename), size)));
    },
  );

  router.post('/', express.urlencoded({ limit: '64kb', extended: false }), form, async (request, response) => {
    const isForm = request.is('multipart/form-data');
    const isPlain = request.is('application/x-www-form-urlencoded');
    // The bytes themselves as the body, everything else in the query.
    const fields = textsIn(isForm || isPlain ? request.body : request.query);
    const file = isForm || isPlain ? request.file : await receive(request);
    try {
      if (isPlain || fields._method !== undefined) {
        if (fields._method?.toUpperCase() !== 'DELETE') throw new Refusal(400, 'The request has no file.');
        await remove(fields.qquuid, owners.get(request));
        response.json({ success: true });
        return;
      }
      response.json(await keep(request, fields, file));
    } finally {
      if (file) await rm(file.path, { force: true });
    }
  });

  router.get('/', async (request, response) => {
    response.json(await uploads.list(owners.get(request)));
  });

  router.get('/:uuid', async (request, response) => {
    const { uuid } = request.params;
    const file = isUuid(uuid) ? await uploads.find(uuid) : undefined;
    if (file?.owner !== owners.get(request)) throw new Refusal(404, 'There is no such file.');
    // What is in a file is unknown: it is a download, and a browser is told to run nothing of it.
    response.set({
      'Content-Type': 'application/octet-stream',
      'Content-Disposition': `attachment; filename*=UTF-8''${encodeURIComponent(file.name).replace(/['()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`)}`,
      'Content-Security-Policy': "default-src 'none'; sandbox",
      'X-Content-Type-Options': 'nosniff',
      'Cache-Control': 'private, no-cache',
      'Content-Length': file.size,
    });
    if (request.method === 'HEAD') response.end();
    else await pipeline(createReadStream(uploads.path(uuid, 'content')), response).catch(() => response.destroy());
  });

  router.delete('/:uuid', async (request, response) => {
    await remove(request.params.uuid, owners.get(request));
    response.status(204).end();
  });

  router.use(() => {
    throw new Refusal(404, 'There is nothing here.');
  });

  // eslint-disable-next-line no-unused-vars -- Express knows handlers of errors by their four parameters
  router.use((error, request, response, _next) => {
    // Bytes still on their way are read and dropped: a browser that is cut off while it sends shows no answer.
    request.unpipe();
    request.resume();
    if (response.headersSent || response.destroyed) return;
    const refusal = asRefusal(error, maxSize);
    if (!refusal) console.warn('failed:', printable(error?.stack ?? error));
    const { status, message, extra } = refusal ?? new Refusal(500, 'The server failed.');
    response
      .status(status)
      .set('Cache-Control', 'no-store')
      .json({ success: false, error: message, ...extra });
  });
  return router;

  async function receive(request) {
    const path = join(incoming, randomUUID());
    let size = 0;
    const file = createWriteStream(path, { flags: 'wx' });
    try {
      await pipeline(
        request,
        async function* (chunks) {
          for await (const chunk of chunks) {
            size += chunk.length;
            if (size <= maxSize) yield chunk;
          }
        },
        file,
      );
    } catch (error) {
      await rm(path, { force: true });
      throw error;
    }
    return { path, size, originalname: String(request.query.qqfile ?? '') };
  }

  async function keep(request, fields, file) {
    if (!file) throw new Refusal(400, 'The form has no file.');
    const uuid = uuidIn(fields.qquuid);
    const name = nameIn(fields.qqfilename ?? file.originalname);
    if (file.size > maxSize) throw tooLarge(maxSize);
    if (fields.qqpartindex === undefined) {
      if (fields.qqtotalfilesize !== undefined && countIn(fields, 'qqtotalfilesize') !== file.size) {
        throw new Refusal(400, 'The file is not as long as announced.');
      }
      return finished(request, await uploads.keep(uuid, owners.get(request), name, file));
    }
    const [index, offset, length, parts, total] = ['qqpartindex', 'qqpartbyteoffset', 'qqchunksize', 'qqtotalparts', 'qqtotalfilesize'].map(
      (field) => countIn(fields, field),
    );
    if (total > maxSize) throw tooLarge(maxSize);
    // Chunks of nothing would never fill the file, only the folder.
    if (index >= parts || offset + length > total || (length === 0 && total > 0))
      throw new Refusal(400, 'The chunk lies outside the file.');
    if (file.size !== length) throw new Refusal(400, 'The chunk is not as long as announced.');
    const chunk = { offset, length, total, resumed: fields.qqresume === 'true' };
    const whole = await uploads.keepChunk(uuid, owners.get(request), chunk, file.path);
    return whole ? linked(request, uuid) : { success: true };
  }

  async function finished(request, file) {
    await stored(file);
    return linked(request, file.uuid);
  }

  function linked(request, uuid) {
    return { success: true, tempLink: `${publicOrigin}${request.baseUrl}/${uuid}` };
  }

  async function remove(uuid, user) {
    if (!isUuid(uuid) || !(await uploads.delete(uuid, user))) throw new Refusal(404, 'There is no such file.');
  }
}

/**
 * Cuts off a request that sends less than 100 bytes per second: who stops in the middle, or sends a body byte by byte, holds a connection.
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

function asRefusal(error, maxSize) {
  if (error instanceof Refusal) return error;
  if (error?.code === 'LIMIT_FILE_SIZE') return tooLarge(maxSize);
  if (error?.code === 'ENOSPC') return new Refusal(507, 'The server has no room left.');
  if (error?.type === 'entity.too.large') return new Refusal(413, 'The request is too long.');
  // multer, busboy and the parsers of bodies: the client's form is not one.
  const isForm =
    error instanceof multer.MulterError || /multipart|boundary|unexpected end of form|malformed part|aborted/i.test(error?.message ?? '');
  return isForm || error?.status < 500 ? new Refusal(400, 'The form could not be read.') : undefined;
}

/** For a log: one line of visible ASCII. A line break would forge lines, an ESC would command the terminal of whoever reads them. */
function printable(error) {
  return String(error)
    .slice(0, 1000)
    .replace(/[^\x20-\x7e]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** Express 4 does not wait for handlers, so that what they throw would end the process. Express 5 does. */
function waiting(router) {
  for (const method of ['use', 'get', 'post', 'delete']) {
    const register = router[method].bind(router);
    router[method] = (...all) => register(...all.map((one) => (isAsync(one) ? (...asked) => void one(...asked).catch(asked.at(-1)) : one)));
  }
  return router;
}

function isAsync(handler) {
  return handler?.constructor?.name === 'AsyncFunction';
}

/** Where multer puts files. Its own storage keeps the file, and the handle, of a client that goes away in the middle. */
class Incoming {
  constructor(folder) {
    this.folder = folder;
  }

  _handleFile(request, { stream }, done) {
    const path = join(this.folder, randomUUID());
    const file = createWriteStream(path, { flags: 'wx' });
    const remove = () => void rm(path, { force: true }).catch(() => {});
    // The file may be whole already, and the form may not: its client stops in a later field.
    const drop = () => (file.closed ? remove() : file.once('close', remove).destroy());
    stream.once('error', drop);
    // All bytes may have been received, and not be read yet.
    const stop = () => request.readableEnded || drop();
    request.once('close', stop);
    if (request.destroyed) stop();
    file.once('error', (error) => {
      drop();
      done(error);
    });
    file.once('finish', () => done(null, { path, size: file.bytesWritten }));
    stream.pipe(file);
  }

  _removeFile(_request, { path }, done) {
    rm(path, { force: true }).then(() => done(null), done);
  }
}

function tooLarge(maxSize) {
  return new Refusal(413, `The file is larger than this server allows (${maxSize} bytes).`, { preventRetry: true });
}

/** The uuid becomes the name of a folder, so it has to look like one. */
function isUuid(text) {
  return typeof text === 'string' && /^[0-9A-Za-z][0-9A-Za-z_-]{7,63}$/.test(text);
}

function uuidIn(text) {
  if (!isUuid(text)) throw new Refusal(400, 'The request has no usable qquuid.', { preventRetry: true });
  return text;
}

/** Fields that are texts or numbers; lists and objects are none of the protocol's. */
function textsIn(fields) {
  return Object.fromEntries(
    Object.entries(fields ?? {})
      .filter(([, value]) => ['string', 'number'].includes(typeof value))
      .map(([name, value]) => [name, String(value)]),
  );
}

function countIn(fields, name) {
  if (!/^\d{1,15}$/.test(fields[name] ?? '')) throw new Refusal(400, `${name} is not a number of bytes or parts.`);
  return Number(fields[name]);
}

/** The name people see: shortened, and without what would garble a log or a header. It is shown and stored, never a path. */
function nameIn(text = '') {
  const name = Buffer.from(text)
    .toString()
    .replace(/\p{Cc}/gu, ' ')
    .trim();
  return [...name].slice(0, 255).join('') || 'unnamed';
}

/**
 *   {folder}/{uuid}/about.json         its owner; its name once it is whole
 *   {folder}/{uuid}/content            the file, once it is whole
 *   {folder}/{uuid}/chunks/{offset}-{length}
 *   {folder}/.incoming                 what is being received; nothing half-received ever has a proper name
 */
class Uploads {
  #turns = new Map();

  constructor(folder, incoming, maxUnfinished) {
    this.folder = folder;
    this.incoming = incoming;
    this.maxUnfinished = maxUnfinished;
  }

  path(uuid, ...rest) {
    if (!isUuid(uuid)) throw new TypeError('An upload is named by a uuid.');
    return join(this.folder, uuid, ...rest);
  }

  async find(uuid) {
    const about = await this.#about(uuid);
    const content = await stat(this.path(uuid, 'content')).catch(() => undefined);
    return about && content ? { uuid, owner: about.owner, name: about.name, size: content.size } : undefined;
  }

  async list(user) {
    const files = await Promise.all((await this.#uuids()).map((uuid) => this.find(uuid)));
    return files.filter((file) => file?.owner === user).map(({ uuid, name, size }) => ({ uuid, name, size }));
  }

  keep(uuid, user, name, { path, size }) {
    return this.#inTurn(uuid, async () => {
      await this.#claim(uuid, user);
      return this.#store(uuid, user, name, path, size);
    });
  }

  /** Resolves to whether the file is whole already and has these very bytes. */
  keepChunk(uuid, user, { offset, length, total, resumed }, path) {
    return this.#inTurn(uuid, async () => {
      await this.#mustBeOf(uuid, user);
      const file = await this.find(uuid);
      // The answer to the last chunk got lost: it comes again, and the file is whole already.
      if (file?.size === total && (await haveSameBytes(this.path(uuid, 'content'), offset, path, length))) return true;
      const chunks = await this.#chunks(uuid);
      // Going on where nothing is would only be noticed at the end, after hours perhaps.
      if (resumed && chunks.length === 0) throw new Refusal(409, 'The chunks that were sent earlier are no longer here.', { reset: true });
      if (chunks.length === 0 && (await this.#unfinished(user)) >= this.maxUnfinished) {
        throw new Refusal(429, 'There are too many unfinished uploads. Please finish or cancel some.');
      }
      const others = chunks.filter((one) => one.offset !== offset || one.length !== length);
      // A page may cut a file anew, once. More is somebody who fills the disk with one upload.
      if (others.reduce((sum, one) => sum + one.length, length) > 2 * total || others.length > 50_000) {
        await this.#forgetChunks(uuid);
        throw new Refusal(409, 'There are more chunks than the file has room for, so it starts again.', { reset: true });
      }
      await this.#claim(uuid, user);
      await mkdir(this.path(uuid, 'chunks'), { recursive: true });
      await rename(path, this.path(uuid, 'chunks', `${offset}-${length}`));
      return false;
    });
  }

  /** All chunks are sent. It may come twice. */
  join(uuid, user, name, size) {
    return this.#inTurn(uuid, async () => {
      await this.#mustBeOf(uuid, user);
      const way = cover(await this.#chunks(uuid), size);
      if (!way) {
        await this.#forgetChunks(uuid);
        const file = await this.find(uuid);
        if (file?.size === size) return file;
        throw new Refusal(409, 'Some chunks of the file are missing, so it starts again.', { reset: true });
      }
      const path = join(this.incoming, randomUUID());
      try {
        for (const { offset, length } of way) {
          await pipeline(createReadStream(this.path(uuid, 'chunks', `${offset}-${length}`)), createWriteStream(path, { flags: 'a' }));
        }
        return await this.#store(uuid, user, name, path, size);
      } finally {
        // Where the disk is full, say.
        await rm(path, { force: true });
      }
    });
  }

  delete(uuid, user) {
    return this.#inTurn(uuid, async () => {
      if ((await this.#about(uuid))?.owner !== user) return false;
      await rm(this.path(uuid), { recursive: true, force: true });
      return true;
    });
  }

  async purge(days) {
    for (const uuid of await this.#uuids()) {
      const chunks = await stat(this.path(uuid, 'chunks')).catch(() => undefined);
      if (chunks && chunks.mtimeMs < Date.now() - days * DAY) await this.#inTurn(uuid, () => this.#forgetChunks(uuid));
    }
  }

  async #store(uuid, owner, name, path, size) {
    await this.#write(uuid, { owner, name });
    await rename(path, this.path(uuid, 'content'));
    await this.#forgetChunks(uuid);
    return { uuid, owner, name, size };
  }

  async #about(uuid) {
    const text = await readFile(this.path(uuid, 'about.json'), 'utf8').catch(() => undefined);
    return text === undefined ? undefined : JSON.parse(text);
  }

  async #write(uuid, about) {
    const path = join(this.incoming, randomUUID());
    await mkdir(this.path(uuid), { recursive: true });
    await writeFile(path, JSON.stringify(about));
    await rename(path, this.path(uuid, 'about.json'));
  }

  async #mustBeOf(uuid, user) {
    const about = await this.#about(uuid);
    if (about && about.owner !== user) throw new Refusal(403, 'This upload belongs to somebody else.', { preventRetry: true });
  }

  async #claim(uuid, user) {
    await this.#mustBeOf(uuid, user);
    if (!(await this.#about(uuid))) await this.#write(uuid, { owner: user });
  }

  async #chunks(uuid) {
    const names = await readdir(this.path(uuid, 'chunks')).catch(() => []);
    return names.map((name) => {
      const [offset, length] = name.split('-').map(Number);
      return { offset, length };
    });
  }

  /** An upload without a whole file is forgotten altogether. */
  async #forgetChunks(uuid) {
    const whole = await stat(this.path(uuid, 'content')).catch(() => undefined);
    await rm(this.path(uuid, ...(whole ? ['chunks'] : [])), { recursive: true, force: true });
  }

  async #unfinished(user) {
    let count = 0;
    for (const uuid of await this.#uuids()) {
      const chunks = await stat(this.path(uuid, 'chunks')).catch(() => undefined);
      if (chunks && (await this.#about(uuid))?.owner === user) count++;
    }
    return count;
  }

  async #uuids() {
    return (await readdir(this.folder)).filter(isUuid);
  }

  /** One thing at a time per upload: chunks arrive at once, and joining must not overtake one, nor a deletion either. */
  async #inTurn(uuid, work) {
    const turn = (this.#turns.get(uuid) ?? Promise.resolve()).then(work, work);
    this.#turns.set(uuid, turn);
    try {
      return await turn;
    } finally {
      if (this.#turns.get(uuid) === turn) this.#turns.delete(uuid);
    }
  }
}

async function haveSameBytes(content, offset, chunk, length) {
  const [one, other] = [await open(content), await open(chunk)];
  const [left, right] = [Buffer.alloc(65_536), Buffer.alloc(65_536)];
  try {
    for (let at = 0; at < length; at += 65_536) {
      const size = Math.min(65_536, length - at);
      await one.read(left, 0, size, offset + at);
      await other.read(right, 0, size, at);
      if (left.compare(right, 0, size, 0, size) !== 0) return false;
    }
    return true;
  } finally {
    await one.close();
    await other.close();
  }
}

/** The chunks that follow each other from the first byte to the last, out of any that were sent; undefined where some are missing. */
function cover(chunks, size) {
  const ways = new Map();
  // From the end backwards, so that at each offset only a chunk is kept from which the end can be reached.
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

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const {
    FOLDER = 'uploads',
    MAX_SIZE,
    STALL_SECONDS = '60',
    ALLOWED_ORIGINS = '',
    PUBLIC_ORIGIN,
    PORT = '3000',
    HOST = '127.0.0.1',
  } = process.env;
  const app = express();
  app.disable('x-powered-by');
  const allowedOrigins = ALLOWED_ORIGINS.split(/[\s,]+/).filter((origin) => origin !== '');
  const maxSize = MAX_SIZE ? Number(MAX_SIZE) : undefined;
  app.use(
    '/uploads',
    traditionalEndpoint({
      folder: FOLDER,
      authorize,
      allowedOrigins,
      publicOrigin: PUBLIC_ORIGIN,
      maxSize,
      stallSeconds: Number(STALL_SECONDS),
    }),
  );
  app.use(express.static('public'));
  // A large file over a slow line takes longer than the five minutes that Node gives a request; one that stalls is cut off by the endpoint.
  const limits = { headersTimeout: Number(STALL_SECONDS) * 1000, requestTimeout: 0, connectionsCheckingInterval: 1000 };
  http.createServer(limits, app).listen(Number(PORT), HOST);
}
