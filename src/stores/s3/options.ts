import type { Send, UploadFile } from '../../core/types.js';
import type { Params, ValueOrFunction } from '../../http/params.js';
import type { KeyRule } from './key.js';
import type { S3Signer } from './signers/signer.js';
import type { StoreClock } from './signers/store-clock.js';

type Headers = Readonly<Record<string, string>>;

/** A value, or a function that returns it for a file, or a promise of it. */
type PerFile<T> = ValueOrFunction<T, [file: UploadFile]>;

/** Options of an {@link S3Store}: Fine Uploader's, flattened. `send`, `signer` and `endpoint` are required. */
export interface S3StoreOptions {
  readonly send: Send;
  readonly signer: S3Signer;
  /** URL of the bucket, or of a CDN in front of it; see `resolveEndpoint`. */
  readonly endpoint: string;
  /** Default: the bucket in the endpoint. */
  readonly bucket?: PerFile<string | undefined> | undefined;
  /** The Host header that the store sees, if a CDN changes it. */
  readonly host?: PerFile<string | undefined> | undefined;
  /** Default: the region in the endpoint, else `us-east-1`. */
  readonly region?: PerFile<string | undefined> | undefined;
  /** True if the store sees `/bucket/key`. */
  readonly pathStyle?: PerFile<boolean | undefined> | undefined;
  /** Default `uuid`. */
  readonly key?: KeyRule | undefined;
  /** Canned ACL. Default `private`; '' for none. */
  readonly acl?: string | undefined;
  /** Such as `REDUCED_REDUNDANCY`. Default: the bucket's. */
  readonly storageClass?: string | undefined;
  /** Encrypts with AES256. Default false. */
  readonly serverSideEncryption?: boolean | undefined;
  /** Become the object's metadata. */
  readonly params?: Params | undefined;
  /** Name of the metadata with the file's name, after `x-amz-meta-`. Default `qqfilename`. */
  readonly filenameParam?: string | undefined;
  /** Maximum size in the policy of a form post, bytes. Default 0, no limit. */
  readonly sizeLimit?: number | undefined;
  /** Minimum size in the policy of a form post, bytes. Default 0, no limit. */
  readonly minSizeLimit?: number | undefined;
  /** Uploads files larger than `partSize` in parts. A file too large for one request is uploaded in parts anyway. Default false. */
  readonly chunking?: boolean | undefined;
  /** Uploads smaller files in one part. Default false. */
  readonly chunkingMandatory?: boolean | undefined;
  /** Bytes. Raised to 5 MiB, S3's minimum, and further if a file would need more than 10,000 parts. Default 5 MiB. */
  readonly partSize?: PerFile<number> | undefined;
  /** Signs `UNSIGNED-PAYLOAD` instead of the SHA-256 of each part. Default false. */
  readonly unsignedPayload?: boolean | undefined;
  /** URL on the page's server that is notified of each uploaded object. */
  readonly successEndpoint?: string | undefined;
  /** Default POST. */
  readonly successMethod?: string | undefined;
  readonly successParams?: Params | undefined;
  /** Property of the success endpoint's response that forbids retries. Default `preventRetry`. */
  readonly preventRetryResponseProperty?: string;
  /** Receives mistakes of the page, as sentences. */
  readonly warn?: (sentence: string) => void;
  readonly successHeaders?: PerFile<Headers> | undefined;
  /** URL on the page's server that deletes objects. */
  readonly deleteEndpoint?: string | undefined;
  /** DELETE (the default) or POST. */
  readonly deleteMethod?: string | undefined;
  readonly deleteParams?: Params | undefined;
  readonly deleteHeaders?: ValueOrFunction<Headers> | undefined;
  /** Sends cookies to the page's own servers on another origin. Never to the store. Default false. */
  readonly withCredentials?: boolean | undefined;
  /** The store's clock, shared by all files and by the signer's credentials. Default: the clock of this device. */
  readonly clock?: StoreClock | undefined;
}
