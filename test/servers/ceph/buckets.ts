import aws4 from 'aws4';
import { createHash } from 'node:crypto';
import type { AccessKeys } from './cluster.js';

/** A CORS rule of a bucket, with the names of S3's CORSRule. */
export interface CorsRule {
  allowedOrigins: string[];
  allowedMethods: string[];
  allowedHeaders: string[];
  exposeHeaders?: string[];
  maxAgeSeconds?: number;
}

/** An S3 service, such as a running `Ceph`. */
export interface S3Service {
  /** `http://HOST:PORT`, path-style. */
  url: string;
  credentials: AccessKeys;
  /** Default `us-east-1`. */
  region?: string;
}

/**
 * Creates a bucket and sets its CORS rules (CreateBucket and PutBucketCors, path-style, signed with SigV4).
 * @throws with S3's response if it rejects a request
 */
export async function createBucket(service: S3Service, name: string, cors: CorsRule[] = []): Promise<void> {
  await put(service, `/${name}`, '', {});
  if (cors.length === 0) return;
  const body = corsXml(cors);
  await put(service, `/${name}?cors`, body, {
    'Content-MD5': createHash('md5').update(body).digest('base64'),
    'Content-Type': 'application/xml',
  });
}

/** Returns the CORSConfiguration document of https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketCors.html. */
export function corsXml(rules: CorsRule[]): string {
  const elements = (name: string, values: (string | number)[]) =>
    values.map((value) => `<${name}>${escapeXml(String(value))}</${name}>`).join('');
  const ruleXml = (rule: CorsRule) =>
    elements('AllowedOrigin', rule.allowedOrigins) +
    elements('AllowedMethod', rule.allowedMethods) +
    elements('AllowedHeader', rule.allowedHeaders) +
    elements('ExposeHeader', rule.exposeHeaders ?? []) +
    elements('MaxAgeSeconds', rule.maxAgeSeconds === undefined ? [] : [rule.maxAgeSeconds]);
  return `<CORSConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${rules.map((rule) => `<CORSRule>${ruleXml(rule)}</CORSRule>`).join('')}</CORSConfiguration>`;
}

async function put(service: S3Service, path: string, body: string, headers: Record<string, string>): Promise<void> {
  const { accessKey, secretKey } = service.credentials;
  const signed = aws4.sign(
    { service: 's3', region: service.region ?? 'us-east-1', method: 'PUT', host: new URL(service.url).host, path, headers, body },
    { accessKeyId: accessKey, secretAccessKey: secretKey },
  );
  // fetch sets Host and Content-Length.
  const { Host: _host, 'Content-Length': _length, ...sent } = signed.headers;
  const response = await fetch(service.url + path, { method: 'PUT', headers: sent, body });
  const text = await response.text();
  if (!response.ok) throw new Error(`PUT ${path} was answered with ${response.status} ${text}`);
}

function escapeXml(text: string): string {
  return text.replace(/[<>&'"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
