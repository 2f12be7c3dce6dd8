import { expect } from '@open-wc/testing';
import { base64, hex, hmac, sha256Hex, utf8 } from '../../../src/stores/s3/signers/digest.js';
import { signatureV2, stringToSignV2 } from '../../../src/stores/s3/signers/sigv2.js';
import {
  amzDate,
  canonicalQueryString,
  canonicalRequest,
  credentialScope,
  signature,
  signingKey,
  stringToSign,
  uriEncode,
} from '../../../src/stores/s3/signers/sigv4.js';
import { sigV2SecretKey, sigV2Upload, sigV2Vectors } from '../../vectors/sigv2.js';
import { policyVector, signingKeyVectors, sigV4Vectors } from '../../vectors/sigv4.js';

describe('SigV4, by the published examples', () => {
  for (const vector of sigV4Vectors) {
    it(`signs ${vector.title}`, async () => {
      const { method, uri, query, headers, date } = vector;
      const canonical = canonicalRequest(method, uri, canonicalQueryString(query), headers, await sha256Hex(vector.payload));
      expect(canonical.signedHeaders).to.equal(vector.signedHeaders);
      const hash = await sha256Hex(canonical.text);
      if (vector.hashedCanonicalRequest) expect(hash).to.equal(vector.hashedCanonicalRequest);
      const scope = credentialScope(date, vector.region, vector.service);
      expect(await signature(await signingKey(vector.secretKey, scope), stringToSign(date, scope, hash))).to.equal(vector.signature);
    });
  }

  for (const { secretKey, scope, key } of signingKeyVectors) {
    it(`derives the key for ${scope}`, async () => expect(hex(await signingKey(secretKey, scope))).to.equal(key));
  }

  it('signs a policy', async () => {
    const { secretKey, scope, policy } = policyVector;
    expect(await signature(await signingKey(secretKey, scope), base64(policy))).to.equal(policyVector.signature);
  });

  it('writes dates and scopes', () => {
    const date = amzDate(Date.UTC(2026, 10, 22, 23, 59, 59, 999));
    expect(date).to.equal('20261122T235959Z');
    expect(credentialScope(date, 'eu-west-1')).to.equal('20261122/eu-west-1/s3/aws4_request');
  });

  it('escapes all but letters, digits and four signs', () => {
    expect(uriEncode("a-_.~Z9 /!'()*+ü&=")).to.equal('a-_.~Z9%20%2F%21%27%28%29%2A%2B%C3%BC%26%3D');
    expect(canonicalQueryString({ b: '1/2', a: 'x y', 'a-b': '' })).to.equal('a=x%20y&a-b=&b=1%2F2');
  });
});

describe('Signature Version 2, by the published examples', () => {
  for (const vector of sigV2Vectors) {
    it(`signs ${vector.title}`, async () => expect(await signatureV2(sigV2SecretKey, vector.stringToSign)).to.equal(vector.signature));
  }

  it('writes the string to sign', () => {
    expect(stringToSignV2(sigV2Upload.method, sigV2Upload.resource, {}, sigV2Upload.headers)).to.equal(sigV2Upload.stringToSign);
  });

  it('has of the query what belongs to the resource, unescaped', () => {
    const last = (query: Record<string, string>) => stringToSignV2('GET', '/b/k', query, {}).split('\n').at(-1);
    expect(last({ uploads: '' })).to.equal('/b/k?uploads');
    expect(last({ uploadId: '2~a/b+c=', partNumber: '7', 'max-parts': '3' })).to.equal('/b/k?partNumber=7&uploadId=2~a/b+c=');
  });
});

describe('digests', () => {
  it('are those of RFC 2202 and RFC 4231', async () => {
    const key = utf8('Jefe');
    const text = 'what do ya want for nothing?';
    expect(hex(await hmac('SHA-1', key, text))).to.equal('effcdf6ae5eb2fa2d27416d5f184df9c259a7c79');
    expect(hex(await hmac('SHA-256', key, text))).to.equal('5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843');
    const long = new Uint8Array(131).fill(0xaa);
    expect(hex(await hmac('SHA-256', long, 'Test Using Larger Than Block-Size Key - Hash Key First'))).to.equal(
      '60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54',
    );
  });

  it('encode text as UTF-8 before base64', () => expect(base64('{"key":"ü 文 🎉"}')).to.equal('eyJrZXkiOiLDvCDmlocg8J+OiSJ9'));

  it('come from elsewhere in a page without Web Crypto', async () => {
    const { subtle } = crypto;
    Object.defineProperty(crypto, 'subtle', { value: undefined, configurable: true });
    try {
      expect(await sha256Hex('')).to.equal('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
      // RFC 2202, the first test case for HMAC-SHA-1
      expect(hex(await hmac('SHA-1', new Uint8Array(20).fill(0x0b), 'Hi There'))).to.equal('b617318655057264e28bc0b6fb378c8ef146be00');
    } finally {
      Reflect.deleteProperty(crypto, 'subtle');
    }
    expect(crypto.subtle).to.equal(subtle);
  });
});
