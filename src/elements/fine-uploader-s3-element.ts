import type { InitialFileData } from '../core/file-record.js';
import type { StallTimeoutRules } from '../core/uploader-options.js';
import type { Store, UploadFile } from '../core/types.js';
import type { S3StoreOptions } from '../stores/s3/options.js';
import type { Credentials } from '../stores/s3/signers/credentials-provider.js';
import { lazy } from '../utils/lazy.js';
import { jsonConverter, numberConverter, readNumber, readObject, readText } from './attribute-converters.js';
import type { FileSettings } from './file-settings.js';
import type { InitialFile } from './file-types.js';
import { fineUploaderDefaults, renameOptions } from './fine-uploader-options.js';
import { property } from './property.js';
import type { S3Signing } from './s3-signing.js';
import { flag, object, orFunction, text, url, word } from './setting-types.js';
import type { SettingsOf, SettingType } from './settings.js';
import { UploaderElement } from './uploader-element.js';

export type { S3UploadDetails } from '../stores/s3/upload-details.js';

const loadStore = lazy(() => import('./s3-signing.js'));

/** A value for all files, or a function of a file's id that returns it or a promise of it. */
export type PerFile<T> = T | ((id: number) => T | PromiseLike<T>);

/** `uuid`, `filename`, or a function of a file's id that returns the key or a promise of it. */
export type Key = PerFile<string>;

/** Settings of one file. */
export interface S3FileSettings extends FileSettings {
  acl?: string;
  successEndpoint?: string;
  successParams?: Readonly<Record<string, unknown>>;
}

/** A previously uploaded file in a bucket. */
export interface S3InitialFile extends InitialFile {
  /** The object's key. */
  readonly s3Key?: string;
  /** Default: `bucket`. */
  readonly s3Bucket?: string;
}

type S3Settings = SettingsOf<FineUploaderS3Element>;

/** Files of fewer bytes are sent sooner than the next request is signed. */
const smallFileSize = 64 * 1024;

const cannedAcl = word<string>(
  'private',
  'public-read',
  'public-read-write',
  'aws-exec-read',
  'authenticated-read',
  'bucket-owner-read',
  'bucket-owner-full-control',
);

const signatureVersion: SettingType<number> = {
  read: (value) => [2, 4].find((version) => version === readNumber(value)),
  expected: '2 or 4',
  empty: 4,
  converter: numberConverter,
};

const milliseconds: SettingType<number> = {
  read: (value) => {
    const number = typeof value === 'number' || typeof value === 'string' ? Number(value) : NaN;
    return Number.isFinite(number) ? number : undefined;
  },
  expected: 'a number of milliseconds',
  empty: 0,
  converter: numberConverter,
};

const perFileText = orFunction<string, (id: number) => string | PromiseLike<string>>(text);

const perFileFlag: SettingType<unknown> = orFunction(flag);

const keyRule: SettingType<PerFile<string>> = {
  ...orFunction<string, (id: number) => string | PromiseLike<string>>(word<string>('uuid', 'filename')),
  expected: 'uuid, filename or a function',
};

const credentialsType: SettingType<unknown> = {
  read: (value) => {
    const { accessKey, secretKey, sessionToken, expiration } = (readObject(value) ?? {}) as Partial<Credentials>;
    const isDate = expiration === undefined || ['string', 'number'].includes(typeof expiration) || expiration instanceof Date;
    const expires = isDate && (expiration === undefined || !Number.isNaN(new Date(expiration).getTime()));
    return readText(accessKey) && readText(secretKey) && typeof (sessionToken ?? '') === 'string' && expires ? value : undefined;
  },
  expected: 'an object with accessKey, secretKey and, if they expire, sessionToken and expiration',
  empty: undefined,
  secret: true,
};

/** Fine Uploader's options of the store, and their names in {@link S3StoreOptions}. */
const storeOptions = {
  'request.filenameParam': 'filenameParam',
  'retry.preventRetryResponseProperty': 'preventRetryResponseProperty',
  'uploadSuccess.method': 'successMethod',
  'uploadSuccess.customHeaders': 'successHeaders',
} as const satisfies Readonly<Record<string, keyof S3StoreOptions>>;

/**
 * Uploads files from the browser to Amazon S3, or to any store that is compatible with S3. Requests are signed by your own server, or in the browser with temporary
 * credentials.
 *
 * ```html
 * <fine-uploader-s3 endpoint="https://photos.s3.eu-west-1.amazonaws.com" access-key="AKIA…" signature-endpoint="/s3/signature" multiple chunking>
 * </fine-uploader-s3>
 * ```
 *
 * @tagname fine-uploader-s3
 */
export class FineUploaderS3Element extends UploaderElement<S3FileSettings> {
  /** @internal */
  static override readonly storeOptions = { ...storeOptions, 'signature.customHeaders': 'headers' };
  /** @internal */
  static override readonly unusedProperties = {
    method: 'S3 defines the methods of its requests.',
    customHeaders:
      'S3 ignores headers that it does not know. Use params for user metadata, or signature.customHeaders for the signing server.',
    chunkingSuccessEndpoint: 'S3 completes a multipart upload itself. Use success-endpoint to hear of each uploaded file.',
  };
  /** @internal */
  static override readonly optionDefaults = { ...fineUploaderDefaults, 'signature.version': 2 };

  /** Access key id of the server at `signature-endpoint`. Replaces HTML's property of that name; the `accesskey` attribute still works. */
  @property({ setting: text, default: '', attribute: 'access-key', option: 'request.accessKey' }) override accessKey = '';

  /** URL of your server that signs requests, by Fine Uploader's protocol. */
  @property({ setting: url, attribute: 'signature-endpoint', option: 'signature.endpoint' }) signatureEndpoint: string | undefined;

  /** Version of AWS signatures. Default 4; 2 for old servers and stores. */
  @property({ setting: signatureVersion, default: 4, attribute: 'signature-version', option: 'signature.version' })
  signatureVersion: number | string = 4;

  /** URL that is called after each uploaded file. Its JSON response is the `response` of `complete`. */
  @property({ setting: url, attribute: 'success-endpoint', option: 'uploadSuccess.endpoint' }) successEndpoint: string | undefined;

  /** Parameters of the request to `success-endpoint`. JSON in the attribute, an object in the property. */
  @property({ setting: object, converter: jsonConverter, attribute: 'success-params', option: 'uploadSuccess.params' })
  successParams: unknown;

  /** Region of the bucket; the property also accepts a function of a file's id. Default: taken from `endpoint`, otherwise us-east-1. */
  @property({ setting: perFileText, option: 'objectProperties.region' }) region: PerFile<string> | undefined;

  /** Name of the bucket; the property also accepts a function of a file's id. Default: taken from `endpoint`. */
  @property({ setting: perFileText, option: 'objectProperties.bucket' }) bucket: PerFile<string> | undefined;

  /** Host that the store receives, if a CDN changes it; the property also accepts a function of a file's id. Default: the host of `endpoint`. */
  @property({ setting: perFileText, option: 'objectProperties.host' }) host: PerFile<string> | undefined;

  /** Uses URLs of the form `/bucket/key`; the property also accepts a function of a file's id. */
  @property({ setting: perFileFlag, type: Boolean, reflect: true, attribute: 'path-style' }) pathStyle: PerFile<boolean> = false;

  /** Key of the object: `uuid` or `filename`; the property also accepts a function of a file's id, sync or async. */
  @property({ setting: keyRule, default: 'uuid', option: 'objectProperties.key' }) key: Key = 'uuid';

  /** Canned ACL of the object. */
  @property({ setting: cannedAcl, default: 'private', option: 'objectProperties.acl' }) acl = 'private';

  /** Storage class of the object, such as `REDUCED_REDUNDANCY` or `STANDARD_IA`. Default: the bucket's. */
  @property({
    setting: text,
    attribute: 'storage-class',
    option: { 'objectProperties.reducedRedundancy': (reduced) => (reduced ? 'REDUCED_REDUNDANCY' : undefined) },
  })
  storageClass: string | undefined;

  /** Encrypts the object in the store (AES256). */
  @property({ type: Boolean, reflect: true, attribute: 'server-side-encryption', option: 'objectProperties.serverSideEncryption' })
  serverSideEncryption = false;

  /** Signs parts without their SHA-256. Faster, but the store does not verify the content. */
  @property({ type: Boolean, reflect: true, attribute: 'unsigned-payload' }) unsignedPayload = false;

  /** Signs one policy for many small files, if the signing server supports it. */
  @property({ type: Boolean, reflect: true, attribute: 'batch-policy' }) batchPolicy = false;

  /** Milliseconds that are added to this device's clock to get the store's time. Default 0; corrected when the store reports a difference. */
  @property({ setting: milliseconds, default: 0, attribute: 'clock-drift', option: 'request.clockDrift' }) clockDrift: number | string = 0;

  /** @internal */
  override readonly storeName = 's3';
  /** @internal */
  override readonly requiredSessionFields = ['s3Key'];
  /** @internal S3 answers soon after the last byte of a part. */
  protected override readonly stallTimeoutRules: Pick<StallTimeoutRules, 'initial' | 'minimum'> = { initial: 30_000, minimum: 10_000 };

  #credentials: Credentials | undefined;
  /** Undefined before the store's code is loaded. */
  #signing: S3Signing | undefined;

  /**
   * Temporary credentials of the user, which sign requests in the browser. Never an attribute, and kept in memory only. Setting undefined or null forgets them, and so does an object that lacks a field,
   * with a warning in the console.
   */
  @property({ setting: credentialsType, attribute: false, option: 'credentials' })
  set credentials(credentials: Credentials | undefined) {
    this.#credentials = credentials ?? undefined;
    if (this.#signing) this.#signing.credentials = this.#credentials;
  }

  get credentials(): Credentials | undefined {
    return this.#signing ? this.#signing.credentials : this.#credentials;
  }

  /** Adds previously uploaded files: `{name, uuid, s3Key, s3Bucket?, size?, thumbnailUrl?, deleteFileEndpoint?, deleteFileParams?}`. They count toward the limits and can be deleted. */
  override addInitialFiles(files: readonly S3InitialFile[]): void {
    super.addInitialFiles(files);
  }

  /** Returns the bucket of a file, or undefined before its upload has started. */
  getBucket(id: number): string | undefined {
    return this.#objectField(id, 'bucket');
  }

  /** Returns the key of a file, or undefined before its upload has started. */
  getKey(id: number): string | undefined {
    return this.#objectField(id, 'key');
  }

  /** Sets the canned ACL: of all files, or of one. */
  setAcl(acl: string, id?: number): void {
    if (id === undefined) this.acl = acl;
    else this.fileSettings.set(id, 'acl', acl);
  }

  /** Sets the `credentials` property. */
  setCredentials(credentials: Credentials): void {
    this.credentials = credentials;
  }

  /** Sets the URL that is called after each uploaded file: for all files, or for one. */
  setUploadSuccessEndpoint(endpoint: string, id?: number): void {
    if (id === undefined) this.successEndpoint = endpoint;
    else this.fileSettings.set(id, 'successEndpoint', endpoint);
  }

  /** Sets the parameters of the request to `success-endpoint`: for all files, or for one. */
  setUploadSuccessParams(params: Readonly<Record<string, unknown>>, id?: number): void {
    if (id === undefined) this.successParams = params;
    else this.fileSettings.set(id, 'successParams', params);
  }

  /** @internal The object's key. */
  override formEntry(id: number): string {
    return this.getKey(id) ?? super.formEntry(id);
  }

  /** @internal */
  protected override initialFileData(file: S3InitialFile): InitialFileData {
    const { s3Key, s3Bucket } = { ...file.json, ...file };
    const key = readText(s3Key);
    const bucket = readText(s3Bucket);
    return { ...super.initialFileData(file), details: { ...(key && { key }), ...(bucket && { bucket }) } };
  }

  /** @internal Small files are signed while others are being sent, the smallest long before; of large files, the next parts are. */
  protected override filesToPrepare({ chunking, maxConnections }: S3Settings, size: number): number {
    if (size < smallFileSize) return 3 * maxConnections;
    return chunking ? 2 : maxConnections;
  }

  /** @internal Parameters become metadata, of which S3 takes little. */
  protected override assertUploadable({ id, name }: UploadFile): Promise<void> | undefined {
    const params = this.fileSettings.paramsFor(id);
    // A long name alone is shortened.
    if (Object.keys(params).length === 0) return undefined;
    const { 'request.filenameParam': fileNameParam } = this.extraOptions;
    return loadStore().then(
      (s3) => s3.assertMetadata(params, name, readText(fileNameParam)),
      () => {}, // The upload loads it again, and checks again.
    );
  }

  /** @internal */
  protected override storeFor({ id }: UploadFile, settings: S3Settings): Promise<Store> {
    const { fileSettings } = this;
    const own = fileSettings.get(id);
    const { partSize, key } = settings;
    const headers = this.extraOptions['signature.customHeaders'];
    const inBrowser = this.credentials !== undefined || !settings.signatureEndpoint;
    if (settings.batchPolicy && typeof key !== 'function') {
      this.warnOnce(
        `<${this.localName}>: batch-policy has no effect with key="${String(key)}": one policy covers the keys of one folder. Set the property key to a function that returns folder/name.`,
      );
    }
    const options: Omit<S3StoreOptions, 'send' | 'signer' | 'clock'> = {
      ...(renameOptions(this.extraOptions, storeOptions) as Partial<S3StoreOptions>),
      endpoint: fileSettings.endpointFor(id),
      bucket: forFile(this.bucket),
      host: forFile(this.host),
      region: forFile(this.region),
      pathStyle: forFile(this.pathStyle || undefined),
      key: typeof key === 'function' ? async (file) => key(file.id) : key === 'filename' ? key : 'uuid',
      acl: own.acl ?? settings.acl,
      storageClass: this.storageClass,
      serverSideEncryption: this.serverSideEncryption,
      params: fileSettings.paramsFor(id),
      warn: (sentence) => this.warnOnce(`<${this.localName}>: ${sentence}`),
      sizeLimit: settings.sizeLimit,
      minSizeLimit: settings.minSizeLimit,
      chunking: settings.chunking,
      chunkingMandatory: settings.chunkingMandatory,
      partSize: typeof partSize === 'function' ? ({ size }) => partSize(id, size) : partSize || undefined,
      unsignedPayload: this.unsignedPayload,
      successEndpoint: own.successEndpoint ?? settings.successEndpoint,
      successParams: own.successParams ?? settings.successParams,
      withCredentials: settings.withCredentials,
      ...fileSettings.deleteRequestFor(id),
    };
    return this.preload().then(({ S3Store, send }) => {
      const signing = this.#signing as S3Signing;
      return new S3Store({ ...options, send, clock: signing.clock, signer: signing.signerFor(settings, inBrowser, headers) });
    });
  }

  /** @internal */
  protected override async preload() {
    const s3 = await loadStore();
    this.#signing ??= new s3.S3Signing(this.localName, this.controller, this.#credentials);
    return s3;
  }

  #objectField(id: number, name: 'key' | 'bucket'): string | undefined {
    const file = this.uploader.file(id);
    return readText(file?.result?.details?.[name] ?? readObject(file?.saved?.session)?.[name]);
  }
}

function forFile<T>(value: PerFile<T> | undefined): ((file: UploadFile) => T | PromiseLike<T>) | undefined {
  if (value === undefined) return undefined;
  return ({ id }) => (typeof value === 'function' ? (value as (id: number) => T | PromiseLike<T>)(id) : value);
}
