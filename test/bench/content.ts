/** What the benchmark uploads: bytes that anybody can tell from their place, without having kept them. */

import { createHash } from 'node:crypto';

/** Not a power of two, nor near a part's size: two parts never look alike. */
const period = 2 ** 20 + 7;
/** The most that {@link expected} answers at once, bytes. */
const longest = 2 ** 20;

const pattern = (() => {
  const bytes = Buffer.allocUnsafe(period + longest);
  let state = 1;
  for (let place = 0; place < period; place++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    bytes[place] = state >>> 24;
  }
  bytes.copy(bytes, period, 0, longest);
  return bytes;
})();

/** The bytes of the large file from a place on: `length` of them at most. */
export function expected(place: number, length: number): Buffer {
  const first = place % period;
  return pattern.subarray(first, first + Math.min(length, longest));
}

/** Whether some bytes are those of the large file at a place. Compared as they come: cheaper than any hash, and says more. */
export function isExpected(bytes: Buffer, place: number): boolean {
  for (let done = 0; done < bytes.length;) {
    const wanted = expected(place + done, bytes.length - done);
    if (bytes.compare(wanted, 0, wanted.length, done, done + wanted.length) !== 0) return false;
    done += wanted.length;
  }
  return true;
}

/** The bytes of one of many small files. */
export function smallFile(index: number, size: number): Buffer {
  const bytes = Buffer.alloc(size);
  for (let done = 0; done < size;) done += expected(index * 4099 + done, size - done).copy(bytes, done);
  return bytes;
}

export function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
