/**
 * Evaluates the CORS rules of a bucket: https://docs.aws.amazon.com/AmazonS3/latest/userguide/cors.html
 */
import { S3Error } from './errors.js';
import type { CorsRule } from './options.js';

const vary = 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method';

/** Returns the CORS headers of a response, including error responses. Empty if no rule allows the origin and the method. */
export function corsHeaders(rules: readonly CorsRule[] | undefined, origin: string | undefined, method: string): Record<string, string> {
  if (origin === undefined) return {};
  const rule = rules?.find((candidate) => matchesAny(candidate.allowedOrigins, origin) && candidate.allowedMethods.includes(method));
  return rule ? allowingHeaders(rule, origin) : {};
}

/**
 * Returns the CORS headers of the response to a preflight.
 * @param headers - the headers of the OPTIONS request, by lower-case name
 * @throws S3Error BadRequest, AccessForbidden
 */
export function preflightHeaders(rules: readonly CorsRule[] | undefined, headers: ReadonlyMap<string, string>): Record<string, string> {
  const origin = headers.get('origin');
  const method = headers.get('access-control-request-method');
  if (origin === undefined || origin === '') throw new S3Error('BadRequest', 'Insufficient information. Origin request header needed.');
  if (method === undefined || method === '') throw new S3Error('BadRequest', 'Invalid Access-Control-Request-Method: null');
  const requestedHeaders = (headers.get('access-control-request-headers') ?? '')
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '');
  if (!rules)
    throw new S3Error('AccessForbidden', 'CORSResponse: CORS is not enabled for this bucket.', { Method: method, ResourceType: 'BUCKET' });
  const rule = rules.find(
    (candidate) =>
      matchesAny(candidate.allowedOrigins, origin) &&
      candidate.allowedMethods.includes(method) &&
      requestedHeaders.every((name) =>
        matchesAny(
          candidate.allowedHeaders.map((allowed) => allowed.toLowerCase()),
          name,
        ),
      ),
  );
  if (!rule) {
    throw new S3Error(
      'AccessForbidden',
      "CORSResponse: This CORS request is not allowed. This is usually because the evalution of Origin, request method / Access-Control-Request-Method or Access-Control-Request-Headers are not whitelisted by the resource's CORS spec.",
      { Method: method, ResourceType: 'OBJECT' },
    );
  }
  return {
    ...allowingHeaders(rule, origin),
    ...(requestedHeaders.length > 0 ? { 'access-control-allow-headers': requestedHeaders.join(', ') } : {}),
    ...(rule.maxAgeSeconds === undefined ? {} : { 'access-control-max-age': String(rule.maxAgeSeconds) }),
  };
}

function allowingHeaders(rule: CorsRule, origin: string): Record<string, string> {
  const anyOrigin = rule.allowedOrigins.includes('*');
  return {
    'access-control-allow-origin': anyOrigin ? '*' : origin,
    'access-control-allow-methods': rule.allowedMethods.join(', '),
    ...(anyOrigin ? {} : { 'access-control-allow-credentials': 'true' }),
    ...(rule.exposeHeaders && rule.exposeHeaders.length > 0 ? { 'access-control-expose-headers': rule.exposeHeaders.join(', ') } : {}),
    vary,
  };
}

function matchesAny(patterns: readonly string[], text: string): boolean {
  return patterns.some((pattern) => {
    const star = pattern.indexOf('*');
    if (star < 0) return pattern === text;
    const [prefix, suffix] = [pattern.slice(0, star), pattern.slice(star + 1)];
    return text.length >= prefix.length + suffix.length && text.startsWith(prefix) && text.endsWith(suffix);
  });
}
