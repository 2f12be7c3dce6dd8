/** The interface of signers: the page's server, the browser, or anything else that can sign requests to a bucket. */

import type { UploadFile } from '../../../core/types.js';
import type { S3Target } from '../endpoint.js';
import type { ObjectProperties } from '../policy.js';
import type { S3Request } from '../requests.js';

/** What a signer gets beside the request. */
export interface SigningContext {
  readonly target: S3Target;
  readonly file: UploadFile;
  readonly signal: AbortSignal;
  /** Stall timeout of a request to a signing server, ms. */
  readonly stallTimeout: number;
  /** The store's time, ms since 1970. */
  now(): number;
  /** SigV4's HashedPayload: the SHA-256 of the body in hexadecimal, or `UNSIGNED-PAYLOAD`. Reads the body: call it only for signatures that contain it. */
  hashedPayload(): Promise<string>;
}

/** A signature made with credentials that may expire before the request is sent. */
export interface RenewableSignature {
  /** False if the credentials have been replaced, or are about to expire: sign again before sending. Default: always true. */
  readonly isCurrent?: () => boolean;
  /**
   * Gets new credentials, if the current ones may be the reason for the store's error.
   *
   * @param reason - `expired`: the store says that the credentials have expired. `rejected`: the store gives no such reason.
   * @returns whether a new signature may succeed.
   */
  readonly renew?: (reason: 'expired' | 'rejected', signal: AbortSignal) => Promise<boolean>;
}

/** A signed request, to be sent with its body. */
export interface SignedRequest extends RenewableSignature {
  readonly url: string;
  /** All headers: those of the request and those of the signature. */
  readonly headers: Readonly<Record<string, string>>;
}

/** The fields of a form, to be posted with the file as the last field. */
export interface SignedForm extends RenewableSignature {
  readonly fields: readonly (readonly [name: string, value: string])[];
}

/** Signs requests to a bucket. Rejects with an {@link UploadError} or the signal's reason. */
export interface S3Signer {
  sign(request: S3Request, context: SigningContext): Promise<SignedRequest>;
  /** Signs the policy of a form post. Without it, small files are uploaded by `PutObject`. */
  signPolicy?(object: ObjectProperties, context: SigningContext): Promise<SignedForm>;
  /** True if its forms ask the store for a document about the object (`success_action_status` 201). Default false. */
  readonly asksForDocument?: boolean;
}
