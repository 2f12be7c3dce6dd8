import { property } from './property.js';
import type { StallTimeoutRules } from '../core/uploader-options.js';
import { UploadError } from '../core/errors.js';
import type { Store, UploadFile } from '../core/types.js';
import { lazy } from '../utils/lazy.js';
import type { S3StoreOptions } from '../stores/s3/options.js';
import { StoreClock } from '../stores/s3/signers/store-clock.js';
import { CredentialsProvider } from '../stores/s3/signers/credentials-provider.js';
import type { S3Signer } from '../stores/s3/signers/signer.js';
import type { Credentials } from './events.js';
import { storeLater } from './later.js';
import { pageServerTime } from './browser-network.js';
import type { Read, SharedSettings } from './settings.js';
import type { Key, PerFile } from './s3-values.js';
import { UploaderElement } from './uploader-element.js';
import { jsonConverter, numberConverter, readObject } from './attribute-converters.js';

/** A smaller file (bytes) is sent sooner than the next one is signed. */
const tiny = 64 * 1024;

const canned = [
  'private',
  'public-read',
  'public-read-write',
  'aws-exec-read',
  'authenticated-read',
  'bucket-owner-read',
  'bucket-owner-full-control',
];

/**
 * Uploads files from the browser straight to Amazon S3, or to any store that speaks S3. Signed by your own small server, or with temporary credentials in the browser.
 *
 * ```html
 * <fine-uploader-s3 endpoint="https://photos.s3.eu-west-1.amazonaws.com" access-key="AKIA…" signature-endpoint="/s3/signature" multiple chunking>
 * </fine-uploader-s3>
 * ```
 *
 * @tagname fine-uploader-s3
 */
export class FineUploaderS3Element extends UploaderElement<S3Settings> {
  /** The public half of the signing server's key. Takes the place of HTML's property of that name; the `accesskey` attribute is not affected. */
  @property({ attribute: 'access-key' }) override accessKey = '';

  /** Your server that signs uploads, by Fine Uploader's protocol. */
  @property({ attribute: 'signature-endpoint' }) signatureEndpoint: string | undefined;

  /** 4, or 2 for old servers and stores. */
  @property({ attribute: 'signature-version', converter: numberConverter }) signatureVersion: number | string = 4;

  /** Your server, told of every file that has arrived; its JSON answer comes with `complete`. */
  @property({ attribute: 'success-endpoint' }) successEndpoint: string | undefined;

  /** Parameters for it. JSON in the attribute, an object in the property. */
  @property({ attribute: 'success-params', converter: jsonConverter }) successParams: unknown;

  /** The bucket's region; the property also takes a function of a file's id. Default: what the endpoint tells, else us-east-1. */
  @property() region: PerFile<string> | undefined;

  /** The bucket's name, where the endpoint does not tell it; the property also takes a function of a file's id. */
  @property() bucket: PerFile<string> | undefined;

  /** The host that the store sees, where a CDN changes it; the property also takes a function of a file's id. */
  @property() host: PerFile<string> | undefined;

  /** The store sees `/bucket/key`; the property also takes a function of a file's id. */
  @property({ type: Boolean, reflect: true, attribute: 'path-style' }) pathStyle: PerFile<boolean> = false;

  /** The object's key: `uuid` or `filename`; the property also takes a function of a file's id, sync or async. */
  @property() key: Key = 'uuid';

  /** The object's canned ACL. */
  @property() acl = 'private';

  /** The object's storage class, such as `REDUCED_REDUNDANCY` or `STANDARD_IA`. */
  @property({ attribute: 'storage-class' }) storageClass: string | undefined;

  /** The store encrypts the object (AES256). */
  @property({ type: Boolean, reflect: true, attribute: 'server-side-encryption' }) serverSideEncryption = false;

  /** Parts are signed without their SHA-256: faster, and no proof of what was sent. */
  @property({ type: Boolean, reflect: true, attribute: 'unsigned-payload' }) unsignedPayload = false;

  /** One signed policy for many small files, where the signing server grants that. */
  @property({ type: Boolean, reflect: true, attribute: 'batch-policy' }) batchPolicy = false;

  /** How far this device's clock is behind the store's, ms. Corrected by itself when the store says that it is off. */
  @property({ attribute: 'clock-drift', converter: numberConverter }) clockDrift: number | string = 0;

  /** @internal */
  protected override readonly kind = 's3';

  /** @internal A store answers soon after the last byte of a part. */
  protected override readonly patience: Pick<StallTimeoutRules, 'initial' | 'minimum'> = { initial: 30_000, minimum: 10_000 };

  readonly #clock = new StoreClock(0, undefined, pageServerTime);
  #credentials: Credentials | undefined;
  readonly #provider = new CredentialsProvider(
    () => this.#clock.now(),
    () => this.#renewCredentials(),
  );
  #signer: { readonly by: string; readonly headers: unknown; make(farSide: FarSide): S3Signer } | undefined;

  /**
   * Temporary credentials of this user, to sign in the browser instead of asking a signing server. Never an attribute; held in memory only.
   * @throws {Error} where something of them is missing.
   */
  @property({ attribute: false })
  set credentials(credentials: Credentials | undefined) {
    if (credentials) this.#provider.set(credentials);
    this.#credentials = credentials;
  }

  get credentials(): Credentials | undefined {
    return this.#credentials;
  }

  /** The bucket a file is in; undefined before it is known. */
  getBucket(id: number): string | undefined {
    return this.#stored(id, 'bucket');
  }

  /** A file's key; undefined before it is known. */
  getKey(id: number): string | undefined {
    return this.#stored(id, 'key');
  }

  /** The canned ACL: of all files, or of one. */
  setAcl(acl: string, id?: number): void {
    if (id === undefined) this.acl = acl;
    else this.settingsOf(id).acl = acl;
  }

  /** The same as setting the `credentials` property. */
  setCredentials(credentials: Credentials): void {
    this.credentials = credentials;
  }

  /** Whom to tell of a file that has arrived: of all files, or of one. */
  setUploadSuccessEndpoint(endpoint: string, id?: number): void {
    if (id === undefined) this.successEndpoint = endpoint;
    else this.settingsOf(id).successEndpoint = endpoint;
  }

  /** Parameters for it: of all files, or of one. */
  setUploadSuccessParams(params: Readonly<Record<string, unknown>>, id?: number): void {
    if (id === undefined) this.successParams = params;
    else this.settingsOf(id).successParams = params;
  }

  /** @internal */
  protected override readSettings(shared: SharedSettings, read: Read) {
    const drift = (value: unknown) => (Number.isFinite(Number(value)) ? Number(value) : undefined);
    const clockDrift = read('clockDrift', this.clockDrift, drift, 0, 'a number of milliseconds');
    return {
      ...shared,
      signatureVersion: read('signatureVersion', this.signatureVersion, readVersion, 4, '2 or 4'),
      successParams: read<Readonly<Record<string, unknown>>>(
        'successParams',
        this.successParams,
        readObject,
        {},
        'an object (JSON in the attribute)',
      ),
      acl: read('acl', this.acl, (value) => canned.find((one) => one === value), 'private', `one of ${canned.join(', ')}`),
      clockDrift,
    };
  }

  /** @internal Small files are signed while others are on the wire, the smallest long before; of large ones, the next parts are. */
  protected override ahead({ chunking, maxConnections }: S3Settings, size: number): number {
    if (size < tiny) return 3 * maxConnections;
    return chunking ? 2 : maxConnections;
  }

  /** @internal */
  protected override storeFor(file: UploadFile, settings: S3Settings): Store {
    const { id } = file;
    const own = this.settingsFor(id);
    const { partSize } = settings;
    const extra = <Name extends keyof S3StoreOptions>(path: string, name: Name) =>
      path in this.extras ? ({ [name]: this.extras[path] } as Pick<S3StoreOptions, Name>) : {};
    const { key } = this;
    const makeSigner = this.#signerFor(settings);
    const options: Omit<S3StoreOptions, 'key' | 'send' | 'signer'> = {
      clock: this.#clock,
      endpoint: this.endpointFor(id),
      bucket: forFile(this.bucket),
      host: forFile(this.host),
      region: forFile(this.region),
      pathStyle: forFile(this.pathStyle || undefined),
      acl: own.acl ?? settings.acl,
      storageClass: this.storageClass,
      serverSideEncryption: this.serverSideEncryption,
      params: this.paramsFor(id),
      sizeLimit: settings.sizeLimit,
      minSizeLimit: settings.minSizeLimit,
      chunking: settings.chunking,
      chunkingMandatory: settings.chunkingMandatory,
      partSize: typeof partSize === 'function' ? ({ id, size }) => partSize(id, size) : partSize,
      unsignedPayload: this.unsignedPayload,
      successEndpoint: own.successEndpoint ?? this.successEndpoint,
      successParams: own.successParams ?? settings.successParams,
      deleteEndpoint: own.deleteEndpoint ?? settings.deleteEndpoint,
      deleteMethod: settings.deleteMethod,
      deleteParams: own.deleteParams ?? {},
      deleteHeaders: (own.deleteHeaders ?? {}) as NonNullable<S3StoreOptions['deleteHeaders']>,
      withCredentials: settings.withCredentials,
      ...extra('request.filenameParam', 'filenameParam'),
      ...extra('uploadSuccess.method', 'successMethod'),
      ...extra('uploadSuccess.customHeaders', 'successHeaders'),
    };
    return storeLater(async () => {
      const farSide = await loadFarSide();
      return new farSide.S3Store({ ...options, key: farSide.keyRule(key), send: farSide.send, signer: makeSigner(farSide) });
    });
  }

  /** @internal */
  protected override preload(): Promise<unknown> {
    return loadFarSide();
  }

  /** What makes the signer. One for all files with the same settings: signing keys, shared policies and refreshes are for all. */
  #signerFor({ signatureVersion, withCredentials, clockDrift }: S3Settings): (farSide: FarSide) => S3Signer {
    const accessKey = this.accessKey.trim();
    const endpoint = this.signatureEndpoint?.trim() ?? '';
    const version = signatureVersion === 2 ? 2 : 4;
    const inBrowser = this.#credentials !== undefined || !endpoint;
    const { batchPolicy } = this;
    const by = JSON.stringify([inBrowser, accessKey, endpoint, version, withCredentials, batchPolicy, clockDrift]);
    const headers = this.extras['signature.customHeaders'];
    if (this.#signer?.by === by && this.#signer.headers === headers) return this.#signer.make;
    if (!inBrowser && !accessKey) {
      throw new UploadError(`<${this.localName}> needs the access-key that belongs to its signature-endpoint.`, {
        retry: 'manual',
        code: 'NoAccessKey',
      });
    }
    if (clockDrift) this.#clock.drift = clockDrift;
    let signer: S3Signer | undefined;
    const make = ({ browserSigner, serverSigner, signatureHeaders, send }: FarSide) =>
      (signer ??= inBrowser
        ? browserSigner(this.#provider, version)
        : serverSigner({ endpoint, accessKey, version, headers: signatureHeaders(headers), withCredentials, batchPolicy, send }));
    this.#signer = { by, headers, make };
    return make;
  }

  /** Asks the page for new credentials. It may answer with a promise of them, or simply set the property. */
  async #renewCredentials(): Promise<Credentials> {
    const before = this.#credentials;
    const answer = await this.askPage('credentialsExpired', {});
    if (answer.refused)
      throw new UploadError(answer.reason || 'The permission to upload could not be renewed.', {
        retry: 'manual',
        code: 'ExpiredCredentials',
      });
    const given = (answer.value as Credentials | undefined) ?? (this.#credentials === before ? undefined : this.#credentials);
    if (given) {
      this.#credentials = given;
      return given;
    }
    const sentence = before
      ? 'The permission to upload has run out.'
      : `<${this.localName}> has nobody to sign uploads: set its signature-endpoint attribute, or its credentials property.`;
    if (!before) console.warn(sentence);
    throw new UploadError(sentence, { retry: 'manual', code: before ? 'ExpiredCredentials' : 'NoSigner' });
  }

  #stored(id: number, name: 'key' | 'bucket'): string | undefined {
    const file = this.uploader.files[id];
    const session = file?.saved?.session;
    const stored = file?.result?.details?.[name] ?? readObject(session)?.[name];
    return typeof stored === 'string' ? stored : undefined;
  }
}

type FarSide = typeof import('./s3-far-side.js');
const loadFarSide = lazy((): Promise<FarSide> => import('./s3-far-side.js'));

/** What {@link FineUploaderS3Element} makes of its attributes. */
export interface S3Settings extends SharedSettings {
  readonly signatureVersion: number;
  readonly successParams: Readonly<Record<string, unknown>>;
  readonly acl: string;
  /** ms */
  readonly clockDrift: number;
}

function readVersion(value: unknown): number | undefined {
  const version = Number(value);
  return version === 2 || version === 4 ? version : undefined;
}

function forFile<T>(value: PerFile<T> | undefined): ((file: UploadFile) => T | PromiseLike<T>) | undefined {
  if (value === undefined) return undefined;
  return ({ id }) => (typeof value === 'function' ? (value as (id: number) => T | PromiseLike<T>)(id) : value);
}
