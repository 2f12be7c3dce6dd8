/**
 * Credentials and their permissions. Permanent keys may do everything; temporary credentials carry their permissions in an encrypted session token.
 *
 * The store saves nothing about temporary credentials: it encrypts the token with a key from its folder and derives the secret key from the access
 * key, so temporary credentials survive a restart.
 */
import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { S3Error } from './errors.js';

/** The permissions of temporary credentials. */
export interface Session {
  accessKey: string;
  role: string;
  /** The `sub` of the id_token. */
  subject: string;
  bucket: string;
  prefix: string;
  actions: string[];
  /** Milliseconds since 1970. */
  expiration: number;
}

export interface Identity {
  accessKey: string;
  /** Absent for permanent keys. */
  session?: Session;
}

export interface TemporaryCredentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string;
  expiration: number;
}

export class CredentialStore {
  readonly #permanentKeys: ReadonlyMap<string, string>;
  readonly #tokenKey: Buffer;
  readonly #derivationKey: Buffer;
  readonly #now: () => number;

  /** @param storeKey - 32 random bytes that stay the same over restarts */
  constructor(permanent: readonly { accessKey: string; secretKey: string }[], storeKey: Buffer, now: () => number) {
    this.#permanentKeys = new Map(permanent.map(({ accessKey, secretKey }) => [accessKey, secretKey]));
    this.#tokenKey = Buffer.from(hkdfSync('sha256', storeKey, '', 'session tokens', 32));
    this.#derivationKey = Buffer.from(hkdfSync('sha256', storeKey, '', 'secret keys', 32));
    this.#now = now;
  }

  /**
   * Finds the secret key and the identity of an access key.
   * @param token - the session token of the request
   * @throws S3Error InvalidAccessKeyId, InvalidToken, ExpiredToken
   */
  find(accessKey: string, token: string | undefined): { secretKey: string; identity: Identity } {
    const permanent = this.#permanentKeys.get(accessKey);
    if (permanent !== undefined) {
      if (token !== undefined) throw new S3Error('InvalidToken');
      return { secretKey: permanent, identity: { accessKey } };
    }
    if (token === undefined) throw new S3Error('InvalidAccessKeyId', undefined, { AWSAccessKeyId: accessKey });
    const session = this.#decryptSession(token);
    if (session?.accessKey !== accessKey) throw new S3Error('InvalidToken');
    if (session.expiration <= this.#now()) throw new S3Error('ExpiredToken');
    return { secretKey: this.#deriveSecretKey(accessKey), identity: { accessKey, session } };
  }

  /** Creates temporary credentials. */
  issue(session: Omit<Session, 'accessKey'>): TemporaryCredentials {
    const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
    const accessKey = `ASIA${[...randomBytes(16)].map((byte) => letters[byte % 32]).join('')}`;
    return {
      accessKeyId: accessKey,
      secretAccessKey: this.#deriveSecretKey(accessKey),
      sessionToken: this.#encryptSession({ ...session, accessKey }),
      expiration: session.expiration,
    };
  }

  #deriveSecretKey(accessKey: string): string {
    return createHmac('sha256', this.#derivationKey).update(accessKey).digest('base64').slice(0, 40);
  }

  #encryptSession(session: Session): string {
    const nonce = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', this.#tokenKey, nonce);
    const encrypted = Buffer.concat([cipher.update(JSON.stringify(session), 'utf8'), cipher.final()]);
    return Buffer.concat([nonce, cipher.getAuthTag(), encrypted]).toString('base64');
  }

  #decryptSession(token: string): Session | undefined {
    const bytes = Buffer.from(token, 'base64');
    if (bytes.length < 29 || bytes.toString('base64') !== token) return undefined;
    const decipher = createDecipheriv('aes-256-gcm', this.#tokenKey, bytes.subarray(0, 12), { authTagLength: 16 });
    decipher.setAuthTag(bytes.subarray(12, 28));
    try {
      const text = Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString('utf8');
      return JSON.parse(text) as Session;
    } catch {
      return undefined;
    }
  }
}

/**
 * Returns whether an identity may perform an action.
 * @param action - IAM's name of the action, such as `s3:PutObject`
 * @param resource - the key, or the prefix of a listing
 */
export function isAllowed(identity: Identity, action: string, bucket: string, resource: string): boolean {
  const { session } = identity;
  if (!session) return true;
  if (session.bucket !== bucket || !resource.startsWith(session.prefix)) return false;
  return session.actions.some((allowed) => (allowed.endsWith('*') ? action.startsWith(allowed.slice(0, -1)) : action === allowed));
}

/** @throws S3Error AccessDenied */
export function authorize(identity: Identity, action: string, bucket: string, resource: string): void {
  if (!isAllowed(identity, action, bucket, resource)) throw new S3Error('AccessDenied');
}
