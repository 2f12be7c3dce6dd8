/** The requests of the S3 API that an upload is made of, as plain data. Nothing here is signed or sent. https://docs.aws.amazon.com/AmazonS3/latest/API/ */

import type { S3Target } from './endpoint.js';
import { escapeKey } from './key.js';
import { canonicalQueryString } from './signers/sigv4.js';
import { completeMultipartUploadXml } from './xml.js';

/** A request to a bucket, before it is signed. */
export interface S3Request {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE';
  readonly key: string;
  /** Not escaped; '' for a name without a value. */
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Blob | string | null;
}

/** `headers`: what the object shall be: Content-Type, `x-amz-acl`, metadata. */
export function putObject(key: string, headers: Readonly<Record<string, string>>, body: Blob): S3Request {
  return { method: 'PUT', key, query: {}, headers, body };
}

/** `headers` as in {@link putObject}. Answered with an `<UploadId>`. */
export function createMultipartUpload(key: string, headers: Readonly<Record<string, string>>): S3Request {
  return { method: 'POST', key, query: { uploads: '' }, headers, body: null };
}

/** @param partNumber - from 1. */
export function uploadPart(
  key: string,
  uploadId: string,
  partNumber: number,
  headers: Readonly<Record<string, string>>,
  body: Blob,
): S3Request {
  return { method: 'PUT', key, query: { partNumber: String(partNumber), uploadId }, headers, body };
}

/** @param parts - in the order of their numbers. */
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
  };
}

export function abortMultipartUpload(key: string, uploadId: string): S3Request {
  return { method: 'DELETE', key, query: { uploadId }, headers: {}, body: null };
}

/** @param marker - the part number to go on after. */
export function listParts(key: string, uploadId: string, marker?: string): S3Request {
  const query = marker === undefined ? { uploadId } : { 'part-number-marker': marker, uploadId };
  return { method: 'GET', key, query, headers: {}, body: null };
}

export function headObject(key: string): S3Request {
  return { method: 'HEAD', key, query: {}, headers: {}, body: null };
}

/** Where a request goes. */
export function requestUrl(target: S3Target, { key, query }: S3Request): string {
  const search = canonicalQueryString(query).replace(/=(?=&|$)/g, '');
  return `${target.url}/${escapeKey(key)}${search && `?${search}`}`;
}

/** The path that the store sees, escaped: SigV4's CanonicalURI. */
export function canonicalUri(target: S3Target, key: string): string {
  return `${target.pathPrefix}/${escapeKey(key)}`;
}
