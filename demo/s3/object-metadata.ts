/**
 * The metadata of an object: parsed and validated when the object is written, returned when it is read.
 */
import { invalidArgument, S3Error } from './errors.js';

export interface ObjectMetadata {
  /** Headers of the response to GetObject, by lower-case name. Each character is one byte. */
  headers: Record<string, string>;
  /** The canned ACL. It is stored and returned but has no effect: every request needs a signature. */
  acl: string;
}

const storedHeaders = ['content-type', 'cache-control', 'content-disposition', 'content-encoding', 'content-language', 'expires'];
const cannedAcls = [
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
/** `x-amz-*` headers that this store supports. Others are rejected, because they would have no effect. */
const supportedAmzHeaders = new Set([
  'x-amz-acl',
  'x-amz-algorithm',
  'x-amz-content-sha256',
  'x-amz-credential',
  'x-amz-date',
  'x-amz-security-token',
  'x-amz-server-side-encryption',
  'x-amz-signature',
  'x-amz-storage-class',
  // Informative only: the name of the SDK.
  'x-amz-user-agent',
]);
/** Maximum size of the user metadata, names and values, in bytes. */
const maxMetadataSize = 2048;

/**
 * Parses the metadata of an object.
 * @param source - the headers of a request, or the fields of a form, by lower-case name; each character is one byte
 * @throws S3Error InvalidArgument, InvalidStorageClass, InvalidEncryptionAlgorithmError, MetadataTooLarge, NotImplemented
 */
export function parseObjectMetadata(source: ReadonlyMap<string, string>): ObjectMetadata {
  const headers: Record<string, string> = { 'content-type': 'binary/octet-stream' };
  let metadataSize = 0;
  for (const [name, value] of source) {
    const isMetadata = name.startsWith('x-amz-meta-');
    if (isMetadata) {
      if (!/^x-amz-meta-[a-z0-9!#$%&'*+.^_`|~-]+$/.test(name)) throw invalidArgument('This is not a valid header name', name, value);
      metadataSize += name.length + value.length;
    } else if (name.startsWith('x-amz-') && !supportedAmzHeaders.has(name)) {
      throw new S3Error('NotImplemented', undefined, { Header: name });
    } else if (name === 'if-match' || name === 'if-none-match') {
      throw new S3Error('NotImplemented', undefined, { Header: name });
    }
    if (!isMetadata && !(storedHeaders.includes(name) && value !== '')) continue;
    checkHeaderValue(name, value);
    headers[name] = value;
  }
  if (metadataSize > maxMetadataSize) {
    throw new S3Error('MetadataTooLarge', undefined, { Size: metadataSize, MaxSizeAllowed: maxMetadataSize });
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
  if (!cannedAcls.includes(acl)) throw invalidArgument('The canned ACL is unknown', 'x-amz-acl', acl);
  return { headers, acl };
}

/** Returns the encryption headers of the response to a write. */
export function encryptionHeaders(metadata: ObjectMetadata): Record<string, string> {
  const encryption = metadata.headers['x-amz-server-side-encryption'];
  return encryption === undefined ? {} : { 'x-amz-server-side-encryption': encryption };
}

/** Prevents header injection: a line break in a value would start another header when the object is read. @throws S3Error InvalidArgument */
export function checkHeaderValue(name: string, value: string): void {
  if (/[^\t\x20-\x7e\x80-\xff]/.test(value)) throw invalidArgument('A header must not contain control characters', name, value);
}
