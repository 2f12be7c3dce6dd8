import { UploadError } from '../../src/core/errors.js';
import type { Send } from '../../src/core/types.js';
import { notReadableError } from '../../src/http/xhr.js';
import { patienceOf } from './checks.js';

/** `Send` for Node, implemented with fetch. */
export const nodeSend: Send = async ({ method, url, headers = {}, body, stallTimeout, answerTimeout = 0, onProgress, signal }) => {
  signal.throwIfAborted();
  const encoded = new Response(body ?? null);
  const type = encoded.headers.get('content-type');
  let bytes: ArrayBuffer;
  try {
    bytes = await encoded.arrayBuffer();
  } catch (cause) {
    throw notReadableError(cause);
  }
  signal.throwIfAborted();
  const requestHeaders = new Headers(headers);
  if (type && !requestHeaders.has('content-type')) requestHeaders.set('content-type', type);
  const stalled = new AbortController();
  // `fetch` does not report the body: it counts as sent.
  const timeout = Math.max(patienceOf(stallTimeout), answerTimeout);
  const timer = timeout < 2 ** 31 ? setTimeout(() => stalled.abort(), timeout) : undefined;
  try {
    onProgress?.(0, bytes.byteLength);
    const response = await fetch(url, {
      method,
      headers: requestHeaders,
      body: body === null || body === undefined ? null : bytes,
      signal: AbortSignal.any([signal, stalled.signal]),
    });
    const text = await response.text();
    onProgress?.(bytes.byteLength, bytes.byteLength);
    return { status: response.status, url: response.url, text, header: (name) => response.headers.get(name) };
  } catch (cause) {
    signal.throwIfAborted();
    if (stalled.signal.aborted) throw new UploadError('The server stopped responding.', { status: 0, code: 'Stalled', cause });
    throw new UploadError('The connection to the server failed.', { status: 0, code: 'NetworkError', cause });
  } finally {
    clearTimeout(timer);
  }
};
