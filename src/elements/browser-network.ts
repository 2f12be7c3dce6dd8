import { responseDate } from '../http/response-date.js';
import type { Network } from '../core/uploader-options.js';

let wasOnline = false;
if (typeof navigator !== 'undefined') wasOnline = navigator.onLine;

/** The browser's information about the network. `navigator.onLine` is trusted only after it has been true: on some machines it never is. */
export const browserNetwork: Network = {
  get offline() {
    wasOnline ||= navigator.onLine;
    return wasOnline && !navigator.onLine;
  },
  online: (signal) =>
    new Promise((resolve, reject) => {
      if (navigator.onLine) return resolve();
      const stopListening = () => {
        removeEventListener('online', onOnline);
        signal.removeEventListener('abort', onAbort);
      };
      const onOnline = () => {
        stopListening();
        resolve();
      };
      const onAbort = () => {
        stopListening();
        reject(signal.reason as Error);
      };
      addEventListener('online', onOnline);
      signal.addEventListener('abort', onAbort);
    }),
};

/**
 * Returns whether requests to a URL share one connection, as with HTTP/2 and HTTP/3; undefined if it is unknown. Another origin must send `Timing-Allow-Origin`
 * (https://www.w3.org/TR/resource-timing/#sec-timing-allow-origin). Hosts below the URL's count, too: a bucket may have its own.
 */
export function sharesConnection(url: string): boolean | undefined {
  if (!URL.canParse(url, location.href)) return undefined;
  const { protocol, host } = new URL(url, location.href);
  for (const entry of performance.getEntriesByType('resource')) {
    const { nextHopProtocol } = entry as PerformanceResourceTiming;
    const resource = new URL(entry.name);
    if (nextHopProtocol && resource.protocol === protocol && `.${resource.host}`.endsWith(`.${host}`))
      return /^h[23]/.test(nextHopProtocol);
  }
  return undefined;
}

/** ms between the two requests of {@link pageServerTime}: a `Date` has whole seconds. */
const secondLookDelay = 2500;
/** ms by which the `Date` of two responses may differ from the time between them. */
const dateTolerance = 1500;

/**
 * Resolves to the time of the page's own server (ms since 1970), or to undefined if it sends no `Date`. A page cannot read the `Date` of other origins. A service worker or
 * a cache may answer with a response of days ago: a second response, to another URL, must be as much later as it is.
 */
export async function pageServerTime(): Promise<number | undefined> {
  const first = await serverTime(location.href);
  if (first === undefined) return undefined;
  const start = performance.now();
  await new Promise((resolve) => setTimeout(resolve, secondLookDelay));
  const url = new URL(location.href);
  url.searchParams.set('fine-uploader-time', String(Math.random()));
  const second = await serverTime(url.href);
  const elapsed = performance.now() - start;
  return second !== undefined && Math.abs(second - first - elapsed) <= dateTolerance ? second : undefined;
}

async function serverTime(url: string): Promise<number | undefined> {
  const { headers } = await fetch(url, { method: 'HEAD', cache: 'no-store', signal: AbortSignal.timeout(5000) });
  return responseDate((name) => headers.get(name));
}
