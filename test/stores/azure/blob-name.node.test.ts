import { strict as assert } from 'node:assert';
import { describe, it } from 'node:test';
import type { UploadFile } from '../../../src/core/types.js';
import { blobNameOf, blobUrl, containerUrlOf } from '../../../src/stores/azure/blob-name.js';

const { signal } = new AbortController();
const fileOf = (name: string): UploadFile => ({ id: 0, uuid: 'u-1', name, size: 1, type: '', blob: new Blob(['x']), path: '' });

describe('blobNameOf', () => {
  for (const [name, expected] of [
    ['photo.JPG', 'u-1.JPG'],
    ['archive.tar.gz', 'u-1.gz'],
    ['none', 'u-1'],
    ['.', 'u-1'],
    ['dot.', 'u-1'],
    ['a.b\\c', 'u-1'],
  ] as const)
    it(`is the uuid with the extension of “${name}”`, async () => assert.equal(await blobNameOf('uuid', fileOf(name), signal), expected));

  it('is the file’s name, or what a function answers', async () => {
    assert.equal(await blobNameOf('filename', fileOf('größe 1.txt'), signal), 'größe 1.txt');
    assert.equal(await blobNameOf(async ({ id }) => `by/${id}`, fileOf('x'), signal), 'by/0');
  });

  for (const [what, name] of Object.entries({
    nothing: '',
    dots: '../x',
    'a dot at the end': 'a.',
    'a slash at the end': 'a/',
    'a backslash': 'a\\b',
    length: 'x'.repeat(1025),
  }))
    it(`refuses a name with ${what}`, () =>
      assert.rejects(
        blobNameOf(() => name, fileOf('x'), signal),
        { code: 'InvalidBlobName', retry: 'manual' },
      ));

  it('refuses what is no string, and passes on what the function throws', async () => {
    await assert.rejects(
      blobNameOf(() => 7 as unknown as string, fileOf('x'), signal),
      { code: 'InvalidBlobName' },
    );
    await assert.rejects(
      blobNameOf(() => Promise.reject(new Error('no name')), fileOf('x'), signal),
      /no name/,
    );
  });

  it('does not wait longer than the signal', async () => {
    await assert.rejects(
      blobNameOf(() => new Promise(() => {}), fileOf('x'), AbortSignal.abort(new Error('over'))),
      /over/,
    );
  });
});

describe('blobUrl', () => {
  it('is Fine Uploader’s, and escapes what would be read as something else', () => {
    assert.equal(blobUrl('https://a.example/c', 'a b/ü.txt'), 'https://a.example/c/a b/ü.txt');
    assert.equal(blobUrl('https://a.example/c', '100%?#\\.txt'), 'https://a.example/c/100%25%3F%23%5C.txt');
  });
});

describe('containerUrlOf', () => {
  it('drops what a page may have written behind it', () => {
    for (const endpoint of ['https://a.example/c', ' https://a.example/c// ', 'https://a.example/c/?sv=1#x'])
      assert.equal(containerUrlOf(endpoint), 'https://a.example/c');
  });
});
