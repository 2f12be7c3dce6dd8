/** Serializes request parameters by Fine Uploader's rules. For requests to the page's own server. */

/** Names and values. A value may be a function, called for each request, or an object: `{a: {b: 1}}` is sent as `a[b]=1`. */
export type Params = Readonly<Record<string, unknown>>;

/** A value, or a function that returns it or a promise of it. */
export type ValueOrFunction<T, Arguments extends readonly unknown[] = []> = T | ((...args: Arguments) => T | PromiseLike<T>);

/** Resolves with the value, or with the result of the function. */
export async function resolveValue<T, Arguments extends readonly unknown[]>(
  value: ValueOrFunction<T, Arguments>,
  ...args: Arguments
): Promise<T> {
  return typeof value === 'function' ? (value as (...args: Arguments) => T | PromiseLike<T>)(...args) : value;
}

/**
 * Name and value pairs in order. As in Fine Uploader, `null` and `undefined` become the words "null" and "undefined".
 *
 * @param flattenArrays - true: an array becomes `a[0]`, `a[1]`. False: it stays one value, which is written with commas.
 */
function flatten(params: Params, flattenArrays: boolean, prefix = ''): [name: string, value: unknown][] {
  return Object.entries(params).flatMap(([key, param]) => {
    const name = prefix ? `${prefix}[${key}]` : key;
    const value = callIfFunction(param);
    return isNested(value, flattenArrays) ? flatten(value, flattenArrays, name) : [[name, value]];
  });
}

function isNested(value: unknown, flattenArrays: boolean): value is Params {
  return Array.isArray(value) ? flattenArrays : Object.prototype.toString.call(value) === '[object Object]';
}

function callIfFunction(value: unknown): unknown {
  return typeof value === 'function' ? (value as () => unknown)() : value;
}

/** The params as a multipart form. Blobs are appended as files. */
export function toFormData(params: Params): FormData {
  const form = new FormData();
  for (const [name, value] of flatten(params, false)) {
    if (value instanceof Blob) form.append(name, value);
    else form.append(name, String(value));
  }
  return form;
}

/** The params as `application/x-www-form-urlencoded`, for a body or a query. */
export function toSearchParams(params: Params): URLSearchParams {
  return new URLSearchParams(flatten(params, true).map(([name, value]) => [name, String(value)]));
}

/** The Content-Type of {@link toSearchParams}, as in Fine Uploader: browsers add a charset to their own. */
export const formType = 'application/x-www-form-urlencoded';

/** The params as JSON. Functions are called. */
export function toJson(params: Params): string {
  return JSON.stringify(params, (_key, value) => callIfFunction(value));
}

/** Appends the params to the query of a URL. The fragment of the URL is removed. */
export function appendQuery(url: string, params: Params): string {
  const query = toSearchParams(params).toString();
  if (!query) return url;
  const base = url.replace(/#.*/s, '');
  return base + (!base.includes('?') ? '?' : /[?&]$/.test(base) ? '' : '&') + query;
}

/**
 * The headers of Fine Uploader's requests, by which servers recognize a script.
 *
 * @param avoidPreflight - true: a cross-origin request has only `Accept`, since the other headers would need a preflight.
 */
export function ajaxHeaders(url: string, avoidPreflight: boolean): Readonly<Record<string, string>> {
  const accept = { Accept: 'application/json' };
  return avoidPreflight && isCrossOrigin(url) ? accept : { ...accept, 'X-Requested-With': 'XMLHttpRequest', 'Cache-Control': 'no-cache' };
}

/** The last result of {@link isCrossOrigin}: thousands of requests have the same URL. */
let cached = { url: '', crossOrigin: false };

function isCrossOrigin(url: string): boolean {
  // Node has no location.
  const location = globalThis.location as { readonly href: string; readonly origin: string } | undefined;
  if (!location) return false;
  if (cached.url !== url) cached = { url, crossOrigin: new URL(url, location.href).origin !== location.origin };
  return cached.crossOrigin;
}
