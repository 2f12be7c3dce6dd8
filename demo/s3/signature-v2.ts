/**
 * AWS Signature Version 2, the arithmetic alone: https://docs.aws.amazon.com/AmazonS3/latest/userguide/RESTAuthentication.html
 */
import { createHmac } from 'node:crypto';

/** Query parameters that are part of what is signed. */
const subresources = new Set([
  'accelerate',
  'acl',
  'analytics',
  'cors',
  'delete',
  'inventory',
  'lifecycle',
  'location',
  'logging',
  'metrics',
  'notification',
  'partNumber',
  'policy',
  'replication',
  'requestPayment',
  'response-cache-control',
  'response-content-disposition',
  'response-content-encoding',
  'response-content-language',
  'response-content-type',
  'response-expires',
  'restore',
  'tagging',
  'torrent',
  'uploadId',
  'uploads',
  'versionId',
  'versioning',
  'versions',
  'website',
]);

export interface SignedPartsV2 {
  method: string;
  /** Always `/bucket/key`, percent-encoded as it was sent. */
  resource: string;
  query: readonly (readonly [string, string])[];
  headers: ReadonlyMap<string, string>;
  /** The `Date` header, or `Expires` of a presigned URL; '' when `x-amz-date` says it. */
  date: string;
}

/** Each character of the result is one byte. */
export function stringToSignV2(parts: SignedPartsV2): string {
  const amz = new Map([...parts.headers].filter(([name]) => name.startsWith('x-amz-')));
  // A presigned URL carries the token in its query, and signs it as if it were a header.
  const token = parts.query.find(([name]) => name.toLowerCase() === 'x-amz-security-token');
  if (token) amz.set('x-amz-security-token', token[1]);
  const amzLines = [...amz].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, value]) => `${name}:${value}\n`);
  const signed = parts.query
    .filter(([name]) => subresources.has(name))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => (value === '' ? name : `${name}=${Buffer.from(value).toString('latin1')}`));
  const resource = parts.resource + (signed.length > 0 ? `?${signed.join('&')}` : '');
  const header = (name: string) => parts.headers.get(name) ?? '';
  return `${parts.method}\n${header('content-md5')}\n${header('content-type')}\n${parts.date}\n${amzLines.join('')}${resource}`;
}

/** The signature in Base64 of a string to sign, or of a policy in Base64. */
export function signV2(secretKey: string, text: string): string {
  return createHmac('sha1', secretKey).update(text, 'latin1').digest('base64');
}
