/** This project's uploader without an element. */
import { S3Store, Uploader, send, serverSigner, systemClock } from '../../../src/headless.js';
import { contestant } from './contestant.js';

const flags = new URLSearchParams(location.search);

contestant((files, { bucket, page, connections, partSize }) => {
  const signer = serverSigner({ endpoint: `${page}/sign/fine-uploader`, accessKey: 'bench', batchPolicy: flags.has('batch'), send });
  const store = new S3Store({
    send,
    signer,
    endpoint: bucket,
    unsignedPayload: flags.has('unsigned'),
    ...(partSize ? { chunking: true, partSize } : {}),
    ...(flags.has('batch') ? { key: ({ uuid }: { readonly uuid: string }) => `photos/${uuid}` } : {}),
  });
  return new Promise((resolve, reject) => {
    const uploader = new Uploader(
      {
        storeFor: () => store,
        rules: {},
        describeProblem: ({ code }) => code,
        autoUpload: true,
        maxConnections: connections,
        prepareAhead: () => (partSize ? 2 : 3 * connections),
        retry: { maxAttempts: 3, firstDelay: 1000 },
        stallTimeout: { initial: 30_000, minimum: 10_000 },
        clock: systemClock,
        createUuid: () => crypto.randomUUID(),
        isDeletable: () => false,
      },
      {
        emitCancelable: () => ({ refused: false }),
        emit: (name, detail) => {
          if (name === 'error') reject(new Error((detail as { readonly reason: string }).reason));
          if (name === 'allComplete') resolve();
        },
      },
    );
    uploader.add(files.map((file) => ({ name: file.name, blob: file })));
  });
});
