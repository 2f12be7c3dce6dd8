/** The key that identifies an unfinished upload. */
import { expect } from '@open-wc/testing';
import { resumeKey } from '../../src/resume/resume-key.js';
import type { ResumeIdentity } from '../../src/resume/resume-key.js';
import { bytesOf, sha256 } from '../contract/checks.js';

const size = 300_000;
const identity = (details: Partial<ResumeIdentity> = {}, bytes = bytesOf(size)): ResumeIdentity => ({
  storeName: 'traditional',
  endpoint: '/uploads',
  name: 'a.bin',
  size,
  lastModified: 1000,
  blob: new Blob([bytes]),
  ...details,
});

/** The bytes of the file, with one of them changed. */
function withChangedByte(index: number): Uint8Array<ArrayBuffer> {
  const bytes = bytesOf(size);
  bytes[index] = (bytes[index] ?? 0) ^ 1;
  return bytes;
}

const different: Readonly<Record<string, ResumeIdentity>> = {
  'another kind of store': identity({ storeName: 's3' }),
  'another endpoint': identity({ endpoint: '/uploads?album=2' }),
  'another name': identity({ name: 'b.bin' }),
  'another size': identity({ size: size + 1 }),
  'another date': identity({ lastModified: 1001 }),
  "the page's own keys": identity({ customKeys: ['user 7'] }),
  'other keys of the page': identity({ customKeys: ['user', '7'] }),
  'another first byte': identity({}, withChangedByte(0)),
  'another byte in the first 64 KiB': identity({}, withChangedByte(65_535)),
  'another byte in the last 64 KiB': identity({}, withChangedByte(size - 65_536)),
  'another last byte': identity({}, withChangedByte(size - 1)),
  'fields that look equal when they are joined': identity({ storeName: 'traditional","/uploads', endpoint: '' }),
};

function describeKey(): void {
  it('is equal for the same file and the same endpoint', async () => {
    expect(await resumeKey(identity())).to.equal(await resumeKey(identity()));
    expect(await resumeKey(identity({ customKeys: [] }))).to.equal(await resumeKey(identity()));
  });

  it('differs if any field differs', async () => {
    const keys = await Promise.all([identity(), ...Object.values(different)].map((other) => resumeKey(other)));
    expect(new Set(keys).size).to.equal(keys.length);
  });

  it('differs if the content differs, for files of any size', async () => {
    for (const length of [1, 1000, 65_536, 131_072, 131_073, 155_648]) {
      const [one, other] = [bytesOf(length), bytesOf(length)];
      other[length >> 1] = (other[length >> 1] ?? 0) ^ 1;
      const keys = await Promise.all([one, other].map((bytes) => resumeKey(identity({ size: length }, bytes))));
      expect(keys[0], String(length)).to.not.equal(keys[1]);
    }
  });

  it('differs if a seventh of the middle of a large file differs', async () => {
    const length = 3_000_000;
    const middle = length - 2 * 65_536;
    const changed = Array.from({ length: 6 }, (_, part) => {
      const bytes = bytesOf(length);
      const start = 65_536 + Math.round(((part + 0.5) * middle) / 7);
      return bytes.fill(7, start, start + Math.ceil(middle / 7));
    });
    const keys = await Promise.all([bytesOf(length), ...changed].map((bytes) => resumeKey(identity({ size: length }, bytes))));
    expect(new Set(keys).size).to.equal(keys.length);
  });

  it('reveals neither the endpoint nor the page’s own keys', async () => {
    const key = await resumeKey(
      identity({ endpoint: 'https://user:secret@example.com/?token=secret', customKeys: ['secret'], name: 'secret' }),
    );
    expect(key).to.match(/^traditional-[0-9a-f]+$/);
  });
}

describe('resumeKey', () => {
  describeKey();

  it('is a SHA-256 of the fields and of the samples, the same in every version', async () => {
    const bytes = bytesOf(size);
    const json = JSON.stringify(['traditional', '/uploads', 'a.bin', size, 1000, []]) + '\0';
    const distance = (size - 2 * 65_536 - 4096) / 7;
    const blocks = [1, 2, 3, 4, 5, 6]
      .map((number) => 65_536 + Math.round(number * distance))
      .map((start) => bytes.slice(start, start + 4096));
    const all = new Blob([json, bytes.slice(0, 65_536), ...blocks, bytes.slice(-65_536)]);
    expect(await resumeKey(identity())).to.equal(`traditional-${await sha256(new Uint8Array(await all.arrayBuffer()))}`);
  });

  it('reads 128 KiB and six blocks of 4 KiB, however large the file is', async () => {
    const read: number[] = [];
    const blob = new Blob([bytesOf(1_000_000)]);
    const real = Blob.prototype.slice;
    Blob.prototype.slice = function (this: Blob, ...bounds: Parameters<Blob['slice']>) {
      const slice = real.apply(this, bounds);
      read.push(slice.size);
      return slice;
    };
    try {
      await resumeKey(identity({ blob, size: blob.size }));
    } finally {
      Blob.prototype.slice = real;
    }
    expect(read.sort((one, other) => one - other)).to.deep.equal([4096, 4096, 4096, 4096, 4096, 4096, 65_536, 65_536]);
  });
});

describe('resumeKey on a page without https', () => {
  const real = Object.getOwnPropertyDescriptor(Crypto.prototype, 'subtle');
  before(() => Object.defineProperty(Crypto.prototype, 'subtle', { configurable: true, get: () => undefined }));
  after(() => Object.defineProperty(Crypto.prototype, 'subtle', real!));
  describeKey();
});
