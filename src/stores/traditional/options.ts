import type { Send } from '../../core/types.js';
import type { Params, ValueOrFunction } from '../../http/params.js';

/** Header names and values. */
export type Headers = Readonly<Record<string, string>>;

/** Names of the params that describe a chunk. */
export interface ChunkingParamNames {
  readonly partIndex: string;
  readonly partByteOffset: string;
  readonly chunkSize: string;
  readonly totalParts: string;
}

/** Options of the request that tells the server that all chunks are uploaded. */
export interface ChunkingSuccess {
  /** URL of the request. Default none: no request is made. */
  readonly endpoint?: ValueOrFunction<string | null, [id: number]>;
  /** Default POST. */
  readonly method?: string;
  /** Default, or if the function returns null: `customHeaders`. */
  readonly headers?: ValueOrFunction<Headers | null, [id: number]>;
  /** Replace all other params. Default, or if the function returns null: `params`, the uuid, the name, the size and the number of chunks. */
  readonly params?: ValueOrFunction<Params | null, [id: number]>;
  /** Sends the params as JSON instead of a form. Default false. */
  readonly jsonPayload?: boolean;
  /** Statuses after which the whole file is uploaded again. Default none. */
  readonly resetOnStatus?: readonly number[];
}

/** Options of a {@link TraditionalStore}: Fine Uploader's, flattened. Functions are called for each request. */
export interface TraditionalOptions {
  readonly send: Send;
  /** URL to which files are uploaded. */
  readonly endpoint: string;
  /** Default POST. */
  readonly method: string;
  /** Params of each request about the file. */
  readonly params: Params;
  /** False: the params are in the query instead of the form. Default true. */
  readonly paramsInBody: boolean;
  /** False, with `paramsInBody` false: the body is the file itself instead of a form. Default true. */
  readonly forceMultipart: boolean;
  /** Name of the form field with the file; without a form, of the param with the file's name. Default `qqfile`. */
  readonly inputName: string;
  /** Default `qquuid`. */
  readonly uuidName: string;
  /** Default `qqfilename`. */
  readonly filenameParam: string;
  /** Default `qqtotalfilesize`. */
  readonly totalFileSizeName: string;
  readonly customHeaders: ValueOrFunction<Headers>;
  /** Sends only `params`, none of the default params. Default false. */
  readonly omitDefaultParams: boolean;
  /** True: a response must contain `{"success": true}`. False: only its status counts. Default true. */
  readonly requireSuccessJson: boolean;
  /** Property of a response that forbids retries. Default `preventRetry`. */
  readonly preventRetryResponseProperty: string;
  /** Sends cookies to another origin. Default false. */
  readonly withCredentials: boolean;
  /** Uploads files larger than `partSize` in chunks. Default false. */
  readonly chunking: boolean;
  /** Bytes. Default 2,000,000. */
  readonly partSize: ValueOrFunction<number, [id: number, size: number]>;
  /** Uploads smaller files in one chunk. Default false. */
  readonly chunkingMandatory: boolean;
  /** Uploads several chunks of a file at a time. Default false. */
  readonly concurrentChunks: boolean;
  readonly chunkingParamNames: ChunkingParamNames;
  readonly chunkingSuccess: ChunkingSuccess;
  /** Name of the param that marks the first chunk after a reload. Default `qqresume`. */
  readonly resumingParam: string;
  /** URL that deletes uploaded files. Default '': files cannot be deleted. */
  readonly deleteEndpoint: string;
  /** DELETE (the default) or POST. */
  readonly deleteMethod: string;
  readonly deleteParams: Params;
  readonly deleteHeaders: ValueOrFunction<Headers>;
}

/** Fine Uploader's defaults. */
export const traditionalDefaults: Omit<TraditionalOptions, 'send' | 'endpoint'> = {
  method: 'POST',
  params: {},
  paramsInBody: true,
  forceMultipart: true,
  inputName: 'qqfile',
  uuidName: 'qquuid',
  filenameParam: 'qqfilename',
  totalFileSizeName: 'qqtotalfilesize',
  customHeaders: {},
  omitDefaultParams: false,
  requireSuccessJson: true,
  preventRetryResponseProperty: 'preventRetry',
  withCredentials: false,
  chunking: false,
  partSize: 2_000_000,
  chunkingMandatory: false,
  concurrentChunks: false,
  chunkingParamNames: {
    partIndex: 'qqpartindex',
    partByteOffset: 'qqpartbyteoffset',
    chunkSize: 'qqchunksize',
    totalParts: 'qqtotalparts',
  },
  chunkingSuccess: {},
  resumingParam: 'qqresume',
  deleteEndpoint: '',
  deleteMethod: 'DELETE',
  deleteParams: {},
  deleteHeaders: {},
};
