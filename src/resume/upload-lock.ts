import { acquireLease } from './lease.js';

const prefix = 'fine-uploader-elements:';

/**
 * Locks a key in all tabs, by the Web Locks API; on pages without https, which have none, by a lease. The browser unlocks the keys of a page that is closed or crashes.
 * @param signal - waits until the key is free, or the signal is aborted: then rejects with its reason. Without a signal, does not wait.
 * @returns a function that unlocks the key; undefined where it is locked.
 */
export async function lockUpload(key: string, signal?: AbortSignal): Promise<(() => void) | undefined> {
  signal?.throwIfAborted();
  const { locks } = (globalThis as { readonly navigator?: { readonly locks?: LockManager } }).navigator ?? {};
  if (!locks) return acquireLease(key, signal);
  try {
    return await new Promise<(() => void) | undefined>((resolve, reject) => {
      const hold = (lock: Lock | null) => {
        if (!lock) return resolve(undefined);
        return new Promise<void>((release) => resolve(() => release()));
      };
      locks.request(prefix + key, signal ? { signal } : { ifAvailable: true }, hold).catch(reject);
    });
  } catch {
    signal?.throwIfAborted();
    // Denied, as in a sandboxed frame.
    return acquireLease(key, signal);
  }
}
