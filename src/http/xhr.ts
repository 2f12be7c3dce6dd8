import { UploadError } from '../core/errors.js';
import type { Send, SendRequest, SendResponse } from '../core/types.js';
import { abortable } from '../utils/abortable.js';

/** The longest interval (ms) between two checks for a stalled request. */
const stallCheckInterval = 5000;
/** A timer that fires later than this (ms) was suspended with the page. */
const timerTolerance = 1000;
/** Time (ms) for which a body is read after its request has failed. A network drive may never answer. */
const readTimeout = 5000;

/**
 * {@link Send} over XMLHttpRequest, the only browser API that reports upload progress. Works in pages and workers.
 *
 * `stallTimeout` and `answerTimeout` count from the last byte sent or received. Without `onProgress` there is no listener on the upload, so a cross-origin form post needs no
 * preflight.
 *
 * @throws (rejects with) the signal's reason if it is aborted; an {@link UploadError} of status 0 and code `NetworkError`, `Stalled` or `NotReadable` (the file
 * was changed or removed after it was chosen) if there is no response; a DOMException if the URL, the method or a header is invalid.
 */
export const send: Send = (request) =>
  new Promise((resolve, reject) => {
    const { signal, stallTimeout = Infinity, answerTimeout, onProgress } = request;
    signal.throwIfAborted();
    const xhr = new XMLHttpRequest();
    xhr.open(request.method, request.url);
    xhr.withCredentials = request.withCredentials ?? false;
    for (const [name, value] of Object.entries(request.headers ?? {})) xhr.setRequestHeader(name, value);

    const startTime = performance.now();
    let lastActivity = startTime;
    let sentBytes = 0;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let timerDue = 0;
    let timerWasLate = false;
    // Without a listener on the upload, nothing reports the body.
    let isSent = !onProgress || !request.body;
    const currentTimeout = () => {
      const limit =
        typeof stallTimeout === 'number' ? stallTimeout : stallTimeout({ bytes: sentBytes, elapsed: lastActivity - startTime, isSent });
      return isSent && answerTimeout !== undefined ? Math.max(limit, answerTimeout) : limit;
    };
    const onActivity = () => {
      lastActivity = performance.now();
    };
    const scheduleStallCheck = (remaining: number) => {
      // The timeout may change while this request waits: other requests measure the connection.
      const delay = Math.min(remaining, stallCheckInterval);
      timerDue = performance.now() + delay;
      timer = setTimeout(checkStall, delay);
    };
    const checkStall = () => {
      // After the page was suspended, one late timer fires before the events that arrived meanwhile: the request gets more time. In a hidden page every timer is
      // late: the second late timer in a row counts.
      const isLate = performance.now() - timerDue > timerTolerance;
      if (isLate && !timerWasLate) onActivity();
      timerWasLate = isLate;
      const remaining = lastActivity + currentTimeout() - performance.now();
      if (remaining > 0) return scheduleStallCheck(remaining);
      cleanUp();
      xhr.abort();
      reject(new UploadError('The server stopped responding.', { status: 0, code: 'Stalled' }));
    };
    const onAbort = () => {
      cleanUp();
      xhr.abort();
      reject(signal.reason as Error);
    };
    const cleanUp = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      xhr.onload = xhr.onerror = xhr.onabort = xhr.onreadystatechange = xhr.onprogress = null;
      if (onProgress) xhr.upload.onprogress = xhr.upload.onload = null;
    };

    xhr.onload = () => {
      cleanUp();
      resolve(toSendResponse(xhr));
    };
    // The browser aborts requests when the page calls `window.stop()` or the person clicks “Stop”.
    xhr.onerror = xhr.onabort = () => {
      cleanUp();
      void connectionError(request).then(reject, reject);
    };
    xhr.onreadystatechange = xhr.onprogress = () => {
      onActivity();
      sentBytes = 0;
    };
    if (onProgress) {
      xhr.upload.onprogress = ({ loaded, total }) => {
        onActivity();
        sentBytes = loaded;
        // Firefox dispatches `load` only when the response begins.
        isSent = loaded >= total;
        onProgress(loaded, total);
      };
      xhr.upload.onload = () => {
        onActivity();
        isSent = true;
      };
    }
    signal.addEventListener('abort', onAbort);
    if (stallTimeout !== Infinity) scheduleStallCheck(currentTimeout());
    xhr.send(request.body ?? null);
  });

function toSendResponse(xhr: XMLHttpRequest): SendResponse {
  let headers: string | undefined;
  return {
    status: xhr.status,
    url: xhr.responseURL,
    text: xhr.responseText,
    header: (name) => {
      // getResponseHeader() of a header that CORS hides makes Chromium write an error to the console. The names in the list are in lower case.
      headers ??= `\r\n${xhr.getAllResponseHeaders()}\r\n`;
      const label = `\r\n${name.toLowerCase()}:`;
      const start = headers.indexOf(label);
      return start < 0 ? null : headers.slice(start + label.length, headers.indexOf('\r\n', start + label.length)).trim();
    },
  };
}

/**
 * Browsers report a body that cannot be read as a network error: reading it tells the two apart.
 * @throws the signal's reason.
 */
async function connectionError({ body, signal }: SendRequest): Promise<UploadError> {
  const values = body instanceof FormData ? [...body.values()] : [body];
  const either = AbortSignal.any([signal, AbortSignal.timeout(readTimeout)]);
  try {
    for (const value of values) if (value instanceof Blob) await abortable(value.slice(0, 1).arrayBuffer(), either);
  } catch (cause) {
    signal.throwIfAborted();
    if (!either.aborted) return notReadableError(cause);
  }
  return new UploadError('The connection to the server failed.', { status: 0, code: 'NetworkError' });
}

/** The error for a file whose bytes can no longer be read. */
export function notReadableError(cause?: unknown): UploadError {
  const reason = 'The file can no longer be read. It may have been changed, moved or deleted. Choose it again.';
  return new UploadError(reason, { status: 0, code: 'NotReadable', retry: 'manual', cause });
}
