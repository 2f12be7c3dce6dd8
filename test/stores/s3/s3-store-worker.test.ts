/** The store in a worker, which has no document. */
import { expect } from '@open-wc/testing';
import { bytesOf, fileOf, sha256 } from '../../contract/checks.js';
import { testServers, commandTestServers } from '../../tools/test-servers.js';
import { partSize } from './test-store.js';

describe('S3Store in a worker', () => {
  beforeEach(() => commandTestServers('reset'));

  it('uploads a file in one request and in parts', async () => {
    const worker = new Worker(new URL('./s3-store-worker.ts', import.meta.url), { type: 'module' });
    try {
      for (const size of [1000, partSize + 1]) {
        const key = await new Promise<string>((resolve, reject) => {
          worker.onmessage = ({ data }: MessageEvent<{ key?: string; error?: string }>) =>
            data.key ? resolve(data.key) : reject(new Error(data.error));
          worker.onerror = ({ message }) => reject(new Error(message));
          worker.postMessage({ testServers, file: fileOf(new Blob([bytesOf(size)])) });
        });
        expect(await commandTestServers('sha256', { key })).to.include({ size, sha256: await sha256(bytesOf(size)) });
      }
    } finally {
      worker.terminate();
    }
  });
});
