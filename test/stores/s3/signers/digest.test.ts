import { expect } from '@open-wc/testing';
import { hmac, sha256Hex, toBase64, toHex, utf8 } from '../../../../src/stores/s3/signers/digest.js';

describe('digest', () => {
  it('matches RFC 2202 and RFC 4231', async () => {
    const key = utf8('Jefe');
    const text = 'what do ya want for nothing?';
    expect(toHex(await hmac('SHA-1', key, text))).to.equal('effcdf6ae5eb2fa2d27416d5f184df9c259a7c79');
    expect(toHex(await hmac('SHA-256', key, text))).to.equal('5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843');
    const long = new Uint8Array(131).fill(0xaa);
    expect(toHex(await hmac('SHA-256', long, 'Test Using Larger Than Block-Size Key - Hash Key First'))).to.equal(
      '60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54',
    );
  });

  it('encodes text as UTF-8 before base64', () => expect(toBase64('{"key":"ü 文 🎉"}')).to.equal('eyJrZXkiOiLDvCDmlocg8J+OiSJ9'));

  it('works in a page without Web Crypto', async () => {
    const { subtle } = crypto;
    Object.defineProperty(crypto, 'subtle', { value: undefined, configurable: true });
    try {
      expect(await sha256Hex('')).to.equal('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
      // RFC 2202, the first test case for HMAC-SHA-1
      expect(toHex(await hmac('SHA-1', new Uint8Array(20).fill(0x0b), 'Hi There'))).to.equal('b617318655057264e28bc0b6fb378c8ef146be00');
    } finally {
      Reflect.deleteProperty(crypto, 'subtle');
    }
    expect(crypto.subtle).to.equal(subtle);
  });
});
