/**
 * Signing in without a server of your own, with Google, Facebook, Amazon, Cognito or any OpenID provider, and swapping what they give for temporary
 * credentials of a bucket. Copy it into your page; demo/docs/no-server.md says what to set up where.
 *
 *   const token = await signIn(google('1234.apps.googleusercontent.com'));
 *   uploader.key = (id) => `web/${uploader.getUuid(id)}`;             // below the prefix that the role allows
 *   const renew = () => temporaryCredentials({ role: 'arn:aws:iam::123456789012:role/WebUpload', ...token });
 *   uploader.addEventListener('credentialsExpired', (event) => event.waitUntil(renew()));
 *   uploader.credentials = await renew();
 */

/**
 * A provider's dialect.
 * @typedef {object} Dialect
 * @property {string} authorize The page that signs people in.
 * @property {string} client The page's id at the provider.
 * @property {string} scope
 * @property {'code' | 'id_token' | 'token'} answer What comes back to the page: a code that is swapped for an id_token (PKCE), the id_token
 *   itself, or an access token.
 * @property {string} [tokens] Where a code is swapped.
 * @property {string} [providerId] AWS's name for providers whose access tokens it takes; those with id_tokens have none.
 */

/** @typedef {{token: string, providerId: string | undefined}} WebIdentity */

/**
 * Google: an id_token in the page's address. (For its web clients, Google swaps codes only with a client secret, which a page cannot keep.)
 * @param {string} client
 * @returns {Dialect}
 */
export const google = (client) => ({
  authorize: 'https://accounts.google.com/o/oauth2/v2/auth',
  client,
  scope: 'openid',
  answer: 'id_token',
});

/**
 * Facebook: an access token.
 * @param {string} client the app's id
 * @returns {Dialect}
 */
export const facebook = (client) => ({
  authorize: 'https://www.facebook.com/dialog/oauth',
  client,
  scope: 'public_profile',
  answer: 'token',
  providerId: 'graph.facebook.com',
});

/**
 * Login with Amazon: an access token.
 * @param {string} client
 * @returns {Dialect}
 */
export const amazon = (client) => ({
  authorize: 'https://www.amazon.com/ap/oa',
  client,
  scope: 'profile',
  answer: 'token',
  providerId: 'www.amazon.com',
});

/**
 * A user pool of Cognito: a code.
 * @param {string} client the app client's id
 * @param {string} domain such as `https://my-pool.auth.eu-west-1.amazoncognito.com`
 * @returns {Dialect}
 */
export const cognito = (client, domain) => ({
  authorize: `${domain}/oauth2/authorize`,
  tokens: `${domain}/oauth2/token`,
  client,
  scope: 'openid',
  answer: 'code',
});

/**
 * Any other OpenID provider, by its discovery document: a code.
 * @param {string} client
 * @param {string} issuer such as `https://login.example.com`
 * @returns {Promise<Dialect>}
 */
export async function openId(client, issuer) {
  const { authorization_endpoint: authorize, token_endpoint: tokens } = await (
    await fetch(`${issuer}/.well-known/openid-configuration`)
  ).json();
  return { authorize, tokens, client, scope: 'openid', answer: 'code' };
}

/**
 * Signs the visitor in: leaves the page for the provider, or takes what the provider sent back to it.
 * @param {Dialect} dialect
 * @returns {Promise<WebIdentity>}
 */
export async function signIn(dialect) {
  const stored = sessionStorage.getItem('signing-in');
  if (stored !== null) {
    const { href } = location;
    // Also where it fails: a token does not stay in the address, and a reload begins anew.
    sessionStorage.removeItem('signing-in');
    history.replaceState(null, '', location.pathname);
    const returned = await takeToken(dialect, href, JSON.parse(stored));
    if (returned) return returned;
  }
  const journey = await begin(dialect, location.origin + location.pathname);
  sessionStorage.setItem('signing-in', JSON.stringify(journey));
  location.assign(journey.url);
  return new Promise(() => {});
}

/**
 * What must survive the way to the provider and back.
 * @typedef {{state: string, nonce: string, verifier: string, page: string, url: string}} Journey
 */

/**
 * The address that signs people in, and what to remember meanwhile.
 * @param {Dialect} dialect
 * @param {string} page the address to come back to, exactly as the provider knows it
 * @returns {Promise<Journey>}
 */
export async function begin({ authorize, client, scope, answer }, page) {
  const [state, nonce, verifier] = [random(), random(), random()];
  const challenge = base64Url(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier)));
  const query = new URLSearchParams({
    response_type: answer,
    client_id: client,
    redirect_uri: page,
    scope,
    state,
    ...(answer === 'token' ? {} : { nonce }),
    ...(answer === 'code' ? { code_challenge: challenge, code_challenge_method: 'S256' } : {}),
  });
  return { state, nonce, verifier, page, url: `${authorize}?${query}` };
}

/**
 * What the provider sent back; undefined where the page was opened in another way.
 * @param {Dialect} dialect
 * @param {string} address the page's
 * @param {Journey} journey
 * @returns {Promise<WebIdentity | undefined>}
 */
export async function takeToken({ tokens, client, answer, providerId }, address, { state, nonce, verifier, page }) {
  const { search, hash } = new URL(address);
  // Tokens come behind the #, which no server sees; codes in the query.
  const sent = new URLSearchParams(answer === 'code' ? search : hash.slice(1));
  if (sent.has('error')) throw new Error(`Signing in did not work: ${sent.get('error')}`);
  const value = sent.get(answer === 'token' ? 'access_token' : answer);
  if (value === null) return undefined;
  // Somebody else's token must not sign this visitor in.
  if (sent.get('state') !== state) throw new Error('That sign-in did not begin here. Please try again.');
  if (answer === 'token') return { token: value, providerId };
  let idToken = value;
  if (answer === 'code') {
    const grant = { grant_type: 'authorization_code', client_id: client, redirect_uri: page, code: value, code_verifier: verifier };
    const response = await fetch(tokens ?? '', { method: 'POST', body: new URLSearchParams(grant) });
    ({ id_token: idToken } = await response.json());
    if (!idToken) throw new Error('The identity provider gave no token. Please try again.');
  }
  const payload = atob((idToken.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/'));
  if (JSON.parse(payload).nonce !== nonce) throw new Error('The token is not meant for this page. Please try again.');
  return { token: idToken, providerId };
}

/**
 * Temporary credentials, as the element's `credentials` takes them: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html
 * @param {object} options
 * @param {string} options.role The role's ARN.
 * @param {string} options.token
 * @param {string} [options.providerId]
 * @param {number} [options.seconds] Default 3600.
 * @param {string} [options.tokenService] Default AWS's.
 */
export async function temporaryCredentials({ role, token, providerId, seconds = 3600, tokenService = 'https://sts.amazonaws.com/' }) {
  const body = new URLSearchParams({
    Action: 'AssumeRoleWithWebIdentity',
    Version: '2011-06-15',
    RoleArn: role,
    RoleSessionName: 'page',
    DurationSeconds: String(seconds),
    WebIdentityToken: token,
    ...(providerId === undefined ? {} : { ProviderId: providerId }),
  });
  const answer = await (await fetch(tokenService, { method: 'POST', body })).text();
  const text = (/** @type {string} */ name) => new RegExp(`<${name}>([^<]*)<`).exec(answer)?.[1] ?? '';
  if (text('AccessKeyId') === '') throw new Error(text('Message') || 'The token service gave no credentials. Please sign in again.');
  return {
    accessKey: text('AccessKeyId'),
    secretKey: text('SecretAccessKey'),
    sessionToken: text('SessionToken'),
    expiration: text('Expiration'),
  };
}

function random() {
  return base64Url(crypto.getRandomValues(new Uint8Array(32)));
}

/** @param {ArrayBuffer | Uint8Array} bytes */
function base64Url(bytes) {
  return btoa(String.fromCharCode(...new Uint8Array(bytes)))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
}
