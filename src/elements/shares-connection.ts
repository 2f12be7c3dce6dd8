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
