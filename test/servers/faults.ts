/**
 * The faults that a test can inject into connections. They are plain JSON, because a browser sends them to the test servers.
 */

/** The requests that a fault applies to. All given properties must match. Preflights match only if `method` is OPTIONS. */
export interface FaultMatch {
  /** HTTP method, such as PUT. Default: any except OPTIONS. */
  readonly method?: string;
  /** Regular expression for the path and query, such as `partNumber=2`. */
  readonly path?: string;
  /** Regular expression for the first 4 KiB of the request's body. Only for faults of kind `answer`, `silent` and `delay`. */
  readonly body?: string;
}

/** The conditions of a fault. */
export interface FaultWhen {
  readonly match?: FaultMatch;
  /** Number of matching requests that pass before the fault. Default 0. */
  readonly skip?: number;
  /** Number of matching requests that the fault applies to. Default 1; unlimited with `forMs`. */
  readonly times?: number;
  /** Duration of the fault in ms, from the first request that it applies to. Default: unlimited. */
  readonly forMs?: number;
}

/** The kinds of faults. */
export type FaultKind =
  /** The proxy responds after it has read the request's body (with `early`, immediately). The server does not receive the request. */
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string;
      /** Whether the response has CORS headers for the page's origin. Default true. */
      readonly cors?: boolean;
      readonly early?: boolean;
    }
  /** The connection is closed at once. The server does not receive the request. */
  | { readonly kind: 'reset' }
  /** No more bytes are read after this many bytes of the request's body have been forwarded. The connection stays open. */
  | { readonly kind: 'stallRequest'; readonly afterBytes: number }
  /** The connection is closed after this many bytes of the request's body have been forwarded. */
  | { readonly kind: 'cutRequest'; readonly afterBytes: number }
  /** The server receives the whole request. The connection is closed after this many bytes of the response's body; -1: before the response's head. */
  | { readonly kind: 'cutResponse'; readonly afterBytes: number }
  /** The request is never answered. With `forward` the server receives it, and its response is dropped. */
  | { readonly kind: 'silent'; readonly forward?: boolean }
  /** The server's response is delayed by `ms` milliseconds. */
  | { readonly kind: 'delay'; readonly ms: number }
  /** The listed headers are removed from the response: lower-case names, or `access-control-*` for all CORS headers. */
  | { readonly kind: 'dropHeaders'; readonly headers: readonly string[] }
  /** All matching requests share this bandwidth in both directions. Unlimited in time unless `times` or `forMs` is set. */
  | { readonly kind: 'slow'; readonly bytesPerSecond: number }
  /** All connections are closed and new ones are refused for `ms` milliseconds. */
  | { readonly kind: 'gone'; readonly ms: number };

/** A fault. The first fault of the list that matches a request is applied. */
export type Fault = FaultWhen & FaultKind;

/** Creates an `answer` fault with an error response of Amazon S3. */
export function s3Error(
  status: number,
  code: string,
  message: string,
  extra = '',
): { kind: 'answer'; status: number; headers: Record<string, string>; body: string } {
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message>${extra}<RequestId>TESTREQUESTID</RequestId><HostId>testhostid</HostId></Error>`;
  return { kind: 'answer', status, headers: { 'Content-Type': 'application/xml' }, body };
}

/** Error responses of S3 stores. */
export const errorResponses = {
  slowDown: (retryAfterSeconds?: number) => {
    const answer = s3Error(503, 'SlowDown', 'Please reduce your request rate.');
    return retryAfterSeconds === undefined
      ? answer
      : { ...answer, headers: { ...answer.headers, 'Retry-After': String(retryAfterSeconds) } };
  },
  requestExpired: () => s3Error(403, 'AccessDenied', 'Request has expired'),
  expiredToken: () => s3Error(400, 'ExpiredToken', 'The provided token has expired.'),
  internalError: () => s3Error(500, 'InternalError', 'We encountered an internal error. Please try again.'),
  /** CompleteMultipartUpload sends status 200 early and may report an error in its body. */
  errorInside200: () => s3Error(200, 'InternalError', 'We encountered an internal error. Please try again.'),
  /** `serverTime`: the store's time, as an ISO 8601 date. */
  clockSkewed: (serverTime: string) =>
    s3Error(
      403,
      'RequestTimeTooSkewed',
      'The difference between the request time and the current time is too large.',
      `<ServerTime>${serverTime}</ServerTime><MaxAllowedSkewMilliseconds>900000</MaxAllowedSkewMilliseconds>`,
    ),
} as const;
