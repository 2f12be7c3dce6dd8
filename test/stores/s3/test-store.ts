/** The S3 store as its tests use it: against the far sides, in a browser or in Node. */

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
import type { S3StoreOptions } from '../../../src/stores/s3/options.js';
import { S3Store } from '../../../src/stores/s3/s3-store.js';
import type { S3Session } from '../../../src/stores/s3/session.js';
import { browserSigner } from '../../../src/stores/s3/signers/browser-signer.js';
import { StoreClock } from '../../../src/stores/s3/signers/store-clock.js';
import { CredentialsProvider } from '../../../src/stores/s3/signers/credentials-provider.js';
import { serverSigner } from '../../../src/stores/s3/signers/server-signer.js';
import type { TestServerAddresses } from '../../servers/test-servers.js';

/** Bytes: S3 takes no smaller ones. */
export const partSize = 5 * 2 ** 20;

/** What of the options is the same wherever signatures come from. */
export type Rest = Partial<Omit<S3StoreOptions, 'send'>>;

type Addresses = Pick<TestServerAddresses, 'store' | 'signer'>;

/** A store that has everything signed by the signing server. */
export function serverSigned({ store, signer }: Addresses, send: Send, version: 2 | 4 = 4, rest: Rest = {}): S3Store {
  return new S3Store({
    endpoint: store.endpoint,
    region: store.region,
    chunking: true,
    partSize,
    successEndpoint: signer.success,
    deleteEndpoint: signer.files,
    send,
    signer: serverSigner({ endpoint: signer.signature, accessKey: store.accessKey, version, send }),
    ...rest,
  });
}

/** A store that signs by itself. */
export function browserSigned({ store, signer }: Addresses, send: Send, version: 2 | 4 = 4, rest: Rest = {}): S3Store {
  const { accessKey, secretKey, endpoint, region } = store;
  const clock = rest.clock ?? new StoreClock();
  const provider = new CredentialsProvider(() => clock.now());
  provider.set({ accessKey, secretKey });
  const signing = { signer: browserSigner(provider, version), clock };
  return new S3Store({ endpoint, region, chunking: true, partSize, deleteEndpoint: signer.files, send, ...signing, ...rest });
}

/** A `Send` that writes down what it carried, and lets a test change answers. */
export class RecordedSend {
  readonly requests: SendRequest[] = [];
  /** In place of a request, or of what came back. */
  instead: ((request: SendRequest) => SendResponse | undefined) | undefined;
  after: ((request: SendRequest, response: SendResponse) => SendResponse | undefined) | undefined;

  constructor(private readonly real: Send) {}

  readonly send: Send = async (request) => {
    this.requests.push(request);
    const other = this.instead?.(request);
    if (other) return other;
    const response = await this.real(request);
    return this.after?.(request, response) ?? response;
  };

  /** `METHOD path?query` of the requests, without origin and key. */
  get steps(): string[] {
    return this.requests.map(
      ({ method, url }) => `${method} ${url.replace(/^https?:\/\/[^/]+\/(?:[^?]*\/)?/, '').replace(/uploadId=[^&]+/, 'uploadId')}`,
    );
  }
}

/** One attempt at an upload, as core makes it. */
export class Attempt {
  readonly controller = new AbortController();
  readonly receipts: Receipt[] = [];
  readonly progress: (readonly [index: number, loaded: number])[] = [];
  opened: Opened<S3Session> | undefined;
  kept: S3Session | undefined;

  constructor(
    readonly store: S3Store,
    readonly file: UploadFile,
  ) {}

  get context(): StoreContext {
    return { file: this.file, signal: this.controller.signal, stallTimeout: () => 20_000, connection: (request) => request() };
  }

  /** What a reload would leave. */
  get saved(): Saved<S3Session> {
    return JSON.parse(JSON.stringify({ session: this.kept ?? this.opened?.session, receipts: this.receipts })) as Saved<S3Session>;
  }

  async open(saved?: Saved<S3Session>): Promise<Opened<S3Session>> {
    const opened = await this.store.open(saved, this.context);
    this.opened = opened;
    this.receipts.splice(0, Infinity, ...opened.receipts);
    return opened;
  }

  async send(part: Part): Promise<Receipt> {
    const { session } = await this.started();
    const receipt = await this.store.send(part, session, {
      ...this.context,
      progress: (loaded) => this.progress.push([part.index, loaded]),
    });
    this.receipts.push(receipt);
    return receipt;
  }

  async close(): Promise<UploadResult & { readonly key?: string; readonly bucket?: string }> {
    const { session } = await this.started();
    const saveSession = (kept: S3Session) => (this.kept = kept);
    const result = await this.store.close(this.kept ?? session, this.receipts, { ...this.context, saveSession });
    return { ...result, ...result.details };
  }

  /** All of it, the parts side by side. */
  async carry(saved?: Saved<S3Session>): ReturnType<Attempt['close']> {
    const { parts } = await this.open(saved);
    await Promise.all(parts.map((part) => this.send(part)));
    return this.close();
  }

  private async started(): Promise<Opened<S3Session>> {
    return this.opened ?? this.open();
  }
}
