import { abortable } from '../../../utils/abortable.js';
import { UploadError } from '../../../core/errors.js';

/** Temporary credentials, in Fine Uploader's words. */
export interface Credentials {
  readonly accessKey: string;
  readonly secretKey: string;
  readonly sessionToken?: string | undefined;
  /** A Date, what `new Date()` can read, or ms since 1970. Default: they do not expire. */
  readonly expiration?: Date | string | number | undefined;
}

/** How long before they expire (ms) credentials are replaced, at most; short-lived ones in their last tenth. */
const longestMargin = 60_000;

/** Holds the current credentials and replaces them in time. One for all files: a refresh serves every request that waits for it. */
export class CredentialsProvider {
  readonly #now: () => number;
  readonly #ask: (() => Promise<Credentials>) | undefined;
  #current: Credentials | undefined;
  #expires = Infinity;
  #margin = 0;
  #refresh: Promise<Credentials> | undefined;
  /** New ones that look expired the moment they are issued: then this device's clock is wrong, and the store will say by how much. */
  #trusted: Credentials | undefined;
  /** Credentials whose replacement was refused while they were still good: not asked for again until they have expired. */
  #refused: Credentials | undefined;

  /**
   * @param now - the store's time, ms since 1970.
   * @param ask - gets new ones from the page.
   */
  constructor(now: () => number, ask?: () => Promise<Credentials>) {
    this.#now = now;
    this.#ask = ask;
  }

  /**
   * Sets the credentials to use from now on.
   * @throws {@link UploadError} where something of them is missing.
   */
  set(credentials: Credentials): void {
    const { accessKey, secretKey, expiration } = credentials;
    const expires = expiration === undefined ? Infinity : new Date(expiration).getTime();
    if (!accessKey || !secretKey || Number.isNaN(expires)) {
      throw refusal('The credentials must have an accessKey, a secretKey and, where they expire, an expiration.');
    }
    this.#current = credentials;
    this.#expires = expires;
    this.#margin = Math.min(longestMargin, Math.max(0, expires - this.#now()) / 10);
  }

  /**
   * Credentials that will last for a request.
   * @throws {@link UploadError} where there are none and none can be had; the signal's reason.
   */
  async get(signal: AbortSignal): Promise<Credentials> {
    const current = this.#current;
    if (current && this.isCurrent(current)) return current;
    const usable = current && this.#expires > this.#now();
    try {
      return await this.#renewed(signal);
    } catch (error) {
      signal.throwIfAborted();
      if (!usable) throw error;
      this.#refused = current;
      return current;
    }
  }

  /** Whether they are the ones to sign with: still the current ones, and not about to expire where others can be had. */
  isCurrent(credentials: Credentials): boolean {
    if (credentials !== this.#current) return false;
    const left = this.#expires - this.#now();
    const others = this.#ask !== undefined && credentials !== this.#refused;
    return credentials === this.#trusted || left > (others ? this.#margin : 0);
  }

  /**
   * The store did not accept `used`.
   * @param certain - true where it says that they have expired; false where that is only likely if their time has come.
   * @returns whether there are other ones now.
   */
  async renew(used: Credentials, certain: boolean, signal: AbortSignal): Promise<boolean> {
    if (this.#current !== used) return true;
    if (!certain && this.#expires - this.#now() > longestMargin) return false;
    if (!this.#ask) return false;
    await this.#renewed(signal);
    return true;
  }

  #renewed(signal: AbortSignal): Promise<Credentials> {
    if (!this.#refresh) {
      this.#refresh = this.#get().finally(() => (this.#refresh = undefined));
      this.#refresh.catch(() => {}); // everyone who waited may have gone
    }
    return abortable(this.#refresh, signal);
  }

  async #get(): Promise<Credentials> {
    if (!this.#ask) throw refusal('The permission to upload has run out.');
    let credentials: Credentials;
    try {
      credentials = await this.#ask();
    } catch (cause) {
      if (cause instanceof UploadError) throw cause;
      const reason = cause instanceof Error ? cause.message : typeof cause === 'string' ? cause : '';
      throw refusal(reason || 'The permission to upload has run out, and could not be renewed.', cause);
    }
    this.set(credentials);
    if (this.#expires <= this.#now()) this.#trusted = credentials;
    return credentials;
  }
}

function refusal(reason: string, cause?: unknown): UploadError {
  return new UploadError(reason, { code: 'ExpiredCredentials', retry: 'manual', cause });
}
