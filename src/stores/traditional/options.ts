/** What a {@link TraditionalStore} is told: Fine Uploader's own options by Fine Uploader's names, flattened, with its defaults. */

import type { Send } from '../../core/types.js';
import type { ValueOrFunction, Params } from '../../http/params.js';

/** Header names and values. */
export type Headers = Readonly<Record<string, string>>;

/** The names of the fields that describe a chunk. The size of the file goes by {@link TraditionalOptions.totalFileSizeName}. */
export interface ChunkingParamNames {
  readonly partIndex: string;
  readonly partByteOffset: string;
  readonly chunkSize: string;
  readonly totalParts: string;
}

/** The request that says that all chunks have been sent. */
export interface ChunkingSuccess {
  /** Where to; nothing is sent where there is none. */
  readonly endpoint?: ValueOrFunction<string | null, [id: number]>;
  /** Default POST. */
  readonly method?: string;
  /** Default, also where the function answers null: the custom headers of the upload. */
  readonly headers?: ValueOrFunction<Headers | null, [id: number]>;
  /** In place of all other fields. Default, also where the function answers null: the upload's own params, the uuid, name, size and number of parts. */
  readonly params?: ValueOrFunction<Params | null, [id: number]>;
  /** As JSON, not as a form. */
  readonly jsonPayload?: boolean;
  /** Statuses that mean: send the whole file again. */
  readonly resetOnStatus?: readonly number[];
}

/** All that can be set. A function is called anew for every request. */
export interface TraditionalOptions {
  readonly send: Send;
  /** Where files are sent. */
  readonly endpoint: string;
  readonly method: string;
  /** Fields that go along with every request about the file. */
  readonly params: Params;
  /** False: the fields go into the address, not into the form. */
  readonly paramsInBody: boolean;
  /** False, where `paramsInBody` is false too: the body is the file itself, not a form. */
  readonly forceMultipart: boolean;
  /** The form field of the file; without a form, the field with the file's name. */
  readonly inputName: string;
  readonly uuidName: string;
  readonly filenameParam: string;
  readonly totalFileSizeName: string;
  readonly customHeaders: ValueOrFunction<Headers>;
  /** None of the uploader's own fields, only `params`. */
  readonly omitDefaultParams: boolean;
  /** Only an answer of `{"success": true}` is a yes. False: the status alone decides. */
  readonly requireSuccessJson: boolean;
  /** The field of an answer that forbids to try again. */
  readonly preventRetryResponseProperty: string;
  /** Cookies go along to another origin. */
  readonly withCredentials: boolean;
  /** Files larger than a part are sent in chunks. */
  readonly chunking: boolean;
  /** Bytes. */
  readonly partSize: ValueOrFunction<number, [id: number, size: number]>;
  /** Small files are sent as one chunk. */
  readonly chunkingMandatory: boolean;
  /** Several chunks of a file at once. */
  readonly concurrentChunks: boolean;
  readonly chunkingParamNames: ChunkingParamNames;
  readonly chunkingSuccess: ChunkingSuccess;
  /** The field that marks the first chunk after a reload. */
  readonly resumingParam: string;
  /** Where files that have arrived are deleted. */
  readonly deleteEndpoint: string;
  /** DELETE, or POST for servers that do not know it. */
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
