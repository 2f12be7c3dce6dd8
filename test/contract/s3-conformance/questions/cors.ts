import { CONTENT, policyUpload } from '../policy.js';
import { accepts, refuses, type Facts, type Question } from '../question.js';
import { presignV4, signV4 } from '../signatures.js';
import { answered, put, putRequest } from '../store.js';
import { APP_ORIGIN, newKey, objectPath, type Target } from '../target.js';
import { send, type WireAnswer, type WireRequest } from '../wire.js';

const FOREIGN_ORIGIN = 'http://evil.example';
const WILD_ORIGIN = 'https://a.wild.example';

/** The words of a list header, in lower case. */
function words(value: string | undefined): string[] {
  return (value ?? '')
    .split(',')
    .map((word) => word.trim().toLowerCase())
    .filter((word) => word !== '');
}

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

interface Preflight {
  origin?: string;
  method?: string;
  headers?: string;
}

function preflight(path: string, { origin, method, headers }: Preflight): WireRequest {
  return {
    method: 'OPTIONS',
    path,
    headers: {
      ...(origin === undefined ? {} : { Origin: origin }),
      ...(method === undefined ? {} : { 'Access-Control-Request-Method': method }),
      ...(headers === undefined ? {} : { 'Access-Control-Request-Headers': headers }),
    },
  };
}

/** What a browser would gather from the answer to a preflight. */
async function askPreflight(
  target: Target,
  asked: Preflight,
  path = objectPath(target.bucket, newKey()),
): Promise<{ answer: WireAnswer; facts: Facts }> {
  const answer = await send(target, preflight(path, asked));
  const allowedHeaders = words(answer.headers['access-control-allow-headers']);
  return {
    answer,
    facts: {
      origin:
        answer.headers['access-control-allow-origin'] !== undefined &&
        ['*', asked.origin].includes(answer.headers['access-control-allow-origin']),
      method: words(answer.headers['access-control-allow-methods']).includes((asked.method ?? '').toLowerCase()),
      headers: words(asked.headers).every((name) => allowedHeaders.includes(name)),
    },
  };
}

function allowedPreflight(name: string, asked: Preflight, path?: (target: Target) => string): Question {
  return accepts(
    `cors: ${name}`,
    async (target) => {
      const { answer, facts } = await askPreflight(target, asked, path?.(target));
      return answered(answer, facts);
    },
    { facts: { origin: true, method: true, headers: true } },
  );
}

function refusedPreflight(name: string, asked: Preflight, path?: (target: Target) => string): Question {
  return refuses(
    `cors: ${name}`,
    403,
    'AccessForbidden',
    async (target) => {
      const { answer, facts } = await askPreflight(target, asked, path?.(target));
      return answered(answer, { origin: facts['origin'] ?? true });
    },
    { facts: { origin: false } },
  );
}

const UPLOAD_HEADERS = 'authorization,content-type,x-amz-content-sha256,x-amz-date,x-amz-meta-qqfilename';

/** Cross-origin requests: preflights, and what a page may read. */
export const cors: Question[] = [
  allowedPreflight('preflight of a PUT with the headers of an upload', { origin: APP_ORIGIN, method: 'PUT', headers: UPLOAD_HEADERS }),
  allowedPreflight(
    'preflight of a POST to the bucket without headers',
    { origin: APP_ORIGIN, method: 'POST' },
    (target) => `/${target.bucket}`,
  ),
  allowedPreflight('preflight with blanks and capitals in the list of headers', {
    origin: APP_ORIGIN,
    method: 'PUT',
    headers: 'Content-Type, X-Amz-Date',
  }),
  allowedPreflight('preflight of a DELETE', { origin: APP_ORIGIN, method: 'DELETE', headers: 'authorization,x-amz-date' }),
  allowedPreflight(
    'preflight of a request with a query',
    { origin: APP_ORIGIN, method: 'POST', headers: UPLOAD_HEADERS },
    (target) => `${objectPath(target.bucket, newKey())}?uploads`,
  ),
  allowedPreflight('preflight from an origin that a pattern names', { origin: WILD_ORIGIN, method: 'GET', headers: 'range' }),
  allowedPreflight(
    'preflight where any origin and header is let in',
    { origin: FOREIGN_ORIGIN, method: 'PUT', headers: 'x-anything' },
    (target) => objectPath(target.otherBucket, newKey()),
  ),
  accepts(
    'cors: a preflight says how long it holds',
    async (target) => {
      const answer = await send(target, preflight(objectPath(target.bucket, newKey()), { origin: APP_ORIGIN, method: 'PUT' }));
      return answered(answer, { maxAge: answer.headers['access-control-max-age'] ?? null });
    },
    { facts: { maxAge: '600' } },
  ),
  refusedPreflight('preflight from a foreign origin', { origin: FOREIGN_ORIGIN, method: 'PUT', headers: UPLOAD_HEADERS }),
  refusedPreflight('preflight from an origin that only begins like an allowed one', {
    origin: `${APP_ORIGIN}.evil.example`,
    method: 'PUT',
  }),
  refusedPreflight('preflight from the allowed host with another scheme', { origin: APP_ORIGIN.replace('http:', 'https:'), method: 'PUT' }),
  refusedPreflight('preflight from the origin null', { origin: 'null', method: 'PUT' }),
  refusedPreflight('preflight from an origin that a pattern does not name', { origin: 'https://wild.example', method: 'GET' }),
  refusedPreflight('preflight of a method that is not let in', { origin: WILD_ORIGIN, method: 'PUT' }),
  refusedPreflight('preflight of a header that is not let in', {
    origin: APP_ORIGIN,
    method: 'PUT',
    headers: 'content-type,x-requested-with',
  }),
  refusedPreflight('preflight of a header that another rule lets in', { origin: APP_ORIGIN, method: 'PUT', headers: 'range' }),
  refusedPreflight('preflight to a bucket without CORS rules', { origin: APP_ORIGIN, method: 'PUT' }, (target) =>
    objectPath(target.plainBucket, newKey()),
  ),
  refuses('cors: preflight without an origin', 400, 'BadRequest', async (target) => {
    const { answer } = await askPreflight(target, { method: 'PUT' });
    return answered(answer);
  }),
  refuses('cors: preflight without a method', 400, 'BadRequest', async (target) => {
    const { answer } = await askPreflight(target, { origin: APP_ORIGIN });
    return answered(answer);
  }),

  accepts(
    'cors: a page may read the answer to its PUT, and the ETag',
    async (target) => {
      const answer = await put(target, newKey(), { Origin: APP_ORIGIN });
      return answered(answer, readable(answer, APP_ORIGIN));
    },
    { facts: READABLE },
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
