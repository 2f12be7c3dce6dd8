/**
 * What a store is started with.
 */

/** One CORS rule of a bucket, with S3's meaning of each list: `*` may stand for any run of characters, once per entry. */
export interface CorsRule {
  allowedOrigins: string[];
  /** `GET`, `PUT`, `POST`, `DELETE`, `HEAD`. */
  allowedMethods: string[];
  allowedHeaders: string[];
  /** Headers that a page may read; without `ETag` here no page can finish a multipart upload. */
  exposeHeaders?: string[];
  /** How long a browser may remember a preflight. Default: not said. */
  maxAgeSeconds?: number;
}

/** What somebody who proves who they are may do, and for how long. */
export interface Role {
  /** For example `arn:aws:iam::000000000000:role/WebUpload`. */
  arn: string;
  bucket: string;
  /** Keys that begin so may be touched, no others. */
  prefix: string;
  /** IAM's words: `s3:PutObject`, `s3:AbortMultipartUpload`, …; a trailing `*` stands for the rest. */
  actions: string[];
  /** Seconds. Default 900, as AWS. */
  minDuration?: number;
  /** Seconds. Default 3600, as AWS. */
  maxDuration?: number;
}

/** An OpenID provider whose tokens AssumeRoleWithWebIdentity takes. */
export interface IdentityProvider {
  /** The exact `iss` of its tokens; its keys are found through `<issuer>/.well-known/openid-configuration`. */
  issuer: string;
  /** The `aud` its tokens must be meant for: the client's id. */
  audience: string;
  roles: Role[];
}

export interface StoreOptions {
  /** Where everything is kept. Objects, unfinished multipart uploads and temporary credentials survive a restart with the same folder. */
  folder: string;
  /** Default 0: a free port. The store listens on 127.0.0.1 only. */
  port?: number;
  /** Permanent keys. Each may do everything. */
  credentials: { accessKey: string; secretKey: string }[];
  buckets: { name: string; cors?: CorsRule[] }[];
  /** The store's clock in milliseconds since 1970. Default `Date.now`. */
  now?: () => number;
  identityProviders?: IdentityProvider[];
  /** Origins whose pages may call AssumeRoleWithWebIdentity. Default: all. */
  stsAllowedOrigins?: string[];
  /** Default `us-east-1`. SigV4 scopes of another region are refused. */
  region?: string;
  /** Host names under which `BUCKET.<host>` is the bucket and `<host>/BUCKET` too. Default `s3.localhost` and `localhost`. */
  hosts?: string[];
}

export interface S3Store {
  /** `http://127.0.0.1:PORT`, without a slash at the end. */
  url: string;
  port: number;
  /** Ends every connection and resolves when nothing is being written any more. May be called again. */
  close(): Promise<void>;
}
