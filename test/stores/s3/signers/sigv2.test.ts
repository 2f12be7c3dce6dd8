import { expect } from '@open-wc/testing';
import { signatureV2, stringToSignV2 } from '../../../../src/stores/s3/signers/sigv2.js';
import { sigV2SecretKey, sigV2Upload, sigV2Vectors } from '../../../vectors/sigv2.js';

describe('Signature Version 2', () => {
  for (const vector of sigV2Vectors) {
    it(`signs ${vector.title}`, async () => expect(await signatureV2(sigV2SecretKey, vector.stringToSign)).to.equal(vector.signature));
  }

  it('creates the StringToSign', () => {
    expect(stringToSignV2(sigV2Upload.method, sigV2Upload.resource, {}, sigV2Upload.headers)).to.equal(sigV2Upload.stringToSign);
  });

  it('has only subresources in the CanonicalizedResource, not encoded', () => {
    const last = (query: Record<string, string>) => stringToSignV2('GET', '/b/k', query, {}).split('\n').at(-1);
    expect(last({ uploads: '' })).to.equal('/b/k?uploads');
    expect(last({ uploadId: '2~a/b+c=', partNumber: '7', 'max-parts': '3' })).to.equal('/b/k?partNumber=7&uploadId=2~a/b+c=');
  });
});
