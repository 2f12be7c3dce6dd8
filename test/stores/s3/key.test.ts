import { expect } from '@open-wc/testing';
import { UploadError } from '../../../src/core/errors.js';
import type { UploadFile } from '../../../src/core/types.js';
import { escapeKey, isSameKey, objectKey } from '../../../src/stores/s3/key.js';
import type { KeyRule } from '../../../src/stores/s3/key.js';
import { fileOf } from '../../contract/checks.js';

const { signal } = new AbortController();
const uuid = '8a4bb2b3-6d62-4b1c-a9c0-7c3b9ef3a5a4';
const named = (name: string): UploadFile => fileOf(new Blob(), { name, uuid });

describe('objectKey', () => {
  const keys: readonly (readonly [rule: KeyRule, name: string, key: string])[] = [
    ['uuid', 'a.tar.gz', `${uuid}.gz`],
    ['uuid', 'Photo.JPG', `${uuid}.JPG`],
    ['uuid', '.hidden', `${uuid}.hidden`],
    ['uuid', 'noext', uuid],
    ['uuid', 'a.', `${uuid}.`],
    ['uuid', 'v1.0/readme', uuid],
    ['uuid', 'a.b\nc', uuid],
    ['filename', "it's (1) ü+.txt", "it's (1) ü+.txt"],
    ['filename', 'half a pair \ud83c.txt', 'half a pair \ufffd.txt'],
    [({ name, size }) => `user/1/${size}/${name}`, 'a.txt', 'user/1/0/a.txt'],
    [({ name }) => Promise.resolve(`later/${name}`), 'a.txt', 'later/a.txt'],
    [() => '\ufeffmarked', 'a.txt', '\ufeffmarked'],
  ];
  for (const [rule, name, key] of keys) {
    it(`is ${JSON.stringify(key)} for ${JSON.stringify(name)} by ${typeof rule === 'string' ? rule : 'a function'}`, async () => {
      expect(await objectKey(rule, named(name), signal)).to.equal(key);
    });
  }

  const invalid: readonly (readonly [title: string, result: unknown, reason: RegExp])[] = [
    ['undefined', undefined, /must be a non-empty string/],
    ['an empty string', '', /must be a non-empty string/],
    ['a number', 7, /must be a non-empty string/],
    ['too many bytes', 'ü'.repeat(513), /1026 bytes; the storage allows 1024/],
  ];
  for (const [title, result, reason] of invalid) {
    it(`rejects if a function returns ${title}`, async () => {
      const error = await objectKey(() => result as string, named('a.txt'), signal).catch((thrown: unknown) => thrown);
      expect(error).to.be.instanceOf(UploadError).and.include({ code: 'InvalidKey', retry: 'manual' });
      expect((error as UploadError).reason).to.match(reason);
    });
  }

  it('accepts 1024 bytes', async () => expect(await objectKey(() => 'ü'.repeat(512), named('a'), signal)).to.have.length(512));

  it('rejects with the reason of the signal when it is aborted', async () => {
    const controller = new AbortController();
    const pending = objectKey(() => new Promise(() => {}), named('a'), controller.signal).catch((thrown: unknown) => thrown);
    controller.abort('enough');
    expect(await pending).to.equal('enough');
  });
});

describe('escapeKey', () => {
  it('encodes each segment', () => {
    expect(escapeKey("a b/!'()*/+&=?#%~-_./ü\\文")).to.equal('a%20b/%21%27%28%29%2A/%2B%26%3D%3F%23%25~-_./%C3%BC%5C%E6%96%87');
    expect(escapeKey('/a//b/')).to.equal('/a//b/');
    for (const key of ['a/../b', '.', 'a/.']) expect(() => escapeKey(key)).to.throw(UploadError, /A browser cannot request the key/);
  });
});

describe('isSameKey', () => {
  it('ignores how the store has encoded the key', () => {
    const key = 'user/1/ü b+c (1).txt';
    for (const other of [key, encodeURIComponent(key), escapeKey(key), 'user/1/Ã¼ b+c (1).txt', 'user/1/%C3%BC+b%2Bc+%281%29.txt']) {
      expect(isSameKey(other, key), other).to.equal(true);
    }
    for (const other of ['user/1/b+c (2).txt', 'user/2/ü b+c (1).txt', '', '100%']) expect(isSameKey(other, key), other).to.equal(false);
    for (const literal of ['100% sure', 'a%2Fb', '%252F', 'a%20+b'])
      for (const other of [literal, escapeKey(literal)]) expect(isSameKey(literal, other), other).to.equal(true);
  });
});
