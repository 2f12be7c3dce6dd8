/** Tells an unfinished upload apart from all others. */

import type { Json } from '../core/types.js';

/** What makes two uploads the same. */
export interface ResumeIdentity {
  /** The kind of far side: `traditional`, `s3`. */
  readonly kind: string;
  /** Where the file goes. */
  readonly endpoint: string;
  /** The name it was chosen by. */
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** ms since 1970; 0 where it has none. */
  readonly lastModified: number;
  readonly blob: Blob;
  /** The page's own: who is signed in, say. */
  readonly customKeys?: readonly Json[];
}

/** How much (bytes) of the head and of the tail of a file is looked at. */
const sample = 65_536;

/**
 * The same for the same file on its way to the same place. Tells files of one name, size and date apart by the first and last 64 KiB of their content.
 * A hash, so that what is kept on the disk tells neither addresses nor the page's keys.
 *
 * @throws where the file cannot be read.
 */
export async function resumeKey(subject: ResumeIdentity): Promise<string> {
  const { kind, endpoint, name, size, lastModified, blob, customKeys = [] } = subject;
  const described = JSON.stringify([kind, endpoint, name, size, lastModified, customKeys]);
  const content = blob.size > 2 * sample ? [blob.slice(0, sample), blob.slice(-sample)] : [blob];
  return `${kind}-${await digest(new Blob([described, '\0', ...content]))}`;
}

/** SHA-256, hex; on a page without https, where browsers have none to offer, a short hash that is good enough to tell one's own files apart. */
async function digest(blob: Blob): Promise<string> {
  const bytes = new Uint8Array(await blob.arrayBuffer());
  const { subtle } = crypto as { readonly subtle?: SubtleCrypto };
  if (subtle) return hex(new Uint8Array(await subtle.digest('SHA-256', bytes)));
  // FNV-1a, twice with different beginnings: http://www.isthe.com/chongo/tech/comp/fnv/
  const hashes = [0x811c9dc5, 0x050c5d1f].map((hash) => bytes.reduce((sum, byte) => Math.imul(sum ^ byte, 0x01000193), hash));
  return hex(new Uint8Array(new Int32Array(hashes).buffer));
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
