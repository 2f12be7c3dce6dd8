/** `<fine-uploader-s3>` as the README shows it, signed by the page's server. The query sets other options. */
import '../../../src/fine-uploader-s3.js';
import { contestant } from './contestant.js';

const flags = new URLSearchParams(location.search);

const element = document.createElement('fine-uploader-s3');
element.multiple = true;
document.body.append(element);

contestant((files, { bucket, page, connections, partSize }) => {
  Object.assign(element, {
    endpoint: bucket,
    accessKey: 'bench',
    maxConnections: flags.has('auto') ? 'auto' : connections,
    unsignedPayload: flags.has('unsigned'),
    batchPolicy: flags.has('batch'),
    ...(flags.has('credentials') ? {} : { signatureEndpoint: `${page}/sign/fine-uploader` }),
    ...(partSize ? { chunking: true, partSize } : {}),
    // A policy for many files allows a prefix of keys.
    ...(flags.has('batch') ? { key: (id: number) => `photos/${element.getUuid(id)}` } : {}),
  });
  if (flags.has('credentials'))
    element.credentials = { accessKey: 'bench', secretKey: 'secret', sessionToken: 'token', expiration: new Date(Date.now() + 3_600_000) };
  let reason = '';
  return new Promise((resolve, reject) => {
    element.addEventListener('allComplete', ({ detail }) => {
      if (detail.failed.length) reject(new Error(`${detail.failed.length} files have failed: ${reason}`));
      else resolve();
    });
    // The file may be retried.
    element.addEventListener('error', ({ detail }) => (reason = detail.reason));
    element.addFiles(files);
  });
});
