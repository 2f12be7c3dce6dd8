import assert from 'node:assert/strict';
import { createPublicKey, generateKeyPairSync, verify, X509Certificate } from 'node:crypto';
import type { JsonWebKey } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { createIdentityProvider } from '../../demo/servers/identity-provider.js';
import { selfSignedCertificate } from '../../demo/servers/self-signed-certificate.js';
import { signIn } from '../servers/identity.js';
import { startLocalServer } from '../servers/local-server.js';
import type { LocalServer } from '../servers/local-server.js';

const CLIENT = 'page';
const REDIRECT = 'http://page.example/back';

describe('the demo’s identity provider', () => {
  let server: LocalServer;
  let issuer: string;
  let thumbprint: string;
  before(async () => {
    server = await startLocalServer(async () => {
      if (!issuer) return () => Promise.resolve(false);
      const client = { id: CLIENT, redirectUris: [REDIRECT] };
      const provider = await createIdentityProvider({ issuer, client, style: () => Promise.resolve('body {}'), tokenSeconds: 600 });
      ({ thumbprint } = provider);
      return provider.handler;
    });
    issuer = server.origin;
    await server.stop();
    await server.start();
  });
  after(() => server.stop());

  const client = (change: object = {}) => ({ issuer, clientId: CLIENT, redirectUri: REDIRECT, ...change });
  const authorize = (change: Record<string, string> = {}) => {
    const query = new URLSearchParams({
      response_type: 'code',
      client_id: CLIENT,
      redirect_uri: REDIRECT,
      scope: 'openid',
      code_challenge: 'x'.repeat(43),
      code_challenge_method: 'S256',
      ...change,
    });
    return fetch(`${issuer}/auth?${query}`, { redirect: 'manual' });
  };

  it('signs an id_token for any name with its published key', async () => {
    const [header = '', payload = '', signature = ''] = (await signIn(client(), 'Zoë Ωmega <b>')).split('.');
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown>;
    assert.deepEqual([claims['iss'], claims['aud'], claims['name']], [issuer, CLIENT, 'Zoë Ωmega <b>']);
    assert.match(String(claims['sub']), /^[\w-]+$/);
    assert.equal(Number(claims['exp']) - Number(claims['iat']), 600);

    const configuration = (await (await fetch(`${issuer}/.well-known/openid-configuration`)).json()) as { jwks_uri: string };
    const { keys } = (await (await fetch(configuration.jwks_uri)).json()) as { keys: (JsonWebKey & { x5c: string[] })[] };
    const [key] = keys;
    assert.ok(key && !('d' in key), 'the JWKS contains the public key only');
    const publicKey = createPublicKey({ key, format: 'jwk' });
    assert.ok(verify('RSA-SHA256', Buffer.from(`${header}.${payload}`), publicKey, Buffer.from(signature, 'base64url')));

    const certificate = new X509Certificate(Buffer.from(key.x5c[0] ?? '', 'base64'));
    assert.equal(certificate.publicKey.export({ type: 'spki', format: 'pem' }), publicKey.export({ type: 'spki', format: 'pem' }));
    assert.equal(certificate.fingerprint.replaceAll(':', ''), thumbprint);
  });

  it('rejects unknown redirect URIs and requires PKCE', async () => {
    const foreign = await authorize({ redirect_uri: 'http://evil.example/' });
    assert.deepEqual([foreign.status, foreign.headers.get('location')], [400, null]);
    assert.match(await foreign.text(), /^Sign-in failed: /);
    const without = new URLSearchParams({ response_type: 'code', client_id: CLIENT, redirect_uri: REDIRECT, scope: 'openid' });
    const response = await fetch(`${issuer}/auth?${without}`, { redirect: 'manual' });
    assert.match(response.headers.get('location') ?? '', /error=invalid_request&error_description=.*PKCE/);
  });

  it('rejects an unknown authorization code', async () => {
    const body = new URLSearchParams({
      grant_type: 'authorization_code',
      client_id: CLIENT,
      redirect_uri: REDIRECT,
      code: 'made-up',
      code_verifier: 'x'.repeat(43),
    });
    const response = await fetch(`${issuer}/token`, { method: 'POST', body });
    assert.equal(response.status, 400);
    assert.equal(((await response.json()) as { error: string }).error, 'invalid_grant');
  });

  it('allows CORS token requests from the client’s origin only', async () => {
    const allowedOrigin = async (origin: string) => {
      const body = new URLSearchParams({ grant_type: 'authorization_code', client_id: CLIENT, code: 'x', redirect_uri: REDIRECT });
      return (await fetch(`${issuer}/token`, { method: 'POST', body, headers: { Origin: origin } })).headers.get(
        'access-control-allow-origin',
      );
    };
    assert.equal(await allowedOrigin('http://page.example'), 'http://page.example');
    assert.equal(await allowedOrigin('http://evil.example'), null);
  });

  it('serves a sign-in page whose policy forbids scripts', async () => {
    const start = await authorize();
    const cookie = start.headers
      .getSetCookie()
      .map((line) => line.split(';')[0])
      .join('; ');
    const page = await fetch(new URL(start.headers.get('location') ?? '', issuer), { headers: { Cookie: cookie } });
    assert.equal(page.status, 200);
    assert.match(page.headers.get('content-security-policy') ?? '', /^default-src 'none'; style-src 'self'; /);
    assert.match(await page.text(), /<label for="name">/);
    const empty = await fetch(page.url, {
      method: 'POST',
      body: new URLSearchParams({ name: ' ' }),
      headers: { Cookie: cookie },
      redirect: 'manual',
    });
    assert.equal(empty.status, 200, 'an empty name shows the form again');
    const withoutCookie = await fetch(page.url);
    assert.equal(withoutCookie.status, 400);
    assert.match(await withoutCookie.text(), /start again/);
  });
});

describe('selfSignedCertificate', () => {
  it('creates a certificate that OpenSSL accepts, signed with its own key', () => {
    const keys = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const { der, thumbprint } = selfSignedCertificate(keys, 'a name', 30);
    const certificate = new X509Certificate(der);
    assert.equal(certificate.subject, 'CN=a name');
    assert.equal(certificate.issuer, 'CN=a name');
    assert.ok(certificate.verify(keys.publicKey));
    assert.equal(certificate.fingerprint.replaceAll(':', ''), thumbprint);
    const days = (Date.parse(certificate.validTo) - Date.now()) / 86_400_000;
    assert.ok(days > 29.9 && days < 30.1);
    assert.ok(Date.parse(certificate.validFrom) < Date.now());
  });
});
