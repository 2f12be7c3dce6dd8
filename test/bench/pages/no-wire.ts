/** This project's uploader with a file of any size and a store in the page that accepts everything without a network. */
import { S3Store, Uploader, systemClock } from '../../../src/headless.js';
import type { S3Signer, Send } from '../../../src/headless.js';

declare global {
  var uploadWithoutWire: (size: number) => Promise<{ readonly ms: number; readonly heap: number; readonly parts: number }>;
}

/** A Blob of any size: it is sliced but never read. */
function sparse(size: number): Blob {
  let piece = new Blob([new Uint8Array(2 ** 20)]);
  const pieces: Blob[] = [];
  for (let left = size / 2 ** 20; left >= 1; left /= 2) {
    if (left % 2 >= 1) pieces.push(piece);
    piece = new Blob([piece, piece]);
  }
  return new Blob(pieces);
}

/** Responses to requests other than parts. */
function answerTo(url: URL): string {
  if (url.searchParams.has('uploads')) return '<InitiateMultipartUploadResult><UploadId>1</UploadId></InitiateMultipartUploadResult>';
  const key = url.pathname.slice(1);
  return `<CompleteMultipartUploadResult><Bucket>bench</Bucket><Key>${key}</Key><ETag>"1"</ETag></CompleteMultipartUploadResult>`;
}

globalThis.uploadWithoutWire = (size) => {
  let parts = 0;
  const send: Send = async ({ url, method, onProgress }) => {
    // In the next task, like a response from the network.
    await new Promise<void>((resolve) => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => {
        port1.close();
        resolve();
      };
      port2.postMessage(0);
    });
    if (method === 'PUT') parts++;
    onProgress?.(1, 1);
    const text = method === 'POST' ? answerTo(new URL(url)) : '';
    return { status: 200, url, text, header: (name) => (name === 'etag' ? '"1"' : null) };
  };
  const signer: S3Signer = {
    sign: async ({ key, query, headers }) => {
      const names = Object.entries(query).map(([name, value]) => (value === '' ? name : `${name}=${value}`));
      return { url: `https://bench.example/${key}?${names.join('&')}`, headers };
    },
  };
  const store = new S3Store({
    send,
    signer,
    endpoint: 'https://127.0.0.1/bench',
    chunking: true,
    unsignedPayload: true,
    partSize: 8 * 2 ** 20,
  });
  const blob = sparse(size);
  return new Promise((resolve, reject) => {
    const memory = () => (performance as unknown as { readonly memory: { readonly usedJSHeapSize: number } }).memory.usedJSHeapSize;
    const before = memory();
    const begun = performance.now();
    const uploader = new Uploader(
      {
        storeFor: () => store,
        rules: {},
        describeProblem: ({ code }) => code,
        autoUpload: true,
        maxConnections: 6,
        prepareAhead: () => 2,
        retry: { maxAttempts: 0, firstDelay: 1000 },
        stallTimeout: { initial: 30_000, minimum: 10_000 },
        clock: systemClock,
        createUuid: () => crypto.randomUUID(),
        isDeletable: () => false,
      },
      {
        emitCancelable: () => ({ refused: false }),
        emit: (name, detail) => {
          if (name === 'error') reject(new Error((detail as { readonly reason: string }).reason));
          if (name !== 'allComplete') return;
          const ms = performance.now() - begun;
          // Garbage does not count as growth.
          (globalThis as unknown as { gc?: () => void }).gc?.();
          resolve({ ms, heap: memory() - before, parts });
        },
      },
    );
    uploader.add([{ name: 'large.bin', blob }]);
  });
};
