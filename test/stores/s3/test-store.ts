/** S3 stores for tests with the test servers, in a browser or in Node. */

import type {
  Opened,
  Part,
  Receipt,
  Saved,
  Send,
  SendRequest,
  SendResponse,
  StoreContext,
  UploadFile,
  UploadResult,
} from '../../../src/core/types.js';
import { abortable } from '../../../src/utils/abortable.js';
import type { S3StoreOptions } from '../../../src/stores/s3/options.js';
import { S3Store } from '../../../src/stores/s3/s3-store.js';
import type { S3Session } from '../../../src/stores/s3/session.js';
import { browserSigner } from '../../../src/stores/s3/signers/browser-signer.js';
import { StoreClock } from '../../../src/stores/s3/signers/store-clock.js';
import { CredentialsProvider } from '../../../src/stores/s3/signers/credentials-provider.js';
import { serverSigner } from '../../../src/stores/s3/signers/server-signer.js';
import type { TestServerAddresses } from '../../servers/test-servers.js';

/** S3's minimum part size, bytes. */
export const partSize = 5 * 2 ** 20;

/** Options that override those of the test stores. */
export type Options = Partial<Omit<S3StoreOptions, 'send'>>;

type Addresses = Pick<TestServerAddresses, 'store' | 'signer'>;

/** A store whose requests the signing server signs. */
export function serverSigned({ store, signer }: Addresses, send: Send, version: 2 | 4 = 4, options: Options = {}): S3Store {
  return new S3Store({
    endpoint: store.endpoint,
    region: store.region,
    chunking: true,
    partSize,
    successEndpoint: signer.success,
    deleteEndpoint: signer.files,
    send,
    signer: serverSigner({ endpoint: signer.signature, accessKey: store.accessKey, version, send }),
    ...options,
  });
}

/** A store that signs in the browser. */
export function browserSigned({ store, signer }: Addresses, send: Send, version: 2 | 4 = 4, options: Options = {}): S3Store {
  const { accessKey, secretKey, endpoint, region } = store;
  const clock = options.clock ?? new StoreClock();
  const provider = new CredentialsProvider(() => clock.now());
  provider.set({ accessKey, secretKey });
  const signing = { signer: browserSigner(provider, version), clock };
  return new S3Store({ endpoint, region, chunking: true, partSize, deleteEndpoint: signer.files, send, ...signing, ...options });
}

/** Records the requests that it sends, and lets a test replace responses. */
export class RecordedSend {
  readonly requests: SendRequest[] = [];
  /** Returns the response to use instead of sending the request. */
  replaceRequest: ((request: SendRequest) => SendResponse | undefined) | undefined;
  /** Returns the response to use instead of the real one. */ replaceResponse:
    ((request: SendRequest, response: SendResponse) => SendResponse | undefined) | undefined;

  constructor(private readonly realSend: Send) {}

  readonly send: Send = async (request) => {
    this.requests.push(request);
    const replacement = this.replaceRequest?.(request);
    if (replacement) return replacement;
    const response = await this.realSend(request);
    return this.replaceResponse?.(request, response) ?? response;
  };

  /** `METHOD path?query` of each request, without origin and key. */
  get steps(): string[] {
    return this.requests.map(
      ({ method, url }) => `${method} ${url.replace(/^https?:\/\/[^/]+\/(?:[^?]*\/)?/, '').replace(/uploadId=[^&]+/, 'uploadId')}`,
    );
  }
}

/** One attempt to upload a file, as the uploader makes it. */
export class Attempt {
  readonly controller = new AbortController();
  readonly receipts: Receipt[] = [];
  readonly progress: (readonly [index: number, loaded: number])[] = [];
  opened: Opened<S3Session> | undefined;
  keptSession: S3Session | undefined;

  constructor(
    readonly store: S3Store,
    readonly file: UploadFile,
  ) {}

  get context(): StoreContext {
    return {
      file: this.file,
      signal: this.controller.signal,
      stallTimeout: () => 20_000,
      answerTimeout: 20_000,
      waitFor: (promise) => abortable(promise, this.controller.signal),
      connection: (request) => request(),
    };
  }

  /** The saved upload after a reload. */
  get saved(): Saved<S3Session> {
    return JSON.parse(JSON.stringify({ session: this.keptSession ?? this.opened?.session, receipts: this.receipts })) as Saved<S3Session>;
  }

  async open(saved?: Saved<S3Session>): Promise<Opened<S3Session>> {
    const opened = await this.store.open(saved, this.context);
    this.opened = opened;
    this.receipts.splice(0, Infinity, ...opened.receipts);
    return opened;
  }

  async send(part: Part): Promise<Receipt> {
    const { session } = await this.openOnce();
    const receipt = await this.store.send(part, session, {
      ...this.context,
      progress: (loaded) => this.progress.push([part.index, loaded]),
    });
    this.receipts.push(receipt);
    return receipt;
  }

  async close(): Promise<UploadResult & { readonly key?: string; readonly bucket?: string }> {
    const { session } = await this.openOnce();
    const saveSession = (kept: S3Session) => (this.keptSession = kept);
    const result = await this.store.close(this.keptSession ?? session, this.receipts, { ...this.context, saveSession });
    return { ...result, ...result.details };
  }

  /** Uploads the file, its parts in parallel. */
  async upload(saved?: Saved<S3Session>): ReturnType<Attempt['close']> {
    const { parts } = await this.open(saved);
    await Promise.all(parts.map((part) => this.send(part)));
    return this.close();
  }

  private async openOnce(): Promise<Opened<S3Session>> {
    return this.opened ?? this.open();
  }
}
