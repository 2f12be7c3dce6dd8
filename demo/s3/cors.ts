/**
 * Cross-origin rules of a bucket: https://docs.aws.amazon.com/AmazonS3/latest/userguide/cors.html
 */
import { S3Error } from './errors.js';
import type { CorsRule } from './options.js';

const vary = 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method';

/** The headers to add to any answer, good or bad; none when no rule allows the origin and the method. */
export function corsHeaders(rules: readonly CorsRule[] | undefined, origin: string | undefined, method: string): Record<string, string> {
  if (origin === undefined) return {};
  const rule = rules?.find((one) => matchesAny(one.allowedOrigins, origin) && one.allowedMethods.includes(method));
  return rule ? allow(rule, origin) : {};
}

/**
 * @param headers of the OPTIONS request, by lower-case name
 * @throws S3Error BadRequest, AccessForbidden
 */
export function preflightHeaders(rules: readonly CorsRule[] | undefined, headers: ReadonlyMap<string, string>): Record<string, string> {
  const origin = headers.get('origin');
  const method = headers.get('access-control-request-method');
  if (origin === undefined || origin === '') throw new S3Error('BadRequest', 'Insufficient information. Origin request header needed.');
  if (method === undefined || method === '') throw new S3Error('BadRequest', 'Invalid Access-Control-Request-Method: null');
  const asked = (headers.get('access-control-request-headers') ?? '')
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '');
  if (!rules)
    throw new S3Error('AccessForbidden', 'CORSResponse: CORS is not enabled for this bucket.', { Method: method, ResourceType: 'BUCKET' });
  const rule = rules.find(
    (one) =>
      matchesAny(one.allowedOrigins, origin) &&
      one.allowedMethods.includes(method) &&
      asked.every((name) =>
        matchesAny(
          one.allowedHeaders.map((allowed) => allowed.toLowerCase()),
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
    ...allow(rule, origin),
    ...(asked.length > 0 ? { 'access-control-allow-headers': asked.join(', ') } : {}),
    ...(rule.maxAgeSeconds === undefined ? {} : { 'access-control-max-age': String(rule.maxAgeSeconds) }),
  };
}

function allow(rule: CorsRule, origin: string): Record<string, string> {
  const everyone = rule.allowedOrigins.includes('*');
  return {
    'access-control-allow-origin': everyone ? '*' : origin,
    'access-control-allow-methods': rule.allowedMethods.join(', '),
    ...(everyone ? {} : { 'access-control-allow-credentials': 'true' }),
    ...(rule.exposeHeaders && rule.exposeHeaders.length > 0 ? { 'access-control-expose-headers': rule.exposeHeaders.join(', ') } : {}),
    vary,
  };
}

function matchesAny(patterns: readonly string[], text: string): boolean {
  return patterns.some((pattern) => {
    const star = pattern.indexOf('*');
    if (star < 0) return pattern === text;
    const [before, after] = [pattern.slice(0, star), pattern.slice(star + 1)];
    return text.length >= before.length + after.length && text.startsWith(before) && text.endsWith(after);
  });
}
