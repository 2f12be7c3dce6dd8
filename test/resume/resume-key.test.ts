/** Which uploads are the same. */
import { expect } from '@open-wc/testing';
import { resumeKey } from '../../src/resume/resume-key.js';
import type { ResumeIdentity } from '../../src/resume/resume-key.js';
import { bytesOf, sha256 } from '../contract/checks.js';

const size = 300_000;
const subject = (details: Partial<ResumeIdentity> = {}, bytes = bytesOf(size)): ResumeIdentity => ({
  kind: 'traditional',
  endpoint: '/uploads',
  name: 'a.bin',
  size,
  lastModified: 1000,
  blob: new Blob([bytes]),
  ...details,
});

/** The same bytes but one. */
function changed(at: number): Uint8Array<ArrayBuffer> {
  const bytes = bytesOf(size);
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  return bytes;
}

const others: Readonly<Record<string, ResumeIdentity>> = {
  'another kind of far side': subject({ kind: 's3' }),
  'another endpoint': subject({ endpoint: '/uploads?album=2' }),
  'another name': subject({ name: 'b.bin' }),
  'another size': subject({ size: size + 1 }),
  'another date': subject({ lastModified: 1001 }),
  "the page's own keys": subject({ customKeys: ['user 7'] }),
  'other keys of the page': subject({ customKeys: ['user', '7'] }),
  'another first byte': subject({}, changed(0)),
  'another byte in the first 64 KiB': subject({}, changed(65_535)),
  'another byte in the last 64 KiB': subject({}, changed(size - 65_536)),
  'another last byte': subject({}, changed(size - 1)),
  'words that only look the same': subject({ kind: 'traditional","/uploads', endpoint: '' }),
};

function suite(): void {
  it('is the same for the same file on its way to the same place', async () => {
    expect(await resumeKey(subject())).to.equal(await resumeKey(subject()));
    expect(await resumeKey(subject({ customKeys: [] }))).to.equal(await resumeKey(subject()));
  });

  it('differs in all that counts', async () => {
    const keys = await Promise.all([subject(), ...Object.values(others)].map((other) => resumeKey(other)));
    expect(new Set(keys).size).to.equal(keys.length);
  });

  it('tells files of every size apart by their content', async () => {
    for (const length of [1, 1000, 65_536, 131_072, 131_073]) {
      const [one, other] = [bytesOf(length), bytesOf(length)];
      other[length >> 1] = (other[length >> 1] ?? 0) ^ 1;
      // In the middle of a larger file nobody looks.
      const keys = await Promise.all([one, other].map((bytes) => resumeKey(subject({ size: length }, bytes))));
      expect(keys[0] === keys[1], String(length)).to.equal(length > 131_072 && length >> 1 === 65_536);
    }
  });

  it('tells nobody where the file goes, or what the page knows of people', async () => {
    const key = await resumeKey(
      subject({ endpoint: 'https://user:secret@example.com/?token=secret', customKeys: ['secret'], name: 'secret' }),
    );
    expect(key).to.match(/^traditional-[0-9a-f]+$/);
  });
}

describe('the key of an unfinished upload', () => {
  suite();

  it('is a SHA-256 of what counts, the same in every version', async () => {
    const bytes = bytesOf(size);
    const described = JSON.stringify(['traditional', '/uploads', 'a.bin', size, 1000, []]) + '\0';
    const all = new Blob([described, bytes.slice(0, 65_536), bytes.slice(-65_536)]);
    expect(await resumeKey(subject())).to.equal(`traditional-${await sha256(new Uint8Array(await all.arrayBuffer()))}`);
  });

  it('costs no more than a glance, however large the file is', async () => {
    const read: number[] = [];
    const blob = new Blob([bytesOf(1_000_000)]);
    const real = Blob.prototype.slice;
    Blob.prototype.slice = function (this: Blob, ...bounds: Parameters<Blob['slice']>) {
      const slice = real.apply(this, bounds);
      read.push(slice.size);
      return slice;
    };
    try {
      await resumeKey(subject({ blob, size: blob.size }));
    } finally {
      Blob.prototype.slice = real;
    }
    expect(read).to.deep.equal([65_536, 65_536]);
  });
});

describe('the key of an unfinished upload on a page without https', () => {
  const real = Object.getOwnPropertyDescriptor(Crypto.prototype, 'subtle');
  before(() => Object.defineProperty(Crypto.prototype, 'subtle', { configurable: true, get: () => undefined }));
  after(() => Object.defineProperty(Crypto.prototype, 'subtle', real!));
  suite();
});
