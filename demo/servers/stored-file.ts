/**
 * Sends a file that somebody uploaded. What is in it is unknown, so a browser is told to run nothing of it: it is shown only where its
 * kind cannot carry script, everything else is a download.
 */
import { createReadStream } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname } from 'node:path';
import { pipeline } from 'node:stream/promises';

/** Kinds that are shown in the browser, by extension. SVG, HTML and PDF are not among them: they can carry script. */
const SHOWN: Readonly<Record<string, string>> = {
  '.avif': 'image/avif',
  '.bmp': 'image/bmp',
  '.gif': 'image/gif',
  '.jpeg': 'image/jpeg',
  '.jpg': 'image/jpeg',
  '.m4a': 'audio/mp4',
  '.mov': 'video/quicktime',
  '.mp3': 'audio/mpeg',
  '.mp4': 'video/mp4',
  '.ogg': 'audio/ogg',
  '.png': 'image/png',
  '.txt': 'text/plain; charset=utf-8',
  '.wav': 'audio/wav',
  '.webm': 'video/webm',
  '.webp': 'image/webp',
};

/** Whether a browser can draw the file as an image. */
export function isImage(name: string): boolean {
  return SHOWN[extname(name).toLowerCase()]?.startsWith('image/') ?? false;
}

/** Answers GET and HEAD with the file at `path`, or with the range of it that a video player asks for. `name` is hostile text. */
export async function sendStoredFile(
  request: IncomingMessage,
  response: ServerResponse,
  file: { readonly path: string; readonly name: string; readonly size: number },
): Promise<void> {
  const type = SHOWN[extname(file.name).toLowerCase()];
  response.setHeader('Content-Type', type ?? 'application/octet-stream');
  response.setHeader('Content-Disposition', `${type ? 'inline' : 'attachment'}; filename*=UTF-8''${escapeExtended(file.name)}`);
  response.setHeader('X-Content-Type-Options', 'nosniff');
  response.setHeader('Content-Security-Policy', "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'; sandbox");
  response.setHeader('Cache-Control', 'private, no-cache');
  response.setHeader('Accept-Ranges', 'bytes');

  const range = rangeOf(request.headers.range, file.size);
  if (range === 'unsatisfiable') {
    response.writeHead(416, { 'Content-Range': `bytes */${file.size}` }).end();
    return;
  }
  const { start, end } = range ?? { start: 0, end: file.size - 1 };
  response.setHeader('Content-Length', end - start + 1);
  if (range) response.setHeader('Content-Range', `bytes ${start}-${end}/${file.size}`);
  response.writeHead(range ? 206 : 200);
  if (request.method === 'HEAD' || file.size === 0) {
    response.end();
    return;
  }
  // A client that goes away in the middle of a film is nobody's failure.
  await pipeline(createReadStream(file.path, { start, end }), response).catch(() => response.destroy());
}

/** One range of bytes (RFC 9110, section 14.1.2), inclusive. Several at once, or another unit, count as none: the whole file is sent. */
function rangeOf(header: string | undefined, size: number): { start: number; end: number } | 'unsatisfiable' | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header ?? '');
  if (!match || (match[1] === '' && match[2] === '')) return undefined;
  const [, first = '', last = ''] = match;
  const start = first === '' ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === '' || last === '' ? size - 1 : Math.min(Number(last), size - 1);
  return start > end || start >= size ? 'unsatisfiable' : { start, end };
}

/** RFC 8187: what may stand in `filename*`. The way through bytes replaces lone surrogates, which would make encodeURIComponent throw. */
function escapeExtended(name: string): string {
  return encodeURIComponent(Buffer.from(name).toString()).replace(/['()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}
