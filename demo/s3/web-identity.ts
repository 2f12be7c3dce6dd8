/**
 * Checks an OpenID provider's token: signature (RS256 only), issuer, audience, times.
 */
import { createPublicKey, type JsonWebKeyInput, type KeyObject, verify } from 'node:crypto';
import { S3Error } from './errors.js';
import type { IdentityProvider } from './options.js';

export interface WebIdentity {
  provider: IdentityProvider;
  subject: string;
}

type Claims = Record<string, unknown>;

/** How long a provider's keys are taken as known, in milliseconds. */
const keysLifetime = 5 * 60_000;
/** A token of an unknown key has the keys fetched anew, but not more often than this. */
const keysPause = 1000;
const fetchTimeout = 5000;
const largestToken = 20_000;

/** Remembers the keys of the providers that it is given; never asks an address that only a token names. */
export class WebIdentities {
  readonly #providers: readonly IdentityProvider[];
  readonly #now: () => number;
  readonly #keys = new Map<string, { fetched: number; keys: Promise<Map<string, KeyObject>> }>();

  constructor(providers: readonly IdentityProvider[], now: () => number) {
    this.#providers = providers;
    this.#now = now;
  }

  /** @throws S3Error InvalidIdentityToken, ExpiredTokenException, IDPCommunicationError */
  async verify(token: string): Promise<WebIdentity> {
    const parts = token.length > largestToken ? [] : token.split('.');
    const [header = '', payload = '', signature = ''] = parts;
    if (parts.length !== 3) throw refused('it is not a signed JSON Web Token');
    const { alg, kid, crit } = decodeJson(header);
    if (alg !== 'RS256') throw refused('its algorithm is not RS256');
    if (crit !== undefined) throw refused('it has critical extensions');
    const claims = decodeJson(payload);
    const audiences = Array.isArray(claims.aud) ? (claims.aud as unknown[]) : [claims.aud];
    const issued = this.#providers.filter((one) => one.issuer === claims.iss);
    if (issued.length === 0) throw refused('no OpenIDConnect provider of this issuer is known');
    const provider = issued.find((one) => audiences.includes(one.audience));
    if (!provider) throw refused('Incorrect token audience');
    const key = await this.#key(provider.issuer, typeof kid === 'string' ? kid : undefined);
    const signed = Buffer.from(`${header}.${payload}`, 'latin1');
    if (!/^[\w-]+$/.test(signature) || !key || !verify('RSA-SHA256', signed, key, Buffer.from(signature, 'base64url'))) {
      throw refused('its signature is not valid');
    }
    return { provider, subject: this.#checkClaims(claims) };
  }

  #checkClaims({ exp, nbf, iat, sub }: Claims): string {
    const now = this.#now() / 1000;
    if (typeof exp !== 'number') throw refused('it has no expiration');
    if (exp <= now)
      throw new S3Error(
        'ExpiredTokenException',
        `Token expired: current date/time ${Math.floor(now)} must be before the expiration date/time ${exp}`,
      );
    for (const since of [nbf, iat]) {
      if (since === undefined) continue;
      // Clocks differ by seconds.
      if (typeof since !== 'number' || since > now + 60) throw refused('it is not valid yet');
    }
    if (typeof sub !== 'string' || sub === '') throw refused('it has no subject');
    return sub;
  }

  /** Without a `kid` the provider must have one key only. */
  async #key(issuer: string, kid: string | undefined): Promise<KeyObject | undefined> {
    const choose = (keys: Map<string, KeyObject>) =>
      kid === undefined ? (keys.size === 1 ? [...keys.values()][0] : undefined) : keys.get(kid);
    const known = this.#keys.get(issuer);
    if (known && Date.now() - known.fetched < keysLifetime) {
      const key = choose(await known.keys);
      if (key || Date.now() - known.fetched < keysPause) return key;
    }
    const keys = fetchKeys(issuer);
    this.#keys.set(issuer, { fetched: Date.now(), keys });
    try {
      return choose(await keys);
    } catch {
      this.#keys.delete(issuer);
      throw new S3Error('IDPCommunicationError');
    }
  }
}

async function fetchKeys(issuer: string): Promise<Map<string, KeyObject>> {
  const configuration = await fetchJson(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`);
  if (configuration.issuer !== issuer || typeof configuration.jwks_uri !== 'string')
    throw new Error('The configuration is of another issuer');
  const { keys } = await fetchJson(configuration.jwks_uri);
  const found = new Map<string, KeyObject>();
  for (const jwk of Array.isArray(keys) ? (keys as Claims[]) : []) {
    if (jwk.kty !== 'RSA' || (jwk.use !== undefined && jwk.use !== 'sig')) continue;
    found.set(typeof jwk.kid === 'string' ? jwk.kid : '', createPublicKey({ key: jwk as JsonWebKeyInput['key'], format: 'jwk' }));
  }
  return found;
}

async function fetchJson(url: string): Promise<Claims> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(fetchTimeout), headers: { accept: 'application/json' } });
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}`);
  return (await answer.json()) as Claims;
}

function decodeJson(part: string): Claims {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    if (typeof value === 'object' && value !== null) return value as Claims;
  } catch {
    // Said below.
  }
  throw refused('it cannot be read');
}

function refused(problem: string): S3Error {
  return new S3Error('InvalidIdentityToken', `The web identity token is refused: ${problem}.`);
}
