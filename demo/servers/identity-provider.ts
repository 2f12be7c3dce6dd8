/**
 * An OpenID provider for the demo's page without a server. It accepts any name, supports the authorization code flow with PKCE, and signs id_tokens
 * that a token service such as AWS STS (or the demo's store) exchanges for temporary credentials. In production this is Google, Entra, Keycloak or
 * another provider.
 */
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type Provider from 'oidc-provider';
import { pathOf, readText, sendFailure } from './http.js';
import type { Handler } from './http.js';
import { selfSignedCertificate } from './self-signed-certificate.js';

/** Options of `createIdentityProvider`. */
export interface IdentityProviderOptions {
  /** Origin of the provider, such as `http://localhost:8082`: the `iss` of its tokens. */
  readonly issuer: string;
  /** The page that users sign in to. */
  readonly client: {
    readonly id: string;
    /** Allowed redirect URIs, compared exactly. Pages of their origins may request tokens. */
    readonly redirectUris: readonly string[];
    /** Also sends id_tokens back in the page's address, as Google does. Its addresses to go back to must then be https. Default false. */
    readonly implicit?: boolean;
  };
  /** Returns the style sheet of the sign-in page. */
  readonly style: () => Promise<string>;
  /** Lifetime of an id_token, in seconds. Default 28,800 (8 hours). */
  readonly tokenSeconds?: number;
  /** Called with a line for each failure. Default: `console.warn`. */
  readonly log?: (line: string) => void;
}

/** A running identity provider. */
export interface IdentityProviderServer {
  /** Handles every request of a `node:http` server at the issuer's origin. */
  readonly handler: Handler;
  /** Thumbprint of the signing key's certificate. Some token services require it for registration. */
  readonly thumbprint: string;
}

/** Starts an identity provider with a new signing key. */
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

  const provider: Provider = await withoutStartupWarnings(async () => {
    const library = await import('oidc-provider');
    return new library.default(issuer, {
      clients: [
        {
          client_id: client.id,
          // A page cannot keep a client secret; PKCE replaces it.
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
      // The client is the demo's own page, so the user is not asked for consent.
      async loadExistingGrant({ oidc }) {
        const grant = new provider.Grant({ clientId: oidc.client.clientId, accountId: oidc.session.accountId });
        grant.addOIDCScope('openid');
        await grant.save();
        return grant;
      },
      renderError(context, out) {
        context.type = 'text/plain';
        context.body = `Sign-in failed: ${out['error_description'] ?? out['error'] ?? 'unknown error'}`;
      },
    });
  });
  provider.on('server_error', (_context, error) => log(`identity provider: ${error.stack ?? error.message}`));
  const handleOidcRequest = provider.callback();

  const handler: Handler = async (request, response) => {
    const path = pathOf(request);
    try {
      if (path === '/style.css') {
        response.writeHead(200, { 'Content-Type': 'text/css; charset=utf-8' }).end(await options.style());
      } else if (/^\/sign-in\/[\w-]+$/.test(path)) {
        await signIn(request, response);
      } else {
        await handleOidcRequest(request, response);
      }
    } catch (error) {
      sendFailure(request, response, error, log);
    }
    return true;
  };

  /** The sign-in page: GET shows the form; POST accepts the name and redirects to the client. */
  async function signIn(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      await provider.interactionDetails(request, response);
    } catch {
      response
        .writeHead(400, { 'Content-Type': 'text/plain; charset=utf-8' })
        .end('This sign-in has expired. Go back to the page and start again.');
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
      // `form-action` also covers the redirect after the form. CSP has no syntax for IPv6 addresses.
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
        <h1>Sign in</h1>
        <p class="lead">This is the demo’s identity provider. It accepts any name.</p>
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

/** Encodes a name as an account id in ASCII; `nameOf` decodes it. */
function idOf(name: string): string {
  return Buffer.from(name).toString('base64url');
}

function nameOf(id: string): string {
  return Buffer.from(id, 'base64url').toString();
}

/** Hides two warnings of oidc-provider about the version of Node and the in-memory adapter: both are fine for a demo. */
async function withoutStartupWarnings<Result>(work: () => Promise<Result>): Promise<Result> {
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
