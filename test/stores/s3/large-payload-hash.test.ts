/** Bodies that are too large for memory are hashed in pieces, and never sent without their hash. */
import { expect } from '@open-wc/testing';
import type { SendRequest } from '../../../src/core/types.js';
import { resolveEndpoint } from '../../../src/stores/s3/endpoint.js';
import { largePayloadHash } from '../../../src/stores/s3/large-payload-hash.js';
import { maxHashedSize } from '../../../src/stores/s3/payload-hash.js';
import { uploadPart } from '../../../src/stores/s3/requests.js';
import { S3Client } from '../../../src/stores/s3/s3-client.js';
import { browserSigner } from '../../../src/stores/s3/signers/browser-signer.js';
import { CredentialsProvider } from '../../../src/stores/s3/signers/credentials-provider.js';
import { StoreClock } from '../../../src/stores/s3/signers/store-clock.js';
import { bytesOf, fileOf, sha256, uploadError } from '../../contract/checks.js';
import { browserSigned } from './test-store.js';
import { testServers } from '../../tools/test-servers.js';
import { Attempt } from './test-store.js';

describe('largePayloadHash', () => {
  it('hashes in pieces', async () => {
    const { signal } = new AbortController();
    for (const size of [0, 1, 2 ** 20, 2 ** 20 + 1, 3_500_000]) {
      const bytes = bytesOf(size);
      expect(await largePayloadHash(new Blob([bytes]), signal)).to.equal(await sha256(bytes));
    }
  });

  it('rejects when the signal is aborted, also while a read hangs', async () => {
    const controller = new AbortController();
    const blob = new Blob([bytesOf(10)]);
    blob.slice = () => Object.assign(new Blob(['0123456789']), { arrayBuffer: () => new Promise<ArrayBuffer>(() => {}) });
    const hash = largePayloadHash(blob, controller.signal).catch((thrown: unknown) => thrown);
    controller.abort('enough');
    expect(await hash).to.equal('enough');
  });

  it('rejects with NotReadable for a file that cannot be read', async () => {
    const blob = new Blob([bytesOf(10)]);
    blob.slice = () =>
      Object.assign(new Blob(['0123456789']), { arrayBuffer: () => Promise.reject(new DOMException('Gone.', 'NotReadableError')) });
    expect(await uploadError(largePayloadHash(blob, new AbortController().signal))).to.include({ code: 'NotReadable' });
  });
});

describe('a part of more than 256 MiB', () => {
  it('is signed with its hash', async function () {
    this.timeout(120_000);
    const { store } = testServers;
    const piece = new Blob([bytesOf(2 ** 24)]);
    const body = new Blob([...Array<Blob>(16).fill(piece), 'x']);
    expect(body.size).to.equal(maxHashedSize + 1);
    const provider = new CredentialsProvider(Date.now);
    provider.set(store);
    const requests: SendRequest[] = [];
    const client = new S3Client({
      signer: browserSigner(provider),
      clock: new StoreClock(),
      unsignedPayload: false,
      send: (request) => {
        requests.push(request);
        return Promise.resolve({ status: 200, url: request.url, text: '', header: () => null });
      },
    });
    const { context } = new Attempt(
      browserSigned(testServers, () => expect.fail()),
      fileOf(body),
    );
    await client.request(resolveEndpoint(store.endpoint), uploadPart('k', 'u', 1, {}, body), context);
    expect(requests[0]?.headers?.['x-amz-content-sha256']).to.equal(await sha256(new Uint8Array(await body.arrayBuffer())));
  });
});
