/** What a scenario did, on the wire and in the page: the shape of the recordings, of our own runs, and of what is compared. */

/** One request, as the recorder writes it down. */
export interface RawRequest {
  /** `app`: the page's own server; `s3`: the store, another origin. */
  readonly where: 'app' | 's3';
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The fields of a multipart body in order; any other body as text. */
  readonly body?: string | readonly (readonly [string, unknown])[] | null;
  /** What the signer answered. */
  readonly reply?: { readonly status: number; readonly body: string };
}

/** One file of `recordings/`. */
export interface Recording {
  readonly name: string;
  /** `ev`: the callbacks in order, each `[name, ...arguments]`, an XMLHttpRequest being `xhr:<status>`; the rest is what the scenario returned. */
  readonly result: Readonly<Record<string, unknown>> & { readonly ev?: readonly (readonly [string, ...unknown[]])[] };
  readonly requests: readonly RawRequest[];
  readonly console: readonly string[];
}

/** A callback that was called, or an event that was dispatched, by the event's name. */
export interface Call {
  readonly name: string;
  /** Fine Uploader's arguments without the XMLHttpRequest, the button, and what is undefined. */
  args: unknown[];
  /** HTTP status of the XMLHttpRequest among the arguments. Events have none. */
  xhr?: number | undefined;
}

/** One request as it is compared. */
export interface WireRequest {
  where: 'app' | 's3';
  method: string;
  url: string;
  headers: Record<string, string>;
  body?: string | [string, unknown][] | undefined;
  /** The headers that the browser asked about first; undefined where it sent no preflight. */
  preflight?: string | undefined;
}

/** Everything that is compared. */
export interface Run {
  /** The callbacks of `options.callbacks`, in order; undefined where the scenario does not look at them. */
  callbacks: Call[] | undefined;
  /** The same as DOM events. */
  events: Call[] | undefined;
  wire: WireRequest[];
  /** What the page's methods answered. */
  result: Record<string, unknown>;
  /** Warnings and uncaught errors in the page's console. */
  console: string[];
}

/** What the page hands over after a scenario. */
export interface PageResult {
  readonly callbacks: readonly (readonly [string, ...unknown[]])[];
  readonly events: readonly (readonly [string, ...unknown[]])[];
  readonly result: Readonly<Record<string, unknown>>;
}
