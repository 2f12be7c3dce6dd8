/**
 * Multipart uploads: https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html
 */
import { createHash } from 'node:crypto';
import { respond, respondXml, formatIsoTime, objectUrl } from './responses.js';
import { type AuthorizedRequest, checkKeyLength } from './context.js';
import type { PartRecord, MultipartUpload } from './records.js';
import { invalidArgument, S3Error } from './errors.js';
import { encryptionHeaders, parseObjectMetadata } from './object-metadata.js';
import { receiveFile } from './object.js';
import { keyEncoding, queryNumber } from './paging.js';
import { type CompletedPart, parseCompleteMultipartUpload } from './xml.js';

/** Minimum size of every part except the last, in bytes. */
const minPartSize = 5 * 1024 ** 2;
const maxPartNumber = 10_000;
/** Maximum size of a CompleteMultipartUpload document, in bytes: enough for 10,000 parts. */
const maxCompletionSize = 4 * 1024 ** 2;
const owner = { ID: 'owner', DisplayName: 'owner' };

export async function createMultipartUpload({ context, request, bucket, key }: AuthorizedRequest): Promise<void> {
  checkKeyLength(key);
  const metadata = parseObjectMetadata(request.headers);
  await request.readSmallBody();
  const { uploadId } = context.storage.createUpload({ bucket, key, initiated: context.now(), metadata });
  respondXml(
    request.response,
    'InitiateMultipartUploadResult',
    { Bucket: bucket, Key: key, UploadId: uploadId },
    encryptionHeaders(metadata),
  );
}

export async function uploadPart(call: AuthorizedRequest): Promise<void> {
  const { context, request } = call;
  const text = request.query.get('partNumber') ?? '';
  const partNumber = /^\d{1,9}$/.test(text) ? Number(text) : 0;
  if (partNumber < 1 || partNumber > maxPartNumber) {
    throw invalidArgument('Part number must be an integer between 1 and 10000, inclusive', 'partNumber', text);
  }
  findUpload(call);
  if (request.headers.has('x-amz-copy-source')) throw new S3Error('NotImplemented', undefined, { Header: 'x-amz-copy-source' });
  const { file, received } = await receiveFile(call);
  // The upload may have been aborted or completed while the part was received.
  const upload = context.storage.getUpload(request.query.get('uploadId') ?? '');
  if (!upload) {
    await context.storage.removeFile(file);
    throw new S3Error('NoSuchUpload');
  }
  context.storage.putPart(upload, { ...file, partNumber, etag: received.md5, lastModified: context.now() });
  respond(request.response, 200, { etag: `"${received.md5}"`, ...encryptionHeaders(upload.metadata) });
}

/** Returns the upload of the request. @throws S3Error NoSuchUpload, also if the upload has another bucket or key */
function findUpload({ context, request, bucket, key }: AuthorizedRequest): MultipartUpload {
  const uploadId = request.query.get('uploadId') ?? '';
  const upload = context.storage.getUpload(uploadId);
  if (upload?.bucket !== bucket || upload.key !== key) throw new S3Error('NoSuchUpload', undefined, { UploadId: uploadId });
  return upload;
}

export async function completeMultipartUpload(call: AuthorizedRequest): Promise<void> {
  const { context, request, bucket, key } = call;
  const body = await request.readSmallBody(maxCompletionSize);
  const listedParts = parseCompleteMultipartUpload(body);
  const completed = context.storage.getCompletedUpload(request.query.get('uploadId') ?? '');
  if (completed?.bucket === bucket && completed.record.key === key) {
    // A repeated request: the client did not receive the first response.
    if (multipartETag(listedParts.map((part) => part.etag)) !== completed.record.etag) throw new S3Error('InvalidPart');
    respondCompleted(call, completed.record.etag, encryptionHeaders(completed.record.metadata));
    return;
  }
  const upload = findUpload(call);
  const parts = selectParts(upload, listedParts);
  const etag = multipartETag(parts.map((part) => part.etag));
  context.storage.putObject(bucket, {
    key,
    size: parts.reduce((sum, part) => sum + part.size, 0),
    etag,
    lastModified: context.now(),
    metadata: upload.metadata,
    files: parts.map(({ name, size }) => ({ name, size })),
    uploadId: upload.uploadId,
  });
  respondCompleted(call, etag, encryptionHeaders(upload.metadata));
}

function respondCompleted({ request, bucket, key }: AuthorizedRequest, etag: string, headers: Record<string, string>): void {
  const location = objectUrl(request.host, bucket, key, request.virtualHosted);
  respondXml(
    request.response,
    'CompleteMultipartUploadResult',
    { Location: location, Bucket: bucket, Key: key, ETag: `"${etag}"` },
    headers,
  );
}

/** The ETag of a multipart object: MD5 of the parts' MD5s and the number of parts. */
function multipartETag(etags: readonly string[]): string {
  return `${createHash('md5')
    .update(Buffer.from(etags.join(''), 'hex'))
    .digest('hex')}-${etags.length}`;
}

/** Returns the records of the listed parts. @throws S3Error InvalidArgument, InvalidPartOrder, InvalidPart, EntityTooSmall */
function selectParts(upload: MultipartUpload, listedParts: readonly CompletedPart[]): PartRecord[] {
  const parts: PartRecord[] = [];
  let last = 0;
  for (const { partNumber } of listedParts) {
    if (partNumber < 1 || partNumber > maxPartNumber) {
      throw invalidArgument('PartNumber must be between 1 and 10000', 'PartNumber', String(partNumber));
    }
    if (partNumber <= last) throw new S3Error('InvalidPartOrder', undefined, { UploadId: upload.uploadId });
    last = partNumber;
  }
  for (const { partNumber, etag } of listedParts) {
    const part = upload.parts.get(partNumber);
    if (part?.etag !== etag) throw new S3Error('InvalidPart', undefined, { UploadId: upload.uploadId, PartNumber: partNumber, ETag: etag });
    parts.push(part);
  }
  // Amazon drops parts that are not listed; Ceph rejects the request. This store rejects it, so that a missing part is noticed.
  if (parts.length !== upload.parts.size) throw new S3Error('InvalidPart', undefined, { UploadId: upload.uploadId });
  const tooSmall = parts.slice(0, -1).find((part) => part.size < minPartSize);
  if (tooSmall) {
    throw new S3Error('EntityTooSmall', undefined, {
      ProposedSize: tooSmall.size,
      MinSizeAllowed: minPartSize,
      PartNumber: tooSmall.partNumber,
      ETag: tooSmall.etag,
    });
  }
  return parts;
}

export async function abortMultipartUpload(call: AuthorizedRequest): Promise<void> {
  await call.request.readSmallBody();
  await call.context.storage.abortUpload(findUpload(call));
  respond(call.request.response, 204);
}

export async function listParts(call: AuthorizedRequest): Promise<void> {
  const { request, bucket, key } = call;
  await request.readSmallBody();
  const upload = findUpload(call);
  const maxParts = Math.min(queryNumber(call, 'max-parts', 1000), 1000);
  const marker = queryNumber(call, 'part-number-marker', 0);
  const remaining = [...upload.parts.values()].filter((part) => part.partNumber > marker).sort((a, b) => a.partNumber - b.partNumber);
  const page = remaining.slice(0, maxParts);
  const encode = keyEncoding(call);
  respondXml(request.response, 'ListPartsResult', {
    Bucket: bucket,
    ...encode.element,
    Key: encode.key(key),
    UploadId: upload.uploadId,
    Initiator: owner,
    Owner: owner,
    StorageClass: storageClass(upload),
    PartNumberMarker: marker,
    NextPartNumberMarker: page.at(-1)?.partNumber ?? 0,
    MaxParts: maxParts,
    IsTruncated: remaining.length > page.length,
    Part: page.map((part) => ({
      PartNumber: part.partNumber,
      LastModified: formatIsoTime(part.lastModified),
      ETag: `"${part.etag}"`,
      Size: part.size,
    })),
  });
}

export async function listMultipartUploads(call: AuthorizedRequest): Promise<void> {
  const { context, request, bucket } = call;
  await request.readSmallBody();
  if (request.query.has('delimiter')) throw new S3Error('NotImplemented', undefined, { Query: 'delimiter' });
  const maxUploads = Math.min(queryNumber(call, 'max-uploads', 1000), 1000);
  const prefix = request.query.get('prefix') ?? '';
  const keyMarker = request.query.get('key-marker') ?? '';
  const idMarker = request.query.get('upload-id-marker') ?? '';
  const all = context.storage.listUploads(bucket, prefix);
  const markerIndex = all.findIndex((upload) => upload.key === keyMarker && upload.uploadId === idMarker);
  const isAfterMarker = (upload: MultipartUpload) => Buffer.compare(Buffer.from(upload.key), Buffer.from(keyMarker)) > 0;
  const remaining = keyMarker === '' ? all : markerIndex >= 0 ? all.slice(markerIndex + 1) : all.filter(isAfterMarker);
  const page = remaining.slice(0, maxUploads);
  const truncated = remaining.length > page.length;
  const encode = keyEncoding(call);
  respondXml(request.response, 'ListMultipartUploadsResult', {
    Bucket: bucket,
    ...encode.element,
    KeyMarker: encode.key(keyMarker),
    UploadIdMarker: idMarker,
    ...(truncated ? { NextKeyMarker: encode.key(page.at(-1)?.key ?? ''), NextUploadIdMarker: page.at(-1)?.uploadId } : {}),
    Prefix: encode.key(prefix),
    MaxUploads: maxUploads,
    IsTruncated: truncated,
    Upload: page.map((upload) => ({
      Key: encode.key(upload.key),
      UploadId: upload.uploadId,
      Initiator: owner,
      Owner: owner,
      StorageClass: storageClass(upload),
      Initiated: formatIsoTime(upload.initiated),
    })),
  });
}

function storageClass(upload: MultipartUpload): string {
  return upload.metadata.headers['x-amz-storage-class'] ?? 'STANDARD';
}
