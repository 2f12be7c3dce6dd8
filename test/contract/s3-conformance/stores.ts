import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { startS3Store } from '../../../demo/s3/store.js';
import { createBucket, ensureCeph, startCeph } from '../../servers/ceph/ceph.js';
import { CORS_RULES, type Target } from './target.js';

/** A store that was started for the suite. */
export interface StartedStore {
  target: Target;
  /** Stops the store and removes its data. */
  close(): Promise<void>;
}

const BUCKETS = { bucket: 'conformance', otherBucket: 'conformance-other', plainBucket: 'conformance-plain' };

/** Starts the demo's store on a free port with a temporary folder. */
export async function startDemoStore(): Promise<StartedStore> {
  const folder = await mkdtemp(join(tmpdir(), 's3-conformance-'));
  const credentials = { accessKey: 'AKIACONFORMANCE00000', secretKey: randomBytes(20).toString('hex') };
  const store = await startS3Store({
    folder,
    credentials: [credentials],
    buckets: [
      { name: BUCKETS.bucket, cors: CORS_RULES.bucket },
      { name: BUCKETS.otherBucket, cors: CORS_RULES.otherBucket },
      { name: BUCKETS.plainBucket },
    ],
  });
  const target: Target = {
    name: "the demo's store",
    url: store.url,
    region: 'us-east-1',
    credentials,
    reader: credentials,
    serviceHost: `s3.localhost:${store.port}`,
    ...BUCKETS,
  };
  const close = async () => {
    await store.close();
    await rm(folder, { recursive: true, force: true });
  };
  return { target, close };
}

/** Starts a Ceph cluster, and installs Ceph if necessary. */
export async function startCephStore(): Promise<StartedStore> {
  await ensureCeph();
  const ceph = await startCeph();
  await createBucket(ceph, BUCKETS.bucket, CORS_RULES.bucket);
  await createBucket(ceph, BUCKETS.otherBucket, CORS_RULES.otherBucket);
  await createBucket(ceph, BUCKETS.plainBucket);
  const target: Target = {
    name: 'Ceph',
    url: ceph.url,
    region: 'us-east-1',
    credentials: ceph.credentials,
    reader: ceph.system,
    serviceHost: `${ceph.dnsName}:${ceph.port}`,
    ...BUCKETS,
  };
  return { target, close: () => ceph.stop() };
}
