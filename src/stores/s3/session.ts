/** The session of an upload to a bucket. */

import { splitIntoParts } from '../../core/parts.js';
import type { Json, Opened, Part, Receipt } from '../../core/types.js';
import { isJsonObject, nonEmptyString } from '../../http/response-errors.js';
import type { S3Target } from './endpoint.js';
import type { ListedPart } from './xml.js';

/** The target and the progress of an upload. Plain JSON without secrets. */
export type S3Session = S3Target & {
  readonly kind: 's3';
  readonly key: string;
  /** Size of the file, bytes. */
  readonly size: number;
  /** Size of each part but the last, bytes; 0 for an upload in one request. */
  readonly partSize: number;
  /** '' for an upload in one request. */
  readonly uploadId: string;
  /** Time when the upload began by the store's clock, ms since 1970. */
  readonly initiated: number;
  /** True if the store was asked to complete the upload: it may have done so even if no response came. */
  readonly completing?: boolean;
  /** True if the object exists, and only the success endpoint has not accepted it yet. */
  readonly stored: boolean;
};

/** Maximum number of parts of an upload: https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
export const maxPartCount = 10_000;

/** True if the value, which may come from a disk, is an S3 session. */
export function isS3Session(value: Json | undefined): value is S3Session {
  if (!isJsonObject(value) || value['kind'] !== 's3') return false;
  const strings = [value['url'], value['host'], value['pathPrefix'], value['bucket'], value['region'], value['key'], value['uploadId']];
  const { size, partSize, initiated, stored } = value;
  if (typeof stored !== 'boolean' || !isByteCount(size) || !isByteCount(partSize) || !Number.isFinite(initiated)) return false;
  return strings.every((member) => typeof member === 'string') && (partSize === 0 || size <= partSize * maxPartCount);
}

function isByteCount(value: Json | undefined): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

/** The receipts that belong to parts of this upload. */
export function validReceipts(session: S3Session, receipts: unknown): Receipt[] {
  const candidates = (Array.isArray(receipts) ? receipts : []) as readonly (Partial<Receipt> | null)[];
  const parts = allParts(session);
  const valid = new Map<Part, Receipt>();
  for (const candidate of candidates) {
    const part = parts[candidate?.index ?? -1];
    if (part && candidate?.start === part.start && candidate.end === part.end) valid.set(part, { ...part, data: candidate.data ?? null });
  }
  return parts.flatMap((part) => valid.get(part) ?? []);
}

/** The parts of an upload, whether they are uploaded or not. */
export function allParts({ size, partSize }: S3Session): Part[] {
  return splitIntoParts(size, partSize || Math.max(1, size));
}

/** The result of `open`. @param receipts - those of the uploaded parts. */
export function openedUpload(session: S3Session, receipts: readonly Receipt[]): Opened<S3Session> {
  const parts = allParts(session);
  const uploaded = new Set(receipts.map(({ index }) => index));
  return {
    session,
    receipts,
    parts: session.stored ? [] : parts.filter(({ index }) => !uploaded.has(index)),
    totalParts: parts.length,
    chunked: session.partSize > 0,
    parallel: Infinity,
    resumed: receipts.length > 0,
  };
}

/** Receipts for the parts that the store lists with the right size and, if our receipt has an ETag, with the same ETag. */
export function confirmedReceipts(session: S3Session, listedParts: readonly ListedPart[], receipts: readonly Receipt[]): Receipt[] {
  const listed = new Map(listedParts.map((part) => [part.partNumber, part]));
  const ownETags = new Map(receipts.map((receipt) => [receipt.index, receiptETag(receipt)]));
  return allParts(session).flatMap((part) => {
    const { etag, size } = listed.get(part.index + 1) ?? {};
    const ownETag = ownETags.get(part.index);
    return etag && size === part.end - part.start && (!ownETag || ownETag === etag) ? [{ ...part, data: { etag } }] : [];
  });
}

/** The ETag in a receipt, or '' if the browser could not read it. */
export function receiptETag(receipt: Receipt | undefined): string {
  const data = receipt?.data;
  return (isJsonObject(data) && nonEmptyString(data['etag'])) || '';
}
