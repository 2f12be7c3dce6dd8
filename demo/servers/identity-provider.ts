/**
 * An OpenID provider for the demo's page without a server: it lets people in under any name they give, by the authorization code flow with
 * PKCE, and signs id_tokens that a token service such as AWS STS (or the demo's store) exchanges for temporary credentials. In your case this is
 * Google, Entra, Keycloak or the like.
 */
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type Provider from 'oidc-provider';
import { pathOf, readText, sendFailure } from './http.js';
import type { Handler } from './http.js';
import { selfSignedCertificate } from './self-signed-certificate.js';

/** What the provider needs to know. */
export interface IdentityProviderOptions {
  /** Its own origin, such as `http://localhost:8082`: the `iss` of its tokens. */
  readonly issuer: string;
  /** The page that people come from and go back to. */
  readonly client: {
    readonly id: string;
    /** Exact addresses to go back to. Pages of their origins may ask for tokens. */
    readonly redirectUris: readonly string[];
    /** Also sends id_tokens back in the page's address, as Google does. Its addresses to go back to must then be https. Default false. */
    readonly implicit?: boolean;
  };
  /** The style sheet of the sign-in page. */
  readonly style: () => Promise<string>;
  /** How long (seconds) an id_token is good. Default 8 hours. */
  readonly tokenSeconds?: number;
  /** Told about failures. Default: `console.warn`. */
  readonly log?: (line: string) => void;
}

/** A provider. */
export interface IdentityProviderServer {
  /** Put it on a `node:http` server of its own, at the issuer's origin; it answers every request. */
  readonly handler: Handler;
  /** Of the certificate of its signing key. Some token services want it told beforehand. */
  readonly thumbprint: string;
}

/** Starts a provider, with a key of its own that lives as long as it does. */
export async function createIdentityProvider(options: IdentityProviderOptions): Promise<IdentityProviderServer> {
  const { issuer, client } = options;
  const log = options.log ?? ((line: string) => console.warn(line));
  const origins = [...new Set(client.redirectUris.map((uri) => new URL(uri).origin))];
  const keys = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const certificate = selfSignedCertificate(keys, 'demo identity provider');
  const key = {
    ...keys.privateKey.export({ format: 'jwk' }),
    use: 'sig',
    alg: 'RS256',
    kid: certificate.thumbprint,
    x5c: [certificate.der.toString('base64')],
  };

  const provider: Provider = await quietly(async () => {
    const library = await import('oidc-provider');
    return new library.default(issuer, {
      clients: [
        {
          client_id: client.id,
          // A page cannot keep a secret; PKCE takes its place.
          token_endpoint_auth_method: 'none',
          redirect_uris: client.redirectUris,
          grant_types: ['authorization_code', ...(client.implicit ? ['implicit'] : [])],
          response_types: ['code', ...(client.implicit ? ['id_token'] : [])],
        },
      ],
      jwks: { keys: [key] },
      cookies: { keys: [randomBytes(32).toString('hex')] },
      claims: { openid: ['sub', 'name'] },
      conformIdTokenClaims: false,
      responseTypes: ['code', ...(client.implicit ? ['id_token'] : [])],
      pkce: { required: () => true },
      features: { devInteractions: { enabled: false }, rpInitiatedLogout: { enabled: false }, userinfo: { enabled: false } },
      interactions: { url: (_context, { uid }) => `/sign-in/${uid}` },
      ttl: {
        AccessToken: 3600,
        AuthorizationCode: 60,
        Grant: 86_400,
        IdToken: options.tokenSeconds ?? 28_800,
        Interaction: 3600,
        Session: 86_400,
      },
      clientBasedCORS: (_context, origin) => origins.includes(origin),
      findAccount: (_context, id) => ({ accountId: id, claims: () => ({ sub: id, name: nameOf(id) }) }),
      // The page is the demo's own, so nobody is asked whether it may know their name.
      async loadExistingGrant({ oidc }) {
        const grant = new provider.Grant({ clientId: oidc.client.clientId, accountId: oidc.session.accountId });
        grant.addOIDCScope('openid');
        await grant.save();
        return grant;
      },
      renderError(context, out) {
        context.type = 'text/plain';
        context.body = `Signing in did not work: ${out['error_description'] ?? out['error'] ?? 'unknown error'}`;
      },
    });
  });
  provider.on('server_error', (_context, error) => log(`identity provider: ${error.stack ?? error.message}`));
  const answer = provider.callback();

  const handler: Handler = async (request, response) => {
    const path = pathOf(request);
    try {
      if (path === '/style.css') {
        response.writeHead(200, { 'Content-Type': 'text/css; charset=utf-8' }).end(await options.style());
      } else if (/^\/sign-in\/[\w-]+$/.test(path)) {
        await signIn(request, response);
      } else {
        await answer(request, response);
      }
    } catch (error) {
      sendFailure(request, response, error, log);
    }
    return true;
  };

  /** The sign-in page: GET shows the form, POST takes the name and goes back to where the person came from. */
  async function signIn(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      await provider.interactionDetails(request, response);
    } catch {
      response
        .writeHead(400, { 'Content-Type': 'text/plain; charset=utf-8' })
        .end('This sign-in is over. Go back to the page and begin again.');
      return;
    }
    if (request.method === 'POST') {
      const name = new URLSearchParams(await readText(request, 10_000)).get('name')?.trim().slice(0, 40) ?? '';
      if (name !== '') {
        await provider.interactionFinished(request, response, { login: { accountId: idOf(name) } }, { mergeWithLastSubmission: false });
        return;
      }
    }
    response.writeHead(200, {
      'Content-Type': 'text/html; charset=utf-8',
      'Cache-Control': 'no-store',
      // A form's target includes where it is redirected to. The policy's language has no word for IPv6 addresses.
      'Content-Security-Policy': `default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self' ${origins.filter((origin) => !origin.includes('[')).join(' ')}`,
      'X-Content-Type-Options': 'nosniff',
    });
    response.end(SIGN_IN_PAGE);
  }

  return { handler, thumbprint: certificate.thumbprint };
}

const SIGN_IN_PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <title>Sign in · demo identity provider</title>
    <link rel="stylesheet" href="/style.css" />
  </head>
  <body class="sign-in">
    <main>
      <section class="opening">
        <h1>Who are you?</h1>
        <p class="lead">This identity provider belongs to the demo and believes every name.</p>
      </section>
      <form class="stage" method="post">
        <label for="name">Name</label>
        <input id="name" name="name" required maxlength="40" autocomplete="nickname" autofocus />
        <button class="primary">Sign in</button>
      </form>
    </main>
  </body>
</html>
`;

/** A name as a subject: ASCII, and the way back from it. */
function idOf(name: string): string {
  return Buffer.from(name).toString('base64url');
}

function nameOf(id: string): string {
  return Buffer.from(id, 'base64url').toString();
}

/** oidc-provider warns at every start that it wants a newer Node and a database; a demo does well without. Other warnings pass. */
async function quietly<Result>(work: () => Promise<Result>): Promise<Result> {
  const { warn } = console;
  console.warn = (...words: unknown[]) => {
    if (!/^\S*oidc-provider WARNING: (Unsupported runtime|a quick start development-only in-memory adapter)/.test(String(words[0])))
      warn(...words);
  };
  try {
    return await work();
  } finally {
    console.warn = warn;
  }
}
