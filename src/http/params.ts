/** A page's parameters, written the way forms and addresses carry them. Shared by all that speak to a page's own server. */

/** Names and values; a value may be a function (called anew for every request) or nest: `{a: {b: 1}}` goes out as `a[b]=1`. */
export type Params = Readonly<Record<string, unknown>>;

/** A value, or a function that makes it, at once or later. */
export type ValueOrFunction<T, Arguments extends readonly unknown[] = []> = T | ((...given: Arguments) => T | PromiseLike<T>);

/** The value, where need be by calling the function that makes it. */
export async function resolveValue<T, Arguments extends readonly unknown[]>(
  value: ValueOrFunction<T, Arguments>,
  ...from: Arguments
): Promise<T> {
  return typeof value === 'function' ? (value as (...from: Arguments) => T | PromiseLike<T>)(...from) : value;
}

/**
 * Flat name and value pairs in order. As in Fine Uploader `null` and `undefined` go out as these words, and a list either as `a[0]`, `a[1]`
 * or, where the reader is a multipart form, as one value with commas.
 */
function flat(params: Params, lists: boolean, prefix = ''): [name: string, value: unknown][] {
  return Object.entries(params).flatMap(([key, original]) => {
    const name = prefix ? `${prefix}[${key}]` : key;
    const value = called(original);
    return nests(value, lists) ? flat(value, lists, name) : [[name, value]];
  });
}

/** Also a list's own items nest, hence the cast. */
function nests(value: unknown, lists: boolean): value is Params {
  return Array.isArray(value) ? lists : Object.prototype.toString.call(value) === '[object Object]';
}

function called(value: unknown): unknown {
  return typeof value === 'function' ? (value as () => unknown)() : value;
}

/** As a multipart form. A Blob among the values stays one. */
export function toFormData(params: Params): FormData {
  const form = new FormData();
  for (const [name, value] of flat(params, false)) {
    if (value instanceof Blob) form.append(name, value);
    else form.append(name, String(value));
  }
  return form;
}

/** As `application/x-www-form-urlencoded`, for a body or an address. */
export function toSearchParams(params: Params): URLSearchParams {
  return new URLSearchParams(flat(params, true).map(([name, value]) => [name, String(value)]));
}

/** As JSON, functions called. */
export function toJson(params: Params): string {
  return JSON.stringify(params, (_key, value) => called(value));
}

/** Adds parameters to an address that may have some already. */
export function appendQuery(url: string, params: Params): string {
  const query = toSearchParams(params).toString();
  if (!query) return url;
  const address = url.replace(/#.*/s, '');
  return address + (!address.includes('?') ? '?' : /[?&]$/.test(address) ? '' : '&') + query;
}

/**
 * The headers by which servers tell a script's request from a form's. Left out where a request to another origin would need a preflight
 * for nothing else, since old servers allow only what Fine Uploader sent there.
 */
export function ajaxHeaders(url: string, simple: boolean): Readonly<Record<string, string>> {
  const accept = { Accept: 'application/json' };
  return simple && isCrossOrigin(url) ? accept : { ...accept, 'X-Requested-With': 'XMLHttpRequest', 'Cache-Control': 'no-cache' };
}

/** The last address that was looked at: it is the same for thousands of requests. */
let looked = { url: '', crossOrigin: false };

function isCrossOrigin(url: string): boolean {
  // Neither a page nor a worker: Node.
  const here = globalThis.location as { readonly href: string; readonly origin: string } | undefined;
  if (!here) return false;
  if (looked.url !== url) looked = { url, crossOrigin: new URL(url, here.href).origin !== here.origin };
  return looked.crossOrigin;
}
