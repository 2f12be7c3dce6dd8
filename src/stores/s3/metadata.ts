import { UploadError } from '../../core/errors.js';
import { toWellFormed } from './key.js';

/** Headers and form fields by name. */
export type Metadata = Readonly<Record<string, string>>;

/** Params that are S3's own words: they keep their names, and their values go out as they are. */
const plain = ['Cache-Control', 'Content-Disposition', 'Content-Encoding', 'Content-MD5'];
const encryption = 'x-amz-server-side-encryption';
const encryptionSuffixes = ['', '-aws-kms-key-id', '-customer-algorithm', '-customer-key', '-customer-key-MD5'];
const own = new Map([...plain, ...encryptionSuffixes.map((suffix) => encryption + suffix)].map((name) => [name.toLowerCase(), name]));

/**
 * The metadata of one object: every param as `x-amz-meta-` and its lower-case name with its value percent-encoded, as Fine Uploader does it; functions are
 * called; null and undefined are left out. The file's name comes last.
 *
 * @throws {@link UploadError} for a name that cannot be one of a header.
 */
export function objectMetadata(params: Readonly<Record<string, unknown>>, fileName: string, fileNameParam = 'qqfilename'): Metadata {
  const metadata: Record<string, string> = {};
  for (const [name, param] of Object.entries({ ...params, [fileNameParam]: fileName })) {
    const value: unknown = typeof param === 'function' ? (param as () => unknown)() : param;
    if (value === undefined || value === null) continue;
    if (!/^[\w!#$%&'*+.^`|~-]+$/.test(name)) throw new UploadError(`“${name}” cannot be the name of metadata.`, { retry: 'never' });
    // eslint-disable-next-line @typescript-eslint/no-base-to-string -- a page's own object may have a toString
    const text = typeof value === 'object' && !Array.isArray(value) && !(value instanceof Date) ? JSON.stringify(value) : String(value);
    const known = own.get(name.toLowerCase());
    if (known) metadata[known] = text;
    else metadata[`x-amz-meta-${name.toLowerCase()}`] = encodeURIComponent(toWellFormed(text));
  }
  return metadata;
}

/** What of an object's metadata each of its parts must be sent with: the customer's own encryption key. */
export function uploadPartHeaders(metadata: Metadata): Metadata {
  return pick(metadata, (name) => name.startsWith(`${encryption}-customer-`));
}

/** What of an object's metadata may be sent with `CreateMultipartUpload`, whose body is empty: all but the hash of a body. */
export function createMultipartUploadHeaders(metadata: Metadata): Metadata {
  return pick(metadata, (name) => name !== 'Content-MD5');
}

function pick(metadata: Metadata, wanted: (name: string) => boolean): Metadata {
  return Object.fromEntries(Object.entries(metadata).filter(([name]) => wanted(name)));
}
