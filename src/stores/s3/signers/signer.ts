/** The fifth seam: whoever can sign requests to a bucket. By your server, in the browser, or presigned: they differ in nothing else. */

import type { UploadFile } from '../../../core/types.js';
import type { S3Target } from '../endpoint.js';
import type { ObjectProperties } from '../policy.js';
import type { S3Request } from '../requests.js';

/** What a signer may need to know, beside the request. */
export interface SigningContext {
  readonly target: S3Target;
  readonly file: UploadFile;
  readonly signal: AbortSignal;
  /** How long (ms) a request to a signing server may be silent. */
  readonly stallTimeout: number;
  /** The store's time, ms since 1970. */
  now(): number;
  /** The SHA-256 of the request's body in hexadecimal, or `UNSIGNED-PAYLOAD`. Reads the body: call it only where it is needed. */
  hashedPayload(): Promise<string>;
}

/** Something signed with credentials that may have run out by the time it arrives. */
export interface RenewableSignature {
  /** Whether it may still be sent: false where the credentials have been replaced, or are about to expire. Default: it may. */
  readonly isCurrent?: () => boolean;
  /**
   * The store did not accept it. Gets other credentials where these have run out.
   * @param certain - true where the store says that they have; false where it may only be so.
   * @returns whether signing again may do better.
   */
  readonly renew?: (certain: boolean, signal: AbortSignal) => Promise<boolean>;
}

/** A request, ready to be sent with its body. */
export interface SignedRequest extends RenewableSignature {
  readonly url: string;
  /** All of them: the request's own, and the signature's. */
  readonly headers: Readonly<Record<string, string>>;
}

/** A form, ready to be sent with the file as its last field. */
export interface SignedForm extends RenewableSignature {
  readonly fields: readonly (readonly [name: string, value: string])[];
}

/** Signs requests to a bucket. Rejects with an {@link UploadError} where it cannot, or the signal's reason. */
export interface S3Signer {
  sign(request: S3Request, context: SigningContext): Promise<SignedRequest>;
  /** Signs a form post. A signer without it has small files sent by `PutObject`. */
  signPolicy?(post: ObjectProperties, context: SigningContext): Promise<SignedForm>;
}
