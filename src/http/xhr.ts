import { UploadError } from '../core/errors.js';
import type { Send, SendRequest, SendResponse } from '../core/types.js';

/** How often (ms) a silent request is looked at. */
const lookedAt = 5000;

/**
 * {@link Send} over XMLHttpRequest, the one way a browser tells how much of a body has been taken. Works in a page and in a worker.
 *
 * Every byte taken or answered is a sign of life; `stallTimeout` counts from the last one. Without `onProgress` nothing listens to the upload, so that a
 * plain form post to another origin needs no preflight.
 *
 * @throws (rejects with) the signal's reason when aborted; {@link UploadError} `NetworkError`, `Stalled` or `NotReadable` (the file has changed or gone since
 * it was chosen), all of status 0, where no answer came; a DOMException where the URL, method or a header is not one.
 */
export const send: Send = (request) =>
  new Promise((resolve, reject) => {
    const { signal, stallTimeout = Infinity, onProgress } = request;
    signal.throwIfAborted();
    const xhr = new XMLHttpRequest();
    xhr.open(request.method, request.url);
    xhr.withCredentials = request.withCredentials ?? false;
    for (const [name, value] of Object.entries(request.headers ?? {})) xhr.setRequestHeader(name, value);

    let timer: ReturnType<typeof setTimeout> | undefined;
    const began = Date.now();
    let heard = began;
    let due = 0;
    let taken = 0;
    let slept = false;
    const patience = () => (typeof stallTimeout === 'number' ? stallTimeout : stallTimeout({ bytes: taken, elapsed: heard - began }));
    const alive = () => {
      heard = Date.now();
    };
    const wait = (ms: number) => {
      // Looked at again soon: what others learn of the link meanwhile counts for this one, too.
      const next = Math.min(ms, lookedAt);
      due = Date.now() + next;
      timer = setTimeout(silent, next);
    };
    const silent = () => {
      // A timer that comes far too late was asleep with the whole page; what the wire has brought meanwhile is only being delivered now. Where one after the other
      // comes late, the page is only hidden.
      const late = Date.now() - due > 1000;
      if (late && !slept) alive();
      slept = late;
      const left = heard + patience() - Date.now();
      if (left > 0) return wait(left);
      settle();
      xhr.abort();
      reject(new UploadError('The server stopped answering.', { status: 0, code: 'Stalled' }));
    };
    const abort = () => {
      settle();
      xhr.abort();
      reject(signal.reason as Error);
    };
    const settle = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
      xhr.onload = xhr.onerror = xhr.onreadystatechange = xhr.onprogress = null;
      if (onProgress) xhr.upload.onprogress = xhr.upload.onload = null;
    };

    xhr.onload = () => {
      settle();
      resolve(answerOf(xhr));
    };
    xhr.onerror = () => {
      settle();
      void failureOf(request).then(reject);
    };
    xhr.onreadystatechange = xhr.onprogress = () => {
      alive();
      taken = 0;
    };
    if (onProgress) {
      xhr.upload.onprogress = ({ loaded, total }) => {
        alive();
        taken = loaded;
        onProgress(loaded, total);
      };
      xhr.upload.onload = alive;
    }
    signal.addEventListener('abort', abort);
    if (stallTimeout !== Infinity) wait(patience());
    xhr.send(request.body ?? null);
  });

function answerOf(xhr: XMLHttpRequest): SendResponse {
  let headers: string | undefined;
  return {
    status: xhr.status,
    url: xhr.responseURL,
    text: xhr.responseText,
    header: (name) => {
      // All at once, since asking for a single one that CORS hides makes Chromium write an error to the console. Names are in lower case, each after a line's end.
      headers ??= `\r\n${xhr.getAllResponseHeaders()}\r\n`;
      const label = `\r\n${name.toLowerCase()}:`;
      const start = headers.indexOf(label);
      return start < 0 ? null : headers.slice(start + label.length, headers.indexOf('\r\n', start + label.length)).trim();
    },
  };
}

/** A browser reports a body that it cannot read as a broken connection; only reading it tells the two apart. */
async function failureOf({ body }: SendRequest): Promise<UploadError> {
  const values = body instanceof FormData ? [...body.values()] : [body];
  try {
    for (const value of values) if (value instanceof Blob) await value.slice(0, 1).arrayBuffer();
  } catch (cause) {
    return notReadableError(cause);
  }
  return new UploadError('The connection to the server failed.', { status: 0, code: 'NetworkError' });
}

/** The error for a file whose bytes can no longer be had. */
export function notReadableError(cause: unknown): UploadError {
  const reason = 'The file can no longer be read. It may have been changed, moved or deleted since it was chosen.';
  return new UploadError(reason, { status: 0, code: 'NotReadable', retry: 'manual', cause });
}
