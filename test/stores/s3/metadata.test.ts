/** Metadata, compared with Fine Uploader 5.16. */
import { expect } from '@open-wc/testing';
import { UploadError } from '../../../src/core/errors.js';
import { assertMetadata, createMultipartUploadHeaders, objectMetadata, uploadPartHeaders } from '../../../src/stores/s3/metadata.js';

describe('objectMetadata', () => {
  it('converts params like Fine Uploader', () => {
    expect(
      objectMetadata(
        {
          Title: 'Ü & (1)',
          count: 3,
          list: ['a', 'b'],
          nested: { a: 1 },
          called: () => 'yes!',
          nothing: null,
          undefinedToo: undefined,
          flag: false,
          'Cache-Control': 'max-age=60, public',
          'content-disposition': 'attachment; filename="a b.txt"',
          'x-amz-server-side-encryption-customer-key-MD5': 'abc==',
        },
        'ä.txt',
      ),
    ).to.deep.equal({
      'x-amz-meta-title': '%C3%9C%20%26%20(1)',
      'x-amz-meta-count': '3',
      'x-amz-meta-list': 'a%2Cb',
      'x-amz-meta-nested': '%7B%22a%22%3A1%7D',
      'x-amz-meta-called': 'yes!',
      'x-amz-meta-flag': 'false',
      'Cache-Control': 'max-age=60, public',
      'Content-Disposition': 'attachment; filename="a b.txt"',
      'x-amz-server-side-encryption-customer-key-MD5': 'abc==',
      'x-amz-meta-qqfilename': '%C3%A4.txt',
    });
  });

  it('takes the name of the metadata with the file’s name', () => {
    expect(objectMetadata({}, 'a', 'FileName')).to.deep.equal({ 'x-amz-meta-filename': 'a' });
    expect(objectMetadata({}, '\ud83c')).to.deep.equal({ 'x-amz-meta-qqfilename': '%EF%BF%BD' });
  });

  it('throws for a name that is invalid in a header', () => {
    for (const name of ['two words', 'a[b]', 'ü', ''])
      expect(() => objectMetadata({ [name]: 1 }, 'a'))
        .to.throw(UploadError, `The parameter “${name}” cannot be the name of metadata`)
        .and.include({ code: 'InvalidMetadata', retry: 'never' });
  });

  const sizeOf = (metadata: Readonly<Record<string, string>>) =>
    Object.entries(metadata).reduce((sum, [name, value]) => sum + (name.startsWith('x-amz-meta-') ? name.length + value.length : 0), 0);

  it('shortens a name that S3 does not take, and keeps its extension', () => {
    const name = `${'長'.repeat(230)}.tar.gz`;
    const metadata = objectMetadata({ a: 'b' }, name);
    expect(sizeOf(metadata)).to.be.within(2030, 2048);
    const shortened = decodeURIComponent(metadata['x-amz-meta-qqfilename'] ?? '');
    expect(shortened).to.match(/^長{200,}….gz$/);
    const emoji = objectMetadata({}, '🎉'.repeat(200));
    expect(decodeURIComponent(emoji['x-amz-meta-qqfilename'] ?? '')).to.match(/^(?:🎉)+…$/u);
    // As much as fits is not touched.
    const longest = 'x'.repeat(2048 - 'x-amz-meta-qqfilename'.length);
    expect(objectMetadata({}, longest)['x-amz-meta-qqfilename']).to.equal(longest);
  });

  it('throws for more metadata than S3 takes, and names the longest', () => {
    const params = { note: 'x'.repeat(1500), story: 'ü'.repeat(300) };
    expect(() => objectMetadata(params, 'a.txt'))
      .to.throw(UploadError, /more than the 2048 bytes that the storage takes as metadata; the longest is “story”/)
      .and.include({ code: 'MetadataTooLarge', retry: 'never' });
    // Headers of S3 itself do not count.
    expect(objectMetadata({ 'Content-Disposition': 'x'.repeat(3000) }, 'a.txt')).to.include({ 'x-amz-meta-qqfilename': 'a.txt' });
  });

  it('can be checked before the upload, without calling functions', () => {
    assertMetadata({ a: 1, called: () => expect.fail() }, 'a.txt');
    expect(() => assertMetadata({ 'a b': () => expect.fail() }, 'a.txt')).to.throw(UploadError, /“a b”/);
  });
});

describe('uploadPartHeaders and createMultipartUploadHeaders', () => {
  it('contain only what their requests need', () => {
    const metadata = objectMetadata({ a: 1, 'Content-MD5': 'x==', 'x-amz-server-side-encryption-customer-key': 'k' }, 'n');
    expect(uploadPartHeaders(metadata)).to.deep.equal({ 'x-amz-server-side-encryption-customer-key': 'k' });
    expect(Object.keys(createMultipartUploadHeaders(metadata))).not.to.include('Content-MD5');
  });
});
