/** The part of npm's aws4 that the tests use. The package carries no types of its own. */
declare module 'aws4' {
  /** A request before and after signing. With `signQuery` the signature goes into `path`, otherwise into `headers.Authorization`. */
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
    /** Lower-case names that stay out of the signature. */
    extraHeadersToIgnore?: Record<string, boolean>;
    /** Lower-case names that go into the signature although aws4 would leave them out. */
    extraHeadersToInclude?: Record<string, boolean>;
    /** Adds no header of its own (date, payload hash, length). */
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
