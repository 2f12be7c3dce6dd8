/**
 * The hashes that signatures are made of. Web Crypto's, which work off the main thread. A page that is not served over https or localhost has none: for it, slower ones are loaded
 * when they are needed.
 */

/** A hash function: bytes in, hash out. */
type Digest = (algorithm: 'SHA-256' | 'SHA-1', bytes: Uint8Array<ArrayBuffer>) => Promise<ArrayBuffer | Uint8Array>;

/** @throws where there is no Web Crypto and the other hashes cannot be loaded. */
export const digest: Digest = async (algorithm, bytes) => {
  const { subtle } = globalThis.crypto as { readonly subtle: SubtleCrypto | undefined };
  if (subtle) return subtle.digest(algorithm, bytes);
  if (algorithm === 'SHA-1') return (await import('@noble/hashes/legacy.js')).sha1(bytes);
  return (await import('@noble/hashes/sha2.js')).sha256(bytes);
};

/** https://www.rfc-editor.org/rfc/rfc2104 */
export async function hmac(algorithm: 'SHA-256' | 'SHA-1', key: Uint8Array<ArrayBuffer>, text: string): Promise<Uint8Array<ArrayBuffer>> {
  const block = new Uint8Array(64);
  block.set(key.length > 64 ? new Uint8Array(await digest(algorithm, key)) : key);
  const inner = await digest(
    algorithm,
    joined(
      block.map((byte) => byte ^ 0x36),
      utf8(text),
    ),
  );
  return new Uint8Array(
    await digest(
      algorithm,
      joined(
        block.map((byte) => byte ^ 0x5c),
        new Uint8Array(inner),
      ),
    ),
  );
}

/** SHA-256 of text, in lower-case hexadecimal. */
export async function sha256Hex(text: string): Promise<string> {
  return hex(await digest('SHA-256', utf8(text)));
}

/** Lower-case hexadecimal. */
export function hex(bytes: ArrayBuffer | Uint8Array): string {
  return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Base64 of bytes, or of text in UTF-8. */
export function base64(data: Uint8Array | string): string {
  return btoa(Array.from(typeof data === 'string' ? utf8(data) : data, (byte) => String.fromCharCode(byte)).join(''));
}

const encoder = new TextEncoder();

export function utf8(text: string): Uint8Array<ArrayBuffer> {
  return encoder.encode(text);
}

function joined(one: Uint8Array, other: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(one.length + other.length);
  both.set(one);
  both.set(other, one.length);
  return both;
}
