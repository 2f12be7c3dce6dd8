/**
 * The store as a process: `tsx demo/s3/main.ts`.
 *
 * Environment variables: S3_FOLDER (required), the folder for data; S3_PORT (default: a free port); S3_ACCESS_KEY (`demo-access-key`), S3_SECRET_KEY
 * (`demo-secret-key`) and S3_BUCKET (`uploads`). All origins may use the bucket. Prints `S3 store on <url>` when ready. SIGTERM and SIGINT stop it.
 */
import { startS3Store } from './store.js';

const {
  S3_FOLDER,
  S3_PORT = '0',
  S3_ACCESS_KEY = 'demo-access-key',
  S3_SECRET_KEY = 'demo-secret-key',
  S3_BUCKET = 'uploads',
} = process.env;
if (S3_FOLDER === undefined || S3_FOLDER === '' || !/^\d{1,5}$/.test(S3_PORT)) {
  console.error('S3_FOLDER must be a folder, and S3_PORT, if it is set, a port.');
  process.exit(2);
}

const cors = {
  allowedOrigins: ['*'],
  allowedMethods: ['GET', 'HEAD', 'PUT', 'POST', 'DELETE'],
  allowedHeaders: ['*'],
  exposeHeaders: ['ETag', 'Location', 'x-amz-request-id'],
  maxAgeSeconds: 3600,
};
const store = await startS3Store({
  folder: S3_FOLDER,
  port: Number(S3_PORT),
  credentials: [{ accessKey: S3_ACCESS_KEY, secretKey: S3_SECRET_KEY }],
  buckets: [{ name: S3_BUCKET, cors: [cors] }],
});
console.log(`S3 store on ${store.url}`);

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  // A terminal and npm may both send the signal: the second one must not interrupt the shutdown.
  process.on(signal, () => {
    void store.close().then(() => process.exit(0));
  });
}
