/**
 * PutObject, GetObject, HeadObject, GetObjectAcl and DeleteObject.
 */
import { once } from 'node:events';
import { answer, answerXml } from './answers.js';
import { type Call, checkKey } from './context.js';
import { isAllowed } from './credentials.js';
import type { ObjectRecord, Piece } from './records.js';
import { S3Error } from './errors.js';
import { checkHeaderValue, encryptionOf, readObjectHeaders } from './object-headers.js';
import type { Received, S3Request } from './request.js';

/**
 * Takes a body to disk. The piece is nobody's yet: give it to a record or forget it.
 * @throws what `S3Request.receive` throws, with nothing left on disk
 */
export async function receivePiece(call: Call): Promise<{ piece: Piece; received: Received }> {
  requireLength(call.request);
  const draft = await call.context.disk.draft();
  try {
    const received = await call.request.receive((chunk) => draft.write(chunk));
    return { piece: await draft.keep(received.size), received };
  } catch (error) {
    await draft.discard();
    throw error;
  }
}

/** @throws S3Error MissingContentLength */
export function requireLength(request: S3Request): void {
  if (request.contentLength === undefined) throw new S3Error('MissingContentLength');
}

export async function putObject(call: Call): Promise<void> {
  const { context, request, bucket, key } = call;
  checkKey(key);
  const about = readObjectHeaders(request.headers);
  const { piece, received } = await receivePiece(call);
  context.disk.putObject(bucket, { key, size: received.size, etag: received.md5, lastModified: context.now(), about, pieces: [piece] });
  answer(request.response, 200, { etag: `"${received.md5}"`, ...encryptionOf(about) });
}

/** GET and HEAD. */
export async function getObject(call: Call): Promise<void> {
  const { context, request, bucket, key } = call;
  await request.receiveText();
  const record = context.disk.object(bucket, key);
  if (!record) throw missing(call);
  checkConditions(request, record);
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
  const release = context.disk.hold(record);
  const connection = new AbortController();
  const { socket } = request.message;
  const stop = () => connection.abort();
  socket.once('close', stop);
  // Kept back until the object is let go: whoever has all of it may delete it, and nothing of it is left then.
  let last: Buffer | undefined;
  try {
    // Not a pipeline: an answer that waits behind another on its connection never hears that the connection broke.
    for await (const chunk of context.disk.read(record, start, end)) {
      if (socket.destroyed) break;
      if (last && !response.write(last)) await once(response, 'drain', { signal: connection.signal });
      last = chunk;
    }
  } catch (error) {
    // The status is sent: all that can still be said is that the body is not whole.
    response.destroy(error instanceof Error ? error : undefined);
  } finally {
    socket.off('close', stop);
    release();
  }
  if (!response.destroyed) response.end(last);
}

/** S3 tells only those who may list that a key is not there. */
function missing({ identity, bucket, key }: Call): S3Error {
  return isAllowed(identity, 's3:ListBucket', bucket, key)
    ? new S3Error('NoSuchKey', undefined, { Key: key })
    : new S3Error('AccessDenied');
}

function objectHeaders(request: S3Request, record: ObjectRecord): Record<string, string> {
  const headers: Record<string, string> = {
    ...record.about.headers,
    // Not S3's: a test can see the ACL that arrived without another request.
    'x-amz-acl': record.about.acl,
    etag: `"${record.etag}"`,
    'last-modified': new Date(record.lastModified).toUTCString(),
    'accept-ranges': 'bytes',
    // What people upload is hostile, and may be opened in a browser from this origin.
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
function checkConditions(request: S3Request, record: ObjectRecord): void {
  const [match, noneMatch, modified, unmodified] = ['if-match', 'if-none-match', 'if-modified-since', 'if-unmodified-since'].map((name) =>
    request.headers.get(name),
  );
  const listed = (tags: string) =>
    tags.split(',').some((tag) => tag.trim() === '*' || tag.trim().replace(/^(?:W\/)?"?|"$/g, '') === record.etag);
  // HTTP dates have no milliseconds.
  const lastModified = Math.floor(record.lastModified / 1000) * 1000;
  if (match !== undefined ? !listed(match) : unmodified !== undefined && lastModified > Date.parse(unmodified))
    throw new S3Error('PreconditionFailed');
  if (noneMatch !== undefined ? listed(noneMatch) : modified !== undefined && lastModified <= Date.parse(modified))
    throw new S3Error('NotModified');
}

/**
 * `end` is not part of the range. Undefined for no range, and for what S3 does not take for one: it then sends the whole object.
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

/** Shows the canned ACL that was asked for, as grants. */
export async function getObjectAcl(call: Call): Promise<void> {
  await call.request.receiveText();
  const record = call.context.disk.object(call.bucket, call.key);
  if (!record) throw missing(call);
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
  answerXml(call.request.response, 'AccessControlPolicy', {
    Owner: owner,
    AccessControlList: { Grant: [{ Grantee: owner, Permission: 'FULL_CONTROL' }, ...(grants[record.about.acl] ?? [])] },
  });
}

export async function deleteObject({ context, request, bucket, key }: Call): Promise<void> {
  await request.receiveText();
  await context.disk.deleteObject(bucket, key);
  answer(request.response, 204);
}
