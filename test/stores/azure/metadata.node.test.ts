import { strict as assert } from 'node:assert';
import { describe, it } from 'node:test';
import { blobMetadata, blockListHeaders } from '../../../src/stores/azure/metadata.js';

describe('blobMetadata', () => {
  it('is Fine Uploader’s: a prefix, percent-encoded values, the members of objects', () => {
    assert.deepEqual(blobMetadata({ color: 'grün', call: () => 7, nested: { a: 1, deeper: { b: [1, 2] } } }, 'a b.txt'), {
      'x-ms-meta-color': 'gr%C3%BCn',
      'x-ms-meta-call': '7',
      'x-ms-meta-a': '1',
      'x-ms-meta-b': '1%2C2',
      'x-ms-meta-qqfilename': 'a%20b.txt',
    });
  });

  it('sends the headers of a blob as they are', () => {
    const headers = { 'Cache-Control': 'max-age=60', 'Content-Encoding': 'gzip', 'x-ms-blob-content-disposition': 'inline; filename="ü"' };
    assert.deepEqual(blobMetadata(headers, 'x', 'file_name'), { ...headers, 'x-ms-meta-file_name': 'x' });
  });

  it('omits null and undefined, and ends with an object that contains itself', () => {
    const cycle: Record<string, unknown> = { a: null, b: undefined };
    cycle['self'] = cycle;
    assert.deepEqual(blobMetadata(cycle, 'x'), { 'x-ms-meta-qqfilename': 'x' });
  });

  it('replaces half of a surrogate pair', () => assert.equal(blobMetadata({}, 'a\ud800')['x-ms-meta-qqfilename'], 'a%EF%BF%BD'));

  for (const name of ['with space', 'dash-ed', '7up', 'ü', ''])
    it(`refuses the name “${name}” in a sentence`, () => {
      assert.throws(() => blobMetadata({ [name]: 1 }, 'x'), /cannot be the name of metadata in Azure/);
    });

  it('refuses more than 8 KiB in a sentence', () => {
    assert.throws(() => blobMetadata({ text: '文'.repeat(1000) }, 'x'), { code: 'MetadataTooLarge', retry: 'never' });
  });
});

describe('blockListHeaders', () => {
  it('gives the blob’s headers the prefix that Put Block List needs', () => {
    assert.deepEqual(blockListHeaders({ 'Content-MD5': 'abc', 'x-ms-meta-a': '1', 'x-ms-blob-cache-control': 'no-store' }, 'image/png'), {
      'x-ms-blob-content-type': 'image/png',
      'x-ms-blob-content-md5': 'abc',
      'x-ms-meta-a': '1',
      'x-ms-blob-cache-control': 'no-store',
    });
  });
});
