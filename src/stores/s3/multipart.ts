import { asUploadError, UploadError } from '../../core/errors.js';
import type { Receipt, StoreContext } from '../../core/types.js';
import { isUploadGone } from './response-errors.js';
import { isSameKey } from './key.js';
import { abortMultipartUpload, completeMultipartUpload, createMultipartUpload, headObject, listParts } from './requests.js';
import { receiptETag, confirmedReceipts } from './session.js';
import type { S3Session } from './session.js';
import type { S3Client } from './s3-client.js';
import { parseListPartsResult, elementText } from './xml.js';
import type { ListedPart } from './xml.js';

/**
 * Begins one. Answers its uploadId. The request, once sent, is waited for even if nobody wants the upload any more: only its answer tells what there is
 * to abort.
 */
export async function createUpload(
  wire: S3Client,
  session: S3Session,
  headers: Readonly<Record<string, string>>,
  context: StoreContext,
): Promise<string> {
  const patient = { ...context, signal: new AbortController().signal };
  const { text } = await wire.request(session, createMultipartUpload(session.key, headers), patient);
  const uploadId = elementText(text, 'UploadId');
  if (!uploadId) throw new UploadError('The storage began an upload without a name for it.', { code: 'NoUploadId' });
  if (context.signal.aborted) {
    await abortUpload(wire, { ...session, uploadId }, { ...patient, connection: (request) => request() });
    context.signal.throwIfAborted();
  }
  return uploadId;
}

/** All parts that the store has, however many pages that takes. */
export async function listAllParts(wire: S3Client, session: S3Session, context: StoreContext): Promise<ListedPart[]> {
  const all: ListedPart[] = [];
  for (let marker: string | undefined; ;) {
    const { text } = await wire.request(session, listParts(session.key, session.uploadId, marker), context);
    const page = parseListPartsResult(text);
    if (!page) throw new UploadError('The storage listed the parts of the file in a way that cannot be read.', { code: 'NoPartsList' });
    all.push(...page.parts);
    if (page.nextPartNumberMarker === undefined || Number(page.nextPartNumberMarker) <= Number(marker ?? 0)) return all;
    marker = page.nextPartNumberMarker;
  }
}

/** All parts that the store has, where the browser was not allowed to read an ETag. Fails with advice to those who can change that. */
export async function listPartsForETags(wire: S3Client, session: S3Session, context: StoreContext): Promise<ListedPart[]> {
  try {
    return await listAllParts(wire, session, context);
  } catch (cause) {
    context.signal.throwIfAborted();
    const { status, retry, startOver } = asUploadError(cause);
    if (startOver) throw cause;
    const reason =
      'The storage took the part, but the browser may not read its ETag. Add ETag to ExposeHeaders in the bucket’s CORS rules.';
    throw new UploadError(reason, { code: 'NoETag', status, retry, cause });
  }
}

/** Makes the parts one object. May be repeated: that an earlier request did it, and only its answer was lost, is found out. */
export async function completeUpload(
  wire: S3Client,
  session: S3Session,
  receipts: readonly Receipt[],
  context: StoreContext,
): Promise<void> {
  let arrived = receipts;
  if (receipts.some((receipt) => !receiptETag(receipt))) {
    arrived = confirmedReceipts(session, await listPartsForETags(wire, session, context), receipts);
    if (arrived.length !== receipts.length)
      throw new UploadError('The storage has lost a part of the file.', { code: 'InvalidPart', startOver: true });
  }
  const parts = arrived
    .map((receipt) => ({ partNumber: receipt.index + 1, etag: receiptETag(receipt) }))
    .sort((one, other) => one.partNumber - other.partNumber);
  let answer: string;
  try {
    answer = (await wire.request(session, completeMultipartUpload(session.key, session.uploadId, parts), context)).text;
  } catch (error) {
    if (isUploadGone(asUploadError(error)) && (await exists(wire, session, parts.length, context))) return;
    throw error;
  }
  const bucket = elementText(answer, 'Bucket');
  const key = elementText(answer, 'Key');
  if (bucket === undefined || key === undefined)
    throw new UploadError('The storage did not say what it made of the parts.', { code: 'NoResult' });
  if (bucket !== session.bucket || !isSameKey(key, session.key)) {
    const reason = `The storage made “${key}” in “${bucket}” of the parts, not “${session.key}” in “${session.bucket}”. Check the bucket.`;
    throw new UploadError(reason, { code: 'OtherObject', retry: 'manual' });
  }
}

/** Gives one up. */
export async function abortUpload(wire: S3Client, session: S3Session, context: StoreContext): Promise<void> {
  const request = abortMultipartUpload(session.key, session.uploadId);
  try {
    await wire.request(session, request, context);
    // A part that was still on its way may have been stored after the first one: https://docs.aws.amazon.com/AmazonS3/latest/API/API_AbortMultipartUpload.html
    await wire.request(session, request, context);
  } catch (error) {
    if (!isUploadGone(asUploadError(error))) throw error;
  }
}

/** Whether the object is there that the upload would have made. Where that cannot be found out, it is not. */
async function exists(wire: S3Client, session: S3Session, parts: number, context: StoreContext): Promise<boolean> {
  try {
    const response = await wire.request(session, headObject(session.key), context);
    const size = response.header('content-length');
    const etag = response.header('etag');
    // For an object made of parts, the time when its upload began, in whole seconds.
    const modified = Date.parse(response.header('last-modified') ?? '');
    return size === String(session.size) && modified >= session.initiated - 60_000 && (!etag || etag.includes(`-${parts}`));
  } catch {
    context.signal.throwIfAborted();
    return false;
  }
}
