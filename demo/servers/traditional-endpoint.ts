/**
 * An endpoint for `<fine-uploader>`, in Fine Uploader's own protocol, so it serves pages that already use Fine Uploader as well.
 *
 *   POST   /uploads          a form with one file, or one chunk of it       -> {success, tempLink?}
 *                            the same from a page without script            -> the file itself
 *   POST   /uploads/done     "all chunks are sent"                          -> {success, tempLink}
 *   DELETE /uploads/{uuid}   (or POST /uploads with _method=DELETE)
 *   GET    /uploads          the files that are here already                -> [{name, uuid, size}]
 *   GET    /uploads/{uuid}   the file itself
 *
 * To use it on your own server, say in `authorize` who may upload, and write down in your database what `stored` tells you.
 */
import busboy from 'busboy';
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { answerCors, pathOf, queryOf, readText, Refusal, sendFailure, sendJson } from './http.js';
import type { Cors, Handler } from './http.js';
import { isImage, sendStoredFile } from './stored-file.js';
import { isUuid, UploadFolder } from './upload-folder.js';
import type { StoredFile } from './upload-folder.js';

/** What the endpoint needs to know. */
export interface TraditionalEndpointOptions {
  /** Where files are kept. It is made if it is not there. */
  readonly folder: string;
  /** Where the endpoint is. Default `/uploads`. */
  readonly path?: string;
  /** Put in front of links, such as `https://www.example.com`. Default: none, links are relative to the server. */
  readonly publicOrigin?: string;
  /** Bytes. Default: no limit but the disk's. */
  readonly maxSize?: number;
  /** Which other origins may use it. Default: none, pages of this server's own origin only. */
  readonly cors?: Cors;
  /** Who may upload and delete: look at the session's cookie or a token here. Default: everybody, which only a demo can afford. */
  readonly authorize?: (request: IncomingMessage) => boolean | Promise<boolean>;
  /** Told about every file that is whole. A rejection is answered as a failure. */
  readonly stored?: (file: StoredFile, fields: ReadonlyMap<string, string>) => void | Promise<void>;
  /** Days after which an upload that nobody finished is dropped, when the server starts. Default 7, as long as the element remembers it. */
  readonly unfinishedDays?: number;
  /** Told about failures. Default: `console.warn`. */
  readonly log?: (line: string) => void;
}

const LONGEST_BODY = 64 * 1024;
/** More fields, or longer ones, than any uploader sends. */
const FORM_LIMITS = { files: 1, fields: 200, fieldNameSize: 200, fieldSize: 64 * 1024, parts: 201 };

/** What arrived: the text fields, and the file, which is on the disk already. */
interface Received {
  readonly fields: ReadonlyMap<string, string>;
  readonly file: { readonly path: string; readonly size: number; readonly name: string; readonly truncated: boolean } | undefined;
}

/** Makes the handler; put it on any `node:http` server. It declines what is not under its path. */
export async function createTraditionalEndpoint(options: TraditionalEndpointOptions): Promise<Handler> {
  const path = options.path ?? '/uploads';
  const maxSize = options.maxSize ?? Infinity;
  const log = options.log ?? ((line: string) => console.warn(line));
  const uploads = new UploadFolder(options.folder);
  await uploads.prepare(options.unfinishedDays ?? 7);

  return async (request, response) => {
    const address = pathOf(request);
    if (address !== path && !address.startsWith(`${path}/`)) return false;
    if (answerCors(request, response, options.cors)) return true;
    try {
      if (options.authorize && !(await options.authorize(request))) throw new Refusal(403, 'Please sign in to upload.');
      const rest = address.slice(path.length + 1);
      const method = request.method === 'HEAD' ? 'GET' : request.method;
      if (method === 'POST' && rest === '') await post(request, response);
      else if (method === 'POST' && rest === 'done') sendJson(response, 200, await done(request));
      else if (method === 'GET' && rest === '') sendJson(response, 200, await list());
      else if (method === 'GET') await view(rest, request, response);
      else if (method === 'DELETE') await remove(rest, response, 204);
      else throw new Refusal(405, 'This server does not know that kind of request.');
    } catch (error) {
      sendFailure(request, response, error, log);
    }
    return true;
  };

  async function post(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (isType(request, 'application/x-www-form-urlencoded')) {
      const form = new URLSearchParams(await readText(request, LONGEST_BODY));
      if (form.get('_method')?.toUpperCase() !== 'DELETE') throw new Refusal(400, 'The request has no file.');
      await remove(form.get('qquuid') ?? '', response, 200);
      return;
    }
    const received = isType(request, 'multipart/form-data') ? await receiveForm(request) : await receiveRaw(request);
    try {
      if (received.fields.get('_method')?.toUpperCase() === 'DELETE') await remove(received.fields.get('qquuid') ?? '', response, 200);
      else if (received.file && isPlainForm(request, received.fields)) await keepPlain(received.file, response);
      else sendJson(response, 200, await keep(received));
    } finally {
      if (received.file) await uploads.drop(received.file.path);
    }
  }

  /** A form that the browser sent itself, in a page without script: it gets a page to look at. */
  async function keepPlain(file: NonNullable<Received['file']>, response: ServerResponse): Promise<void> {
    if (file.size === 0 && file.name === '') throw new Refusal(400, 'Please choose a file first.');
    if (file.truncated) throw tooLarge();
    const uuid = randomUUID();
    await finished(await uploads.keepFile(uuid, nameIn(new Map(), file.name), file), new Map());
    response.writeHead(303, { Location: linkTo(uuid), 'Cache-Control': 'no-store' }).end();
  }

  /** A form: fields in any order, and one file, streamed to the disk as it comes. */
  async function receiveForm(request: IncomingMessage): Promise<Received> {
    const fields = new Map<string, string>();
    let receiving: Promise<Received['file']> | undefined;
    let parser: busboy.Busboy;
    try {
      // One byte more than the limit, to tell "as large as allowed" from "larger".
      const fileSize = maxSize + 1;
      parser = busboy({ headers: request.headers, defParamCharset: 'utf8', limits: { ...FORM_LIMITS, fileSize } });
    } catch {
      throw new Refusal(400, 'The form could not be read.');
    }
    const parsed = new Promise<void>((resolve, reject) => {
      const fail = () => reject(new Refusal(400, 'The form could not be read to its end.'));
      parser.on('field', (name, value) => fields.set(name, value));
      parser.on('file', (_name, bytes, { filename = '' }) => {
        receiving = uploads.receive(bytes).then((file) => ({ ...file, name: filename, truncated: bytes.truncated === true }));
        receiving.catch(reject);
      });
      parser.on('error', fail);
      parser.on('close', resolve);
      // A client that goes away, or a process that is killed, ends here and leaves nothing half-received behind.
      request.on('close', () => {
        if (!request.complete) parser.destroy(new Error('The client went away.'));
      });
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

  /** The bytes themselves as the body, everything else in the query. */
  async function receiveRaw(request: IncomingMessage): Promise<Received> {
    const fields = new Map(queryOf(request));
    let left = maxSize + 1;
    const limited = request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
    async function* upTo(): AsyncGenerator<Buffer> {
      for await (const chunk of limited) {
        left -= chunk.length;
        if (left <= 0) return;
        yield chunk;
      }
    }
    const file = await uploads.receive(Readable.from(upTo()));
    return { fields, file: { ...file, name: fields.get('qqfile') ?? '', truncated: left <= 0 } };
  }

  async function keep({ fields, file }: Received): Promise<object> {
    if (!file) throw new Refusal(400, 'The form has no file.');
    const uuid = uuidIn(fields.get('qquuid'));
    const name = nameIn(fields, file.name);
    if (file.truncated) throw tooLarge();
    if (!fields.has('qqpartindex')) {
      const size = fields.get('qqtotalfilesize');
      if (size !== undefined && Number(size) !== file.size) throw new Refusal(400, `${file.size} of ${size} bytes arrived.`);
      return finished(await uploads.keepFile(uuid, name, file), fields);
    }
    return keepChunk(uuid, name, fields, file);
  }

  async function keepChunk(
    uuid: string,
    name: string,
    fields: ReadonlyMap<string, string>,
    file: { path: string; size: number },
  ): Promise<object> {
    const index = countIn(fields, 'qqpartindex');
    const offset = countIn(fields, 'qqpartbyteoffset');
    const length = countIn(fields, 'qqchunksize');
    const total = countIn(fields, 'qqtotalfilesize');
    if (total > maxSize) throw tooLarge();
    if (index >= countIn(fields, 'qqtotalparts') || offset + length > total) throw new Refusal(400, 'The chunk lies outside the file.');
    if (file.size !== length) throw new Refusal(400, `${file.size} of the chunk's ${length} bytes arrived.`);
    if (fields.get('qqresume') === 'true' && !(await uploads.hasChunks(uuid)) && (await uploads.find(uuid))?.size !== total) {
      // Going on where nothing is would only be noticed at the end, after hours perhaps.
      throw new Refusal(409, 'The chunks that were sent earlier are no longer here.', { reset: true });
    }
    await uploads.keepChunk(uuid, { offset, length }, file.path);
    // Pages without a `chunking-success-endpoint` never say that all is sent, so look for it after every chunk.
    const whole = await uploads.join(uuid, name, total);
    return whole ? finished(whole, fields) : { success: true };
  }

  /** "All chunks are sent." It may come twice, and after the last chunk has joined them. */
  async function done(request: IncomingMessage): Promise<object> {
    const fields = await readFields(request);
    const uuid = uuidIn(fields.get('qquuid'));
    const size = countIn(fields, 'qqtotalfilesize');
    if (size > maxSize) throw tooLarge();
    const joined = await uploads.join(uuid, nameIn(fields, ''), size);
    if (joined) return finished(joined, fields);
    const file = await uploads.find(uuid);
    await uploads.forgetChunks(uuid);
    if (file?.size === size) return answerFor(file);
    throw new Refusal(409, 'Some chunks of the file are missing, so it starts again.', { reset: true });
  }

  async function finished(file: StoredFile, fields: ReadonlyMap<string, string>): Promise<object> {
    await options.stored?.(file, fields);
    return answerFor(file);
  }

  function answerFor(file: StoredFile): object {
    return { success: true, tempLink: linkTo(file.uuid) };
  }

  async function list(): Promise<readonly object[]> {
    return (await uploads.list()).map(({ uuid, name, size }) => ({
      name,
      uuid,
      size,
      ...(isImage(name) && { thumbnailUrl: linkTo(uuid) }),
    }));
  }

  async function view(uuid: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const file = isUuid(uuid) ? await uploads.find(uuid) : undefined;
    if (!file) throw new Refusal(404, 'There is no such file.');
    await sendStoredFile(request, response, { ...file, path: uploads.contentPath(uuid) });
  }

  async function remove(uuid: string, response: ServerResponse, status: 200 | 204): Promise<void> {
    if (!isUuid(uuid) || !(await uploads.delete(uuid))) throw new Refusal(404, 'There is no such file.');
    if (status === 204) response.writeHead(204).end();
    else sendJson(response, status, { success: true });
  }

  function linkTo(uuid: string): string {
    return `${options.publicOrigin ?? ''}${path}/${uuid}`;
  }

  function tooLarge(): Refusal {
    return new Refusal(413, `The file is larger than this server allows (${maxSize} bytes).`, { preventRetry: true });
  }
}

/** The chunking success request is a form, or JSON where the page asks for that. */
async function readFields(request: IncomingMessage): Promise<ReadonlyMap<string, string>> {
  const text = await readText(request, LONGEST_BODY);
  if (!isType(request, 'application/json')) return new Map(new URLSearchParams(text));
  try {
    const body: unknown = JSON.parse(text);
    return new Map(Object.entries(body ?? {}).map(([name, value]) => [name, String(value)]));
  } catch {
    throw new Refusal(400, 'The request is not JSON, although it says so.');
  }
}

function uuidIn(text: string | undefined): string {
  if (!isUuid(text)) throw new Refusal(400, 'The request has no usable qquuid.', { preventRetry: true });
  return text;
}

/** The name people see: shortened, and without what would garble a log or a header. It is shown and stored, never a path. */
function nameIn(fields: ReadonlyMap<string, string>, fallback: string): string {
  const name = (fields.get('qqfilename') ?? fallback).replace(/[\u0000-\u001f\u007f]/g, ' ').trim();
  return [...name].slice(0, 255).join('') || 'unnamed';
}

function countIn(fields: ReadonlyMap<string, string>, name: string): number {
  const text = fields.get(name) ?? '';
  const count = Number(text);
  if (!/^\d{1,16}$/.test(text) || !Number.isSafeInteger(count)) throw new Refusal(400, `${name} is not a number of bytes or parts.`);
  return count;
}

/** Whether the browser itself sent the form, and shows what comes of it. */
function isPlainForm(request: IncomingMessage, fields: ReadonlyMap<string, string>): boolean {
  return !fields.has('qquuid') && (request.headers.accept ?? '').startsWith('text/html');
}

function isType(request: IncomingMessage, type: string): boolean {
  return (request.headers['content-type'] ?? '').toLowerCase().startsWith(type);
}
