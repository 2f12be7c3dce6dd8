/** The requests of S3's API that an upload needs, as plain data, neither signed nor sent: https://docs.aws.amazon.com/AmazonS3/latest/API/ */

import type { S3Target } from './endpoint.js';
import { escapeKey } from './key.js';
import { canonicalQueryString } from './signers/sigv4.js';
import { completeMultipartUploadXml } from './xml.js';

type Headers = Readonly<Record<string, string>>;

/** A request to a bucket, before it is signed. */
export interface S3Request {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE';
  readonly key: string;
  /** Not encoded. '' for a parameter without a value. */
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Headers;
  readonly body: Blob | string | null;
  /** False: the store may be working on it for long, and must not be asked again meanwhile. Default true. */
  readonly isRepeatable?: boolean;
}

/** @param headers - the object's: Content-Type, `x-amz-acl`, metadata. */
export function putObject(key: string, headers: Headers, body: Blob): S3Request {
  return { method: 'PUT', key, query: {}, headers, body };
}

/** The response contains `<UploadId>`. @param headers - as in {@link putObject}. */
export function createMultipartUpload(key: string, headers: Headers): S3Request {
  return { method: 'POST', key, query: { uploads: '' }, headers, body: null };
}

/** @param partNumber - 1-based. */
export function uploadPart(key: string, uploadId: string, partNumber: number, headers: Headers, body: Blob): S3Request {
  return { method: 'PUT', key, query: { partNumber: String(partNumber), uploadId }, headers, body };
}

/** @param parts - in ascending order of their partNumber. */
export function completeMultipartUpload(
  key: string,
  uploadId: string,
  parts: readonly { readonly partNumber: number; readonly etag: string }[],
): S3Request {
  return {
    method: 'POST',
    key,
    query: { uploadId },
    headers: { 'Content-Type': 'application/xml; charset=UTF-8' },
    body: completeMultipartUploadXml(parts),
    isRepeatable: false,
  };
}

export function abortMultipartUpload(key: string, uploadId: string): S3Request {
  return { method: 'DELETE', key, query: { uploadId }, headers: {}, body: null };
}

/** @param partNumberMarker - lists the parts after this partNumber. */
export function listParts(key: string, uploadId: string, partNumberMarker?: string): S3Request {
  const query = partNumberMarker === undefined ? { uploadId } : { 'part-number-marker': partNumberMarker, uploadId };
  return { method: 'GET', key, query, headers: {}, body: null };
}

export function headObject(key: string): S3Request {
  return { method: 'HEAD', key, query: {}, headers: {}, body: null };
}

/** The URL of a request. */
export function requestUrl(target: S3Target, { key, query }: S3Request): string {
  const search = canonicalQueryString(query).replace(/=(?=&|$)/g, '');
  return `${target.url}/${escapeKey(key)}${search && `?${search}`}`;
}

/** SigV4's CanonicalURI: the encoded path that the store sees. */
export function canonicalUri(target: S3Target, key: string): string {
  return `${target.pathPrefix}/${escapeKey(key)}`;
}
