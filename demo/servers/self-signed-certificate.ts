/**
 * A self-signed X.509 certificate, for token services such as Ceph that require one for a provider's signing key (`x5c` in its JWKS).
 * Node reads certificates but cannot create them, so this file encodes the DER (RFC 5280, section 4.1).
 */
import { createHash, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

/** An X.509 certificate. */
export interface Certificate {
  /** The certificate in DER. */
  readonly der: Buffer;
  /** SHA-1 of the DER in upper-case hexadecimal, as CreateOpenIDConnectProvider expects it. */
  readonly thumbprint: string;
}

const SEQUENCE = 0x30;
const SET = 0x31;
const INTEGER = 0x02;
const BIT_STRING = 0x03;
const NULL = 0x05;
const OBJECT_IDENTIFIER = 0x06;
const UTF8_STRING = 0x0c;
const UTC_TIME = 0x17;

const SHA256_WITH_RSA = Buffer.from('2a864886f70d01010b', 'hex');
const COMMON_NAME = Buffer.from('550403', 'hex');

/** Creates a certificate for an RSA key pair. It is valid from yesterday for `days`. */
export function selfSignedCertificate(keys: { publicKey: KeyObject; privateKey: KeyObject }, commonName: string, days = 3650): Certificate {
  const algorithm = der(SEQUENCE, der(OBJECT_IDENTIFIER, SHA256_WITH_RSA), der(NULL));
  const name = der(SEQUENCE, der(SET, der(SEQUENCE, der(OBJECT_IDENTIFIER, COMMON_NAME), der(UTF8_STRING, Buffer.from(commonName)))));
  const day = 86_400_000;
  const validity = der(SEQUENCE, time(Date.now() - day), time(Date.now() + days * day));
  const publicKey = keys.publicKey.export({ type: 'spki', format: 'der' });
  const content = der(SEQUENCE, der(INTEGER, Buffer.from([1])), algorithm, name, validity, name, publicKey);
  const signature = sign('sha256', content, keys.privateKey);
  const certificate = der(SEQUENCE, content, algorithm, der(BIT_STRING, Buffer.from([0]), signature));
  return { der: certificate, thumbprint: createHash('sha1').update(certificate).digest('hex').toUpperCase() };
}

/** Encodes one DER value: tag, length, content. */
function der(tag: number, ...content: readonly Buffer[]): Buffer {
  const body = Buffer.concat(content);
  if (body.length < 128) return Buffer.concat([Buffer.from([tag, body.length]), body]);
  const length = Buffer.from(body.length.toString(16).padStart(body.length < 256 ? 2 : 4, '0'), 'hex');
  return Buffer.concat([Buffer.from([tag, 0x80 | length.length]), length, body]);
}

/** Encodes a UTCTime. Its year has two digits, which is enough until 2049. */
function time(milliseconds: number): Buffer {
  const text = new Date(milliseconds).toISOString().replace(/[-:T]|\.\d{3}/g, '');
  return der(UTC_TIME, Buffer.from(text.slice(2)));
}
