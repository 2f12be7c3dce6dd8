/** Tells what a request of the soak is for, and to which file it belongs. */
import type { SeenRequest } from '../servers/fault-proxy.js';

/** What a request does. */
export type Step =
  | 'preflight'
  | 'sign'
  | 'success'
  | 'create'
  | 'part'
  | 'complete'
  | 'abort'
  | 'list'
  | 'head'
  | 'put'
  | 'form'
  | 'upload'
  | 'done'
  | 'other';

const uuidPattern = /[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/;

/** The step of a request. */
export function stepOf({ method, path }: Pick<SeenRequest, 'method' | 'path'>): Step {
  if (method === 'OPTIONS') return 'preflight';
  if (path.startsWith('/s3/signature')) return 'sign';
  if (path.startsWith('/s3/success')) return 'success';
  if (path.startsWith('/uploads/done')) return 'done';
  if (/[?&]uploads(=|&|$)/.test(path)) return 'create';
  if (/[?&]partNumber=/.test(path)) return 'part';
  if (/[?&]uploadId=/.test(path)) return method === 'POST' ? 'complete' : method === 'DELETE' ? 'abort' : 'list';
  if (method === 'HEAD') return 'head';
  if (method === 'PUT') return 'put';
  if (/^\/uploads($|\?)/.test(path)) return 'upload';
  return method === 'POST' ? 'form' : 'other';
}

/** The UUID of the file that a request belongs to, or ''. */
export function uuidOf({ path }: Pick<SeenRequest, 'path'>, bodyStart: string): string {
  return (uuidPattern.exec(path) ?? uuidPattern.exec(bodyStart))?.[0] ?? '';
}

/** The number of the part that a request carries, or ''. */
export function partOf({ path }: Pick<SeenRequest, 'path'>, bodyStart: string): string {
  return /[?&]partNumber=(\d+)/.exec(path)?.[1] ?? /name="qqpartindex"\r\n\r\n(\d+)/.exec(bodyStart)?.[1] ?? '';
}

/** The id of the multipart upload that a request belongs to, or ''. */
export function uploadIdOf({ path }: Pick<SeenRequest, 'path'>): string {
  return decodeURIComponent(/[?&]uploadId=([^&]+)/.exec(path)?.[1] ?? '');
}
