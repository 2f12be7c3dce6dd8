/**
 * POST Object, the upload by an HTML form. https://docs.aws.amazon.com/AmazonS3/latest/API/RESTObjectPOST.html
 */
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import busboy from 'busboy';
import { respond, respondXml, objectUrl } from './responses.js';
import { checkKeyLength, type StoreContext } from './context.js';
import { authorize } from './credentials.js';
import type { TemporaryFile } from './records.js';
import { invalidArgument, S3Error } from './errors.js';
import { authenticateForm } from './form-authentication.js';
import { encryptionHeaders, type ObjectMetadata, parseObjectMetadata } from './object-metadata.js';
import { requireContentLength } from './object.js';
import { checkPolicy, parsePolicy } from './policy.js';
import { maxBodySize, type S3Request } from './request.js';

/** Maximum size of the fields before the file, in bytes. */
const maxFieldsSize = 20 * 1024;

/** A file on disk that no record references yet. */
interface ReceivedFile {
  temporaryFile: TemporaryFile;
  size: number;
  etag: string;
  key: string;
  metadata: ObjectMetadata;
}

export async function postObject(context: StoreContext, request: S3Request, bucket: string): Promise<void> {
  requireContentLength(request);
  let received: ReceivedFile | undefined;
  const fields = await readForm(request, async (sent, filename, file) => {
    received = await receiveFile(context, bucket, sent, filename, file);
  }).catch(async (error: unknown) => {
    await received?.temporaryFile.discard();
    throw error;
  });
  if (!received) throw new Error('A form was read without its file');
  const { temporaryFile, key, size, etag, metadata } = received;
  const file = await temporaryFile.commit(size);
  context.storage.putObject(bucket, { key, size, etag, lastModified: context.now(), metadata, files: [file] });
  respondToUpload(request, bucket, received, fields);
}

/** Checks the fields and receives the file. Removes the temporary file if it throws. */
async function receiveFile(
  context: StoreContext,
  bucket: string,
  fields: ReadonlyMap<string, string>,
  filename: string,
  file: AsyncIterable<Buffer>,
): Promise<ReceivedFile> {
  const keyTemplate = fields.get('key');
  if (keyTemplate === undefined) {
    throw invalidArgument(
      "Bucket POST must contain a field named 'key'.  If it is specified, please check the order of the fields.",
      'key',
      '',
    );
  }
  const key = keyTemplate.replaceAll('${filename}', () => filename);
  if (key === '') throw invalidArgument('User key must have a length greater than 0.', 'key', '');
  if (key.includes('\0')) throw new S3Error('InvalidURI');
  const fieldBucket = fields.get('bucket');
  if (fieldBucket !== undefined && fieldBucket !== bucket) throw invalidArgument('The field names another bucket', 'bucket', fieldBucket);
  const identity = authenticateForm(fields, context);
  const policy = parsePolicy(fields.get('policy') ?? '');
  const range = checkPolicy(policy, new Map([...fields, ['bucket', bucket], ['key', key]]), context.now());
  authorize(identity, 's3:PutObject', bucket, key);
  checkKeyLength(key);
  const metadata = parseObjectMetadata(formHeaders(fields));
  const max = Math.min(range.max, maxBodySize);
  const temporaryFile = await context.storage.createTemporaryFile();
  try {
    const md5 = createHash('md5');
    let size = 0;
    for await (const chunk of file) {
      size += chunk.length;
      if (size > max) throw new S3Error('EntityTooLarge', undefined, { ProposedSize: size, MaxSizeAllowed: max });
      md5.update(chunk);
      await temporaryFile.write(chunk);
    }
    if (size < range.min) throw new S3Error('EntityTooSmall', undefined, { ProposedSize: size, MinSizeAllowed: range.min });
    return { temporaryFile, size, etag: md5.digest('hex'), key, metadata };
  } catch (error) {
    await temporaryFile.discard();
    throw error;
  }
}

/** Converts form fields (text) to header values (one character per byte). */
function formHeaders(fields: ReadonlyMap<string, string>): Map<string, string> {
  const headers = new Map([...fields].map(([name, value]) => [name, Buffer.from(value).toString('latin1')]));
  const acl = headers.get('acl');
  if (acl !== undefined) headers.set('x-amz-acl', acl);
  if (headers.has('tagging')) throw new S3Error('NotImplemented', undefined, { Field: 'tagging' });
  return headers;
}

function respondToUpload(
  request: S3Request,
  bucket: string,
  { key, etag, metadata }: ReceivedFile,
  fields: ReadonlyMap<string, string>,
): void {
  const { response } = request;
  const location = objectUrl(request.host, bucket, key, request.virtualHosted);
  const headers = { etag: `"${etag}"`, location, ...encryptionHeaders(metadata) };
  const redirect = redirectUrl(fields.get('success_action_redirect') ?? fields.get('redirect'), bucket, key, etag);
  const status = fields.get('success_action_status');
  if (redirect !== undefined) respond(response, 303, { ...headers, location: redirect });
  else if (status === '201')
    respondXml(response, 'PostResponse', { Location: location, Bucket: bucket, Key: key, ETag: `"${etag}"` }, headers, 201);
  else respond(response, status === '200' ? 200 : 204, headers);
}

/** S3 ignores a redirect that is not a valid URL. */
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
 * Reads a form up to the field `file`. Fields after the file are ignored, as S3 does.
 * @param onFile - called once when the file begins; the form is accepted after its promise has settled
 * @returns the fields before the file, by lower-case name
 * @throws S3Error, if possible after the whole body has been received
 */
async function readForm(
  request: S3Request,
  onFile: (fields: ReadonlyMap<string, string>, filename: string, file: AsyncIterable<Buffer>) => Promise<void>,
): Promise<ReadonlyMap<string, string>> {
  const { message } = request;
  if ((request.contentLength ?? 0) > maxBodySize + maxFieldsSize) throw new S3Error('EntityTooLarge');
  const fields = new Map<string, string>();
  let size = 0;
  let fileReceived: Promise<void> | undefined;
  let formError: S3Error | undefined;
  let parser: busboy.Busboy;
  try {
    parser = busboy({
      headers: { 'content-type': request.headers.get('content-type') },
      defParamCharset: 'utf8',
      limits: { fieldSize: maxFieldsSize, fieldNameSize: 256, fields: 200, parts: 250 },
    });
  } catch {
    throw new S3Error('MalformedPOSTRequest');
  }
  const startFile = (filename: string, file: AsyncIterable<Buffer>) => {
    fileReceived = onFile(fields, filename, file);
    return fileReceived;
  };
  parser.on('field', (name: string | undefined, value, info) => {
    const field = name?.toLowerCase();
    if (fileReceived && field === 'file') formError ??= new S3Error('IncorrectNumberOfFilesInPostRequest');
    if (fileReceived) return;
    size += Buffer.byteLength(name ?? '') + Buffer.byteLength(value);
    if (size > maxFieldsSize || info.nameTruncated || info.valueTruncated) formError ??= new S3Error('MaxPostPreDataLengthExceededError');
    if (field === undefined) formError ??= new S3Error('MalformedPOSTRequest');
    else if (field === 'file') {
      // A file may be sent as a field without a file name. busboy decodes fields as UTF-8, so binary content would be corrupted.
      if (value.includes('\ufffd')) formError ??= new S3Error('MalformedPOSTRequest');
      if (!formError) startFile('', Readable.from([Buffer.from(value)])).catch(() => undefined);
    } else {
      if (fields.has(field)) formError ??= new S3Error('MalformedPOSTRequest', `The form has the field ${field} twice.`);
      fields.set(field, value);
    }
  });
  parser.on('file', (name: string | undefined, file: Readable, info) => {
    // The reader of the file handles its errors; without a listener they would end the process.
    file.on('error', () => undefined);
    const isFile = name?.toLowerCase() === 'file';
    if (!isFile && !fileReceived) formError ??= new S3Error('MalformedPOSTRequest', `The field ${name ?? ''} must not be a file.`);
    if (isFile && fileReceived) formError ??= new S3Error('IncorrectNumberOfFilesInPostRequest');
    if (formError || fileReceived) {
      file.resume();
      return;
    }
    // The reader must not destroy the stream: busboy would wait for it forever.
    startFile(info.filename ?? '', file.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>).catch(() => file.resume());
  });
  for (const limit of ['partsLimit', 'fieldsLimit'] as const) {
    parser.on(limit, () => (formError ??= new S3Error('MaxPostPreDataLengthExceededError')));
  }
  request.sendContinue();
  await new Promise<void>((resolve, reject) => {
    parser.on('close', resolve);
    parser.on('error', () => {
      message.unpipe(parser);
      // After some errors busboy does not end the file stream, and the reader would wait forever.
      parser.destroy();
      reject(new S3Error(message.complete || !message.destroyed ? 'MalformedPOSTRequest' : 'IncompleteBody'));
    });
    // All bytes may have been received, and not be read yet.
    const stop = () => {
      if (!message.readableEnded) parser.destroy(new Error('The connection broke'));
    };
    message.once('close', stop);
    if (message.destroyed) stop();
    message.pipe(parser);
  }).catch(async (error: unknown) => {
    await fileReceived?.catch(() => undefined);
    throw error;
  });
  if (fileReceived) await fileReceived;
  if (formError) throw formError;
  if (!fileReceived) throw invalidArgument('POST requires exactly one file upload per request.', 'file', '0');
  return fields;
}
