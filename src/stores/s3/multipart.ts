/** Multipart uploads: https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html */

import { asUploadError, UploadError } from '../../core/errors.js';
import type { Receipt, StoreContext } from '../../core/types.js';
import { isSameKey } from './key.js';
import { abortMultipartUpload, completeMultipartUpload, createMultipartUpload, headObject, listParts } from './requests.js';
import { isUploadGone } from './response-errors.js';
import type { S3Client } from './s3-client.js';
import { confirmedReceipts, receiptETag } from './session.js';
import type { S3Session } from './session.js';
import { elementText, parseListPartsResult } from './xml.js';
import type { ListedPart } from './xml.js';

/** Tolerance (ms) between the store's clock and ours when an object's date is compared with the start of its upload. */
const clockTolerance = 60_000;

/**
 * Creates a multipart upload and resolves with its uploadId. Waits for the response even if the signal is aborted: without the uploadId the upload could not be
 * aborted.
 */
export async function createUpload(
  client: S3Client,
  session: S3Session,
  headers: Readonly<Record<string, string>>,
  context: StoreContext,
): Promise<string> {
  const unabortedContext = { ...context, signal: new AbortController().signal };
  const { text } = await client.request(session, createMultipartUpload(session.key, headers), unabortedContext);
  const uploadId = elementText(text, 'UploadId');
  if (!uploadId) throw new UploadError('The storage created an upload without an UploadId.', { code: 'NoUploadId' });
  if (context.signal.aborted) {
    await abortUpload(client, { ...session, uploadId }, { ...unabortedContext, connection: (request) => request() });
    context.signal.throwIfAborted();
  }
  return uploadId;
}

/** All uploaded parts, from all pages of `ListParts`. */
export async function listAllParts(client: S3Client, session: S3Session, context: StoreContext): Promise<ListedPart[]> {
  const parts: ListedPart[] = [];
  for (let marker: string | undefined; ;) {
    const { text } = await client.request(session, listParts(session.key, session.uploadId, marker), context);
    const page = parseListPartsResult(text);
    if (!page) throw new UploadError('The storage sent a list of parts that cannot be read.', { code: 'NoPartsList' });
    parts.push(...page.parts);
    const { nextPartNumberMarker } = page;
    if (nextPartNumberMarker === undefined || Number(nextPartNumberMarker) <= Number(marker ?? 0)) return parts;
    marker = nextPartNumberMarker;
  }
}

/**
 * All uploaded parts, for a browser that cannot read the ETag of `UploadPart`.
 * @throws {@link UploadError} that says which CORS rule to add, if the parts cannot be listed either.
 */
export async function listPartsForETags(client: S3Client, session: S3Session, context: StoreContext): Promise<ListedPart[]> {
  try {
    return await listAllParts(client, session, context);
  } catch (cause) {
    context.signal.throwIfAborted();
    const { status, retry, startOver } = asUploadError(cause);
    if (startOver) throw cause;
    const reason =
      'The storage took the part, but the browser may not read its ETag. Add ETag to ExposeHeaders in the bucket’s CORS rules.';
    throw new UploadError(reason, { code: 'NoETag', status, retry, cause });
  }
}

/** Completes the upload. May be called again after a failure: it then finds out whether the first request succeeded and only its response was lost. */
export async function completeUpload(
  client: S3Client,
  session: S3Session,
  receipts: readonly Receipt[],
  context: StoreContext,
): Promise<void> {
  let confirmed = receipts;
  if (receipts.some((receipt) => !receiptETag(receipt))) {
    confirmed = confirmedReceipts(session, await listPartsForETags(client, session, context), receipts);
    if (confirmed.length !== receipts.length)
      throw new UploadError('The storage has lost a part of the file.', { code: 'InvalidPart', startOver: true });
  }
  const parts = confirmed
    .map((receipt) => ({ partNumber: receipt.index + 1, etag: receiptETag(receipt) }))
    .sort((one, other) => one.partNumber - other.partNumber);
  let xml: string;
  try {
    xml = (await client.request(session, completeMultipartUpload(session.key, session.uploadId, parts), context)).text;
  } catch (error) {
    if (isUploadGone(asUploadError(error)) && (await isCompleted(client, session, parts.length, context))) return;
    throw error;
  }
  const bucket = elementText(xml, 'Bucket');
  const key = elementText(xml, 'Key');
  if (bucket === undefined || key === undefined)
    throw new UploadError('The storage did not confirm that the upload is complete.', { code: 'NoResult' });
  // Stores write some keys in their own way: another key is an error unless the object is where it should be.
  const isExpected =
    bucket === session.bucket && (isSameKey(key, session.key) || (await isCompleted(client, session, parts.length, context)));
  if (!isExpected) {
    const reason = `The storage created “${key}” in “${bucket}”, not “${session.key}” in “${session.bucket}”. Check the bucket.`;
    throw new UploadError(reason, { code: 'OtherObject', retry: 'manual' });
  }
}

/** Aborts the upload. */
export async function abortUpload(client: S3Client, session: S3Session, context: StoreContext): Promise<void> {
  const request = abortMultipartUpload(session.key, session.uploadId);
  try {
    await client.request(session, request, context);
    // A part that was in progress may be stored after the first request: https://docs.aws.amazon.com/AmazonS3/latest/API/API_AbortMultipartUpload.html
    await client.request(session, request, context);
  } catch (error) {
    if (!isUploadGone(asUploadError(error))) throw error;
  }
}

/** True if the object of this upload exists. False if that cannot be found out. */
async function isCompleted(client: S3Client, session: S3Session, partCount: number, context: StoreContext): Promise<boolean> {
  try {
    const response = await client.request(session, headObject(session.key), context);
    const size = response.header('content-length');
    const etag = response.header('etag');
    // Last-Modified of a multipart object is the time when its upload was created, in whole seconds.
    const lastModified = Date.parse(response.header('last-modified') ?? '');
    return size === String(session.size) && lastModified >= session.initiated - clockTolerance && (!etag || etag.includes(`-${partCount}`));
  } catch {
    context.signal.throwIfAborted();
    return false;
  }
}
