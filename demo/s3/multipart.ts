/**
 * Multipart uploads: https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html
 */
import { createHash } from 'node:crypto';
import { answer, answerXml, isoTime, objectUrl } from './answers.js';
import { type Call, checkKey } from './context.js';
import type { PartRecord, Upload } from './records.js';
import { invalidArgument, S3Error } from './errors.js';
import { encryptionOf, readObjectHeaders } from './object-headers.js';
import { receivePiece } from './object.js';
import { keyEncoding, queryNumber } from './paging.js';
import { type ListedPart, parseCompleteMultipartUpload } from './xml.js';

/** Every part but the last. */
const smallestPart = 5 * 1024 ** 2;
const lastPartNumber = 10_000;
/** 10,000 parts, generously written. */
const largestCompletion = 4 * 1024 ** 2;
const owner = { ID: 'owner', DisplayName: 'owner' };

export async function createMultipartUpload({ context, request, bucket, key }: Call): Promise<void> {
  checkKey(key);
  const about = readObjectHeaders(request.headers);
  await request.receiveText();
  const { uploadId } = context.disk.createUpload({ bucket, key, initiated: context.now(), about });
  answerXml(request.response, 'InitiateMultipartUploadResult', { Bucket: bucket, Key: key, UploadId: uploadId }, encryptionOf(about));
}

export async function uploadPart(call: Call): Promise<void> {
  const { context, request } = call;
  const text = request.query.get('partNumber') ?? '';
  const partNumber = /^\d{1,9}$/.test(text) ? Number(text) : 0;
  if (partNumber < 1 || partNumber > lastPartNumber) {
    throw invalidArgument('Part number must be an integer between 1 and 10000, inclusive', 'partNumber', text);
  }
  findUpload(call);
  if (request.headers.has('x-amz-copy-source')) throw new S3Error('NotImplemented', undefined, { Header: 'x-amz-copy-source' });
  const { piece, received } = await receivePiece(call);
  // While the bytes arrived the upload may have been aborted or completed.
  const upload = context.disk.upload(request.query.get('uploadId') ?? '');
  if (!upload) {
    await context.disk.forget(piece);
    throw new S3Error('NoSuchUpload');
  }
  context.disk.putPart(upload, { ...piece, partNumber, etag: received.md5, lastModified: context.now() });
  answer(request.response, 200, { etag: `"${received.md5}"`, ...encryptionOf(upload.about) });
}

/** @throws S3Error NoSuchUpload, for another bucket's or key's upload too */
function findUpload({ context, request, bucket, key }: Call): Upload {
  const uploadId = request.query.get('uploadId') ?? '';
  const upload = context.disk.upload(uploadId);
  if (upload?.bucket !== bucket || upload.key !== key) throw new S3Error('NoSuchUpload', undefined, { UploadId: uploadId });
  return upload;
}

export async function completeMultipartUpload(call: Call): Promise<void> {
  const { context, request, bucket, key } = call;
  const body = await request.receiveText(largestCompletion);
  const listed = parseCompleteMultipartUpload(body);
  const before = context.disk.completed(request.query.get('uploadId') ?? '');
  if (before?.bucket === bucket && before.record.key === key) {
    // The client did not hear the first answer.
    if (etagOfParts(listed.map((part) => part.etag)) !== before.record.etag) throw new S3Error('InvalidPart');
    answerCompleted(call, before.record.etag, encryptionOf(before.record.about));
    return;
  }
  const upload = findUpload(call);
  const parts = chooseParts(upload, listed);
  const etag = etagOfParts(parts.map((part) => part.etag));
  context.disk.putObject(bucket, {
    key,
    size: parts.reduce((sum, part) => sum + part.size, 0),
    etag,
    lastModified: context.now(),
    about: upload.about,
    pieces: parts.map(({ file, size }) => ({ file, size })),
    uploadId: upload.uploadId,
  });
  answerCompleted(call, etag, encryptionOf(upload.about));
}

function answerCompleted({ request, bucket, key }: Call, etag: string, headers: Record<string, string>): void {
  const location = objectUrl(request.host, bucket, key, request.virtualHosted);
  answerXml(
    request.response,
    'CompleteMultipartUploadResult',
    { Location: location, Bucket: bucket, Key: key, ETag: `"${etag}"` },
    headers,
  );
}

/** MD5 of the parts' MD5s, and how many there are. */
function etagOfParts(etags: readonly string[]): string {
  return `${createHash('md5')
    .update(Buffer.from(etags.join(''), 'hex'))
    .digest('hex')}-${etags.length}`;
}

/** @throws S3Error InvalidArgument, InvalidPartOrder, InvalidPart, EntityTooSmall */
function chooseParts(upload: Upload, listed: readonly ListedPart[]): PartRecord[] {
  const parts: PartRecord[] = [];
  let last = 0;
  for (const { partNumber } of listed) {
    if (partNumber < 1 || partNumber > lastPartNumber) {
      throw invalidArgument('PartNumber must be between 1 and 10000', 'PartNumber', String(partNumber));
    }
    if (partNumber <= last) throw new S3Error('InvalidPartOrder', undefined, { UploadId: upload.uploadId });
    last = partNumber;
  }
  for (const { partNumber, etag } of listed) {
    const part = upload.parts.get(partNumber);
    if (part?.etag !== etag) throw new S3Error('InvalidPart', undefined, { UploadId: upload.uploadId, PartNumber: partNumber, ETag: etag });
    parts.push(part);
  }
  // Amazon drops parts that are not listed; Ceph refuses. A client that forgets a part should hear of it.
  if (parts.length !== upload.parts.size) throw new S3Error('InvalidPart', undefined, { UploadId: upload.uploadId });
  const small = parts.slice(0, -1).find((part) => part.size < smallestPart);
  if (small) {
    throw new S3Error('EntityTooSmall', undefined, {
      ProposedSize: small.size,
      MinSizeAllowed: smallestPart,
      PartNumber: small.partNumber,
      ETag: small.etag,
    });
  }
  return parts;
}

export async function abortMultipartUpload(call: Call): Promise<void> {
  await call.request.receiveText();
  await call.context.disk.abortUpload(findUpload(call));
  answer(call.request.response, 204);
}

export async function listParts(call: Call): Promise<void> {
  const { request, bucket, key } = call;
  await request.receiveText();
  const upload = findUpload(call);
  const maxParts = Math.min(queryNumber(call, 'max-parts', 1000), 1000);
  const marker = queryNumber(call, 'part-number-marker', 0);
  const after = [...upload.parts.values()].filter((part) => part.partNumber > marker).sort((a, b) => a.partNumber - b.partNumber);
  const page = after.slice(0, maxParts);
  const encode = keyEncoding(call);
  answerXml(request.response, 'ListPartsResult', {
    Bucket: bucket,
    ...encode.element,
    Key: encode.key(key),
    UploadId: upload.uploadId,
    Initiator: owner,
    Owner: owner,
    StorageClass: storageClassOf(upload),
    PartNumberMarker: marker,
    NextPartNumberMarker: page.at(-1)?.partNumber ?? 0,
    MaxParts: maxParts,
    IsTruncated: after.length > page.length,
    Part: page.map((part) => ({
      PartNumber: part.partNumber,
      LastModified: isoTime(part.lastModified),
      ETag: `"${part.etag}"`,
      Size: part.size,
    })),
  });
}

export async function listMultipartUploads(call: Call): Promise<void> {
  const { context, request, bucket } = call;
  await request.receiveText();
  if (request.query.has('delimiter')) throw new S3Error('NotImplemented', undefined, { Query: 'delimiter' });
  const maxUploads = Math.min(queryNumber(call, 'max-uploads', 1000), 1000);
  const prefix = request.query.get('prefix') ?? '';
  const keyMarker = request.query.get('key-marker') ?? '';
  const idMarker = request.query.get('upload-id-marker') ?? '';
  const all = context.disk.uploads(bucket, prefix);
  const marked = all.findIndex((upload) => upload.key === keyMarker && upload.uploadId === idMarker);
  const later = (upload: Upload) => Buffer.compare(Buffer.from(upload.key), Buffer.from(keyMarker)) > 0;
  const after = keyMarker === '' ? all : marked >= 0 ? all.slice(marked + 1) : all.filter(later);
  const page = after.slice(0, maxUploads);
  const truncated = after.length > page.length;
  const encode = keyEncoding(call);
  answerXml(request.response, 'ListMultipartUploadsResult', {
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
      StorageClass: storageClassOf(upload),
      Initiated: isoTime(upload.initiated),
    })),
  });
}

function storageClassOf(upload: Upload): string {
  return upload.about.headers['x-amz-storage-class'] ?? 'STANDARD';
}
