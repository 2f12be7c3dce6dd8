/** Metadata, compared with Fine Uploader 5.16. */
import { expect } from '@open-wc/testing';
import { UploadError } from '../../../src/core/errors.js';
import { createMultipartUploadHeaders, objectMetadata, uploadPartHeaders } from '../../../src/stores/s3/metadata.js';

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
    expect(() => objectMetadata({ 'two words': 1 }, 'a')).to.throw(UploadError, /“two words” cannot be the name of metadata/);
  });
});

describe('uploadPartHeaders and createMultipartUploadHeaders', () => {
  it('contain only what their requests need', () => {
    const metadata = objectMetadata({ a: 1, 'Content-MD5': 'x==', 'x-amz-server-side-encryption-customer-key': 'k' }, 'n');
    expect(uploadPartHeaders(metadata)).to.deep.equal({ 'x-amz-server-side-encryption-customer-key': 'k' });
    expect(Object.keys(createMultipartUploadHeaders(metadata))).not.to.include('Content-MD5');
  });
});
