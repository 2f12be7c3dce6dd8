/**
 * Computes AWS Signature Version 2: https://docs.aws.amazon.com/AmazonS3/latest/userguide/RESTAuthentication.html
 */
import { createHmac } from 'node:crypto';

/** Query parameters that are part of the string to sign. */
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

export interface StringToSignV2Input {
  method: string;
  /** Always `/bucket/key`, percent-encoded as sent. */
  resource: string;
  query: readonly (readonly [string, string])[];
  headers: ReadonlyMap<string, string>;
  /** The `Date` header, or `Expires` of a presigned URL; '' if the request has `x-amz-date`. */
  date: string;
}

/** Returns the string to sign. Each character is one byte. */
export function stringToSignV2(input: StringToSignV2Input): string {
  const amz = new Map([...input.headers].filter(([name]) => name.startsWith('x-amz-')));
  // A presigned URL has the token in its query and signs it like a header.
  const token = input.query.find(([name]) => name.toLowerCase() === 'x-amz-security-token');
  if (token) amz.set('x-amz-security-token', token[1]);
  const amzLines = [...amz].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, value]) => `${name}:${value}\n`);
  const signed = input.query
    .filter(([name]) => subresources.has(name))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => (value === '' ? name : `${name}=${Buffer.from(value).toString('latin1')}`));
  const resource = input.resource + (signed.length > 0 ? `?${signed.join('&')}` : '');
  const header = (name: string) => input.headers.get(name) ?? '';
  return `${input.method}\n${header('content-md5')}\n${header('content-type')}\n${input.date}\n${amzLines.join('')}${resource}`;
}

/** Signs a string to sign, or a policy in Base64. Returns the signature in Base64. */
export function signV2(secretKey: string, stringToSign: string): string {
  return createHmac('sha1', secretKey).update(stringToSign, 'latin1').digest('base64');
}
