/**
 * Who may do what: the permanent keys, which may do everything, and temporary ones, which carry their own limits in a sealed token.
 *
 * Nothing is kept about temporary credentials: the token is encrypted under a key in the store's folder, and the secret is computed
 * from the access key, so they live on over a restart.
 */
import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { S3Error } from './errors.js';

/** The limits of temporary credentials. */
export interface Session {
  accessKey: string;
  role: string;
  /** The identity provider's name for the person. */
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

export class Credentials {
  readonly #permanent: ReadonlyMap<string, string>;
  readonly #sealingKey: Buffer;
  readonly #secretsKey: Buffer;
  readonly #now: () => number;

  /** @param storeKey 32 random bytes that stay the same as long as the folder does */
  constructor(permanent: readonly { accessKey: string; secretKey: string }[], storeKey: Buffer, now: () => number) {
    this.#permanent = new Map(permanent.map(({ accessKey, secretKey }) => [accessKey, secretKey]));
    this.#sealingKey = Buffer.from(hkdfSync('sha256', storeKey, '', 'session tokens', 32));
    this.#secretsKey = Buffer.from(hkdfSync('sha256', storeKey, '', 'secret keys', 32));
    this.#now = now;
  }

  /**
   * The secret behind an access key, and what it stands for.
   * @param token the session token that came with the request
   * @throws S3Error InvalidAccessKeyId, InvalidToken, ExpiredToken
   */
  find(accessKey: string, token: string | undefined): { secretKey: string; identity: Identity } {
    const permanent = this.#permanent.get(accessKey);
    if (permanent !== undefined) {
      if (token !== undefined) throw new S3Error('InvalidToken');
      return { secretKey: permanent, identity: { accessKey } };
    }
    if (token === undefined) throw new S3Error('InvalidAccessKeyId', undefined, { AWSAccessKeyId: accessKey });
    const session = this.#open(token);
    if (session?.accessKey !== accessKey) throw new S3Error('InvalidToken');
    if (session.expiration <= this.#now()) throw new S3Error('ExpiredToken');
    return { secretKey: this.#secretOf(accessKey), identity: { accessKey, session } };
  }

  issue(limits: Omit<Session, 'accessKey'>): TemporaryCredentials {
    const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
    const accessKey = `ASIA${[...randomBytes(16)].map((byte) => letters[byte % 32]).join('')}`;
    return {
      accessKeyId: accessKey,
      secretAccessKey: this.#secretOf(accessKey),
      sessionToken: this.#seal({ ...limits, accessKey }),
      expiration: limits.expiration,
    };
  }

  #secretOf(accessKey: string): string {
    return createHmac('sha256', this.#secretsKey).update(accessKey).digest('base64').slice(0, 40);
  }

  #seal(session: Session): string {
    const nonce = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', this.#sealingKey, nonce);
    const sealed = Buffer.concat([cipher.update(JSON.stringify(session), 'utf8'), cipher.final()]);
    return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64');
  }

  #open(token: string): Session | undefined {
    const bytes = Buffer.from(token, 'base64');
    if (bytes.length < 29 || bytes.toString('base64') !== token) return undefined;
    const decipher = createDecipheriv('aes-256-gcm', this.#sealingKey, bytes.subarray(0, 12), { authTagLength: 16 });
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
 * @param action IAM's name, such as `s3:PutObject`
 * @param resource the key, or the prefix that is listed
 */
export function isAllowed(identity: Identity, action: string, bucket: string, resource: string): boolean {
  const { session } = identity;
  if (!session) return true;
  if (session.bucket !== bucket || !resource.startsWith(session.prefix)) return false;
  return session.actions.some((granted) => (granted.endsWith('*') ? action.startsWith(granted.slice(0, -1)) : action === granted));
}

/** @throws S3Error AccessDenied */
export function authorize(identity: Identity, action: string, bucket: string, resource: string): void {
  if (!isAllowed(identity, action, bucket, resource)) throw new S3Error('AccessDenied');
}
