import { expect } from '@open-wc/testing';
import { resolveEndpoint } from '../../../src/stores/s3/endpoint.js';
import { createMultipartUpload, listParts, putObject, requestUrl, uploadPart } from '../../../src/stores/s3/requests.js';

describe('requestUrl', () => {
  const target = resolveEndpoint('http://127.0.0.1:9000/b');

  it('is the URL of the object with the encoded query', () => {
    expect(requestUrl(target, putObject('a b/ü', {}, new Blob()))).to.equal('http://127.0.0.1:9000/b/a%20b/%C3%BC');
    expect(requestUrl(target, createMultipartUpload('k', {}))).to.equal('http://127.0.0.1:9000/b/k?uploads');
    expect(requestUrl(target, uploadPart('k', '2~x/y==', 3, {}, new Blob()))).to.equal(
      'http://127.0.0.1:9000/b/k?partNumber=3&uploadId=2~x%2Fy%3D%3D',
    );
    expect(requestUrl(target, listParts('k', 'u', '1000'))).to.equal('http://127.0.0.1:9000/b/k?part-number-marker=1000&uploadId=u');
  });
});
