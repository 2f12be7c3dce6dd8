import { randomUUID } from 'node:crypto';
import type { AccessKeys, CorsRule } from '../../servers/ceph/ceph.js';

/** The origin that the asked bucket lets in. */
export const APP_ORIGIN = 'http://app.example';

/** The CORS rules that a store must have on the asked buckets before it is asked; see `Target`. */
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

/** One S3 store to ask, and what the questions need to know of it. */
export interface Target {
  /** How reports call it. */
  name: string;
  /** `http://HOST:PORT`; buckets are addressed path-style. */
  url: string;
  region: string;
  /** Owns the three buckets and may read and write them. */
  credentials: AccessKeys;
  /** May read whatever the credentials have stored: on most stores the credentials themselves, on Ceph its system user. */
  reader: AccessKeys;
  /** The name of the service, with its port. BUCKET. in front of it addresses a bucket (virtual-hosted-style). Need not resolve: it goes into Host only. */
  serviceHost: string;
  /** A bucket with `CORS_RULES.bucket`. */
  bucket: string;
  /** A bucket with `CORS_RULES.otherBucket`. */
  otherBucket: string;
  /** A bucket without CORS rules. */
  plainBucket: string;
}

/** A key that nothing has been stored under yet, ending in `tail`. */
export function newKey(tail = 'file.txt'): string {
  return `${randomUUID()}/${tail}`;
}

/** RFC 3986 with only unreserved characters left as they are, as SigV4 wants it (its UriEncode). `/` is encoded too. */
export function uriEncode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** The path-style path of an object: `/bucket/` and the encoded key, its slashes kept. */
export function objectPath(bucket: string, key: string): string {
  return `/${bucket}/${key.split('/').map(uriEncode).join('/')}`;
}
