/** The uploaded content: bytes that can be computed from their offset, so that they need not be stored for the comparison. */

import { createHash } from 'node:crypto';

/** Period of the content, in bytes. It is neither a power of two nor near the size of a part, so that parts differ. */
const period = 2 ** 20 + 7;
/** Maximum number of bytes that {@link expected} returns. */
const maxLength = 2 ** 20;

const pattern = (() => {
  const bytes = Buffer.allocUnsafe(period + maxLength);
  let state = 1;
  for (let place = 0; place < period; place++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    bytes[place] = state >>> 24;
  }
  bytes.copy(bytes, period, 0, maxLength);
  return bytes;
})();

/** Returns at most `length` bytes of the large file from an offset. */
export function expected(place: number, length: number): Buffer {
  const first = place % period;
  return pattern.subarray(first, first + Math.min(length, maxLength));
}

/** Returns whether bytes are equal to those of the large file at an offset. The comparison is faster than hashing and locates errors. */
export function isExpected(bytes: Buffer, place: number): boolean {
  for (let done = 0; done < bytes.length;) {
    const wanted = expected(place + done, bytes.length - done);
    if (bytes.compare(wanted, 0, wanted.length, done, done + wanted.length) !== 0) return false;
    done += wanted.length;
  }
  return true;
}

/** Returns the content of a small file. */
export function smallFile(index: number, size: number): Buffer {
  const bytes = Buffer.alloc(size);
  for (let done = 0; done < size;) done += expected(index * 4099 + done, size - done).copy(bytes, done);
  return bytes;
}

export function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
