/** S3 uploads with plain requests that a signing server signs, as a page does. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { answerOf } from '../contract/endpoint-suite.js';

/** A bucket and its signing server. */
export interface SignedBucket {
  /** URL of the bucket, path-style. */
  readonly endpoint: string;
  readonly bucket: string;
  readonly region: string;
  readonly accessKey: string;
  /** URL of the signing server. */
  readonly signature: string;
}

/** Origin header of the requests. */
export const PAGE = 'http://page.example';

/** Uploads by form as Fine Uploader does: gets the policy signed, then posts the returned policy. */
export async function uploadForm(to: SignedBucket, key: string, bytes: Buffer, page = PAGE): Promise<Response> {
  const time = now();
  const fields: Record<string, string> = {
    key,
    'Content-Type': 'text/plain',
    success_action_status: '200',
    acl: 'private',
    'x-amz-meta-qqfilename': encodeURIComponent('naïve.txt'),
    'x-amz-algorithm': 'AWS4-HMAC-SHA256',
    'x-amz-credential': `${to.accessKey}/${time.slice(0, 8)}/${to.region}/s3/aws4_request`,
    'x-amz-date': time,
  };
  const conditions = [{ bucket: to.bucket }, ...Object.entries(fields).map(([name, value]) => ({ [name]: value }))];
  const policy = { expiration: new Date(Date.now() + 300_000).toISOString(), conditions };
  const signed = await answerOf(await fetch(`${to.signature}?v4=true`, { method: 'POST', body: JSON.stringify(policy) }));
  assert.equal(signed.status, 200);
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  form.append('policy', String(signed.body['policy']));
  form.append('x-amz-signature', String(signed.body['signature']));
  form.append('file', new Blob([new Uint8Array(bytes)]), 'naïve.txt');
  return fetch(to.endpoint, { method: 'POST', body: form, headers: { Origin: page } });
}

/** Sends one request of a multipart upload, signed by the server. `query` is encoded and sorted already. */
export async function step(
  to: SignedBucket,
  method: string,
  key: string,
  query: string,
  body: Buffer = Buffer.alloc(0),
): Promise<Response> {
  const time = now();
  const scope = `${time.slice(0, 8)}/${to.region}/s3/aws4_request`;
  const path = encodeURIComponent(key).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
  const url = new URL(`${to.endpoint}/${path}?${query}`);
  const signedHeaders = 'host;x-amz-content-sha256;x-amz-date';
  const hash = createHash('sha256').update(body).digest('hex');
  const canonicalRequest = [
    method,
    url.pathname,
    query,
    `host:${url.host}`,
    `x-amz-content-sha256:${hash}`,
    `x-amz-date:${time}`,
    '',
    signedHeaders,
    hash,
  ];
  const headers = ['AWS4-HMAC-SHA256', time, scope, ...canonicalRequest].join('\n');
  const signed = await answerOf(await fetch(`${to.signature}?v4=true`, { method: 'POST', body: JSON.stringify({ headers }) }));
  assert.equal(signed.status, 200);
  return fetch(url, {
    method,
    headers: {
      Origin: PAGE,
      Authorization: `AWS4-HMAC-SHA256 Credential=${to.accessKey}/${scope},SignedHeaders=${signedHeaders},Signature=${String(signed.body['signature'])}`,
      'x-amz-content-sha256': hash,
      'x-amz-date': time,
    },
    ...(method === 'PUT' || method === 'POST' ? { body: new Uint8Array(body) } : {}),
  });
}

/** Returns the upload id in the response of CreateMultipartUpload. */
export function uploadIdIn(xml: string): string {
  return /<UploadId>(.*?)<\/UploadId>/.exec(xml)?.[1] ?? '';
}

/** Returns the body of CompleteMultipartUpload. */
export function completion(etags: readonly (string | null)[]): Buffer {
  const parts = etags.map((etag, index) => `<Part><PartNumber>${index + 1}</PartNumber><ETag>${etag}</ETag></Part>`);
  return Buffer.from(`<CompleteMultipartUpload>${parts.join('')}</CompleteMultipartUpload>`);
}

function now(): string {
  return new Date().toISOString().replace(/[-:]|\.\d{3}/g, '');
}
