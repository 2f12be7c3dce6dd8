import { accepts, rejects, type Details, type ConformanceCase } from '../conformance-case.js';
import { toResult } from '../store.js';
import { APP_ORIGIN, newKey, objectPath, type Target } from '../target.js';
import { send, type WireResponse, type WireRequest } from '../wire.js';

const FOREIGN_ORIGIN = 'http://evil.example';
const WILD_ORIGIN = 'https://a.wild.example';

/** Returns the items of a list header, in lower case. */
export function listItems(value: string | undefined): string[] {
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

/** Sends a preflight and returns what its response allows. */
async function sendPreflight(
  target: Target,
  request: Preflight,
  path = objectPath(target.bucket, newKey()),
): Promise<{ response: WireResponse; details: Details }> {
  const response = await send(target, preflight(path, request));
  const allowedHeaders = listItems(response.headers['access-control-allow-headers']);
  return {
    response,
    details: {
      origin:
        response.headers['access-control-allow-origin'] !== undefined &&
        ['*', request.origin].includes(response.headers['access-control-allow-origin']),
      method: listItems(response.headers['access-control-allow-methods']).includes((request.method ?? '').toLowerCase()),
      headers: listItems(request.headers).every((name) => allowedHeaders.includes(name)),
    },
  };
}

function allowedPreflight(name: string, request: Preflight, path?: (target: Target) => string): ConformanceCase {
  return accepts(
    `cors: ${name}`,
    async (target) => {
      const { response, details } = await sendPreflight(target, request, path?.(target));
      return toResult(response, details);
    },
    { details: { origin: true, method: true, headers: true } },
  );
}

function rejectedPreflight(name: string, request: Preflight, path?: (target: Target) => string): ConformanceCase {
  return rejects(
    `cors: ${name}`,
    403,
    'AccessForbidden',
    async (target) => {
      const { response, details } = await sendPreflight(target, request, path?.(target));
      return toResult(response, { origin: details['origin'] ?? true });
    },
    { details: { origin: false } },
  );
}

const UPLOAD_HEADERS = 'authorization,content-type,x-amz-content-sha256,x-amz-date,x-amz-meta-qqfilename';

/** CORS preflights. */
export const corsPreflights: ConformanceCase[] = [
  allowedPreflight('preflight of a PUT with the headers of an upload', { origin: APP_ORIGIN, method: 'PUT', headers: UPLOAD_HEADERS }),
  allowedPreflight(
    'preflight of a POST to the bucket without headers',
    { origin: APP_ORIGIN, method: 'POST' },
    (target) => `/${target.bucket}`,
  ),
  allowedPreflight('preflight with spaces and capitals in the list of headers', {
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
  allowedPreflight('preflight from an origin that matches a pattern', { origin: WILD_ORIGIN, method: 'GET', headers: 'range' }),
  allowedPreflight(
    'preflight to a bucket that allows any origin and header',
    { origin: FOREIGN_ORIGIN, method: 'PUT', headers: 'x-anything' },
    (target) => objectPath(target.otherBucket, newKey()),
  ),
  accepts(
    'cors: a preflight returns its max age',
    async (target) => {
      const response = await send(target, preflight(objectPath(target.bucket, newKey()), { origin: APP_ORIGIN, method: 'PUT' }));
      return toResult(response, { maxAge: response.headers['access-control-max-age'] ?? null });
    },
    { details: { maxAge: '600' } },
  ),
  rejectedPreflight('preflight from another origin', { origin: FOREIGN_ORIGIN, method: 'PUT', headers: UPLOAD_HEADERS }),
  rejectedPreflight('preflight from an origin that starts with an allowed one', {
    origin: `${APP_ORIGIN}.evil.example`,
    method: 'PUT',
  }),
  rejectedPreflight('preflight from the allowed host with another scheme', {
    origin: APP_ORIGIN.replace('http:', 'https:'),
    method: 'PUT',
  }),
  rejectedPreflight('preflight from the origin null', { origin: 'null', method: 'PUT' }),
  rejectedPreflight('preflight from an origin that does not match the pattern', { origin: 'https://wild.example', method: 'GET' }),
  rejectedPreflight('preflight of a method that is not allowed', { origin: WILD_ORIGIN, method: 'PUT' }),
  rejectedPreflight('preflight of a header that is not allowed', {
    origin: APP_ORIGIN,
    method: 'PUT',
    headers: 'content-type,x-requested-with',
  }),
  rejectedPreflight('preflight of a header that another rule allows', { origin: APP_ORIGIN, method: 'PUT', headers: 'range' }),
  rejectedPreflight('preflight to a bucket without CORS rules', { origin: APP_ORIGIN, method: 'PUT' }, (target) =>
    objectPath(target.plainBucket, newKey()),
  ),
  rejects('cors: preflight without an origin', 400, 'BadRequest', async (target) => {
    const { response } = await sendPreflight(target, { method: 'PUT' });
    return toResult(response);
  }),
  rejects('cors: preflight without a method', 400, 'BadRequest', async (target) => {
    const { response } = await sendPreflight(target, { origin: APP_ORIGIN });
    return toResult(response);
  }),
];
