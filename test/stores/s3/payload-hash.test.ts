import { expect } from '@open-wc/testing';
import type { UploadError } from '../../../src/core/errors.js';
import { payloadHash } from '../../../src/stores/s3/payload-hash.js';
import { bytesOf, sha256 } from '../../contract/checks.js';

const { signal } = new AbortController();

describe('the hash of a payload', () => {
  it('is that of nothing, of text, of a blob', async () => {
    const empty = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
    for (const nothing of [null, '', new Blob()]) expect(await payloadHash(nothing, signal)).to.equal(empty);
    expect(await payloadHash('Welcome to Amazon S3.', signal)).to.equal('44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072');
    expect(await payloadHash(new Blob(['ü']), signal)).to.equal(await payloadHash('ü', signal));
  });

  it('is that of each of many at once, larger and smaller, over the same buffer', async () => {
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
    const hashes = await Promise.all(ranges.map(([start, end]) => payloadHash(blob.slice(start, end), signal)));
    expect(hashes).to.deep.equal(await Promise.all(ranges.map(([start, end]) => sha256(bytes.subarray(start, end)))));
  });

  it('is found without a reader of buffers too', async () => {
    const bytes = bytesOf(100_000);
    const blob = new Blob([bytes]);
    const stream = blob.stream.bind(blob);
    blob.stream = () => {
      const plain = stream();
      plain.getReader = () => {
        throw new TypeError('No byte stream.');
      };
      return plain;
    };
    expect(await payloadHash(blob, signal)).to.equal(await sha256(bytes));
  });

  it('is given up when the attempt is, and the next one is not', async () => {
    const attempt = new AbortController();
    const blob = new Blob([bytesOf(2_000_000)]);
    const hashing = payloadHash(blob, attempt.signal).catch((thrown: unknown) => thrown);
    attempt.abort('enough');
    expect(await hashing).to.equal('enough');
    expect(await payloadHash(blob, signal)).to.equal(await sha256(bytesOf(2_000_000)));
  });

  it('is none of a file that cannot be read', async () => {
    for (const break_ of ['stream', 'short'] as const) {
      const blob = new Blob(['abc']);
      const whole = blob.stream.bind(blob);
      if (break_ === 'short') Object.defineProperty(blob, 'size', { value: 5 });
      else
        blob.stream = () => {
          const stream = whole();
          const { getReader } = stream;
          stream.getReader = ((options: { mode: 'byob' }) => {
            const reader = getReader.call(stream, options) as unknown as ReadableStreamBYOBReader;
            reader.read = () => Promise.reject(new DOMException('Gone.', 'NotReadableError'));
            return reader;
          }) as typeof getReader;
          blob.arrayBuffer = () => Promise.reject(new DOMException('Gone.', 'NotReadableError'));
          return stream;
        };
      const error = await payloadHash(blob, signal).then(
        () => expect.fail('it did not fail'),
        (thrown: unknown) => thrown as UploadError,
      );
      expect(error).to.include({ code: 'NotReadable', retry: 'manual' });
    }
  });
});
