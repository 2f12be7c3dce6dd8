/** Metadata, compared with Fine Uploader 5.16. */
import { expect } from '@open-wc/testing';
import { UploadError } from '../../../src/core/errors.js';
import { createMultipartUploadHeaders, objectMetadata, uploadPartHeaders } from '../../../src/stores/s3/metadata.js';

describe('metadata', () => {
  it('is what Fine Uploader makes of params', () => {
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

  it('has the file’s name under another name, if told so', () => {
    expect(objectMetadata({}, 'a', 'FileName')).to.deep.equal({ 'x-amz-meta-filename': 'a' });
    expect(objectMetadata({}, '\ud83c')).to.deep.equal({ 'x-amz-meta-qqfilename': '%EF%BF%BD' });
  });

  it('refuses names that no header has', () => {
    expect(() => objectMetadata({ 'two words': 1 }, 'a')).to.throw(UploadError, /“two words” cannot be the name of metadata/);
  });

  it('goes with parts only where a part needs it', () => {
    const metadata = objectMetadata({ a: 1, 'Content-MD5': 'x==', 'x-amz-server-side-encryption-customer-key': 'k' }, 'n');
    expect(uploadPartHeaders(metadata)).to.deep.equal({ 'x-amz-server-side-encryption-customer-key': 'k' });
    expect(Object.keys(createMultipartUploadHeaders(metadata))).not.to.include('Content-MD5');
  });
});
