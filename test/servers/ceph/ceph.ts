/** A real S3 store for tests: Ceph's radosgw in a temporary cluster. */
export { createBucket, type CorsRule, type S3Service } from './buckets.js';
export { startCeph, type AccessKeys, type Ceph, type CephOptions } from './cluster.js';
export { ensureCeph } from './installation.js';
