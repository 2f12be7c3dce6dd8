/**
 * The words in which a test says what shall go wrong on the wire. Plain JSON, because they travel from a browser to the test servers.
 */

/** Which requests a fault is for. Everything that is given must fit; preflights are spared unless `method` is OPTIONS. */
export interface FaultMatch {
  /** Such as PUT. Default: any but OPTIONS. */
  readonly method?: string;
  /** A regular expression that finds something in the path and query, such as `partNumber=2`. */
  readonly path?: string;
  /** A regular expression that finds something in the first 4 KiB of the request's body. Only for faults of kind `answer`, `silent` and `delay`. */
  readonly body?: string;
}

/** When a fault happens, beside which requests it is for. */
export interface FaultWhen {
  readonly match?: FaultMatch;
  /** How many fitting requests pass unharmed first. Default 0. */
  readonly skip?: number;
  /** How many fitting requests it hits. Default 1; for ever where `forMs` is given. */
  readonly times?: number;
  /** How long it lasts, in milliseconds from the first request it hits. Default: no end. */
  readonly forMs?: number;
}

/** What goes wrong. */
export type FaultKind =
  /** Somebody answers in the server's place, once the request's body has been read (or at once, with `early`). The server never sees the request. */
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string;
      /** Whether the answer lets the page's origin read it. Default true. */
      readonly cors?: boolean;
      readonly early?: boolean;
    }
  /** The connection is cut once this many bytes of the request's body have been passed on. */
  | { readonly kind: 'cutRequest'; readonly afterBytes: number }
  /** The server gets the whole request; the connection is cut once this many bytes of its answer's body have been passed back; -1: before the first byte of its head. */
  | { readonly kind: 'cutResponse'; readonly afterBytes: number }
  /** The request is taken, and nobody ever answers. With `forward` the server does get it, and its answer is swallowed. */
  | { readonly kind: 'silent'; readonly forward?: boolean }
  /** The server's answer is held back for so many milliseconds. */
  | { readonly kind: 'delay'; readonly ms: number }
  /** The answer loses the headers named here, in lower case; `access-control-*` for all of CORS. */
  | { readonly kind: 'dropHeaders'; readonly headers: readonly string[] }
  /** A slow line: all requests this fault fits share so many bytes per second, both ways. For ever unless `times` or `forMs` says else. */
  | { readonly kind: 'slow'; readonly bytesPerSecond: number }
  /** The server's machine is gone: all connections are cut and new ones refused, for so many milliseconds. */
  | { readonly kind: 'gone'; readonly ms: number };

/** One fault of a script. The first of a script that fits a request is the one that happens to it. */
export type Fault = FaultWhen & FaultKind;

/** S3's error answers, as Amazon gives them, for the `answer` kind. */
export function s3Error(
  status: number,
  code: string,
  message: string,
  extra = '',
): { kind: 'answer'; status: number; headers: Record<string, string>; body: string } {
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message>${extra}<RequestId>TESTREQUESTID</RequestId><HostId>testhostid</HostId></Error>`;
  return { kind: 'answer', status, headers: { 'Content-Type': 'application/xml' }, body };
}

/** The answers that stores give on bad days. */
export const badDays = {
  slowDown: (retryAfterSeconds?: number) => {
    const answer = s3Error(503, 'SlowDown', 'Please reduce your request rate.');
    return retryAfterSeconds === undefined
      ? answer
      : { ...answer, headers: { ...answer.headers, 'Retry-After': String(retryAfterSeconds) } };
  },
  requestExpired: () => s3Error(403, 'AccessDenied', 'Request has expired'),
  expiredToken: () => s3Error(400, 'ExpiredToken', 'The provided token has expired.'),
  internalError: () => s3Error(500, 'InternalError', 'We encountered an internal error. Please try again.'),
  /** CompleteMultipartUpload answers 200 at once and may still fail in its body. */
  errorInside200: () => s3Error(200, 'InternalError', 'We encountered an internal error. Please try again.'),
  /** `serverTime` is an ISO date: what the store's clock says. */
  clockSkewed: (serverTime: string) =>
    s3Error(
      403,
      'RequestTimeTooSkewed',
      'The difference between the request time and the current time is too large.',
      `<ServerTime>${serverTime}</ServerTime><MaxAllowedSkewMilliseconds>900000</MaxAllowedSkewMilliseconds>`,
    ),
} as const;
