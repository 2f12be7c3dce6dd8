/**
 * HeadBucket, and ListObjectsV2 with prefix, paging and encoding, but without delimiter.
 */
import { respond, respondXml, formatIsoTime } from './responses.js';
import type { AuthorizedRequest } from './context.js';
import { invalidArgument, S3Error } from './errors.js';
import { keyEncoding, queryNumber } from './paging.js';

export async function headBucket({ context, request }: AuthorizedRequest): Promise<void> {
  await request.readSmallBody();
  respond(request.response, 200, { 'x-amz-bucket-region': context.region });
}

export async function listObjects(call: AuthorizedRequest): Promise<void> {
  const { context, request, bucket } = call;
  const { query } = request;
  await request.readSmallBody();
  if (query.has('delimiter')) throw new S3Error('NotImplemented', undefined, { Query: 'delimiter' });
  const maxKeys = Math.min(queryNumber(call, 'max-keys', 1000), 1000);
  const prefix = query.get('prefix') ?? '';
  const token = query.get('continuation-token');
  const startAfter = query.get('start-after');
  const marker = Buffer.from(token === undefined ? (startAfter ?? '') : decodeContinuationToken(token));
  const records = context.storage.listObjects(bucket, prefix);
  const after = marker.length === 0 ? records : records.filter((record) => Buffer.compare(Buffer.from(record.key), marker) > 0);
  const page = after.slice(0, maxKeys);
  const truncated = after.length > page.length && maxKeys > 0;
  const encode = keyEncoding(call);
  respondXml(request.response, 'ListBucketResult', {
    Name: bucket,
    Prefix: encode.key(prefix),
    StartAfter: startAfter === undefined ? undefined : encode.key(startAfter),
    ContinuationToken: token,
    NextContinuationToken: truncated ? Buffer.from(page.at(-1)?.key ?? '').toString('base64') : undefined,
    KeyCount: page.length,
    MaxKeys: maxKeys,
    ...encode.element,
    IsTruncated: truncated,
    Contents: page.map((record) => ({
      Key: encode.key(record.key),
      LastModified: formatIsoTime(record.lastModified),
      ETag: `"${record.etag}"`,
      Size: record.size,
      StorageClass: record.metadata.headers['x-amz-storage-class'] ?? 'STANDARD',
    })),
  });
}

/** Decodes a continuation token: the last key of the previous page in Base64. */
function decodeContinuationToken(token: string): string {
  const key = Buffer.from(token, 'base64');
  if (token === '' || key.toString('base64') !== token) {
    throw invalidArgument('The continuation token provided is incorrect', 'continuation-token', token);
  }
  return key.toString('utf8');
}
