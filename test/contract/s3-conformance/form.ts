import { randomBytes } from 'node:crypto';
import type { WireRequest } from './wire.js';

/** A part of a form: a field, or a file. */
export type FormPart = [name: string, value: string] | { name: string; filename: string; type?: string; bytes: Buffer };

/** Creates the file part of an S3 form. */
export function filePart(bytes: Buffer, filename = 'file.txt', type = 'text/plain'): FormPart {
  return { name: 'file', filename, type, bytes };
}

/**
 * Encodes a multipart/form-data body (RFC 7578) as browsers do: names and values in UTF-8, quotes and line breaks in names percent-encoded, no Content-Type on fields.
 */
export function encodeForm(parts: FormPart[]): { contentType: string; body: Buffer } {
  const boundary = `----FormBoundary${randomBytes(12).toString('hex')}`;
  const escapeName = (name: string) => name.replace(/\n/g, '%0A').replace(/\r/g, '%0D').replace(/"/g, '%22');
  const chunks = parts.flatMap((part) => {
    if (Array.isArray(part))
      return [`--${boundary}\r\nContent-Disposition: form-data; name="${escapeName(part[0])}"\r\n\r\n${part[1]}\r\n`];
    const type = part.type === undefined ? '' : `Content-Type: ${part.type}\r\n`;
    const head = `--${boundary}\r\nContent-Disposition: form-data; name="${escapeName(part.name)}"; filename="${escapeName(part.filename)}"\r\n${type}\r\n`;
    return [head, part.bytes, '\r\n'];
  });
  chunks.push(`--${boundary}--\r\n`);
  return { contentType: `multipart/form-data; boundary=${boundary}`, body: Buffer.concat(chunks.map((chunk) => Buffer.from(chunk))) };
}

/** Creates the request that posts a form to a bucket. */
export function formRequest(bucket: string, parts: FormPart[], headers: Record<string, string> = {}): WireRequest {
  const { contentType, body } = encodeForm(parts);
  return { method: 'POST', path: `/${bucket}`, headers: { 'Content-Type': contentType, ...headers }, body };
}
