import { throwNotLoaded, UploadError } from '../../core/errors.js';
import type { Send, SendRequest, SendResponse, StoreContext } from '../../core/types.js';
import type { S3Target } from './endpoint.js';
import { maxHashedSize, payloadHash } from './payload-hash.js';
import type { ObjectProperties } from './policy.js';
import type { S3Request } from './requests.js';
import { errorFromResponse } from './response-errors.js';
import type { S3ErrorResponse } from './response-errors.js';
import type { RenewableSignature, S3Signer, SigningContext } from './signers/signer.js';
import { unsignedPayload } from './signers/sigv4.js';
import type { StoreClock } from './signers/store-clock.js';

/** Number of times that a rejected request is signed again and resent within one attempt. */
const maxResigns = 2;
/** A signature that is older (ms) when its request gets a connection is replaced. */
const maxSignatureAge = 120_000;

/** Called with the bytes of the body that have been sent. */
type OnProgress = (loaded: number, total: number) => void;

/** A signed request with its body. */
type SendableRequest = RenewableSignature & Pick<SendRequest, 'method' | 'url' | 'headers' | 'body'>;

interface SignedAttempt {
  readonly request: SendableRequest;
  /** The store's time, ms since 1970. */
  readonly signedAt: number;
  /** The drift of the clock (ms) that the signature is based on. */
  readonly clockDrift: number;
}

export interface S3ClientOptions {
  readonly send: Send;
  readonly signer: S3Signer;
  readonly clock: StoreClock;
  /** Signs `UNSIGNED-PAYLOAD` instead of the SHA-256 of the body. */
  readonly unsignedPayload: boolean;
}

/** Signs requests and sends them. Signs a request again if the store rejects its time or its credentials. */
export class S3Client {
  readonly #options: S3ClientOptions;

  constructor(options: S3ClientOptions) {
    this.#options = options;
  }

  /**
   * Signs a request and sends it over one of the shared connections.
   * @throws {@link UploadError} for an error response.
   */
  request(target: S3Target, request: S3Request, context: StoreContext, onProgress?: OnProgress): Promise<SendResponse> {
    const { body, method } = request;
    const { signer, unsignedPayload: isUnsigned } = this.#options;
    let hash: Promise<string> | undefined;
    const hashedPayload = () => {
      if (isUnsigned) return Promise.resolve(unsignedPayload);
      return (hash ??= hashOf(body, context));
    };
    const sign = async () => ({ ...(await signer.sign(request, this.#signingContext(target, context, hashedPayload))), method, body });
    return this.#sendSigned(sign, context, onProgress, request.isRepeatable === false ? context.answerTimeout : undefined);
  }

  /**
   * Signs a request without a body for a page that is being left.
   * @returns a function that sends it, also while the page is being unloaded.
   */
  async prepare(target: S3Target, request: S3Request, context: StoreContext): Promise<() => void> {
    const { method } = request;
    const hashedPayload = () => payloadHash(null, context);
    const { url, headers } = await this.#options.signer.sign(request, this.#signingContext(target, context, hashedPayload));
    return () => void fetch(url, { method, headers, keepalive: true }).catch(() => {});
  }

  /**
   * Signs the policy of a form post and posts the form with the file.
   * @throws {@link UploadError} for an error response, and if the signer cannot sign policies.
   */
  postObject(target: S3Target, object: ObjectProperties, context: StoreContext, onProgress?: OnProgress): Promise<SendResponse> {
    const { signer } = this.#options;
    const sign = async (): Promise<SendableRequest> => {
      if (!signer.signPolicy) throw new UploadError('This signer cannot sign form posts.', { retry: 'never' });
      const signingContext = this.#signingContext(target, context, () => Promise.resolve(unsignedPayload));
      const { fields, ...signature } = await signer.signPolicy(object, signingContext);
      const body = new FormData();
      for (const [name, value] of fields) body.append(name, value);
      const { blob, name, size, type } = context.file;
      body.append('file', blobOfSize(blob, size, type), name);
      return { ...signature, method: 'POST', url: `${target.url}/`, body };
    };
    return this.#sendSigned(sign, context, onProgress);
  }

  #signingContext(target: S3Target, context: StoreContext, hashedPayload: () => Promise<string>): SigningContext {
    const { file, signal, waitFor } = context;
    return { target, file, signal, waitFor, stallTimeout: context.stallTimeout(), now: () => this.#options.clock.now(), hashedPayload };
  }

  async #sendSigned(
    sign: () => Promise<SendableRequest>,
    context: StoreContext,
    onProgress: OnProgress | undefined,
    answerTimeout?: number,
  ): Promise<SendResponse> {
    const { send, clock } = this.#options;
    const { signal } = context;
    const signAttempt = async (): Promise<SignedAttempt> => {
      const clockDrift = clock.drift;
      const signedAt = clock.now();
      return { request: await sign(), clockDrift, signedAt };
    };
    for (let resignsLeft = maxResigns; ; resignsLeft--) {
      let attempt = await signAttempt();
      signal.throwIfAborted();
      const sendAttempt = async () => {
        if (clock.now() - attempt.signedAt > maxSignatureAge) attempt = await signAttempt();
        const { method, url, headers = {}, body = null } = attempt.request;
        return send({
          ...{ method, url, headers, body, signal, stallTimeout: context.stallTimeout },
          ...(answerTimeout !== undefined && { answerTimeout }),
          ...(onProgress && { onProgress }),
        }).catch(withCorsAdvice);
      };
      // If the credentials expired while this request waited for a connection, it signs again without one: all waiting requests share one renewal.
      let response = await context.connection(async () => (attempt.request.isCurrent?.() === false ? undefined : sendAttempt()));
      if (!response) {
        attempt = await signAttempt();
        response = await context.connection(sendAttempt);
      }
      signal.throwIfAborted();
      const failure =
        response instanceof UploadError ? { error: response, expired: undefined, serverTime: undefined } : errorFromResponse(response);
      if (failure && (resignsLeft === 0 || !(await this.#canResign(failure, attempt, resignsLeft, context)))) throw failure.error;
      if (!failure && !(response instanceof UploadError)) return response;
    }
  }

  /** Renews the credentials or corrects the clock, if the error calls for it. Resolves with true if a new signature may succeed. */
  async #canResign(failure: S3ErrorResponse, attempt: SignedAttempt, resignsLeft: number, context: StoreContext): Promise<boolean> {
    const { signal, waitFor } = context;
    const { error, expired, serverTime } = failure;
    const { request, clockDrift, signedAt } = attempt;
    const { clock } = this.#options;
    if (expired === 'credentials') return request.renew ? waitFor(request.renew('expired', signal)) : true;
    if (expired && serverTime !== undefined) clock.correct(serverTime);
    // Some stores answer 403 for any reason. If an error response has no CORS headers, the browser reports a network error.
    const isNetworkError = error.code === 'NetworkError';
    if (!expired && !isNetworkError && error.status !== 403) return false;
    if (request.renew && (await waitFor(request.renew('rejected', signal)))) return true;
    if (isNetworkError) await waitFor(clock.syncWithServer());
    // This request, or another one meanwhile, may have corrected the clock.
    if (clock.drift !== clockDrift) return true;
    const isOld = clock.now() - signedAt > maxSignatureAge;
    return expired !== undefined && (isOld || (error.code !== 'RequestTimeTooSkewed' && resignsLeft === maxResigns));
  }
}

async function hashOf(body: S3Request['body'], context: StoreContext): Promise<string> {
  if (!(body instanceof Blob) || body.size <= maxHashedSize) return payloadHash(body, context);
  const { largePayloadHash } = await import('./large-payload-hash.js').catch(throwNotLoaded);
  return largePayloadHash(body, context.signal);
}

/**
 * A blob of the announced size: WebKit sends a file that has become shorter on the disk without an error, but not a slice of it. Chromium rejects both, and a slice takes a
 * quarter of the time of a small upload there, so it sends the file itself. Only Chromium has `userAgentData`.
 */
function blobOfSize(blob: Blob, size: number, type: string): Blob {
  const isSafe = blob instanceof File && blob.type === type && typeof navigator === 'object' && 'userAgentData' in navigator;
  return isSafe ? blob : blob.slice(0, size, type);
}

/** Returns network errors, which may be error responses without CORS headers. Throws any other error. */
function withCorsAdvice(thrown: unknown): UploadError {
  if (!(thrown instanceof UploadError) || thrown.code !== 'NetworkError') throw thrown;
  const { code, status, cause } = thrown;
  const reason = 'The storage could not be reached, or its response could not be read. Check its CORS rules and the signature.';
  return new UploadError(reason, { code, status, cause });
}
