import { responseDate } from '../http/response-date.js';

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
