import type { InitialFileData } from '../core/file-record.js';
import type { Store, UploadFile } from '../core/types.js';
import type { StallTimeoutRules } from '../core/uploader-options.js';
import type { AzureStoreOptions } from '../stores/azure/options.js';
import { lazy } from '../utils/lazy.js';
import { jsonConverter, readObject, readText } from './attribute-converters.js';
import type { FileSettings } from './file-settings.js';
import type { InitialFile } from './file-types.js';
import { fineUploaderDefaults, renameOptions } from './fine-uploader-options.js';
import { property } from './property.js';
import { object, orFunction, text, word } from './setting-types.js';
import type { SettingsOf } from './settings.js';
import { UploaderElement } from './uploader-element.js';

const loadStore = lazy(() => import('../stores/azure/index.js'));

/** `uuid`, `filename`, or a function of a file's id that returns the blob's name or a promise of it. */
export type BlobName = 'uuid' | 'filename' | ((id: number) => string | PromiseLike<string>);

/** Settings of one file. */
export interface AzureFileSettings extends FileSettings {
  successEndpoint?: string;
  successParams?: Readonly<Record<string, unknown>>;
}

/** A previously uploaded file in a container. */
export interface AzureInitialFile extends InitialFile {
  readonly blobName?: string;
}

/** The details of `complete` for an uploaded blob. */
export interface AzureUploadDetails {
  readonly blobName: string;
  /** URL of the container. */
  readonly container: string;
}

type AzureSettings = SettingsOf<FineUploaderAzureElement>;

const blobNameRule = orFunction<'uuid' | 'filename', (id: number) => string | PromiseLike<string>>(word('uuid', 'filename'));

/** Fine Uploader's options of the store, and their names in {@link AzureStoreOptions}. */
const storeOptions = {
  'request.filenameParam': 'filenameParam',
  'signature.customHeaders': 'signatureHeaders',
  'uploadSuccess.method': 'successMethod',
  'uploadSuccess.customHeaders': 'successHeaders',
} as const satisfies Readonly<Record<string, keyof AzureStoreOptions>>;

/**
 * Uploads files from the browser to a container of Azure Blob Storage. Your own server gives the permission for each blob, as a shared access signature (SAS).
 *
 * ```html
 * <fine-uploader-azure endpoint="https://account.blob.core.windows.net/photos" signature-endpoint="/azure/sas" multiple chunking>
 * </fine-uploader-azure>
 * ```
 *
 * @tagname fine-uploader-azure
 */
export class FineUploaderAzureElement extends UploaderElement<AzureFileSettings> {
  /** @internal */
  static override readonly storeOptions = storeOptions;
  /** @internal */
  static override readonly optionDefaults = { ...fineUploaderDefaults, 'chunking.partSize': 4_000_000 };

  /** URL of your server that answers with SAS URIs, by Fine Uploader's protocol. */
  @property({ setting: text, attribute: 'signature-endpoint', option: 'signature.endpoint' }) signatureEndpoint: string | undefined;

  /** Name of the blob: `uuid` or `filename`; the property also accepts a function of a file's id, sync or async. */
  @property({ setting: blobNameRule, default: 'uuid', attribute: 'blob-name', option: 'blobProperties.name' }) blobName: BlobName = 'uuid';

  /** URL that is called after each uploaded file. Its JSON response is the `response` of `complete`. */
  @property({ setting: text, attribute: 'success-endpoint', option: 'uploadSuccess.endpoint' }) successEndpoint: string | undefined;

  /** Parameters of the request to `success-endpoint`. JSON in the attribute, an object in the property. */
  @property({ setting: object, converter: jsonConverter, attribute: 'success-params', option: 'uploadSuccess.params' })
  successParams: unknown;

  /** `md5`: sends the MD5 of each block, which Azure compares with what it has received. The container's CORS rules must allow the header `content-md5`. Default: none. */
  @property({ setting: word('md5'), attribute: 'checksum' }) checksum: 'md5' | undefined;

  /** Uploaded files can be deleted from the container, with a SAS that your server gives for it. */
  @property({ type: Boolean, reflect: true, attribute: 'can-delete', option: 'deleteFile.enabled' }) canDelete = false;

  /** @internal */
  override readonly storeName = 'azure';
  /** @internal */
  override readonly requiredSessionFields = ['blobName'];
  /** @internal Azure answers soon after the last byte of a block. */
  protected override readonly stallTimeoutRules: Pick<StallTimeoutRules, 'initial' | 'minimum'> = { initial: 30_000, minimum: 10_000 };

  /** Adds previously uploaded files: `{name, uuid, blobName, size?, thumbnailUrl?}`. They count toward the limits and can be deleted. */
  override addInitialFiles(files: readonly AzureInitialFile[]): void {
    super.addInitialFiles(files);
  }

  /** Returns the name of a file's blob, or undefined before its upload has started. */
  getBlobName(id: number): string | undefined {
    const file = this.uploader.files[id];
    return readText(file?.result?.details?.['blobName'] ?? readObject(file?.saved?.session)?.['blobName']);
  }

  /** Sets the URL that is called after each uploaded file: for all files, or for one. */
  setUploadSuccessEndpoint(endpoint: string, id?: number): void {
    if (id === undefined) this.successEndpoint = endpoint;
    else this.fileSettings.of(id).successEndpoint = endpoint;
  }

  /** Sets the parameters of the request to `success-endpoint`: for all files, or for one. */
  setUploadSuccessParams(params: Readonly<Record<string, unknown>>, id?: number): void {
    if (id === undefined) this.successParams = params;
    else this.fileSettings.of(id).successParams = params;
  }

  /** @internal The blob's name. */
  override formEntry(id: number): string {
    return this.getBlobName(id) ?? super.formEntry(id);
  }

  /** @internal */
  protected override isDeletable(): boolean {
    return this.canDelete;
  }

  /** @internal */
  protected override initialFileData(file: AzureInitialFile): InitialFileData {
    const blobName = readText({ ...file.json, ...file }.blobName);
    return { ...super.initialFileData(file), details: { ...(blobName && { blobName }) } };
  }

  /** @internal */
  protected override storeFor({ id }: UploadFile, settings: AzureSettings): Promise<Store> {
    const { fileSettings } = this;
    const own = fileSettings.get(id);
    const { partSize, blobName } = settings;
    const options: Omit<AzureStoreOptions, 'send'> = {
      ...(renameOptions(this.extraOptions, storeOptions) as Partial<AzureStoreOptions>),
      endpoint: fileSettings.endpointFor(id),
      signatureEndpoint: settings.signatureEndpoint,
      blobName: typeof blobName === 'function' ? () => blobName(id) : blobName,
      params: fileSettings.paramsFor(id),
      chunking: settings.chunking,
      chunkingMandatory: settings.chunkingMandatory,
      partSize: typeof partSize === 'function' ? ({ size }) => partSize(id, size) : partSize || undefined,
      checksum: settings.checksum,
      successEndpoint: own.successEndpoint ?? settings.successEndpoint,
      successParams: own.successParams ?? settings.successParams,
      withCredentials: settings.withCredentials,
    };
    return loadStore().then(({ AzureStore, send }) => new AzureStore({ ...options, send }));
  }

  /** @internal */
  protected override preload(): Promise<unknown> {
    return loadStore();
  }
}
