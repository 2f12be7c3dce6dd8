/**
 * Uploads without a server: signs the user in (OpenID Connect, authorization code flow with PKCE), exchanges the id_token for temporary credentials
 * (AssumeRoleWithWebIdentity) and presigns URLs of stored files (SigV4). Tokens and credentials stay in memory.
 */

/** The page as a client of the identity provider. */
export interface Client {
  /** The provider's issuer URL, such as `https://login.example.com`. */
  readonly issuer: string;
  readonly clientId: string;
  /** The URL of this page, exactly as it is registered at the provider. */
  readonly redirectUri: string;
}

/** The signed-in user. */
export interface Identity {
  readonly idToken: string;
  readonly name: string;
}

/** The value of the uploader's property `credentials`. */
export interface TemporaryCredentials {
  readonly accessKey: string;
  readonly secretKey: string;
  readonly sessionToken: string;
  /** ISO 8601. */
  readonly expiration: string;
}

/** State of a sign-in, kept in sessionStorage during the redirects. It is useless without the authorization code, and is removed as soon as the page is back. */
interface SignInState {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
}

const STORAGE_KEY = 'sign-in';

/** Redirects to the provider's sign-in page. `forceLogin`: the provider asks for a name even if it remembers one. */
export async function signIn(client: Client, forceLogin = false): Promise<void> {
  const saved: SignInState = { state: random(), nonce: random(), verifier: random() };
  sessionStorage.setItem(STORAGE_KEY, JSON.stringify(saved));
  const { authorization_endpoint: endpoint } = await discover(client.issuer);
  const challenge = base64Url(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(saved.verifier)));
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: client.clientId,
    redirect_uri: client.redirectUri,
    scope: 'openid',
    state: saved.state,
    nonce: saved.nonce,
    code_challenge: challenge,
    code_challenge_method: 'S256',
    ...(forceLogin && { prompt: 'login' }),
  });
  location.assign(`${endpoint}?${query}`);
}

/**
 * Completes a sign-in after the provider's redirect: exchanges the code in the page's URL for an id_token. Resolves with undefined if the URL has neither a code nor an error.
 * @throws {Error} if the sign-in failed; the message is meant for the user
 */
export async function completeSignIn(client: Client): Promise<Identity | undefined> {
  const query = new URLSearchParams(location.search);
  const stored = sessionStorage.getItem(STORAGE_KEY);
  if (!query.has('code') && !query.has('error')) return undefined;
  history.replaceState(null, '', location.pathname);
  sessionStorage.removeItem(STORAGE_KEY);
  const saved = stored === null ? undefined : (JSON.parse(stored) as SignInState);
  // An attacker could send the user a link with the attacker's code (login CSRF).
  if (saved?.state !== query.get('state')) throw new Error('This sign-in was not started on this page. Please try again.');
  if (query.has('error')) throw new Error('The identity provider denied the sign-in.');

  const { token_endpoint: endpoint } = await discover(client.issuer);
  const body = new URLSearchParams({
    grant_type: 'authorization_code',
    client_id: client.clientId,
    redirect_uri: client.redirectUri,
    code: query.get('code') ?? '',
    code_verifier: saved?.verifier ?? '',
  });
  const response = await fetch(endpoint, { method: 'POST', body });
  if (!response.ok) throw new Error('The identity provider did not return a token. Please try again.');
  const { id_token: idToken } = (await response.json()) as { id_token: string };
  const claims = JSON.parse(decodeBase64Url(idToken.split('.')[1] ?? '')) as { nonce?: string; name?: string; sub: string };
  if (claims.nonce !== saved?.nonce) throw new Error('The token was not issued for this sign-in. Please try again.');
  return { idToken, name: claims.name ?? claims.sub };
}

/**
 * Exchanges an id_token for temporary credentials that are valid for `seconds`.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html
 * @throws {Error} if STS rejects the request; the message is meant for the user
 */
export async function assumeRole(endpoint: string, role: string, idToken: string, seconds = 900): Promise<TemporaryCredentials> {
  const body = new URLSearchParams({
    Action: 'AssumeRoleWithWebIdentity',
    Version: '2011-06-15',
    RoleArn: role,
    RoleSessionName: 'uploading-page',
    DurationSeconds: String(seconds),
    WebIdentityToken: idToken,
  });
  const response = await post(`${endpoint}/`, body);
  const text = (name: string): string => response?.getElementsByTagName(name)[0]?.textContent ?? '';
  if (text('AccessKeyId') === '') throw new Error(text('Message') || 'The store did not return credentials. Please sign in again.');
  return {
    accessKey: text('AccessKeyId'),
    secretKey: text('SecretAccessKey'),
    sessionToken: text('SessionToken'),
    expiration: text('Expiration'),
  };
}

/** Presigns a GET request for an object. The URL is valid for 5 minutes, or until the credentials expire. https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html */
export async function presignUrl(url: string, region: string, credentials: TemporaryCredentials): Promise<string> {
  const { host, pathname } = new URL(url);
  const amzDate = new Date().toISOString().replace(/[-:]|\.\d{3}/g, '');
  const credentialScope = `${amzDate.slice(0, 8)}/${region}/s3/aws4_request`;
  const canonicalQueryString = Object.entries({
    'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
    'X-Amz-Credential': `${credentials.accessKey}/${credentialScope}`,
    'X-Amz-Date': amzDate,
    'X-Amz-Expires': '300',
    'X-Amz-Security-Token': credentials.sessionToken,
    'X-Amz-SignedHeaders': 'host',
  })
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join('&');
  const canonicalRequest = ['GET', pathname, canonicalQueryString, `host:${host}`, '', 'host', 'UNSIGNED-PAYLOAD'].join('\n');
  const hash = hex(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(canonicalRequest)));
  let signingKey: ArrayBuffer = new TextEncoder().encode(`AWS4${credentials.secretKey}`).buffer;
  for (const part of credentialScope.split('/')) signingKey = await hmac(signingKey, part);
  const stringToSign = ['AWS4-HMAC-SHA256', amzDate, credentialScope, hash].join('\n');
  const signature = hex(await hmac(signingKey, stringToSign));
  return `${url}?${canonicalQueryString}&X-Amz-Signature=${signature}`;
}

async function discover(issuer: string): Promise<{ authorization_endpoint: string; token_endpoint: string }> {
  const response = await fetch(`${issuer}/.well-known/openid-configuration`);
  if (!response.ok) throw new Error('The identity provider cannot be reached.');
  return (await response.json()) as { authorization_endpoint: string; token_endpoint: string };
}

/** Posts a form and reads the XML response. XMLHttpRequest parses XML itself; Trusted Types forbid parsing a string. */
function post(url: string, body: URLSearchParams): Promise<XMLDocument | null> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', url);
    request.responseType = 'document';
    request.onload = () => resolve(request.responseXML);
    request.onerror = () => reject(new Error('The store cannot be reached.'));
    request.send(body);
  });
}

async function hmac(key: ArrayBuffer, text: string): Promise<ArrayBuffer> {
  const imported = await crypto.subtle.importKey('raw', key, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
  return crypto.subtle.sign('HMAC', imported, new TextEncoder().encode(text));
}

function random(): string {
  return base64Url(crypto.getRandomValues(new Uint8Array(32)).buffer);
}

function hex(bytes: ArrayBuffer): string {
  return [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

function base64Url(bytes: ArrayBuffer): string {
  return btoa(String.fromCharCode(...new Uint8Array(bytes)))
    .replace(/\+/g, '-')
    .replace(/\//g, '_')
    .replace(/=+$/, '');
}

function decodeBase64Url(text: string): string {
  const binary = atob(text.replace(/-/g, '+').replace(/_/g, '/'));
  return new TextDecoder().decode(Uint8Array.from(binary, (character) => character.charCodeAt(0)));
}
