/** The store of `<fine-uploader-s3>`, and what signs its requests: loaded after the first paint, or with the first file. */

import { UploadError } from '../core/errors.js';
import { browserSigner, send, serverSigner } from '../stores/s3/index.js';
import { CredentialsProvider } from '../stores/s3/signers/credentials-provider.js';
import type { Credentials } from '../stores/s3/signers/credentials-provider.js';
import type { ServerSignerOptions } from '../stores/s3/signers/server-signer.js';
import type { S3Signer } from '../stores/s3/signers/signer.js';
import { StoreClock } from '../stores/s3/signers/store-clock.js';
import type { UploaderController } from './controllers/uploader-controller.js';
import { pageServerTime } from './page-server-time.js';

export { assertMetadata, S3Store, send } from '../stores/s3/index.js';

/** The settings that decide how requests are signed. */
export interface SigningSettings {
  readonly accessKey: string;
  readonly signatureEndpoint: string;
  readonly signatureVersion: number;
  readonly withCredentials: boolean;
  readonly batchPolicy: boolean;
  /** ms. */
  readonly clockDrift: number;
}

/** The signer, the credentials and the clock of one element. */
export class S3Signing {
  readonly clock = new StoreClock(0, undefined, pageServerTime);
  readonly #provider = new CredentialsProvider(
    () => this.clock.now(),
    () => this.#renew(),
  );
  #credentials: Credentials | undefined;
  /** Number of times that the page has set the credentials. */
  #revision = 0;
  /** The current signer, and the settings that it was created from. */
  #current: { readonly settings: string; readonly headers: unknown; readonly signer: S3Signer } | undefined;

  /**
   * @param tagName - name of the element, for its messages.
   * @param controller - dispatches `credentialsExpired`.
   */
  constructor(
    private readonly tagName: string,
    private readonly controller: UploaderController,
    credentials: Credentials | undefined,
  ) {
    this.credentials = credentials;
  }

  /** The credentials that the page has set, or has answered `credentialsExpired` with. */
  get credentials(): Credentials | undefined {
    return this.#credentials;
  }

  set credentials(credentials: Credentials | undefined) {
    if (credentials) this.#provider.set(credentials);
    else {
      this.#provider.clear();
      this.#current = undefined;
    }
    this.#credentials = credentials;
    this.#revision++;
  }

  /**
   * Files with the same settings have the same signer: they share signing keys, batch policies and renewed credentials.
   * @param inBrowser - signs with the credentials, not by the server.
   * @param headers - Fine Uploader's `signature.customHeaders`.
   * @throws {@link UploadError} code `NoAccessKey`.
   */
  signerFor(settings: SigningSettings, inBrowser: boolean, headers: unknown): S3Signer {
    const { accessKey, signatureEndpoint: endpoint, withCredentials, batchPolicy, clockDrift } = settings;
    this.clock.setPageDrift(clockDrift);
    const version = settings.signatureVersion === 2 ? 2 : 4;
    const key = JSON.stringify([inBrowser, accessKey, endpoint, version, withCredentials, batchPolicy]);
    if (this.#current?.settings === key && this.#current.headers === headers) return this.#current.signer;
    if (!inBrowser && !accessKey) {
      throw new UploadError(`<${this.tagName}> needs the access-key that belongs to its signature-endpoint.`, {
        retry: 'manual',
        code: 'NoAccessKey',
      });
    }
    const options = { endpoint, accessKey, version, withCredentials, batchPolicy, headers: headersFor(headers), send } as const;
    const signer = inBrowser ? browserSigner(this.#provider, version) : serverSigner(options);
    this.#current = { settings: key, headers, signer };
    return signer;
  }

  /** Asks the page for new credentials. It answers with a promise of them, or sets the property. */
  async #renew(): Promise<Credentials> {
    const before = this.#credentials;
    const revision = this.#revision;
    const answer = await this.controller.emitCancelable('credentialsExpired', {});
    if (answer.refused)
      throw new UploadError(answer.reason || 'The permission to upload could not be renewed.', {
        retry: 'manual',
        code: 'ExpiredCredentials',
      });
    const renewed = (answer.value as Credentials | undefined) ?? (this.#credentials === before ? undefined : this.#credentials);
    if (renewed) {
      // The page may have logged out since: then the provider ignores the answer.
      if (revision === this.#revision) this.#credentials = renewed;
      return renewed;
    }
    const sentence = before
      ? 'The permission to upload has expired.'
      : `<${this.tagName}> cannot sign uploads: set its signature-endpoint attribute or its credentials property.`;
    if (!before) console.warn(sentence);
    throw new UploadError(sentence, { retry: 'manual', code: before ? 'ExpiredCredentials' : 'NoSigner' });
  }
}

function headersFor(headers: unknown): ServerSignerOptions['headers'] {
  if (headers === undefined) return undefined;
  return ({ id }) => (typeof headers === 'function' ? (headers as (id: number) => never)(id) : (headers as Record<string, string>));
}
