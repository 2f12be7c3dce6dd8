/**
 * Options of the store.
 */

/** A CORS rule of a bucket, as in S3. Each entry of a list may contain one `*`, which matches any characters. */
export interface CorsRule {
  allowedOrigins: string[];
  /** `GET`, `PUT`, `POST`, `DELETE`, `HEAD`. */
  allowedMethods: string[];
  allowedHeaders: string[];
  /** Response headers that a page may read. Multipart uploads require `ETag`. */
  exposeHeaders?: string[];
  /** Seconds for which a browser may cache a preflight. Default: no header. */
  maxAgeSeconds?: number;
}

/** Permissions of users of an identity provider, and the lifetime of their credentials. */
export interface Role {
  /** For example `arn:aws:iam::000000000000:role/WebUpload`. */
  arn: string;
  bucket: string;
  /** Prefix of the keys that may be accessed. */
  prefix: string;
  /** IAM actions, such as `s3:PutObject`. A trailing `*` matches any suffix. */
  actions: string[];
  /** Minimum lifetime of credentials, in seconds. Default 900, as AWS. */
  minDuration?: number;
  /** Maximum lifetime of credentials, in seconds. Default 3600, as AWS. */
  maxDuration?: number;
}

/** An OpenID provider whose tokens AssumeRoleWithWebIdentity accepts. */
export interface IdentityProvider {
  /** The exact `iss` of its tokens. Its keys are fetched through `<issuer>/.well-known/openid-configuration`. */
  issuer: string;
  /** The required `aud` of its tokens: the client id. */
  audience: string;
  roles: Role[];
}

export interface StoreOptions {
  /** Folder for all data. Objects, unfinished multipart uploads and temporary credentials survive a restart with the same folder. */
  folder: string;
  /** Port on 127.0.0.1. Default 0: a free port. */
  port?: number;
  /** Permanent access keys, without restrictions. */
  credentials: { accessKey: string; secretKey: string }[];
  buckets: { name: string; cors?: CorsRule[] }[];
  /** Returns the store's time, in ms since 1970. Default `Date.now`. */
  now?: () => number;
  identityProviders?: IdentityProvider[];
  /** Origins whose pages may call AssumeRoleWithWebIdentity. Default: all. */
  stsAllowedOrigins?: string[];
  /** Region of the store. Default `us-east-1`. SigV4 scopes of other regions are rejected. */
  region?: string;
  /** Host names of the store. A bucket is addressed as `BUCKET.<host>` or `<host>/BUCKET`. Default `s3.localhost` and `localhost`. */
  hosts?: string[];
}

export interface S3Store {
  /** `http://127.0.0.1:PORT`, without a trailing slash. */
  url: string;
  port: number;
  /** Closes all connections. Resolves when all writes have ended. May be called repeatedly. */
  close(): Promise<void>;
}
