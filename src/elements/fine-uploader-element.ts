import type { Store, UploadFile } from '../core/types.js';
import type { ChunkingParamNames, ChunkingSuccess, TraditionalOptions } from '../stores/traditional/options.js';
import { lazy } from '../utils/lazy.js';
import { fineUploaderDefaults, renameOptions } from './fine-uploader-options.js';
import { UploaderElement } from './uploader-element.js';
import type { SharedSettings } from './uploader-properties.js';

const loadStore = lazy(() => import('../stores/traditional/index.js'));

/** Fine Uploader's options of the protocol, and their names in {@link TraditionalOptions}. */
const requestOptions = {
  'request.paramsInBody': 'paramsInBody',
  'request.forceMultipart': 'forceMultipart',
  'request.inputName': 'inputName',
  'request.uuidName': 'uuidName',
  'request.filenameParam': 'filenameParam',
  'request.totalFileSizeName': 'totalFileSizeName',
  'request.omitDefaultParams': 'omitDefaultParams',
  'request.requireSuccessJson': 'requireSuccessJson',
  'resume.paramNames.resuming': 'resumingParam',
  'retry.preventRetryResponseProperty': 'preventRetryResponseProperty',
} as const satisfies Readonly<Record<string, keyof TraditionalOptions>>;

const chunkingParamNames = {
  'chunking.paramNames.partIndex': 'partIndex',
  'chunking.paramNames.partByteOffset': 'partByteOffset',
  'chunking.paramNames.chunkSize': 'chunkSize',
  'chunking.paramNames.totalParts': 'totalParts',
} as const satisfies Readonly<Record<string, keyof ChunkingParamNames>>;

const chunkingSuccess = {
  'chunking.success.method': 'method',
  'chunking.success.headers': 'headers',
  'chunking.success.params': 'params',
  'chunking.success.jsonPayload': 'jsonPayload',
  'chunking.success.resetOnStatus': 'resetOnStatus',
} as const satisfies Readonly<Record<string, keyof ChunkingSuccess>>;

/**
 * Uploads files to your own server, in Fine Uploader's form protocol.
 *
 * ```html
 * <fine-uploader endpoint="/uploads" multiple></fine-uploader>
 * ```
 *
 * @tagname fine-uploader
 */
export class FineUploaderElement extends UploaderElement {
  /** @internal */
  static override readonly storeOptions = { ...requestOptions, ...chunkingParamNames, ...chunkingSuccess };
  /** @internal */
  static override readonly optionDefaults = { ...fineUploaderDefaults, 'failedUploadTextDisplay.mode': 'default' };

  /** @internal */
  override readonly storeName = 'traditional';

  /** @internal */
  protected override storeFor({ id }: UploadFile, settings: SharedSettings): Promise<Store> {
    const { extraOptions, fileSettings } = this;
    const options = {
      ...(renameOptions(extraOptions, requestOptions) as Partial<TraditionalOptions>),
      endpoint: fileSettings.endpointFor(id),
      method: settings.method,
      params: fileSettings.paramsFor(id),
      customHeaders: (fileSettings.get(id).customHeaders ?? settings.customHeaders) as TraditionalOptions['customHeaders'],
      withCredentials: settings.withCredentials,
      chunking: settings.chunking,
      partSize: settings.partSize || 2_000_000,
      chunkingMandatory: settings.chunkingMandatory,
      concurrentChunks: settings.concurrentChunks,
      chunkingParamNames: {
        ...{ partIndex: 'qqpartindex', partByteOffset: 'qqpartbyteoffset', chunkSize: 'qqchunksize', totalParts: 'qqtotalparts' },
        ...(renameOptions(extraOptions, chunkingParamNames) as Partial<ChunkingParamNames>),
      },
      chunkingSuccess: {
        endpoint: settings.chunkingSuccessEndpoint,
        ...(renameOptions(extraOptions, chunkingSuccess) as ChunkingSuccess),
      },
      ...fileSettings.deleteRequestFor(id),
    };
    return loadStore().then(({ TraditionalStore, send }) => new TraditionalStore({ ...options, send }));
  }

  /** @internal */
  protected override preload(): Promise<unknown> {
    return loadStore();
  }
}
