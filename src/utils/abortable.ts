/** Waits for a promise that may never settle, but no longer than until the signal is aborted: then rejects with the signal's reason. */
export function abortable<T>(promise: T | Promise<T>, signal: AbortSignal): Promise<T> {
  if (signal.aborted) {
    if (promise instanceof Promise) promise.catch(() => {}); // Nobody waits for it any more.
    return Promise.reject(signal.reason as Error);
  }
  if (!(promise instanceof Promise)) return Promise.resolve(promise);
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason as Error);
    signal.addEventListener('abort', stop, { once: true });
    void promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}
