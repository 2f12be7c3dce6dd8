/**
 * PutObject, GetObject, HeadObject, GetObjectAcl and DeleteObject.
 */
import { once } from 'node:events';
import { respond, respondXml } from './responses.js';
import { type AuthorizedRequest, checkKeyLength } from './context.js';
import { isAllowed } from './credentials.js';
import type { ObjectRecord, DataFile } from './records.js';
import { S3Error } from './errors.js';
import { checkHeaderValue, encryptionHeaders, parseObjectMetadata } from './object-metadata.js';
import type { ReceivedBody, S3Request } from './request.js';

/**
 * Writes a body to disk. The caller must add the file to a record or remove it.
 * @throws the errors of `S3Request.receiveBody`; the file is removed before
 */
export async function receiveFile(call: AuthorizedRequest): Promise<{ file: DataFile; received: ReceivedBody }> {
  requireContentLength(call.request);
  const file = await call.context.storage.createTemporaryFile();
  try {
    const received = await call.request.receiveBody((chunk) => file.write(chunk));
    return { file: await file.commit(received.size), received };
  } catch (error) {
    await file.discard();
    throw error;
  }
}

/** @throws S3Error MissingContentLength */
export function requireContentLength(request: S3Request): void {
  if (request.contentLength === undefined) throw new S3Error('MissingContentLength');
}

export async function putObject(call: AuthorizedRequest): Promise<void> {
  const { context, request, bucket, key } = call;
  checkKeyLength(key);
  const metadata = parseObjectMetadata(request.headers);
  const { file, received } = await receiveFile(call);
  context.storage.putObject(bucket, {
    key,
    size: received.size,
    etag: received.md5,
    lastModified: context.now(),
    metadata,
    files: [file],
  });
  respond(request.response, 200, { etag: `"${received.md5}"`, ...encryptionHeaders(metadata) });
}

/** GetObject and HeadObject. */
export async function getObject(call: AuthorizedRequest): Promise<void> {
  const { context, request, bucket, key } = call;
  await request.readSmallBody();
  const record = context.storage.getObject(bucket, key);
  if (!record) throw keyNotFound(call);
  checkPreconditions(request, record);
  const headers = objectHeaders(request, record);
  const range = parseRange(request.headers.get('range'), record.size);
  const { start, end } = range ?? { start: 0, end: record.size };
  if (range) headers['content-range'] = `bytes ${start}-${end - 1}/${record.size}`;
  headers['content-length'] = String(end - start);
  const { response } = request;
  const status = range ? 206 : 200;
  if (request.method === 'HEAD') {
    response.writeHead(status, headers).end();
    return;
  }
  response.writeHead(status, headers);
  const release = context.storage.acquire(record);
  const connection = new AbortController();
  const { socket } = request.message;
  const stop = () => connection.abort();
  socket.once('close', stop);
  // The last chunk is sent after the object is released: a client that has the whole body may delete the object and expects its files to be removed.
  let last: Buffer | undefined;
  try {
    // Not `pipeline`: a response that waits behind another one on its connection is not notified when the connection breaks.
    for await (const chunk of context.storage.read(record, start, end)) {
      if (socket.destroyed) break;
      if (last && !response.write(last)) await once(response, 'drain', { signal: connection.signal });
      last = chunk;
    }
  } catch (error) {
    // The status has been sent, so only closing the connection can report the error.
    response.destroy(error instanceof Error ? error : undefined);
  } finally {
    socket.off('close', stop);
    release();
  }
  if (!response.destroyed) response.end(last);
}

/** S3 reports a missing key as AccessDenied to clients that may not list the bucket. */
function keyNotFound({ identity, bucket, key }: AuthorizedRequest): S3Error {
  return isAllowed(identity, 's3:ListBucket', bucket, key)
    ? new S3Error('NoSuchKey', undefined, { Key: key })
    : new S3Error('AccessDenied');
}

function objectHeaders(request: S3Request, record: ObjectRecord): Record<string, string> {
  const headers: Record<string, string> = {
    ...record.metadata.headers,
    // Not part of S3: tests read the stored ACL without another request.
    'x-amz-acl': record.metadata.acl,
    etag: `"${record.etag}"`,
    'last-modified': new Date(record.lastModified).toUTCString(),
    'accept-ranges': 'bytes',
    // Uploaded files are untrusted, and a browser may open them from this origin.
    'content-security-policy': 'sandbox',
    'x-content-type-options': 'nosniff',
  };
  for (const name of ['content-type', 'content-language', 'expires', 'cache-control', 'content-disposition', 'content-encoding']) {
    const value = request.query.get(`response-${name}`);
    if (value === undefined) continue;
    headers[name] = Buffer.from(value).toString('latin1');
    checkHeaderValue(`response-${name}`, headers[name]);
  }
  return headers;
}

/** @throws S3Error PreconditionFailed, NotModified */
function checkPreconditions(request: S3Request, record: ObjectRecord): void {
  const [match, noneMatch, modified, unmodified] = ['if-match', 'if-none-match', 'if-modified-since', 'if-unmodified-since'].map((name) =>
    request.headers.get(name),
  );
  const matchesETag = (tags: string) =>
    tags.split(',').some((tag) => tag.trim() === '*' || tag.trim().replace(/^(?:W\/)?"?|"$/g, '') === record.etag);
  // HTTP dates have no milliseconds.
  const lastModified = Math.floor(record.lastModified / 1000) * 1000;
  if (match !== undefined ? !matchesETag(match) : unmodified !== undefined && lastModified > Date.parse(unmodified))
    throw new S3Error('PreconditionFailed');
  if (noneMatch !== undefined ? matchesETag(noneMatch) : modified !== undefined && lastModified <= Date.parse(modified))
    throw new S3Error('NotModified');
}

/**
 * Parses a Range header. `end` is exclusive. Returns undefined for no range and for an invalid range, for which S3 sends the whole object.
 * @throws S3Error InvalidRange
 */
function parseRange(header: string | undefined, size: number): { start: number; end: number } | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '');
  const [, first = '', last = ''] = match ?? [];
  if (first === '' && last === '') return undefined;
  const start = first === '' ? Math.max(size - Number(last), 0) : Number(first);
  const end = first === '' || last === '' ? size : Math.min(Number(last) + 1, size);
  if (first !== '' && last !== '' && Number(last) < start) return undefined;
  if (start >= size) throw new S3Error('InvalidRange', undefined, { RangeRequested: header ?? '', ActualObjectSize: size });
  return { start, end };
}

/** Returns the stored canned ACL as grants. */
export async function getObjectAcl(call: AuthorizedRequest): Promise<void> {
  await call.request.readSmallBody();
  const record = call.context.storage.getObject(call.bucket, call.key);
  if (!record) throw keyNotFound(call);
  const group = (name: string, permission: string) => ({
    Grantee: { URI: `http://acs.amazonaws.com/groups/global/${name}` },
    Permission: permission,
  });
  const grants: Record<string, ReturnType<typeof group>[]> = {
    'public-read': [group('AllUsers', 'READ')],
    'public-read-write': [group('AllUsers', 'READ'), group('AllUsers', 'WRITE')],
    'authenticated-read': [group('AuthenticatedUsers', 'READ')],
  };
  const owner = { ID: 'owner', DisplayName: 'owner' };
  respondXml(call.request.response, 'AccessControlPolicy', {
    Owner: owner,
    AccessControlList: { Grant: [{ Grantee: owner, Permission: 'FULL_CONTROL' }, ...(grants[record.metadata.acl] ?? [])] },
  });
}

export async function deleteObject({ context, request, bucket, key }: AuthorizedRequest): Promise<void> {
  await request.readSmallBody();
  await context.storage.deleteObject(bucket, key);
  respond(request.response, 204);
}
