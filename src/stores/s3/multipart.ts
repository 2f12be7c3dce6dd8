/** Multipart uploads: https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html */

import { asUploadError, UploadError } from '../../core/errors.js';
import type { Receipt, StoreContext } from '../../core/types.js';
import { abortable } from '../../utils/abortable.js';
import { isSameKey } from './key.js';
import { abortMultipartUpload, completeMultipartUpload, createMultipartUpload, headObject, listParts } from './requests.js';
import { isUploadGone } from './response-errors.js';
import type { S3Client } from './s3-client.js';
import { allParts, confirmedReceipts, receiptETag } from './session.js';
import type { S3Session } from './session.js';
import { elementText, parseListPartsResult } from './xml.js';
import type { ListedPart } from './xml.js';

/** Tolerance (ms) between the store's clock and ours when an object's date is compared with the start of its upload. */
const clockTolerance = 60_000;
/** ms before each further try to abort an upload whose attempt has ended. */
const abortRetryDelays = [1000, 5000];
/** Time (ms) that the page may take for what signing needs, where no attempt waits for it any more. */
const pageTimeout = 60_000;

/**
 * Creates a multipart upload and resolves with its uploadId. If the signal is aborted meanwhile, rejects at once, and aborts the upload when the store has answered:
 * without the uploadId it could not be aborted.
 */
export async function createUpload(
  client: S3Client,
  session: S3Session,
  headers: Readonly<Record<string, string>>,
  context: StoreContext,
): Promise<string> {
  const { signal } = context;
  const background = { ...context, signal: new AbortController().signal };
  const connection: StoreContext['connection'] = (request) =>
    context.connection(() => {
      // As long as the request is not sent, there is nothing to abort.
      signal.throwIfAborted();
      return request();
    });
  const creating = client.request(session, createMultipartUpload(session.key, headers), { ...background, connection }).then(({ text }) => {
    const uploadId = elementText(text, 'UploadId');
    if (!uploadId) throw new UploadError('The storage created an upload without an UploadId.', { code: 'NoUploadId' });
    return uploadId;
  });
  try {
    const uploadId = await abortable(creating, signal);
    signal.throwIfAborted();
    return uploadId;
  } catch (error) {
    if (signal.aborted) {
      const abortContext: StoreContext = {
        ...background,
        connection: (request) => request(),
        waitFor: (promise) => abortable(promise, AbortSignal.timeout(pageTimeout)),
      };
      creating.then((uploadId) => abortWithRetries(client, { ...session, uploadId }, abortContext)).catch(() => {});
    }
    throw error;
  }
}

/** Aborts an upload that no attempt knows: nobody else would do it later. */
async function abortWithRetries(client: S3Client, session: S3Session, context: StoreContext): Promise<void> {
  for (const delay of abortRetryDelays) {
    try {
      return await abortUpload(client, session, context);
    } catch {
      await new Promise((resolve) => setTimeout(resolve, delay));
    }
  }
  await abortUpload(client, session, context);
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

/**
 * Completes the upload. If an earlier request may have completed it and only the response was lost (`session.completing`), the parts are listed first. An upload that no
 * longer exists was completed or aborted: stores answer a repeated request with 200 if it was completed, and those that do not may allow `HeadObject`.
 */
export async function completeUpload(
  client: S3Client,
  session: S3Session,
  receipts: readonly Receipt[],
  context: StoreContext,
): Promise<void> {
  const lacksETags = receipts.some((receipt) => !receiptETag(receipt));
  let confirmed = receipts;
  let isListed = false;
  let isGone = false;
  if (lacksETags || session.completing) {
    try {
      confirmed = confirmedReceipts(session, await (lacksETags ? listPartsForETags : listAllParts)(client, session, context), receipts);
      isListed = true;
    } catch (thrown) {
      context.signal.throwIfAborted();
      const error = asUploadError(thrown);
      isGone = isUploadGone(error);
      if (lacksETags && isGone && (await findObject(client, session, context)) === 'found') return;
      // Some signing servers and buckets do not allow ListParts.
      if (lacksETags || isTransient(error)) throw thrown;
    }
    if (confirmed.length !== receipts.length)
      throw new UploadError('The storage has lost a part of the file.', { code: 'InvalidPart', startOver: true });
  }
  const parts = confirmed
    .map((receipt) => ({ partNumber: receipt.index + 1, etag: receiptETag(receipt) }))
    .sort((one, other) => one.partNumber - other.partNumber);
  let xml: string;
  try {
    xml = (await client.request(session, completeMultipartUpload(session.key, session.uploadId, parts), context)).text;
  } catch (thrown) {
    const error = asUploadError(thrown);
    context.signal.throwIfAborted();
    // Ceph answers 500 if the upload was aborted.
    if (!isUploadGone(error) && !isGone) throw thrown;
    const object = await findObject(client, session, context);
    if (object === 'found') return;
    const { reason, code, status } = error;
    if (object === 'missing') throw new UploadError(reason, { code, status, startOver: true, cause: thrown });
    // The upload existed a moment ago: an earlier request has just completed it, and the next one is told so.
    throw isListed ? new UploadError(reason, { code, status, cause: thrown }) : thrown;
  }
  const bucket = elementText(xml, 'Bucket');
  const key = elementText(xml, 'Key');
  if (bucket === undefined || key === undefined)
    throw new UploadError('The storage did not confirm that the upload is complete.', { code: 'NoResult' });
  // Stores write some keys in their own way: another key is an error unless the object is where it should be.
  const isExpected = bucket === session.bucket && (isSameKey(key, session.key) || (await findObject(client, session, context)) === 'found');
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

/**
 * Finds out whether the object of this upload exists. `unknown` if the store does not tell, as without the permission `s3:GetObject`.
 * @throws {@link UploadError} if the store is too busy to tell.
 */
export async function findObject(client: S3Client, session: S3Session, context: StoreContext): Promise<'found' | 'missing' | 'unknown'> {
  try {
    const response = await client.request(session, headObject(session.key), context);
    const size = response.header('content-length');
    const etag = response.header('etag');
    // Last-Modified of a multipart object is the time when its upload was created, in whole seconds.
    const lastModified = Date.parse(response.header('last-modified') ?? '');
    const isSame = size === String(session.size) && lastModified >= session.initiated - clockTolerance;
    return isSame && (!etag || !session.uploadId || etag.includes(`-${allParts(session).length}`)) ? 'found' : 'missing';
  } catch (thrown) {
    context.signal.throwIfAborted();
    const error = asUploadError(thrown);
    if (isTransient(error)) throw new UploadError(error.reason, { code: error.code, status: error.status, cause: thrown });
    return error.status === 404 ? 'missing' : 'unknown';
  }
}

/** True if the store may answer the same request later. An error response without CORS headers looks like a network error, and may be a refusal. */
function isTransient(error: UploadError): boolean {
  return error.retry === 'auto' && error.code !== 'NetworkError' && !isUploadGone(error);
}
