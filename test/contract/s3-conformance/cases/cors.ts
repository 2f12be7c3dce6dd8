import { CONTENT, policyUpload } from '../policy.js';
import { listItems } from './cors-preflights.js';
import { accepts, rejects, type Details, type ConformanceCase } from '../conformance-case.js';
import { presignV4, signV4 } from '../signatures.js';
import { toResult, putObject, putRequest } from '../store.js';
import { APP_ORIGIN, newKey, objectPath } from '../target.js';
import { send, type WireResponse } from '../wire.js';

const FOREIGN_ORIGIN = 'http://evil.example';
const WILD_ORIGIN = 'https://a.wild.example';

/** Returns whether a page of `origin` may read the response and its ETag. */
function readable(response: WireResponse, origin: string): Details {
  const allowed = response.headers['access-control-allow-origin'];
  return {
    readable: allowed === '*' || allowed === origin,
    etagReadable: listItems(response.headers['access-control-expose-headers']).includes('etag'),
  };
}

const READABLE = { readable: true, etagReadable: true };
const UNREADABLE = { readable: false, etagReadable: false };

/** CORS headers of responses. `cors-preflights.ts` has the preflights. */
export const cors: ConformanceCase[] = [
  accepts(
    'cors: a page may read the response to its PUT, and the ETag',
    async (target) => {
      const response = await putObject(target, newKey(), { Origin: APP_ORIGIN });
      return toResult(response, readable(response, APP_ORIGIN));
    },
    { details: READABLE },
  ),
  accepts(
    'cors: the response exposes the configured headers',
    async (target) => {
      const response = await putObject(target, newKey(), { Origin: APP_ORIGIN });
      return toResult(response, { exposed: listItems(response.headers['access-control-expose-headers']).sort() });
    },
    { details: { exposed: ['etag', 'x-amz-meta-qqfilename'] } },
  ),
  accepts(
    'cors: a page may read the response to its form',
    async (target) => {
      const { wire } = policyUpload(target, { version: 4 });
      const response = await send(target, { ...wire, headers: { ...wire.headers, Origin: APP_ORIGIN } });
      return toResult(response, readable(response, APP_ORIGIN));
    },
    { status: 204, details: READABLE },
  ),
  accepts(
    'cors: a page of another origin may send a PUT but not read the response',
    async (target) => {
      const response = await putObject(target, newKey(), { Origin: FOREIGN_ORIGIN });
      return toResult(response, readable(response, FOREIGN_ORIGIN));
    },
    { details: UNREADABLE },
  ),
  accepts(
    'cors: a page may not read the response if its origin is allowed for another method only',
    async (target) => {
      const response = await putObject(target, newKey(), { Origin: WILD_ORIGIN });
      return toResult(response, readable(response, WILD_ORIGIN));
    },
    { details: UNREADABLE },
  ),
  accepts(
    'cors: no CORS headers without an Origin',
    async (target) => {
      const response = await putObject(target, newKey());
      return toResult(response, { said: Object.keys(response.headers).filter((name) => name.startsWith('access-control-')) });
    },
    { details: { said: [] } },
  ),
  accepts(
    'cors: no CORS headers from a bucket without rules',
    async (target) => {
      const request = { method: 'PUT', path: objectPath(target.plainBucket, newKey()), headers: { Origin: APP_ORIGIN }, body: CONTENT };
      const response = await send(target, signV4(target, request));
      return toResult(response, readable(response, APP_ORIGIN));
    },
    { details: UNREADABLE },
  ),
  accepts(
    'cors: the response varies by Origin',
    async (target) => {
      const response = await putObject(target, newKey(), { Origin: APP_ORIGIN });
      return toResult(response, { vary: listItems(response.headers['vary']).includes('origin') });
    },
    { details: { vary: true } },
  ),

  rejects(
    'cors: a page may read that the policy denied its form',
    403,
    'AccessDenied',
    async (target) => {
      const { wire } = policyUpload(target, { version: 4, conditions: [{ acl: 'private' }] });
      const response = await send(target, { ...wire, headers: { ...wire.headers, Origin: APP_ORIGIN } });
      return toResult(response, readable(response, APP_ORIGIN));
    },
    { details: READABLE },
  ),
  rejects(
    'cors: a page may read that its form is too large',
    400,
    'EntityTooLarge',
    async (target) => {
      const { wire } = policyUpload(target, { version: 4, conditions: [['content-length-range', 0, 1]] });
      const response = await send(target, { ...wire, headers: { ...wire.headers, Origin: APP_ORIGIN } });
      return toResult(response, readable(response, APP_ORIGIN));
    },
    { details: READABLE },
  ),
  rejects(
    'cors: a page may read that the signature of its form is wrong',
    403,
    'SignatureDoesNotMatch',
    async (target) => {
      const { wire } = policyUpload(target, { version: 4, credentials: { ...target.credentials, secretKey: 'x'.repeat(40) } });
      const response = await send(target, { ...wire, headers: { ...wire.headers, Origin: APP_ORIGIN } });
      return toResult(response, readable(response, APP_ORIGIN));
    },
    { details: READABLE },
  ),
  rejects(
    'cors: a page may read that there is no such key',
    404,
    'NoSuchKey',
    async (target) => {
      const response = await send(
        target,
        signV4(target, { method: 'GET', path: objectPath(target.bucket, newKey()), headers: { Origin: APP_ORIGIN } }),
      );
      return toResult(response, readable(response, APP_ORIGIN));
    },
    { details: READABLE },
  ),
  rejects(
    'cors: a page may read that the signature of its PUT is wrong',
    403,
    'SignatureDoesNotMatch',
    async (target) => {
      const wire = signV4(target, putRequest(target, newKey(), { Origin: APP_ORIGIN }), {
        credentials: { ...target.credentials, secretKey: 'x'.repeat(40) },
      });
      const response = await send(target, wire);
      return toResult(response, readable(response, APP_ORIGIN));
    },
    { details: READABLE, cephDiffers: 'RGW finds the bucket after it has verified the signature, so an earlier error has no CORS headers' },
  ),
  rejects(
    'cors: a page may read that its presigned URL has expired',
    403,
    'AccessDenied',
    async (target) => {
      const wire = presignV4(target, putRequest(target, newKey()), { date: new Date(Date.now() - 10_000), expires: 5 });
      const response = await send(target, { ...wire, headers: { Origin: APP_ORIGIN } });
      return toResult(response, readable(response, APP_ORIGIN));
    },
    { details: READABLE, cephDiffers: 'RGW finds the bucket after it has verified the signature, so an earlier error has no CORS headers' },
  ),
  rejects(
    'cors: a page of another origin may not read an error',
    404,
    'NoSuchKey',
    async (target) => {
      const response = await send(
        target,
        signV4(target, { method: 'GET', path: objectPath(target.bucket, newKey()), headers: { Origin: FOREIGN_ORIGIN } }),
      );
      return toResult(response, readable(response, FOREIGN_ORIGIN));
    },
    { details: UNREADABLE },
  ),
];
