/** The key that identifies an unfinished upload. */

import type { Json } from '../core/types.js';

/** Two uploads are the same if all of this is equal. */
export interface ResumeIdentity {
  /** Name of the kind of store, such as `traditional`. The key begins with it. */
  readonly storeName: string;
  /** URL to which the file is uploaded. */
  readonly endpoint: string;
  /** The file's original name. */
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** ms since 1970; 0 if unknown. */
  readonly lastModified: number;
  readonly blob: Blob;
  /** Keys of the page's own, such as the id of the user. */
  readonly customKeys?: readonly Json[];
}

/** Number of bytes read at the start and at the end of a file. */
const sampleSize = 65_536;
/** Number of blocks that are read between them, and their size in bytes: disks read 4 KiB as fast as one byte. */
const blockCount = 6;
const blockSize = 4096;

/**
 * Resolves with the key of an upload. Files of the same name, size and date differ by their first and last 64 KiB, and by six blocks between them; small files are read
 * whole. The key is a hash, so that the record on the disk reveals neither URLs nor the page's own keys.
 *
 * @throws if the file cannot be read.
 */
export async function resumeKey(identity: ResumeIdentity): Promise<string> {
  const { storeName, endpoint, name, size, lastModified, blob, customKeys = [] } = identity;
  const json = JSON.stringify([storeName, endpoint, name, size, lastModified, customKeys]);
  return `${storeName}-${await hash(new Blob([json, '\0', ...samples(blob)]))}`;
}

/** The bytes that tell a file from others. */
function samples(blob: Blob): Blob[] {
  const { size } = blob;
  if (size <= 2 * sampleSize + blockCount * blockSize) return [blob];
  const distance = (size - 2 * sampleSize - blockSize) / (blockCount + 1);
  const blocks = Array.from({ length: blockCount }, (_, index) => {
    const start = sampleSize + Math.round((index + 1) * distance);
    return blob.slice(start, start + blockSize);
  });
  return [blob.slice(0, sampleSize), ...blocks, blob.slice(-sampleSize)];
}

/** SHA-256 in hexadecimal. Pages without https have no Web Crypto: there, a short hash that distinguishes the files of one user. */
async function hash(blob: Blob): Promise<string> {
  const bytes = new Uint8Array(await blob.arrayBuffer());
  const { subtle } = crypto as { readonly subtle?: SubtleCrypto };
  if (subtle) return toHex(new Uint8Array(await subtle.digest('SHA-256', bytes)));
  // FNV-1a with two offset bases: http://www.isthe.com/chongo/tech/comp/fnv/
  const hashes = [0x811c9dc5, 0x050c5d1f].map((offsetBasis) => bytes.reduce((fnv, byte) => Math.imul(fnv ^ byte, 0x01000193), offsetBasis));
  return toHex(new Uint8Array(new Int32Array(hashes).buffer));
}

function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
