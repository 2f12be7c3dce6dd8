/** The session of an upload to a container. */

import { splitIntoParts } from '../../core/parts.js';
import type { Json, Opened, Part, Receipt } from '../../core/types.js';
import { isJsonObject } from '../../http/response-errors.js';

/** https://learn.microsoft.com/azure/storage/blobs/scalability-targets */
export const maxBlockCount = 50_000;

/** The address and the progress of an upload. Plain JSON without secrets: a SAS is never part of it. */
export type AzureSession = {
  readonly kind: 'azure';
  /** URL of the container. */
  readonly container: string;
  readonly blobName: string;
  /** Size of the file, bytes. */
  readonly size: number;
  /** Size of each block but the last, bytes; 0 for an upload in one request. */
  readonly partSize: number;
  /** First characters of every block's id. '' where no other upload can have the same blob name. */
  readonly blockPrefix: string;
  /** True if the blob exists, and only the success endpoint has not accepted it yet. */
  readonly stored: boolean;
};

/** True if the value, which may come from a disk, is an Azure session. */
export function isAzureSession(value: Json | undefined): value is AzureSession {
  if (!isJsonObject(value) || value['kind'] !== 'azure') return false;
  const { container, blobName, blockPrefix } = value;
  const [size, partSize] = [Number(value['size']), Number(value['partSize'])];
  return (
    [container, blobName, blockPrefix].every((member) => typeof member === 'string') &&
    [value['size'], value['partSize']].every((member) => Number.isSafeInteger(member)) &&
    size >= 0 &&
    partSize >= 0 &&
    // Another number of blocks is none of ours, and may not fit into memory.
    (partSize === 0 || size / partSize <= maxBlockCount)
  );
}

/** The parts of an upload, whether they are uploaded or not. */
export function allParts({ size, partSize }: AzureSession): Part[] {
  return splitIntoParts(size, partSize || Math.max(1, size));
}

/** The receipts that belong to parts of this upload. */
export function validReceipts(session: AzureSession, receipts: unknown): Receipt[] {
  const candidates = new Map<unknown, Partial<Receipt>>();
  for (const receipt of (Array.isArray(receipts) ? receipts : []) as readonly (Partial<Receipt> | null)[])
    if (receipt) candidates.set(receipt.index, receipt);
  return allParts(session).filter(({ index, start, end }) => {
    const candidate = candidates.get(index);
    return candidate?.start === start && candidate.end === end;
  });
}

/** The result of `open`. @param receipts - those of the uploaded parts. */
export function openedUpload(session: AzureSession, receipts: readonly Receipt[]): Opened<AzureSession> {
  const parts = allParts(session);
  const uploaded = new Set(receipts.map(({ index }) => index));
  return {
    session,
    receipts,
    parts: session.stored ? [] : parts.filter(({ index }) => !uploaded.has(index)),
    totalParts: parts.length,
    chunked: session.partSize > 0,
    parallel: Infinity,
    resumed: receipts.length > 0 || session.stored,
  };
}
