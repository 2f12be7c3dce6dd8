/** Types of the part of aws4 that the tests use; the package has no types. */
declare module 'aws4' {
  /** A request before and after signing. With `signQuery` the signature is in `path`, otherwise in `headers.Authorization`. */
  export interface Aws4Request {
    service: string;
    region: string;
    method: string;
    host: string;
    /** Path and query, percent-encoded. */
    path: string;
    headers: Record<string, string>;
    body?: string | Buffer;
    signQuery?: boolean;
    /** Lower-case names of headers that are not signed. */
    extraHeadersToIgnore?: Record<string, boolean>;
    /** Lower-case names of headers that are signed in addition to aws4's default. */
    extraHeadersToInclude?: Record<string, boolean>;
    /** Whether aws4 adds no headers (date, payload hash, length). */
    doNotModifyHeaders?: boolean;
  }
  export interface Aws4Credentials {
    accessKeyId: string;
    secretAccessKey: string;
    sessionToken?: string;
  }
  const aws4: {
    /** Signs `request` and returns the same object, completed. */
    sign(request: Aws4Request, credentials: Aws4Credentials): Aws4Request;
  };
  export default aws4;
}
