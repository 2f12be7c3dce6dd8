/** Hash functions for signatures, by Web Crypto, which works off the main thread. Pages without https have no Web Crypto: they load slower implementations when needed. */

type Digest = (algorithm: 'SHA-256' | 'SHA-1', bytes: Uint8Array<ArrayBuffer>) => Promise<ArrayBuffer | Uint8Array>;

/** @throws if there is no Web Crypto, and the other implementation cannot be loaded. */
export const digest: Digest = async (algorithm, bytes) => {
  const { subtle } = globalThis.crypto as { readonly subtle: SubtleCrypto | undefined };
  if (subtle) return subtle.digest(algorithm, bytes);
  if (algorithm === 'SHA-1') return (await import('@noble/hashes/legacy.js')).sha1(bytes);
  return (await import('@noble/hashes/sha2.js')).sha256(bytes);
};

/** A SHA-256 of data that comes in pieces, which Web Crypto cannot compute. It takes 10 times as long. */
export interface PiecewiseHash {
  update(bytes: Uint8Array): void;
  digest(): Uint8Array;
}

/** @throws if the implementation cannot be loaded. */
export async function piecewiseSha256(): Promise<PiecewiseHash> {
  const hash = (await import('@noble/hashes/sha2.js')).sha256.create();
  return { update: (bytes) => void hash.update(bytes), digest: () => hash.digest() };
}

/** HMAC: https://www.rfc-editor.org/rfc/rfc2104 */
export async function hmac(algorithm: 'SHA-256' | 'SHA-1', key: Uint8Array<ArrayBuffer>, text: string): Promise<Uint8Array<ArrayBuffer>> {
  const block = new Uint8Array(64);
  block.set(key.length > 64 ? new Uint8Array(await digest(algorithm, key)) : key);
  const inner = await digest(
    algorithm,
    concatenate(
      block.map((byte) => byte ^ 0x36),
      utf8(text),
    ),
  );
  return new Uint8Array(
    await digest(
      algorithm,
      concatenate(
        block.map((byte) => byte ^ 0x5c),
        new Uint8Array(inner),
      ),
    ),
  );
}

/** SHA-256 of text, in lower-case hexadecimal. */
export async function sha256Hex(text: string): Promise<string> {
  return toHex(await digest('SHA-256', utf8(text)));
}

/** Lower-case hexadecimal. */
export function toHex(bytes: ArrayBuffer | Uint8Array): string {
  return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Base64 of bytes, or of text in UTF-8. */
export function toBase64(data: Uint8Array | string): string {
  return btoa(Array.from(typeof data === 'string' ? utf8(data) : data, (byte) => String.fromCharCode(byte)).join(''));
}

const encoder = new TextEncoder();

/** The bytes of a text in UTF-8. */
export function utf8(text: string): Uint8Array<ArrayBuffer> {
  return encoder.encode(text);
}

function concatenate(first: Uint8Array, second: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(first.length + second.length);
  bytes.set(first);
  bytes.set(second, first.length);
  return bytes;
}
