/**
 * What a client says about an object besides its bytes: read and checked once when it is written, given back whenever it is read.
 */
import { invalidArgument, S3Error } from './errors.js';

export interface ObjectHeaders {
  /** Headers to answer a GET with, by lower-case name. Each character is one byte. */
  headers: Record<string, string>;
  /** A canned ACL. It is kept and shown but opens nothing: every access needs a signature. */
  acl: string;
}

const kept = ['content-type', 'cache-control', 'content-disposition', 'content-encoding', 'content-language', 'expires'];
const acls = [
  'private',
  'public-read',
  'public-read-write',
  'aws-exec-read',
  'authenticated-read',
  'bucket-owner-read',
  'bucket-owner-full-control',
  'log-delivery-write',
];
const storageClasses = [
  'STANDARD',
  'REDUCED_REDUNDANCY',
  'STANDARD_IA',
  'ONEZONE_IA',
  'INTELLIGENT_TIERING',
  'GLACIER',
  'GLACIER_IR',
  'DEEP_ARCHIVE',
];
/** Understood here or by authentication. Any other `x-amz-*` asks for something that would silently not happen. */
const understood = new Set([
  'x-amz-acl',
  'x-amz-algorithm',
  'x-amz-content-sha256',
  'x-amz-credential',
  'x-amz-date',
  'x-amz-security-token',
  'x-amz-server-side-encryption',
  'x-amz-signature',
  'x-amz-storage-class',
  // Says who sent an SDK's request, and asks for nothing.
  'x-amz-user-agent',
]);
/** Bytes of all names and values together. */
const largestMetadata = 2048;

/**
 * @param source headers of a request, or fields of a form, by lower-case name; each character is one byte
 * @throws S3Error InvalidArgument, InvalidStorageClass, InvalidEncryptionAlgorithmError, MetadataTooLarge, NotImplemented
 */
export function readObjectHeaders(source: ReadonlyMap<string, string>): ObjectHeaders {
  const headers: Record<string, string> = { 'content-type': 'binary/octet-stream' };
  let metadataSize = 0;
  for (const [name, value] of source) {
    const isMetadata = name.startsWith('x-amz-meta-');
    if (isMetadata) {
      if (!/^x-amz-meta-[a-z0-9!#$%&'*+.^_`|~-]+$/.test(name)) throw invalidArgument('This is no name of a header', name, value);
      metadataSize += name.length + value.length;
    } else if (name.startsWith('x-amz-') && !understood.has(name)) {
      throw new S3Error('NotImplemented', undefined, { Header: name });
    } else if (name === 'if-match' || name === 'if-none-match') {
      throw new S3Error('NotImplemented', undefined, { Header: name });
    }
    if (!isMetadata && !(kept.includes(name) && value !== '')) continue;
    checkHeaderValue(name, value);
    headers[name] = value;
  }
  if (metadataSize > largestMetadata) {
    throw new S3Error('MetadataTooLarge', undefined, { Size: metadataSize, MaxSizeAllowed: largestMetadata });
  }
  if (headers['content-encoding']?.includes('aws-chunked')) throw new S3Error('NotImplemented', undefined, { Header: 'Content-Encoding' });
  const storageClass = source.get('x-amz-storage-class') ?? 'STANDARD';
  if (!storageClasses.includes(storageClass)) throw new S3Error('InvalidStorageClass', undefined, { StorageClassRequested: storageClass });
  if (storageClass !== 'STANDARD') headers['x-amz-storage-class'] = storageClass;
  const encryption = source.get('x-amz-server-side-encryption');
  if (encryption === 'aws:kms' || encryption === 'aws:kms:dsse')
    throw new S3Error('NotImplemented', undefined, { Header: 'x-amz-server-side-encryption' });
  if (encryption !== undefined) {
    if (encryption !== 'AES256') throw new S3Error('InvalidEncryptionAlgorithmError');
    headers['x-amz-server-side-encryption'] = encryption;
  }
  const acl = source.get('x-amz-acl') ?? 'private';
  if (!acls.includes(acl)) throw invalidArgument('The canned ACL is not known', 'x-amz-acl', acl);
  return { headers, acl };
}

/** The headers that also go with the answer to a write. */
export function encryptionOf(about: ObjectHeaders): Record<string, string> {
  const encryption = about.headers['x-amz-server-side-encryption'];
  return encryption === undefined ? {} : { 'x-amz-server-side-encryption': encryption };
}

/** A line break in a value would become a header of its own when the object is read. @throws S3Error InvalidArgument */
export function checkHeaderValue(name: string, value: string): void {
  if (/[^\t\x20-\x7e\x80-\xff]/.test(value)) throw invalidArgument('A header must not contain control characters', name, value);
}
