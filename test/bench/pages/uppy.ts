/**
 * Uppy with its S3 plugin, as https://uppy.io/docs/aws-s3/ recommends: `signRequest` requests a presigned URL from the page's server for each request; with
 * `?credentials`, `getCredentials` signs in the browser. By default, `limit` is 6 and files over 100 MB are sent in parts.
 */
import Uppy from '@uppy/core';
import AwsS3 from '@uppy/aws-s3';
import { contestant } from './contestant.js';

contestant(async (files, { bucket, page, connections, partSize }) => {
  const uppy = new Uppy({ autoProceed: false });
  const store = new URL(bucket).origin;
  const credentials = {
    accessKeyId: 'bench',
    secretAccessKey: 'secret',
    sessionToken: 'token',
    expiration: new Date(Date.now() + 3.6e6).toISOString(),
  };
  uppy.use(AwsS3, {
    limit: connections,
    ...(partSize ? { getChunkSize: () => partSize } : {}),
    ...(new URLSearchParams(location.search).has('credentials')
      ? { s3Endpoint: bucket, region: 'us-east-1', getCredentials: async () => ({ credentials, region: 'us-east-1' }) }
      : {
          signRequest: async (request: object) => {
            const response = await fetch(`${page}/sign/presign?store=${store}`, { method: 'POST', body: JSON.stringify(request) });
            return response.json() as Promise<{ url: string }>;
          },
        }),
  });
  uppy.addFiles(files.map((file) => ({ name: file.name, type: file.type, data: file, source: 'bench' })));
  const result = await uppy.upload();
  if (result?.failed?.length || result?.successful?.length !== files.length)
    throw new Error(result?.failed?.[0]?.error ?? 'not all have arrived');
});
