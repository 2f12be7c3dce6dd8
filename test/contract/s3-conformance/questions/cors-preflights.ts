import { accepts, refuses, type Facts, type Question } from '../question.js';
import { answered } from '../store.js';
import { APP_ORIGIN, newKey, objectPath, type Target } from '../target.js';
import { send, type WireAnswer, type WireRequest } from '../wire.js';

const FOREIGN_ORIGIN = 'http://evil.example';
const WILD_ORIGIN = 'https://a.wild.example';

/** The words of a list header, in lower case. */
export function words(value: string | undefined): string[] {
  return (value ?? '')
    .split(',')
    .map((word) => word.trim().toLowerCase())
    .filter((word) => word !== '');
}

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

/** Preflights: which requests a page may send at all. */
export const corsPreflights: Question[] = [
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
];
