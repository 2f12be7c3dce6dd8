import { reasonOf, UploadError } from '../../../core/errors.js';
import { abortable } from '../../../utils/abortable.js';

/** Temporary credentials, with Fine Uploader's names. */
export interface Credentials {
  readonly accessKey: string;
  readonly secretKey: string;
  readonly sessionToken?: string | undefined;
  /** A Date, a string that `new Date()` parses, or ms since 1970. Default: the credentials do not expire. */
  readonly expiration?: Date | string | number | undefined;
}

/** Credentials are renewed this long (ms) before they expire, or in the last tenth of their lifetime if that is shorter. */
const maxRenewalMargin = 60_000;

const removedMeanwhile = 'The credentials were removed while new ones were requested.';

/** Holds the current credentials and renews them in time. All files share it: one renewal serves all requests that wait. */
export class CredentialsProvider {
  readonly #now: () => number;
  readonly #requestCredentials: (() => Promise<Credentials>) | undefined;
  #current: Credentials | undefined;
  #expiration = Infinity;
  #renewalMargin = 0;
  #renewal: Promise<Credentials> | undefined;
  /** Ends the renewal that is under way, because the page has set or removed the credentials meanwhile: its own promise may never settle. */
  #endRenewal: { readonly resolve: (credentials: Credentials) => void; readonly reject: (reason: UploadError) => void } | undefined;
  /** New credentials that seem to be expired already: the clock of this device is wrong, and the store's response will correct it. */
  #seeminglyExpired: Credentials | undefined;
  /** Credentials whose early renewal failed: they are used until they expire. */
  #notRenewable: Credentials | undefined;

  /**
   * @param now - the store's time, ms since 1970.
   * @param requestCredentials - requests new credentials from the page.
   */
  constructor(now: () => number, requestCredentials?: () => Promise<Credentials>) {
    this.#now = now;
    this.#requestCredentials = requestCredentials;
  }

  /**
   * Sets the credentials.
   * @throws {@link UploadError} if a key is missing or the expiration is invalid.
   */
  set(credentials: Credentials): void {
    const { accessKey, secretKey, sessionToken } = credentials;
    const expiration = expirationTime(credentials.expiration);
    const isComplete = [accessKey, secretKey, sessionToken ?? ''].every((text) => typeof text === 'string') && accessKey && secretKey;
    if (!isComplete || Number.isNaN(expiration)) {
      throw expiredError('The credentials must have an accessKey, a secretKey and, if they expire, an expiration.');
    }
    this.#current = credentials;
    this.#endRenewal?.resolve(credentials);
    this.#expiration = expiration;
    this.#renewalMargin = Math.min(maxRenewalMargin, Math.max(0, expiration - this.#now()) / 10);
  }

  /** Forgets the credentials. A renewal that is under way for them fails. */
  clear(): void {
    this.#endRenewal?.reject(expiredError(removedMeanwhile));
    this.#current = this.#renewal = this.#seeminglyExpired = this.#notRenewable = undefined;
    this.#expiration = Infinity;
    this.#renewalMargin = 0;
  }

  /**
   * Resolves with credentials that are valid long enough for a request. Renews them before they expire.
   * @throws {@link UploadError} if there are no valid credentials; the signal's reason.
   */
  async get(signal: AbortSignal): Promise<Credentials> {
    const current = this.#current;
    if (current && this.isCurrent(current)) return current;
    const isStillValid = current && this.#expiration > this.#now();
    try {
      return await this.#renew(signal);
    } catch (error) {
      signal.throwIfAborted();
      if (!isStillValid || this.#current !== current) throw error;
      this.#notRenewable = current;
      return current;
    }
  }

  /** True if the credentials are the current ones, and are not about to be renewed. */
  isCurrent(credentials: Credentials): boolean {
    if (credentials !== this.#current) return false;
    const remaining = this.#expiration - this.#now();
    const isRenewable = this.#requestCredentials !== undefined && credentials !== this.#notRenewable;
    return credentials === this.#seeminglyExpired || remaining > (isRenewable ? this.#renewalMargin : 0);
  }

  /**
   * Renews credentials that the store did not accept.
   *
   * @param reason - `expired`: the store says that they have expired. `rejected`: it gives no such reason; they are renewed only if they expire soon.
   * @returns whether there are new credentials.
   */
  async renew(credentials: Credentials, reason: 'expired' | 'rejected', signal: AbortSignal): Promise<boolean> {
    if (this.#current !== credentials) return true;
    if (reason === 'rejected' && this.#expiration - this.#now() > maxRenewalMargin) return false;
    if (!this.#requestCredentials) return false;
    await this.#renew(signal);
    return true;
  }

  #renew(signal: AbortSignal): Promise<Credentials> {
    if (!this.#renewal) {
      const renewal: Promise<Credentials> = this.#requestAndSet(() => this.#renewal === renewal).finally(() => {
        if (this.#renewal === renewal) this.#renewal = undefined;
      });
      this.#renewal = renewal;
      renewal.catch(() => {}); // All requests that waited for it may have been aborted.
    }
    return abortable(this.#renewal, signal);
  }

  /** @param isWanted - false after {@link clear}. */
  async #requestAndSet(isWanted: () => boolean): Promise<Credentials> {
    if (!this.#requestCredentials) throw expiredError('The permission to upload has expired.');
    let credentials: Credentials;
    try {
      const ended = new Promise<Credentials>((resolve, reject) => (this.#endRenewal = { resolve, reject }));
      credentials = await Promise.race([this.#requestCredentials(), ended]);
    } catch (cause) {
      if (cause instanceof UploadError) throw cause;
      throw expiredError(reasonOf(cause) || 'The permission to upload has expired and could not be renewed.', cause);
    }
    if (!isWanted()) throw expiredError(removedMeanwhile);
    this.set(credentials);
    if (this.#expiration <= this.#now()) this.#seeminglyExpired = credentials;
    return credentials;
  }
}

/** ms since 1970; Infinity for credentials that do not expire; NaN for a value that is no date. */
function expirationTime(date: unknown): number {
  if (date === undefined || date === null) return Infinity;
  return date instanceof Date || typeof date === 'string' || typeof date === 'number' ? new Date(date).getTime() : NaN;
}

function expiredError(reason: string, cause?: unknown): UploadError {
  return new UploadError(reason, { code: 'ExpiredCredentials', retry: 'manual', cause });
}
