import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { startS3Store } from '../../../demo/s3/store.js';
import { createBucket, ensureCeph, startCeph } from '../../servers/ceph/ceph.js';
import { CORS_RULES, type Target } from './target.js';

/** A store that was started to be asked. */
export interface StartedStore {
  target: Target;
  /** Ends the store and removes what it kept. */
  close(): Promise<void>;
}

const BUCKETS = { bucket: 'conformance', otherBucket: 'conformance-other', plainBucket: 'conformance-plain' };

/** The demo's own store, on a free port and with a folder of its own. */
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

/** A Ceph of its own; installs it where that is possible. */
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
