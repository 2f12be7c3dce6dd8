import { UploadError } from '../../src/core/errors.js';
import type { Send } from '../../src/core/types.js';
import { notReadableError } from '../../src/http/xhr.js';
import { patienceOf } from './checks.js';

/** `Send` for Node, over fetch: what the browser's XMLHttpRequest does there. */
export const nodeSend: Send = async ({ method, url, headers = {}, body, stallTimeout, onProgress, signal }) => {
  signal.throwIfAborted();
  const carrier = new Response(body ?? null);
  const type = carrier.headers.get('content-type');
  let bytes: ArrayBuffer;
  try {
    bytes = await carrier.arrayBuffer();
  } catch (cause) {
    throw notReadableError(cause);
  }
  signal.throwIfAborted();
  const sent = new Headers(headers);
  if (type && !sent.has('content-type')) sent.set('content-type', type);
  const stalled = new AbortController();
  const patience = patienceOf(stallTimeout);
  const timer = patience < 2 ** 31 ? setTimeout(() => stalled.abort(), patience) : undefined;
  try {
    onProgress?.(0, bytes.byteLength);
    const answer = await fetch(url, {
      method,
      headers: sent,
      body: body === null || body === undefined ? null : bytes,
      signal: AbortSignal.any([signal, stalled.signal]),
    });
    const text = await answer.text();
    onProgress?.(bytes.byteLength, bytes.byteLength);
    return { status: answer.status, url: answer.url, text, header: (name) => answer.headers.get(name) };
  } catch (cause) {
    signal.throwIfAborted();
    if (stalled.signal.aborted) throw new UploadError('The server stopped responding.', { status: 0, code: 'Stalled', cause });
    throw new UploadError('The connection to the server failed.', { status: 0, code: 'NetworkError', cause });
  } finally {
    clearTimeout(timer);
  }
};
