/** What an upload to a bucket remembers of itself. */

import { splitIntoParts } from '../../core/parts.js';
import type { Json, Opened, Part, Receipt } from '../../core/types.js';
import { isObject, text } from '../../http/response-errors.js';
import type { S3Target } from './endpoint.js';
import type { ListedPart } from './xml.js';

/** An upload to a bucket: where it goes and how far it came. Plain JSON without a secret. */
export type S3Session = S3Target & {
  readonly kind: 's3';
  readonly key: string;
  /** Of the file, bytes. */
  readonly size: number;
  /** Of all parts but the last, bytes; 0 where the file goes up in one request. */
  readonly partSize: number;
  /** '' where the file goes up in one request. */
  readonly uploadId: string;
  /** The store's time when it began, ms since 1970. */
  readonly began: number;
  /** True when the object is there, and only the page's server must still be told. */
  readonly stored: boolean;
};

/** Whether what was saved is a session of ours. What comes from a disk may be anything. */
export function isSession(saved: Json | undefined): saved is S3Session {
  if (!isObject(saved) || saved['kind'] !== 's3') return false;
  const texts = [saved['url'], saved['host'], saved['path'], saved['bucket'], saved['region'], saved['key'], saved['uploadId']];
  const numbers = [saved['size'], saved['partSize'], saved['began']];
  return texts.every((value) => typeof value === 'string') && numbers.every((value) => typeof value === 'number');
}

/** Those of the receipts that are for parts of this upload. */
export function validReceipts(session: S3Session, receipts: unknown): Receipt[] {
  const all = (Array.isArray(receipts) ? receipts : []) as readonly (Partial<Receipt> | null)[];
  return partsOf(session).flatMap((part) => {
    const receipt = all.find((one) => one?.index === part.index && one.start === part.start && one.end === part.end);
    return receipt ? [{ ...part, data: receipt.data ?? null }] : [];
  });
}

/** All the parts of an upload, arrived or not. */
export function partsOf({ size, partSize }: S3Session): Part[] {
  return splitIntoParts(size, partSize || Math.max(1, size));
}

/** What `open` answers, where `receipts` have arrived. */
export function opened(session: S3Session, receipts: readonly Receipt[]): Opened<S3Session> {
  const plan = partsOf(session);
  const arrived = new Set(receipts.map(({ index }) => index));
  return {
    session,
    receipts,
    parts: session.stored ? [] : plan.filter(({ index }) => !arrived.has(index)),
    totalParts: plan.length,
    chunked: session.partSize > 0,
    parallel: Infinity,
    resumed: receipts.length > 0,
  };
}

/** Those parts of an upload that the store has: by number, by size, and, where our receipts tell, by ETag. */
export function verified(session: S3Session, listed: readonly ListedPart[], receipts: readonly Receipt[]): Receipt[] {
  const byNumber = new Map(listed.map((part) => [part.partNumber, part]));
  const known = new Map(receipts.map((receipt) => [receipt.index, etagOf(receipt)]));
  return partsOf(session).flatMap((part) => {
    const { etag, size } = byNumber.get(part.index + 1) ?? {};
    const ours = known.get(part.index);
    return etag && size === part.end - part.start && (!ours || ours === etag) ? [{ ...part, data: { etag } }] : [];
  });
}

/** The ETag in a receipt, or '' where the browser was not allowed to read it. */
export function etagOf(receipt: Receipt | undefined): string {
  const data = receipt?.data;
  return (isObject(data) && text(data['etag'])) || '';
}
