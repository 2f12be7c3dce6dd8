/**
 * Fine Uploader's S3 core, as https://docs.fineuploader.com/quickstart/02-setting_options-s3.html shows it: signed by the page's server, version 4 (`?v2`: 2), parts
 * of one file at the same time as its "concurrent chunking" page recommends, and the same number of connections as the other contestants.
 */
import qq from 'fine-uploader/lib/core/s3';
import { contestant } from './contestant.js';

contestant((files, { bucket, page, connections, partSize }) => {
  const v2 = new URLSearchParams(location.search).has('v2');
  return new Promise((resolve, reject) => {
    const uploader = new qq.s3.FineUploaderBasic({
      maxConnections: connections,
      request: { endpoint: bucket, accessKey: 'bench' },
      objectProperties: { bucket: 'bench', host: new URL(bucket).host, region: 'us-east-1' },
      signature: { endpoint: `${page}/sign/fine-uploader`, version: v2 ? 2 : 4 },
      ...(partSize ? { chunking: { enabled: true, partSize, concurrent: { enabled: true } } } : {}),
      callbacks: {
        onAllComplete: (_: number[], failed: number[]) => (failed.length ? reject(new Error(`${failed.length} have failed`)) : resolve()),
        onError: (_id: number, _name: string, reason: string) => reject(new Error(reason)),
      },
    });
    uploader.addFiles(files);
  });
});
