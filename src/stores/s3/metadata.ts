import { UploadError } from '../../core/errors.js';
import { toWellFormed } from '../../utils/well-formed.js';

/** Names and values of headers or form fields. */
export type Metadata = Readonly<Record<string, string>>;

/** Params with these names are S3's system-defined metadata: their names and values are sent unchanged. */
const systemHeaders = ['Cache-Control', 'Content-Disposition', 'Content-Encoding', 'Content-MD5'];
const encryptionHeader = 'x-amz-server-side-encryption';
const encryptionSuffixes = ['', '-aws-kms-key-id', '-customer-algorithm', '-customer-key', '-customer-key-MD5'];
const systemMetadata = new Map(
  [...systemHeaders, ...encryptionSuffixes.map((suffix) => encryptionHeader + suffix)].map((name) => [name.toLowerCase(), name]),
);

/**
 * The metadata of an object, as Fine Uploader sends it. Each param becomes `x-amz-meta-` and its name in lower case, with its value percent-encoded. Functions are
 * called; null and undefined are omitted. The file's name is the last.
 *
 * @throws {@link UploadError} for a name that is invalid in a header.
 */
export function objectMetadata(params: Readonly<Record<string, unknown>>, fileName: string, fileNameParam = 'qqfilename'): Metadata {
  const metadata: Record<string, string> = {};
  for (const [name, param] of Object.entries({ ...params, [fileNameParam]: fileName })) {
    const value: unknown = typeof param === 'function' ? (param as () => unknown)() : param;
    if (value === undefined || value === null) continue;
    if (!/^[\w!#$%&'*+.^`|~-]+$/.test(name)) throw new UploadError(`“${name}” cannot be the name of metadata.`, { retry: 'never' });
    // eslint-disable-next-line @typescript-eslint/no-base-to-string -- The page's object may define toString().
    const text = typeof value === 'object' && !Array.isArray(value) && !(value instanceof Date) ? JSON.stringify(value) : String(value);
    const systemName = systemMetadata.get(name.toLowerCase());
    if (systemName) metadata[systemName] = text;
    else metadata[`x-amz-meta-${name.toLowerCase()}`] = encodeURIComponent(toWellFormed(text));
  }
  return metadata;
}

/** The headers of `UploadPart`: the customer-provided encryption key, which S3 requires with each part. */
export function uploadPartHeaders(metadata: Metadata): Metadata {
  return filter(metadata, (name) => name.startsWith(`${encryptionHeader}-customer-`));
}

/** The headers of `CreateMultipartUpload`: all but the hash of the body, which is empty. */
export function createMultipartUploadHeaders(metadata: Metadata): Metadata {
  return filter(metadata, (name) => name !== 'Content-MD5');
}

function filter(metadata: Metadata, predicate: (name: string) => boolean): Metadata {
  return Object.fromEntries(Object.entries(metadata).filter(([name]) => predicate(name)));
}
