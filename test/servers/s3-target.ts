/**
 * The S3 store that the tests upload to: the demo's store, or a real Ceph with S3_STORE=ceph. It has two buckets: one with complete CORS rules, and one
 * whose rules do not expose the ETag.
 */
import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { presign } from '../../demo/servers/node/signing-server.mjs';
import { registerIdentity, ROLE_ACTIONS, ROLE_NAME, ROLE_PREFIX } from './identity.js';
import type { Identity } from './identity.js';
import type { Stoppable } from './local-server.js';

/** A running store. */
export interface S3Target extends Stoppable {
  readonly kind: 'demo' | 'ceph';
  /** Such as `http://127.0.0.1:40123`. The URL of a bucket is `${url}/bucket`. */
  readonly url: string;
  readonly region: string;
  /** Keys of the buckets' owner. */
  readonly credentials: Keys;
  /** Keys that may read every object. */
  readonly system: Keys;
  /** ARN of the role for {@link BUCKET} that users of the identity provider may assume. */
  readonly roleArn: string;
  /** Stops the store and deletes its data. */
  close(): Promise<void>;
}

/** A bucket, and a key pair for it, as the signing server takes them. */
export interface S3Account extends Keys {
  readonly bucketUrl: string;
  readonly region: string;
}

/** A key pair. */
export interface Keys {
  readonly accessKey: string;
  readonly secretKey: string;
}

/** The bucket with complete CORS rules. */
export const BUCKET = 'uploads';
/** The bucket whose CORS rules expose no headers: pages cannot read the ETag of a part. */
export const HIDDEN_ETAG_BUCKET = 'hidden-etag';

const REGION = 'us-east-1';
const CORS = { allowedOrigins: ['*'], allowedMethods: ['GET', 'HEAD', 'PUT', 'POST', 'DELETE'], allowedHeaders: ['*'] };
const BUCKETS = [
  { name: BUCKET, cors: [{ ...CORS, exposeHeaders: ['ETag'] }] },
  { name: HIDDEN_ETAG_BUCKET, cors: [CORS] },
];

/** Starts the store that S3_STORE selects. `folder`: folder for the data of the demo's store. The store accepts tokens of the identity provider. */
export async function startS3Target(folder: string, identity: Identity): Promise<S3Target> {
  return process.env['S3_STORE'] === 'ceph' ? startCephTarget(identity) : startDemoTarget(folder, identity);
}

async function startDemoTarget(folder: string, identity: Identity): Promise<S3Target> {
  const { startS3Store } = await import('../../demo/s3/store.js');
  const credentials = { accessKey: 'TESTACCESSKEY0000001', secretKey: 'test/secret+key/of/the/test/store/00001' };
  await mkdir(folder, { recursive: true });
  const roleArn = `arn:aws:iam::000000000000:role/${ROLE_NAME}`;
  const roles = [{ arn: roleArn, bucket: BUCKET, prefix: ROLE_PREFIX, actions: ROLE_ACTIONS, minDuration: 1 }];
  const identityProviders = [{ issuer: identity.issuer, audience: identity.clientId, roles }];
  const open = (port: number) =>
    startS3Store({ folder, port, region: REGION, credentials: [credentials], buckets: BUCKETS, identityProviders });
  let store: Awaited<ReturnType<typeof open>> | undefined = await open(0);
  const { url, port } = store;
  const stop = async (): Promise<void> => {
    const ending = store;
    store = undefined;
    await ending?.close();
  };
  return {
    kind: 'demo',
    url,
    region: REGION,
    credentials,
    system: credentials,
    roleArn,
    stop,
    close: stop,
    async start() {
      store ??= await open(port);
    },
  };
}

async function startCephTarget(identity: Identity): Promise<S3Target> {
  const { createBucket, ensureCeph, startCeph } = await import('./ceph/ceph.js');
  await ensureCeph();
  const ceph = await startCeph();
  for (const { name, cors } of BUCKETS) await createBucket(ceph, name, cors);
  const { url, credentials, system } = ceph;
  const roleArn = await registerIdentity(ceph, BUCKET, identity);
  // A new cluster would have lost its data, so the proxy in front of it refuses connections instead.
  const doNothing = () => Promise.resolve();
  return { kind: 'ceph', url, region: REGION, credentials, system, roleArn, start: doNothing, stop: doNothing, close: () => ceph.stop() };
}

/** A stored object. */
export interface StoredObject {
  /** SHA-256 of the content, in hex. */
  readonly sha256: string;
  /** Size in bytes. */
  readonly size: number;
  /** Headers of the response to GetObject, by lower-case name: Content-Type, ETag, `x-amz-meta-…`. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Reads an object with a presigned GET. Returns undefined if it does not exist. */
export async function describeObject(target: S3Target, bucket: string, key: string): Promise<StoredObject | undefined> {
  const response = await fetch(presign(account(target, bucket, target.system), 'GET', key));
  if (response.status === 404) {
    await response.body?.cancel();
    return undefined;
  }
  if (!response.ok) throw new Error(`The store answered ${response.status} to GET ${key}: ${await response.text()}`);
  const hash = createHash('sha256');
  let size = 0;
  for await (const chunk of response.body ?? []) {
    hash.update(chunk as Uint8Array);
    size += (chunk as Uint8Array).length;
  }
  return { sha256: hash.digest('hex'), size, headers: Object.fromEntries(response.headers) };
}

/** A multipart upload that is neither completed nor aborted. */
export interface UnfinishedUpload {
  readonly key: string;
  readonly uploadId: string;
}

/** Lists the multipart uploads of a bucket (the first 1,000). */
export async function listUploads(target: S3Target, bucket: string): Promise<readonly UnfinishedUpload[]> {
  const response = await fetch(presign(account(target, bucket, target.credentials), 'GET', '', { query: { uploads: '' } }));
  const xml = await response.text();
  if (!response.ok) throw new Error(`The store answered ${response.status} to ListMultipartUploads: ${xml}`);
  return [...xml.matchAll(/<Upload>(.*?)<\/Upload>/gs)].map(([, upload = '']) => ({
    key: textOf(upload, 'Key'),
    uploadId: textOf(upload, 'UploadId'),
  }));
}

/** Aborts all multipart uploads of a bucket. */
export async function abortUploads(target: S3Target, bucket: string): Promise<void> {
  for (const { key, uploadId } of await listUploads(target, bucket)) {
    await fetch(presign(account(target, bucket, target.credentials), 'DELETE', key, { query: { uploadId } }), { method: 'DELETE' });
  }
}

/** Returns the account that the demo's signing code needs for a bucket. `origin`: origin of the proxy in front of the store. */
export function account(target: S3Target, bucket: string, keys: Keys, origin: string = target.url): S3Account {
  return { bucketUrl: `${origin}/${bucket}`, region: target.region, ...keys };
}

function textOf(xml: string, tag: string): string {
  const text = new RegExp(`<${tag}>(.*?)</${tag}>`, 's').exec(xml)?.[1] ?? '';
  const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };
  return text.replace(/&(?:#(\d+)|#x([0-9a-f]+)|(\w+));/gi, (all, decimal?: string, hex?: string, name?: string) => {
    if (decimal) return String.fromCodePoint(Number(decimal));
    if (hex) return String.fromCodePoint(parseInt(hex, 16));
    return entities[name ?? ''] ?? all;
  });
}
