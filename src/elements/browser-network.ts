import type { Network } from '../core/uploader-options.js';

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
 * Whether requests to an address share one connection, as with HTTP/2 and 3; undefined where that is not known. Of another origin a page learns it only where that sends
 * `Timing-Allow-Origin` (https://www.w3.org/TR/resource-timing/#sec-timing-allow-origin). A bucket may have a host of its own below the store's.
 */
export function sharesConnection(address: string): boolean | undefined {
  if (!URL.canParse(address, location.href)) return undefined;
  const { protocol, host } = new URL(address, location.href);
  for (const entry of performance.getEntriesByType('resource')) {
    const { nextHopProtocol } = entry as PerformanceResourceTiming;
    const url = new URL(entry.name);
    if (nextHopProtocol && url.protocol === protocol && `.${url.host}`.endsWith(`.${host}`)) return /^h[23]/.test(nextHopProtocol);
  }
  return undefined;
}

/**
 * The time (ms since 1970) by the clock of the page's own server, or undefined where it does not tell. Of any other server, a page may not read the `Date`.
 */
export async function pageServerTime(): Promise<number | undefined> {
  const { headers } = await fetch(location.href, { method: 'HEAD', cache: 'no-store', signal: AbortSignal.timeout(5000) });
  return Date.parse(headers.get('date') ?? '') || undefined;
}
