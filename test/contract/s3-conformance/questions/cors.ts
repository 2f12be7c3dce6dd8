import { CONTENT, policyUpload } from '../policy.js';
import { words } from './cors-preflights.js';
import { accepts, refuses, type Facts, type Question } from '../question.js';
import { presignV4, signV4 } from '../signatures.js';
import { answered, put, putRequest } from '../store.js';
import { APP_ORIGIN, newKey, objectPath } from '../target.js';
import { send, type WireAnswer } from '../wire.js';

const FOREIGN_ORIGIN = 'http://evil.example';
const WILD_ORIGIN = 'https://a.wild.example';

/** May a page of `origin` read the answer, and its ETag? */
function readable(answer: WireAnswer, origin: string): Facts {
  const allowed = answer.headers['access-control-allow-origin'];
  return {
    readable: allowed === '*' || allowed === origin,
    etagReadable: words(answer.headers['access-control-expose-headers']).includes('etag'),
  };
}

const READABLE = { readable: true, etagReadable: true };
const UNREADABLE = { readable: false, etagReadable: false };

/** Cross-origin requests: what a page may read of the answers. `cors-preflights.ts` has the preflights. */
export const cors: Question[] = [
  accepts(
    'cors: a page may read the answer to its PUT, and the ETag',
    async (target) => {
      const answer = await put(target, newKey(), { Origin: APP_ORIGIN });
      return answered(answer, readable(answer, APP_ORIGIN));
    },
    { facts: READABLE },
  ),
  accepts(
    'cors: every header that is to be exposed is',
    async (target) => {
      const answer = await put(target, newKey(), { Origin: APP_ORIGIN });
      return answered(answer, { exposed: words(answer.headers['access-control-expose-headers']).sort() });
    },
    { facts: { exposed: ['etag', 'x-amz-meta-qqfilename'] } },
  ),
  accepts(
    'cors: a page may read the answer to its form',
    async (target) => {
      const { wire } = policyUpload(target, { version: 4 });
      const answer = await send(target, { ...wire, headers: { ...wire.headers, Origin: APP_ORIGIN } });
      return answered(answer, readable(answer, APP_ORIGIN));
    },
    { status: 204, facts: READABLE },
  ),
  accepts(
    'cors: a foreign page may send, but not read',
    async (target) => {
      const answer = await put(target, newKey(), { Origin: FOREIGN_ORIGIN });
      return answered(answer, readable(answer, FOREIGN_ORIGIN));
    },
    { facts: UNREADABLE },
  ),
  accepts(
    'cors: a page may not read what it may only preflight for another method',
    async (target) => {
      const answer = await put(target, newKey(), { Origin: WILD_ORIGIN });
      return answered(answer, readable(answer, WILD_ORIGIN));
    },
    { facts: UNREADABLE },
  ),
  accepts(
    'cors: without an Origin nothing is said about it',
    async (target) => {
      const answer = await put(target, newKey());
      return answered(answer, { said: Object.keys(answer.headers).filter((name) => name.startsWith('access-control-')) });
    },
    { facts: { said: [] } },
  ),
  accepts(
    'cors: a bucket without rules says nothing about it',
    async (target) => {
      const request = { method: 'PUT', path: objectPath(target.plainBucket, newKey()), headers: { Origin: APP_ORIGIN }, body: CONTENT };
      const answer = await send(target, signV4(target, request));
      return answered(answer, readable(answer, APP_ORIGIN));
    },
    { facts: UNREADABLE },
  ),
  accepts(
    'cors: a cache is told that the answer depends on the origin',
    async (target) => {
      const answer = await put(target, newKey(), { Origin: APP_ORIGIN });
      return answered(answer, { vary: words(answer.headers['vary']).includes('origin') });
    },
    { facts: { vary: true } },
  ),

  refuses(
    'cors: a page may read that the policy denied its form',
    403,
    'AccessDenied',
    async (target) => {
      const { wire } = policyUpload(target, { version: 4, conditions: [{ acl: 'private' }] });
      const answer = await send(target, { ...wire, headers: { ...wire.headers, Origin: APP_ORIGIN } });
      return answered(answer, readable(answer, APP_ORIGIN));
    },
    { facts: READABLE },
  ),
  refuses(
    'cors: a page may read that its form is too large',
    400,
    'EntityTooLarge',
    async (target) => {
      const { wire } = policyUpload(target, { version: 4, conditions: [['content-length-range', 0, 1]] });
      const answer = await send(target, { ...wire, headers: { ...wire.headers, Origin: APP_ORIGIN } });
      return answered(answer, readable(answer, APP_ORIGIN));
    },
    { facts: READABLE },
  ),
  refuses(
    'cors: a page may read that the signature of its form is wrong',
    403,
    'SignatureDoesNotMatch',
    async (target) => {
      const { wire } = policyUpload(target, { version: 4, credentials: { ...target.credentials, secretKey: 'x'.repeat(40) } });
      const answer = await send(target, { ...wire, headers: { ...wire.headers, Origin: APP_ORIGIN } });
      return answered(answer, readable(answer, APP_ORIGIN));
    },
    { facts: READABLE },
  ),
  refuses(
    'cors: a page may read that there is no such key',
    404,
    'NoSuchKey',
    async (target) => {
      const answer = await send(
        target,
        signV4(target, { method: 'GET', path: objectPath(target.bucket, newKey()), headers: { Origin: APP_ORIGIN } }),
      );
      return answered(answer, readable(answer, APP_ORIGIN));
    },
    { facts: READABLE },
  ),
  refuses(
    'cors: a page may read that the signature of its PUT is wrong',
    403,
    'SignatureDoesNotMatch',
    async (target) => {
      const wire = signV4(target, putRequest(target, newKey(), { Origin: APP_ORIGIN }), {
        credentials: { ...target.credentials, secretKey: 'x'.repeat(40) },
      });
      const answer = await send(target, wire);
      return answered(answer, readable(answer, APP_ORIGIN));
    },
    { facts: READABLE, cephDiffers: 'RGW looks the bucket up after it has checked the signature, so it has no CORS rules to answer with' },
  ),
  refuses(
    'cors: a page may read that its presigned URL has expired',
    403,
    'AccessDenied',
    async (target) => {
      const wire = presignV4(target, putRequest(target, newKey()), { date: new Date(Date.now() - 10_000), expires: 5 });
      const answer = await send(target, { ...wire, headers: { Origin: APP_ORIGIN } });
      return answered(answer, readable(answer, APP_ORIGIN));
    },
    { facts: READABLE, cephDiffers: 'RGW looks the bucket up after it has checked the signature, so it has no CORS rules to answer with' },
  ),
  refuses(
    'cors: a foreign page may not read an error either',
    404,
    'NoSuchKey',
    async (target) => {
      const answer = await send(
        target,
        signV4(target, { method: 'GET', path: objectPath(target.bucket, newKey()), headers: { Origin: FOREIGN_ORIGIN } }),
      );
      return answered(answer, readable(answer, FOREIGN_ORIGIN));
    },
    { facts: UNREADABLE },
  ),
];
