import type { Saved } from '../../core/types.js';
import { isJsonObject } from '../../http/response-errors.js';

/** The session of an upload to the page's server. Plain JSON. */
export type TraditionalSession = {
  /** Identifies the upload in all of its requests. */
  readonly uuid: string;
  /** Size of the file, bytes. */
  readonly size: number;
  /** True if the file is uploaded in chunks. */
  readonly chunked: boolean;
  /** Size of each chunk but the last, bytes. */
  readonly partSize: number;
  /** Index of the first chunk after a reload, whose request is marked by `qqresume`. */
  readonly resumedAt?: number;
};

/** Sessions created in this page. An upload that continues after a pause is not a resumed upload for the server. */
export const sessionsOfThisPage = new WeakSet<TraditionalSession>();

/** Minimum speed (bytes per ms) at which a server joins chunks. It sends nothing meanwhile. */
const minJoinSpeed = 20_000;

/** Time (ms) that the server may take to join the chunks. */
export function maxJoinTime({ size }: TraditionalSession): number {
  return size / minJoinSpeed;
}

/** More parts than any upload has: a record with more of them is damaged. */
const maxPartCount = 1_000_000;

/** Number of chunks of the file. */
export function totalParts({ size, partSize }: TraditionalSession): number {
  return Math.max(1, Math.ceil(size / partSize));
}

/** True if the saved upload can be resumed: another version may have saved it, and browsers may lose parts of it. */
export function isResumable({ session, receipts }: Saved, size: number): boolean {
  if (!isJsonObject(session) || !Array.isArray(receipts) || !receipts.every(isJsonObject)) return false;
  const { uuid, chunked, partSize } = session;
  if (typeof uuid !== 'string' || typeof chunked !== 'boolean' || typeof partSize !== 'number') return false;
  return session['size'] === size && Number.isSafeInteger(partSize) && partSize >= 1 && size / partSize <= maxPartCount;
}
