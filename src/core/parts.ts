import { UploadError } from './errors.js';
import type { Part } from './types.js';

/** Limits that a store sets for parts. */
export interface PartLimits {
  /** Minimum size of every part but the last, bytes. Default 1. */
  readonly min?: number;
  /** Maximum size of a part, bytes. Default: no limit. */
  readonly max?: number;
  /** Maximum number of parts. Default: no limit. */
  readonly maxCount?: number;
}

/** A part size that had to grow is a multiple of this many bytes (1 MiB). */
const step = 2 ** 20;

/**
 * Chooses the size (bytes) of all parts but the last: the preferred size, raised where it is below the minimum or would make too many parts, lowered where it is above the
 * maximum.
 *
 * @param size - of the file, bytes.
 * @param preferred - bytes.
 * @throws {@link UploadError} for a preferred size that is no positive number, and for a file that is too large for `maxCount` parts of the maximum size.
 */
export function partSize(size: number, preferred: number, limits: PartLimits = {}): number {
  const { min = 1, max = Infinity, maxCount = Infinity } = limits;
  if (!(preferred >= 1)) throw new UploadError(`A part size must be a number of bytes, not ${String(preferred)}.`, { retry: 'never' });
  const required = Math.ceil(size / maxCount);
  if (required > max) throw new UploadError('The file is too large for the storage.', { code: 'EntityTooLarge', retry: 'never' });
  const chosen = required > preferred ? Math.ceil(required / step) * step : Math.floor(preferred);
  return Math.min(max, Math.max(min, chosen));
}

/** Splits `size` bytes into parts of `partSize`, all equal but the last. An empty file is one empty part. */
export function splitIntoParts(size: number, partSize: number): Part[] {
  const count = Math.max(1, Math.ceil(size / partSize));
  return Array.from({ length: count }, (_, index) => ({ index, start: index * partSize, end: Math.min(size, (index + 1) * partSize) }));
}
