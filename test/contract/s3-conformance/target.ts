import { randomUUID } from 'node:crypto';
import type { AccessKeys, CorsRule } from '../../servers/ceph/ceph.js';

/** The origin that the CORS rules of the bucket allow. */
export const APP_ORIGIN = 'http://app.example';

/** The CORS rules of the buckets, see `Target`. */
export const CORS_RULES: { bucket: CorsRule[]; otherBucket: CorsRule[] } = {
  bucket: [
    {
      allowedOrigins: [APP_ORIGIN],
      allowedMethods: ['GET', 'HEAD', 'PUT', 'POST', 'DELETE'],
      allowedHeaders: ['content-type', 'content-md5', 'authorization', 'x-amz-*'],
      exposeHeaders: ['ETag', 'x-amz-meta-qqfilename'],
      maxAgeSeconds: 600,
    },
    { allowedOrigins: ['https://*.wild.example'], allowedMethods: ['GET'], allowedHeaders: ['range'], exposeHeaders: [] },
  ],
  otherBucket: [{ allowedOrigins: ['*'], allowedMethods: ['GET', 'PUT'], allowedHeaders: ['*'] }],
};

/** The S3 store under test. */
export interface Target {
  /** Name in reports. */
  name: string;
  /** `http://HOST:PORT`; buckets are addressed path-style. */
  url: string;
  region: string;
  /** Keys of the owner of the three buckets. */
  credentials: AccessKeys;
  /** Keys that may read every object: usually `credentials`, for Ceph the system user. */
  reader: AccessKeys;
  /** Host name and port of the service. Virtual-hosted requests use BUCKET.serviceHost. It is used in the Host header only and need not resolve. */
  serviceHost: string;
  /** A bucket with `CORS_RULES.bucket`. */
  bucket: string;
  /** A bucket with `CORS_RULES.otherBucket`. */
  otherBucket: string;
  /** A bucket without CORS rules. */
  plainBucket: string;
}

/** Returns a new key that ends in `tail`. */
export function newKey(tail = 'file.txt'): string {
  return `${randomUUID()}/${tail}`;
}

/** SigV4's UriEncode: percent-encodes everything except the unreserved characters of RFC 3986, including `/`. */
export function uriEncode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** Returns the path-style path of an object: `/bucket/` and the encoded key, with its slashes. */
export function objectPath(bucket: string, key: string): string {
  return `/${bucket}/${key.split('/').map(uriEncode).join('/')}`;
}
