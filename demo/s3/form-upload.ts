/**
 * POST Object: a file sent by a browser's form. https://docs.aws.amazon.com/AmazonS3/latest/API/RESTObjectPOST.html
 */
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import busboy from 'busboy';
import { answer, answerXml, objectUrl } from './answers.js';
import { checkKey, type Context } from './context.js';
import { authorize } from './credentials.js';
import type { Draft } from './records.js';
import { invalidArgument, S3Error } from './errors.js';
import { authenticateForm } from './form-authentication.js';
import { encryptionOf, type ObjectHeaders, readObjectHeaders } from './object-headers.js';
import { requireLength } from './object.js';
import { checkPolicy, parsePolicy } from './policy.js';
import { largestBody, type S3Request } from './request.js';

/** Bytes of everything before the file. */
const largestFields = 20 * 1024;

/** A file on disk that no record names yet. */
interface ReceivedFile {
  draft: Draft;
  size: number;
  etag: string;
  key: string;
  about: ObjectHeaders;
}

export async function uploadForm(context: Context, request: S3Request, bucket: string): Promise<void> {
  requireLength(request);
  let received: ReceivedFile | undefined;
  const fields = await readForm(request, async (sent, filename, file) => {
    received = await receiveFile(context, bucket, sent, filename, file);
  }).catch(async (error: unknown) => {
    await received?.draft.discard();
    throw error;
  });
  if (!received) throw new Error('A form was read without its file');
  const { draft, key, size, etag, about } = received;
  const piece = await draft.keep(size);
  context.disk.putObject(bucket, { key, size, etag, lastModified: context.now(), about, pieces: [piece] });
  answerUploaded(request, bucket, received, fields);
}

/** Everything that can be refused is refused here, and leaves nothing on disk. */
async function receiveFile(
  context: Context,
  bucket: string,
  fields: ReadonlyMap<string, string>,
  filename: string,
  file: AsyncIterable<Buffer>,
): Promise<ReceivedFile> {
  const template = fields.get('key');
  if (template === undefined) {
    throw invalidArgument(
      "Bucket POST must contain a field named 'key'.  If it is specified, please check the order of the fields.",
      'key',
      '',
    );
  }
  const key = template.replaceAll('${filename}', () => filename);
  if (key === '') throw invalidArgument('User key must have a length greater than 0.', 'key', '');
  if (key.includes('\0')) throw new S3Error('InvalidURI');
  const fieldBucket = fields.get('bucket');
  if (fieldBucket !== undefined && fieldBucket !== bucket) throw invalidArgument('The field names another bucket', 'bucket', fieldBucket);
  const identity = authenticateForm(fields, context);
  const policy = parsePolicy(fields.get('policy') ?? '');
  const range = checkPolicy(policy, new Map([...fields, ['bucket', bucket], ['key', key]]), context.now());
  authorize(identity, 's3:PutObject', bucket, key);
  checkKey(key);
  const about = readObjectHeaders(formHeaders(fields));
  const max = Math.min(range.max, largestBody);
  const draft = await context.disk.draft();
  try {
    const md5 = createHash('md5');
    let size = 0;
    for await (const chunk of file) {
      size += chunk.length;
      if (size > max) throw new S3Error('EntityTooLarge', undefined, { ProposedSize: size, MaxSizeAllowed: max });
      md5.update(chunk);
      await draft.write(chunk);
    }
    if (size < range.min) throw new S3Error('EntityTooSmall', undefined, { ProposedSize: size, MinSizeAllowed: range.min });
    return { draft, size, etag: md5.digest('hex'), key, about };
  } catch (error) {
    await draft.discard();
    throw error;
  }
}

/** Fields are text; headers are bytes. */
function formHeaders(fields: ReadonlyMap<string, string>): Map<string, string> {
  const headers = new Map([...fields].map(([name, value]) => [name, Buffer.from(value).toString('latin1')]));
  const acl = headers.get('acl');
  if (acl !== undefined) headers.set('x-amz-acl', acl);
  if (headers.has('tagging')) throw new S3Error('NotImplemented', undefined, { Field: 'tagging' });
  return headers;
}

function answerUploaded(request: S3Request, bucket: string, { key, etag, about }: ReceivedFile, fields: ReadonlyMap<string, string>): void {
  const { response } = request;
  const location = objectUrl(request.host, bucket, key, request.virtualHosted);
  const headers = { etag: `"${etag}"`, location, ...encryptionOf(about) };
  const redirect = redirectUrl(fields.get('success_action_redirect') ?? fields.get('redirect'), bucket, key, etag);
  const status = fields.get('success_action_status');
  if (redirect !== undefined) answer(response, 303, { ...headers, location: redirect });
  else if (status === '201')
    answerXml(response, 'PostResponse', { Location: location, Bucket: bucket, Key: key, ETag: `"${etag}"` }, headers, 201);
  else answer(response, status === '200' ? 200 : 204, headers);
}

/** S3 takes what is no address for no field. */
function redirectUrl(text: string | undefined, bucket: string, key: string, etag: string): string | undefined {
  if (text === undefined || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return undefined;
  for (const [name, value] of [
    ['bucket', bucket],
    ['key', key],
    ['etag', `"${etag}"`],
  ] as const) {
    url.searchParams.append(name, value);
  }
  return url.href;
}

/**
 * Reads a form whose last field that counts is `file`; what follows it is ignored, as S3 does.
 * @param takeFile is called once, when the file begins; the form is not accepted before its promise has settled
 * @returns the fields before the file by lower-case name
 * @throws S3Error, after all of the body has arrived where that is possible
 */
async function readForm(
  request: S3Request,
  takeFile: (fields: ReadonlyMap<string, string>, filename: string, file: AsyncIterable<Buffer>) => Promise<void>,
): Promise<ReadonlyMap<string, string>> {
  const { message } = request;
  if ((request.contentLength ?? 0) > largestBody + largestFields) throw new S3Error('EntityTooLarge');
  const fields = new Map<string, string>();
  let size = 0;
  let taken: Promise<void> | undefined;
  let problem: S3Error | undefined;
  let parser: busboy.Busboy;
  try {
    parser = busboy({
      headers: { 'content-type': request.headers.get('content-type') },
      defParamCharset: 'utf8',
      limits: { fieldSize: largestFields, fieldNameSize: 256, fields: 200, parts: 250 },
    });
  } catch {
    throw new S3Error('MalformedPOSTRequest');
  }
  const take = (filename: string, file: AsyncIterable<Buffer>) => {
    taken = takeFile(fields, filename, file);
    return taken;
  };
  parser.on('field', (name: string | undefined, value, info) => {
    const field = name?.toLowerCase();
    if (taken && field === 'file') problem ??= new S3Error('IncorrectNumberOfFilesInPostRequest');
    if (taken) return;
    size += Buffer.byteLength(name ?? '') + Buffer.byteLength(value);
    if (size > largestFields || info.nameTruncated || info.valueTruncated) problem ??= new S3Error('MaxPostPreDataLengthExceededError');
    if (field === undefined) problem ??= new S3Error('MalformedPOSTRequest');
    else if (field === 'file') {
      // A file may come as a text, without a name of its own. What is no text has been changed on its way here: busboy decodes fields.
      if (value.includes('\ufffd')) problem ??= new S3Error('MalformedPOSTRequest');
      if (!problem) take('', Readable.from([Buffer.from(value)])).catch(() => undefined);
    } else {
      if (fields.has(field)) problem ??= new S3Error('MalformedPOSTRequest', `The form has the field ${field} twice.`);
      fields.set(field, value);
    }
  });
  parser.on('file', (name: string | undefined, file: Readable, info) => {
    // Whoever reads the file sees its errors; without a listener they would also end the process.
    file.on('error', () => undefined);
    const isFile = name?.toLowerCase() === 'file';
    if (!isFile && !taken) problem ??= new S3Error('MalformedPOSTRequest', `The field ${name ?? ''} must not be a file.`);
    if (isFile && taken) problem ??= new S3Error('IncorrectNumberOfFilesInPostRequest');
    if (problem || taken) {
      file.resume();
      return;
    }
    // Never let the reader destroy the stream: busboy would wait for it for ever.
    take(info.filename ?? '', file.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>).catch(() => file.resume());
  });
  for (const limit of ['partsLimit', 'fieldsLimit'] as const) {
    parser.on(limit, () => (problem ??= new S3Error('MaxPostPreDataLengthExceededError')));
  }
  request.sendContinue();
  await new Promise<void>((resolve, reject) => {
    parser.on('close', resolve);
    parser.on('error', () => {
      message.unpipe(parser);
      // Some of busboy's errors leave it half alive, and whoever reads the file waiting.
      parser.destroy();
      reject(new S3Error(message.complete || !message.destroyed ? 'MalformedPOSTRequest' : 'IncompleteBody'));
    });
    message.once('close', () => {
      if (!message.complete) parser.destroy(new Error('The connection broke'));
    });
    message.pipe(parser);
  }).catch(async (error: unknown) => {
    await taken?.catch(() => undefined);
    throw error;
  });
  if (taken) await taken;
  if (problem) throw problem;
  if (!taken) throw invalidArgument('POST requires exactly one file upload per request.', 'file', '0');
  return fields;
}
