import type { Send, UploadFile } from '../../core/types.js';
import type { Params, ValueOrFunction } from '../../http/params.js';

/** Header names and values. */
export type Headers = Readonly<Record<string, string>>;

/** `uuid`: the file's uuid and extension. `filename`: the file's name. A function returns the name, or a promise of it. */
export type BlobNameRule = 'uuid' | 'filename' | ((file: UploadFile) => string | PromiseLike<string>);

/** Options of an {@link AzureStore}. */
export interface AzureStoreOptions {
  readonly send: Send;
  /** URL of the container: `https://account.blob.core.windows.net/container`. */
  readonly endpoint: string;
  /** URL of the page's server that answers with SAS URIs. */
  readonly signatureEndpoint: string;
  readonly signatureHeaders?: ValueOrFunction<Headers, [file: UploadFile]> | undefined;
  /** Default `uuid`. */
  readonly blobName?: BlobNameRule | undefined;
  /** Become the blob's metadata. */
  readonly params?: Params | undefined;
  /** Name of the metadata with the file's name, after `x-ms-meta-`. Default `qqfilename`. */
  readonly filenameParam?: string | undefined;
  /** Uploads files larger than `partSize` in blocks. A file too large for one request is uploaded in blocks anyway. Default false. */
  readonly chunking?: boolean | undefined;
  /** Uploads smaller files in one block. Default false. */
  readonly chunkingMandatory?: boolean | undefined;
  /** Bytes. Raised if a file would need more than 50,000 blocks. Default 8 MiB. */
  readonly partSize?: ValueOrFunction<number, [file: UploadFile]> | undefined;
  /** Sends the MD5 of each block, which Azure compares with what it has received. Default: none. */
  readonly checksum?: 'md5' | undefined;
  /** URL on the page's server that is notified of each uploaded blob. */
  readonly successEndpoint?: string | undefined;
  /** Default POST. */
  readonly successMethod?: string | undefined;
  readonly successParams?: Params | undefined;
  readonly successHeaders?: ValueOrFunction<Headers, [file: UploadFile]> | undefined;
  /** Sends cookies to the page's own servers on another origin. Never to Azure. Default false. */
  readonly withCredentials?: boolean | undefined;
}
