import { UploadError } from '../../core/errors.js';
import type { Send, SendRequest, SendResponse, StoreContext } from '../../core/types.js';
import { errorFromResponse } from './response-errors.js';
import type { S3ErrorResponse } from './response-errors.js';
import type { S3Target } from './endpoint.js';
import { payloadHash, maxHashedSize } from './payload-hash.js';
import type { ObjectProperties } from './policy.js';
import type { S3Request } from './requests.js';
import type { StoreClock } from './signers/store-clock.js';
import type { RenewableSignature, S3Signer, SigningContext } from './signers/signer.js';
import { unsignedPayload } from './signers/sigv4.js';

/** How often a request is signed anew and sent again within one attempt. */
const repairs = 2;
/** A signature that waited longer for a connection (ms) is made anew before it is sent. */
const stale = 120_000;

/** Bytes of the body that have been taken. */
type Progress = (loaded: number, total: number) => void;
/** A signed request that can be sent. */
type Prepared = RenewableSignature & Pick<SendRequest, 'method' | 'url' | 'headers' | 'body'>;

/** With the store's time (ms since 1970) and the clock's drift that it was signed by. */
interface Signed {
  readonly prepared: Prepared;
  readonly at: number;
  readonly drift: number;
}

/** What a wire is made of. */
export interface S3ClientOptions {
  readonly send: Send;
  readonly signer: S3Signer;
  readonly clock: StoreClock;
  readonly unsignedPayload: boolean;
}

/** Carries signed requests. */
export class S3Client {
  readonly #options: S3ClientOptions;

  constructor(options: S3ClientOptions) {
    this.#options = options;
  }

  /**
   * Signs a request and sends it over one of the shared connections.
   * @throws {@link UploadError} for any answer but a yes.
   */
  request(target: S3Target, request: S3Request, context: StoreContext, progress?: Progress): Promise<SendResponse> {
    const { body, method } = request;
    const { signer, unsignedPayload: unsigned } = this.#options;
    let hash: Promise<string> | undefined;
    const hashedPayload = () => {
      if (unsigned || (body instanceof Blob && body.size > maxHashedSize)) return Promise.resolve(unsignedPayload);
      return (hash ??= payloadHash(body, context.signal));
    };
    return this.#carry(
      async () => ({ ...(await signer.sign(request, this.#signing(target, context, hashedPayload))), method, body }),
      context,
      progress,
    );
  }

  /** Signs a form with a file in it and posts it. Only where the signer can. */
  postForm(target: S3Target, post: ObjectProperties, context: StoreContext, progress?: Progress): Promise<SendResponse> {
    const { signer } = this.#options;
    const prepare = async (): Promise<Prepared> => {
      if (!signer.signPolicy) throw new UploadError('This signer cannot sign forms.', { retry: 'never' });
      const {
        fields,
        renew,
        isCurrent: lasts,
      } = await signer.signPolicy(
        post,
        this.#signing(target, context, () => Promise.resolve(unsignedPayload)),
      );
      const body = new FormData();
      for (const [name, value] of fields) body.append(name, value);
      const { blob, name, size, type } = context.file;
      body.append('file', guarded(blob, size, type), name);
      return { method: 'POST', url: `${target.url}/`, body, ...(renew && { renew }), ...(lasts && { isCurrent: lasts }) };
    };
    return this.#carry(prepare, context, progress);
  }

  #signing(target: S3Target, context: StoreContext, hashedPayload: () => Promise<string>): SigningContext {
    const { file, signal } = context;
    return { target, file, signal, stallTimeout: context.stallTimeout(), now: () => this.#options.clock.now(), hashedPayload };
  }

  async #carry(prepare: () => Promise<Prepared>, context: StoreContext, onProgress: Progress | undefined): Promise<SendResponse> {
    const { send, clock } = this.#options;
    const { signal } = context;
    const sign = async (): Promise<Signed> => {
      const { drift } = clock;
      const at = clock.now();
      return { prepared: await prepare(), drift, at };
    };
    for (let left = repairs; ; left--) {
      let signed = await sign();
      signal.throwIfAborted();
      const transmit = async () => {
        if (clock.now() - signed.at > stale) signed = await sign();
        const { method, url, headers = {}, body = null } = signed.prepared;
        const request = { method, url, headers, body, signal, stallTimeout: context.stallTimeout, ...(onProgress && { onProgress }) };
        return send(request).catch(unanswered);
      };
      // Where credentials have run out while this waited, all that waits asks for new ones together, and nothing holds a connection meanwhile.
      let answer = await context.connection(async () => (signed.prepared.isCurrent?.() === false ? undefined : transmit()));
      if (!answer) {
        signed = await sign();
        answer = await context.connection(transmit);
      }
      signal.throwIfAborted();
      const refusal =
        answer instanceof UploadError ? { error: answer, expired: undefined, serverTime: undefined } : errorFromResponse(answer);
      if (refusal && (left === 0 || !(await this.#repaired(refusal, signed, left, signal)))) throw refusal.error;
      if (!refusal && !(answer instanceof UploadError)) return answer;
    }
  }

  /** Whether a new signature may do better, after whatever can be done for it. */
  async #repaired(
    { error, expired, serverTime }: S3ErrorResponse,
    { prepared, drift, at }: Signed,
    left: number,
    signal: AbortSignal,
  ): Promise<boolean> {
    const { clock } = this.#options;
    if (expired === 'credentials') return prepared.renew ? prepared.renew(true, signal) : true;
    if (expired && serverTime !== undefined) clock.correct(serverTime);
    // Some stores have but one word for everything; and without CORS headers on a refusal the browser shows no answer at all.
    const unreadable = error.code === 'NetworkError';
    if (!expired && !unreadable && error.status !== 403) return false;
    if (await prepared.renew?.(false, signal)) return true;
    if (unreadable) await clock.syncWithServer();
    // Perhaps another request learnt the time meanwhile.
    if (clock.drift !== drift) return true;
    return expired !== undefined && (clock.now() - at > stale || (error.code !== 'RequestTimeTooSkewed' && left === repairs));
  }
}

/**
 * A slice of the size that was announced: WebKit sends a file that has become shorter on the disk short, and nobody would notice. Chromium refuses to send it, sliced or
 * not, and a slice costs a fourth of all that a small file costs there. Only Chromium has `userAgentData`.
 */
function guarded(blob: Blob, size: number, type: string): Blob {
  const whole = blob instanceof File && blob.type === type && typeof navigator === 'object' && 'userAgentData' in navigator;
  return whole ? blob : blob.slice(0, size, type);
}

/** No answer, but perhaps a refusal that the browser may not show. */
function unanswered(thrown: unknown): UploadError {
  if (!(thrown instanceof UploadError) || thrown.code !== 'NetworkError') throw thrown;
  const { code, status, cause } = thrown;
  return new UploadError('The storage could not be reached, or it refuses this page: check its CORS rules and the signature.', {
    code,
    status,
    cause,
  });
}
