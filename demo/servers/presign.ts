/**
 * AWS Signature Version 4, as much of it as a small server needs: the signing key, and presigned URLs for its own requests and for links.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
 */
import { createHash, createHmac } from 'node:crypto';

/** An S3 store, and the key that this server holds for it. The secret stays here: no page ever sees it. */
export interface S3Account {
  /** Where the bucket is reached, such as `https://photos.s3.eu-west-1.amazonaws.com` or, path-style, `http://127.0.0.1:8081/photos`. */
  readonly bucketUrl: string;
  readonly region: string;
  readonly accessKey: string;
  readonly secretKey: string;
}

/** A URL that lets whoever holds it send one kind of request for a while. `key` is '' for a request about the bucket itself. */
export function presign(
  account: S3Account,
  method: string,
  key: string,
  options: { readonly expiresInSeconds?: number; readonly query?: Readonly<Record<string, string>>; readonly now?: Date } = {},
): string {
  const bucket = new URL(account.bucketUrl);
  const time = (options.now ?? new Date()).toISOString().replace(/[-:]|\.\d{3}/g, '');
  const scope = `${time.slice(0, 8)}/${account.region}/s3/aws4_request`;
  const base = bucket.pathname.replace(/\/$/, '');
  const path = key === '' ? base || '/' : `${base}/${key.split('/').map(escapeRfc3986).join('/')}`;
  const query = Object.entries({
    ...options.query,
    'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
    'X-Amz-Credential': `${account.accessKey}/${scope}`,
    'X-Amz-Date': time,
    'X-Amz-Expires': String(options.expiresInSeconds ?? 300),
    'X-Amz-SignedHeaders': 'host',
  })
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, value]) => `${escapeRfc3986(name)}=${escapeRfc3986(value)}`)
    .join('&');
  const canonicalRequest = [method, path, query, `host:${bucket.host}`, '', 'host', 'UNSIGNED-PAYLOAD'].join('\n');
  const stringToSign = ['AWS4-HMAC-SHA256', time, scope, sha256(canonicalRequest)].join('\n');
  const signature = hmac(signingKey(account.secretKey, scope), stringToSign).toString('hex');
  return `${bucket.origin}${path}?${query}&X-Amz-Signature=${signature}`;
}

/** The key for one day, region and service. `scope` is `yyyymmdd/region/s3/aws4_request`. */
export function signingKey(secretKey: string, scope: string): Buffer {
  return scope.split('/').reduce<Buffer>((key, piece) => hmac(key, piece), Buffer.from(`AWS4${secretKey}`));
}

/** HMAC-SHA256. */
export function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

/** SHA-256, in hexadecimal. */
export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** SigV4's UriEncode: everything but letters, digits and `-._~`. encodeURIComponent leaves `!'()*` alone. */
function escapeRfc3986(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}
