/** What an {@link S3Store} is told: Fine Uploader's options by their names, flattened. */

import type { Send, UploadFile } from '../../core/types.js';
import type { ValueOrFunction, Params } from '../../http/params.js';
import type { KeyRule } from './key.js';
import type { StoreClock } from './signers/store-clock.js';
import type { S3Signer } from './signers/signer.js';

/** Header names and values. */
type Headers = Readonly<Record<string, string>>;

/** A value, or a function that makes it for a file, at once or later. */
type PerFile<T> = ValueOrFunction<T, [file: UploadFile]>;

/** All that can be set for the upload of one file. Only the first three must be. */
export interface S3StoreOptions {
  readonly send: Send;
  readonly signer: S3Signer;
  /** The bucket's URL, or that of a CDN in front of it; see `resolveEndpoint`. */
  readonly endpoint: string;
  /** Default: what the endpoint tells. */
  readonly bucket?: PerFile<string | undefined> | undefined;
  /** The host that the store sees, where a CDN changes it. */
  readonly host?: PerFile<string | undefined> | undefined;
  /** Default: what the endpoint tells, else `us-east-1`. */
  readonly region?: PerFile<string | undefined> | undefined;
  /** True where the store sees `/bucket/key`. */
  readonly pathStyle?: PerFile<boolean | undefined> | undefined;
  /** Default `uuid`. */
  readonly key?: KeyRule | undefined;
  /** Default `private`; '' for none. */
  readonly acl?: string | undefined;
  /** Such as `REDUCED_REDUNDANCY`. */
  readonly storageClass?: string | undefined;
  /** AES256. */
  readonly serverSideEncryption?: boolean | undefined;
  /** Become the object's metadata. */
  readonly params?: Params | undefined;
  /** The metadata with the file's name, after `x-amz-meta-`. Default `qqfilename`. */
  readonly filenameParam?: string | undefined;
  /** Bytes; written into the policy of a form post. 0 for no limit. */
  readonly sizeLimit?: number | undefined;
  /** Bytes; likewise. */
  readonly minSizeLimit?: number | undefined;
  /** Files larger than a part go up in parts. A file too large for one request does so anyway. */
  readonly chunking?: boolean | undefined;
  /** Smaller ones too. */
  readonly chunkingMandatory?: boolean | undefined;
  /** Bytes; grown to 5 MiB, the least that S3 takes, and further where 10,000 parts would not be enough. Default 5 MiB. */
  readonly partSize?: PerFile<number> | undefined;
  /** `UNSIGNED-PAYLOAD` in place of every part's SHA-256. */
  readonly unsignedPayload?: boolean | undefined;
  /** The page's server, told of every object that is stored. */
  readonly successEndpoint?: string | undefined;
  /** Default POST. */
  readonly successMethod?: string | undefined;
  readonly successParams?: Params | undefined;
  readonly successHeaders?: PerFile<Headers> | undefined;
  /** The page's server, asked to delete an object. */
  readonly deleteEndpoint?: string | undefined;
  /** DELETE (the default) or POST. */
  readonly deleteMethod?: string | undefined;
  readonly deleteParams?: Params | undefined;
  readonly deleteHeaders?: ValueOrFunction<Headers> | undefined;
  /** Cookies go to the page's own servers on another origin. They never go to the store. */
  readonly withCredentials?: boolean | undefined;
  /** The store's time, shared by all files and by the signer's credentials. Default: this device's. */
  readonly clock?: StoreClock | undefined;
}
