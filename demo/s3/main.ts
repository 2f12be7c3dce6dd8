/**
 * The store as a process: `tsx demo/s3/main.ts`.
 *
 * S3_FOLDER (required) keeps its data; S3_PORT defaults to a free port; S3_ACCESS_KEY, S3_SECRET_KEY and S3_BUCKET to `demo-access-key`,
 * `demo-secret-key` and `uploads`. Every origin may use the bucket. Prints `S3 store on <url>` when ready; SIGTERM ends it.
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
  console.error('S3_FOLDER must name the folder for the data, and S3_PORT, if it is set, a port.');
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
  // A terminal and npm may each send it: the second one must not cut the first short.
  process.on(signal, () => {
    void store.close().then(() => process.exit(0));
  });
}
