import { UploadError } from './errors.js';
import type { Part } from './types.js';

/** What a far side asks of parts. */
export interface PartLimits {
  /** Bytes every part but the last must have at least. Default 1. */
  readonly least?: number;
  /** Bytes a part may have at most. Default: no limit. */
  readonly most?: number;
  /** How many parts there may be. Default: no limit. */
  readonly count?: number;
}

/** Grown part sizes are multiples of this many bytes (1 MiB). */
const step = 2 ** 20;

/**
 * The size (bytes) of all parts but the last: the wanted one, grown where it is below the least or would make too many parts, cut where it is above the most.
 *
 * @param size - of the file, bytes.
 * @param wanted - bytes.
 * @throws {@link UploadError} for a wanted size that is no positive number, and for a file that is too large for `count` parts of the largest size.
 */
export function partSize(size: number, wanted: number, limits: PartLimits = {}): number {
  const { least = 1, most = Infinity, count = Infinity } = limits;
  if (!(wanted >= 1)) throw new UploadError(`A part size must be a number of bytes, not ${String(wanted)}.`, { retry: 'never' });
  const enough = Math.ceil(size / count);
  if (enough > most) throw new UploadError('The file is too large for the storage.', { code: 'EntityTooLarge', retry: 'never' });
  const grown = enough > wanted ? Math.ceil(enough / step) * step : Math.floor(wanted);
  return Math.min(most, Math.max(least, grown));
}

/** Cuts `size` bytes into parts of `partSize`, all equal but the last. An empty file is one empty part. */
export function cut(size: number, partSize: number): Part[] {
  const count = Math.max(1, Math.ceil(size / partSize));
  return Array.from({ length: count }, (_, index) => ({ index, start: index * partSize, end: Math.min(size, (index + 1) * partSize) }));
}
