/**
 * Verifies an OpenID provider's id_token: signature (RS256 only), issuer, audience, times.
 */
import { createPublicKey, type JsonWebKeyInput, type KeyObject, verify } from 'node:crypto';
import { S3Error } from './errors.js';
import type { IdentityProvider } from './options.js';

export interface WebIdentity {
  provider: IdentityProvider;
  subject: string;
}

type Claims = Record<string, unknown>;

/** Time for which a provider's keys are cached, in ms. */
const keysLifetime = 5 * 60_000;
/** A token with an unknown key id causes a new fetch of the keys, at most once in this time, in ms. */
const keysRefetchInterval = 1000;
const fetchTimeout = 5000;
const maxTokenLength = 20_000;

/** Verifies tokens with cached keys. Sends requests to the configured issuers only, never to a URL from a token. */
export class WebIdentityVerifier {
  readonly #providers: readonly IdentityProvider[];
  readonly #now: () => number;
  readonly #keys = new Map<string, { fetched: number; keys: Promise<Map<string, KeyObject>> }>();

  constructor(providers: readonly IdentityProvider[], now: () => number) {
    this.#providers = providers;
    this.#now = now;
  }

  /** @throws S3Error InvalidIdentityToken, ExpiredTokenException, IDPCommunicationError */
  async verify(token: string): Promise<WebIdentity> {
    const parts = token.length > maxTokenLength ? [] : token.split('.');
    const [header = '', payload = '', signature = ''] = parts;
    if (parts.length !== 3) throw invalidToken('it is not a signed JSON Web Token');
    const { alg, kid, crit } = decodeJson(header);
    if (alg !== 'RS256') throw invalidToken('its algorithm is not RS256');
    if (crit !== undefined) throw invalidToken('it has critical extensions');
    const claims = decodeJson(payload);
    const audiences = Array.isArray(claims.aud) ? (claims.aud as unknown[]) : [claims.aud];
    const candidates = this.#providers.filter((candidate) => candidate.issuer === claims.iss);
    if (candidates.length === 0) throw invalidToken('no OpenIDConnect provider of this issuer is known');
    const provider = candidates.find((candidate) => audiences.includes(candidate.audience));
    if (!provider) throw invalidToken('Incorrect token audience');
    const key = await this.#key(provider.issuer, typeof kid === 'string' ? kid : undefined);
    const signingInput = Buffer.from(`${header}.${payload}`, 'latin1');
    if (!/^[\w-]+$/.test(signature) || !key || !verify('RSA-SHA256', signingInput, key, Buffer.from(signature, 'base64url'))) {
      throw invalidToken('its signature is not valid');
    }
    return { provider, subject: this.#checkClaims(claims) };
  }

  #checkClaims({ exp, nbf, iat, sub }: Claims): string {
    const now = this.#now() / 1000;
    if (typeof exp !== 'number') throw invalidToken('it has no expiration');
    if (exp <= now)
      throw new S3Error(
        'ExpiredTokenException',
        `Token expired: current date/time ${Math.floor(now)} must be before the expiration date/time ${exp}`,
      );
    for (const since of [nbf, iat]) {
      if (since === undefined) continue;
      // Allows for differences between clocks.
      if (typeof since !== 'number' || since > now + 60) throw invalidToken('it is not valid yet');
    }
    if (typeof sub !== 'string' || sub === '') throw invalidToken('it has no subject');
    return sub;
  }

  /** Returns the key of a token. Without a `kid`, the provider must have exactly one key. */
  async #key(issuer: string, kid: string | undefined): Promise<KeyObject | undefined> {
    const selectKey = (keys: Map<string, KeyObject>) =>
      kid === undefined ? (keys.size === 1 ? [...keys.values()][0] : undefined) : keys.get(kid);
    const cached = this.#keys.get(issuer);
    if (cached && Date.now() - cached.fetched < keysLifetime) {
      const key = selectKey(await cached.keys);
      if (key || Date.now() - cached.fetched < keysRefetchInterval) return key;
    }
    const keys = fetchKeys(issuer);
    this.#keys.set(issuer, { fetched: Date.now(), keys });
    try {
      return selectKey(await keys);
    } catch {
      this.#keys.delete(issuer);
      throw new S3Error('IDPCommunicationError');
    }
  }
}

async function fetchKeys(issuer: string): Promise<Map<string, KeyObject>> {
  const configuration = await fetchJson(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`);
  if (configuration.issuer !== issuer || typeof configuration.jwks_uri !== 'string')
    throw new Error('The configuration belongs to another issuer');
  const { keys } = await fetchJson(configuration.jwks_uri);
  const keysById = new Map<string, KeyObject>();
  for (const jwk of Array.isArray(keys) ? (keys as Claims[]) : []) {
    if (jwk.kty !== 'RSA' || (jwk.use !== undefined && jwk.use !== 'sig')) continue;
    keysById.set(typeof jwk.kid === 'string' ? jwk.kid : '', createPublicKey({ key: jwk as JsonWebKeyInput['key'], format: 'jwk' }));
  }
  return keysById;
}

async function fetchJson(url: string): Promise<Claims> {
  const response = await fetch(url, { signal: AbortSignal.timeout(fetchTimeout), headers: { accept: 'application/json' } });
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return (await response.json()) as Claims;
}

function decodeJson(part: string): Claims {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    if (typeof value === 'object' && value !== null) return value as Claims;
  } catch {
    // Reported below.
  }
  throw invalidToken('it cannot be read');
}

function invalidToken(problem: string): S3Error {
  return new S3Error('InvalidIdentityToken', `The web identity token is invalid: ${problem}.`);
}
