import { expect } from '@open-wc/testing';
import type { UploadError } from '../../../src/core/errors.js';
import { payloadHash } from '../../../src/stores/s3/payload-hash.js';
import { abortable } from '../../../src/utils/abortable.js';
import { bytesOf, sha256 } from '../../contract/checks.js';

/** What a hash needs of its attempt. */
const contextFor = ({ signal }: Pick<AbortController, 'signal'>, stallTimeout = 60_000): Parameters<typeof payloadHash>[1] => ({
  signal,
  waitFor: (promise) => abortable(promise, signal),
  stallTimeout: () => stallTimeout,
});
const context = contextFor(new AbortController());

/** A blob on a disk that never answers, in a browser with or without BYOB readers. */
function hangingBlob(hasByobReaders: boolean): Blob {
  const blob = new Blob([bytesOf(1000)]);
  blob.arrayBuffer = () => new Promise(() => {});
  blob.stream = () => (hasByobReaders ? new ReadableStream({ type: 'bytes', pull: () => new Promise(() => {}) }) : new ReadableStream());
  return blob;
}

describe('payloadHash', () => {
  it('hashes nothing, text and blobs', async () => {
    const empty = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
    for (const body of [null, '', new Blob()]) expect(await payloadHash(body, context)).to.equal(empty);
    expect(await payloadHash('Welcome to Amazon S3.', context)).to.equal(
      '44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072',
    );
    expect(await payloadHash(new Blob(['ü']), context)).to.equal(await payloadHash('ü', context));
  });

  it('hashes many blobs of different sizes with one buffer', async () => {
    const bytes = bytesOf(3_000_000);
    const blob = new Blob([bytes]);
    const ranges = [
      [0, 3_000_000],
      [5, 70_000],
      [0, 1],
      [100, 2_900_000],
      [2_999_999, 3_000_000],
      [1_000_000, 1_000_000],
    ] as const;
    const hashes = await Promise.all(ranges.map(([start, end]) => payloadHash(blob.slice(start, end), context)));
    expect(hashes).to.deep.equal(await Promise.all(ranges.map(([start, end]) => sha256(bytes.subarray(start, end)))));
  });

  it('works without BYOB readers', async () => {
    const bytes = bytesOf(100_000);
    const blob = new Blob([bytes]);
    const stream = blob.stream.bind(blob);
    blob.stream = () => {
      const defaultStream = stream();
      defaultStream.getReader = () => {
        throw new TypeError('No byte stream.');
      };
      return defaultStream;
    };
    expect(await payloadHash(blob, context)).to.equal(await sha256(bytes));
  });

  it('rejects when the signal is aborted, and goes on with the next body', async () => {
    const controller = new AbortController();
    const blob = new Blob([bytesOf(2_000_000)]);
    const hashing = payloadHash(blob, contextFor(controller)).catch((thrown: unknown) => thrown);
    controller.abort('enough');
    expect(await hashing).to.equal('enough');
    expect(await payloadHash(blob, context)).to.equal(await sha256(bytesOf(2_000_000)));
  });

  for (const hasByobReaders of [true, false])
    it(`goes on with other bodies while a disk does not answer, ${hasByobReaders ? 'with' : 'without'} BYOB readers`, async () => {
      const controller = new AbortController();
      const hanging = payloadHash(hangingBlob(hasByobReaders), contextFor(controller)).catch((thrown: unknown) => thrown);
      const bytes = bytesOf(100_000);
      expect(await payloadHash(new Blob([bytes]), context)).to.equal(await sha256(bytes));
      controller.abort('enough');
      expect(await hanging).to.equal('enough');
      expect(await payloadHash(new Blob([bytes]), context)).to.equal(await sha256(bytes));
    });

  it('rejects with Stalled where a disk does not answer within the stall timeout', async () => {
    const error = await payloadHash(hangingBlob(true), contextFor(new AbortController(), 1000)).catch((thrown: unknown) => thrown);
    expect(error).to.include({ code: 'Stalled', status: 0, retry: 'auto' });
  });

  it('rejects with NotReadable for a file that cannot be read', async () => {
    for (const problem of ['unreadable', 'truncated'] as const) {
      const blob = new Blob(['abc']);
      const realStream = blob.stream.bind(blob);
      if (problem === 'truncated') Object.defineProperty(blob, 'size', { value: 5 });
      else
        blob.stream = () => {
          const stream = realStream();
          const { getReader } = stream;
          stream.getReader = ((options: { mode: 'byob' }) => {
            const reader = getReader.call(stream, options) as unknown as ReadableStreamBYOBReader;
            reader.read = () => Promise.reject(new DOMException('Gone.', 'NotReadableError'));
            return reader;
          }) as typeof getReader;
          blob.arrayBuffer = () => Promise.reject(new DOMException('Gone.', 'NotReadableError'));
          return stream;
        };
      const error = await payloadHash(blob, context).then(
        () => expect.fail('the promise did not reject'),
        (thrown: unknown) => thrown as UploadError,
      );
      expect(error).to.include({ code: 'NotReadable', retry: 'manual' });
    }
  });
});
