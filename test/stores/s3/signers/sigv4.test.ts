import { expect } from '@open-wc/testing';
import { sha256Hex, toBase64, toHex } from '../../../../src/stores/s3/signers/digest.js';
import {
  amzDate,
  canonicalQueryString,
  canonicalRequest,
  credentialScope,
  signature,
  signingKey,
  stringToSign,
  uriEncode,
} from '../../../../src/stores/s3/signers/sigv4.js';
import { policyVector, signingKeyVectors, sigV4Vectors } from '../../../vectors/sigv4.js';

describe('Signature Version 4', () => {
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
    it(`derives the signing key for ${scope}`, async () => expect(toHex(await signingKey(secretKey, scope))).to.equal(key));
  }

  it('signs a policy', async () => {
    const { secretKey, scope, policy } = policyVector;
    expect(await signature(await signingKey(secretKey, scope), toBase64(policy))).to.equal(policyVector.signature);
  });

  it('formats dates and credential scopes', () => {
    const date = amzDate(Date.UTC(2026, 10, 22, 23, 59, 59, 999));
    expect(date).to.equal('20261122T235959Z');
    expect(credentialScope(date, 'eu-west-1')).to.equal('20261122/eu-west-1/s3/aws4_request');
  });

  it('encodes URIs and queries', () => {
    expect(uriEncode("a-_.~Z9 /!'()*+ü&=")).to.equal('a-_.~Z9%20%2F%21%27%28%29%2A%2B%C3%BC%26%3D');
    expect(canonicalQueryString({ b: '1/2', a: 'x y', 'a-b': '' })).to.equal('a=x%20y&a-b=&b=1%2F2');
  });
});
