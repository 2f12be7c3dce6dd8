import { UploadError } from '../../core/errors.js';
import { toWellFormed } from '../../utils/well-formed.js';

/** Names and values of headers or form fields. */
export type Metadata = Readonly<Record<string, string>>;

/** Params with these names are S3's system-defined metadata: their names and values are sent unchanged. */
export const systemHeaders = ['Cache-Control', 'Content-Disposition', 'Content-Encoding', 'Content-MD5'];
const encryptionHeader = 'x-amz-server-side-encryption';
const encryptionSuffixes = ['', '-aws-kms-key-id', '-customer-algorithm', '-customer-key', '-customer-key-MD5'];
const systemMetadata = new Map(
  [...systemHeaders, ...encryptionSuffixes.map((suffix) => encryptionHeader + suffix)].map((name) => [name.toLowerCase(), name]),
);

const userPrefix = 'x-amz-meta-';
/** Bytes of all names and values of user metadata: https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html#UserMetadata */
const maxUserMetadata = 2048;

/**
 * The metadata of an object, as Fine Uploader sends it. Each param becomes `x-amz-meta-` and its name in lower case, with its value percent-encoded. Functions are
 * called; null and undefined are omitted. The file's name is the last; it is shortened, but for its extension, if S3 does not take as much metadata.
 *
 * @throws {@link UploadError} for a name that is invalid in a header, and for more metadata than S3 takes.
 */
export function objectMetadata(params: Readonly<Record<string, unknown>>, fileName: string, fileNameParam = 'qqfilename'): Metadata {
  const metadata: Record<string, string> = {};
  for (const [name, param] of Object.entries(params)) {
    if (name !== fileNameParam) addParam(metadata, name, typeof param === 'function' ? (param as () => unknown)() : param);
  }
  const free = maxUserMetadata - userMetadataSize(metadata) - metadataName(fileNameParam).length;
  const shortened = shortenName(toWellFormed(fileName), free);
  if (shortened === undefined) throw tooMuchMetadata(metadata);
  addParam(metadata, fileNameParam, shortened);
  return metadata;
}

/**
 * Checks what is known of a file's metadata before its upload. Functions are not called.
 * @throws {@link UploadError} as {@link objectMetadata} does.
 */
export function assertMetadata(params: Readonly<Record<string, unknown>>, fileName: string, fileNameParam?: string): void {
  const known = Object.entries(params).map(([name, param]) => [name, typeof param === 'function' ? '' : param] as const);
  objectMetadata(Object.fromEntries(known), fileName, fileNameParam);
}

function addParam(metadata: Record<string, string>, name: string, value: unknown): void {
  if (value === undefined || value === null) return;
  if (!/^[\w!#$%&'*+.^`|~-]+$/.test(name)) {
    const reason = `The parameter “${name}” cannot be the name of metadata: it may have letters, digits, “-”, “_” and “.”, but no spaces or brackets.`;
    throw new UploadError(reason, { code: 'InvalidMetadata', retry: 'never' });
  }
  // eslint-disable-next-line @typescript-eslint/no-base-to-string -- The page's object may define toString().
  const text = typeof value === 'object' && !Array.isArray(value) && !(value instanceof Date) ? JSON.stringify(value) : String(value);
  const systemName = systemMetadata.get(name.toLowerCase());
  if (systemName) metadata[systemName] = text;
  else metadata[metadataName(name)] = encodeURIComponent(toWellFormed(text));
}

function metadataName(param: string): string {
  return userPrefix + param.toLowerCase();
}

function userMetadataSize(metadata: Metadata): number {
  return Object.entries(metadata).reduce((sum, [name, value]) => sum + (name.startsWith(userPrefix) ? name.length + value.length : 0), 0);
}

/** The name, shortened before its extension to this number of bytes, percent-encoded; undefined if not even its first character fits. */
function shortenName(name: string, maxLength: number): string | undefined {
  const excess = encodeURIComponent(name).length - maxLength;
  if (excess <= 0) return name;
  const extension = /\.[^.]{1,20}$/.exec(name)?.[0] ?? '';
  const ending = `…${extension}`;
  const characters = [...name.slice(0, name.length - extension.length)];
  let removed = -encodeURIComponent('…').length;
  while (removed < excess && characters.length > 1) removed += encodeURIComponent(characters.pop() ?? '').length;
  return removed < excess ? undefined : characters.join('') + ending;
}

function tooMuchMetadata(metadata: Metadata): UploadError {
  const [longest = ''] =
    Object.entries(metadata)
      .filter(([name]) => name.startsWith(userPrefix))
      .sort(([, one], [, other]) => other.length - one.length)[0] ?? [];
  const reason = `The parameters of this file have more than the ${maxUserMetadata} bytes that the storage takes as metadata; the longest is “${longest.slice(userPrefix.length)}”.`;
  return new UploadError(reason, { code: 'MetadataTooLarge', retry: 'never' });
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
