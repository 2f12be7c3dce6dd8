import type { Network } from '../core/attempt.js';

let wasOnline = false;
if (typeof navigator !== 'undefined') wasOnline = navigator.onLine;

/** The browser's word on the network. Believed only where it has said "online" before: on some machines it never does. */
export const browserNetwork: Network = {
  get offline() {
    wasOnline ||= navigator.onLine;
    return wasOnline && !navigator.onLine;
  },
  online: (signal) =>
    new Promise((resolve, reject) => {
      if (navigator.onLine) return resolve();
      const end = () => {
        removeEventListener('online', back);
        signal.removeEventListener('abort', stop);
      };
      const back = () => {
        end();
        resolve();
      };
      const stop = () => {
        end();
        reject(signal.reason as Error);
      };
      addEventListener('online', back);
      signal.addEventListener('abort', stop);
    }),
};

/**
 * Whether requests to an address share one connection, as with HTTP/2 and 3. Of another origin a page learns that only where it sends `Timing-Allow-Origin`; false where nothing is known.
 */
export function sharesConnection(address: string): boolean {
  if (!URL.canParse(address, location.href)) return false;
  const { origin } = new URL(address, location.href);
  return performance
    .getEntriesByType('resource')
    .some((entry) => new URL(entry.name).origin === origin && /^h[23]/.test((entry as PerformanceResourceTiming).nextHopProtocol));
}

/**
 * The time (ms since 1970) by the clock of the page's own server, or undefined where it does not tell. Of any other server, a page may not read the `Date`.
 */
export async function pageServerTime(): Promise<number | undefined> {
  const { headers } = await fetch(location.href, { method: 'HEAD', cache: 'no-store', signal: AbortSignal.timeout(5000) });
  return Date.parse(headers.get('date') ?? '') || undefined;
}
