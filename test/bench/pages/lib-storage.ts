/**
 * `Upload` of AWS's lib-storage, as its README shows it, with credentials in the browser. For many files the page runs several uploads at a time.
 * `?plain` disables the default checksums, as "Data Integrity Protections" of the SDK's guide says.
 */
import { S3Client } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { contestant, inParallel, keyOf } from './contestant.js';

contestant((files, { bucket, connections, partSize }) => {
  const client = new S3Client({
    region: 'us-east-1',
    endpoint: new URL(bucket).origin,
    forcePathStyle: true,
    credentials: { accessKeyId: 'bench', secretAccessKey: 'secret', sessionToken: 'token' },
    ...(new URLSearchParams(location.search).has('plain') ? { requestChecksumCalculation: 'WHEN_REQUIRED' } : {}),
  });
  return inParallel(files, partSize ? 1 : connections, async (file) => {
    const params = { Bucket: 'bench', Key: keyOf(file), Body: file };
    await new Upload({ client, params, ...(partSize ? { partSize, queueSize: connections } : {}) }).done();
  });
});
