/**
 * What a page needs to do without a server of its own: sign people in (OpenID Connect, authorization code with PKCE), swap the id_token for temporary
 * credentials (AssumeRoleWithWebIdentity), and sign a link to a stored file (SigV4). Tokens and credentials stay in memory.
 */

/** The identity provider, and what the page is to it. */
export interface Client {
  /** Such as `https://login.example.com`. */
  readonly issuer: string;
  readonly clientId: string;
  /** This page, exactly as the provider knows it. */
  readonly redirectUri: string;
}

/** Who signed in. */
export interface Identity {
  readonly idToken: string;
  readonly name: string;
}

/** What the uploader takes as its `credentials`. */
export interface TemporaryCredentials {
  readonly accessKey: string;
  readonly secretKey: string;
  readonly sessionToken: string;
  /** ISO 8601. */
  readonly expiration: string;
}

/** What survives the way to the provider and back. It is worth nothing without the code that comes back, and is taken out at once. */
interface Journey {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
}

const JOURNEY = 'signing-in';

/** Leaves the page for the provider's sign-in. `anew` asks for a name also where the provider remembers one. */
export async function signIn(client: Client, anew = false): Promise<void> {
  const journey: Journey = { state: random(), nonce: random(), verifier: random() };
  sessionStorage.setItem(JOURNEY, JSON.stringify(journey));
  const { authorization_endpoint: endpoint } = await discover(client.issuer);
  const challenge = base64Url(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(journey.verifier)));
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: client.clientId,
    redirect_uri: client.redirectUri,
    scope: 'openid',
    state: journey.state,
    nonce: journey.nonce,
    code_challenge: challenge,
    code_challenge_method: 'S256',
    ...(anew && { prompt: 'login' }),
  });
  location.assign(`${endpoint}?${query}`);
}

/**
 * Back from the provider: swaps the code in the page's address for an id_token. Resolves to undefined where the page was opened in another way.
 * @throws {Error} a sentence for the person, where signing in did not work
 */
export async function comeBack(client: Client): Promise<Identity | undefined> {
  const query = new URLSearchParams(location.search);
  const stored = sessionStorage.getItem(JOURNEY);
  if (!query.has('code') && !query.has('error')) return undefined;
  history.replaceState(null, '', location.pathname);
  sessionStorage.removeItem(JOURNEY);
  const journey = stored === null ? undefined : (JSON.parse(stored) as Journey);
  // Somebody else's code must not sign this person in.
  if (journey?.state !== query.get('state')) throw new Error('That sign-in did not begin here. Please try again.');
  if (query.has('error')) throw new Error('The identity provider did not let you in.');

  const { token_endpoint: endpoint } = await discover(client.issuer);
  const body = new URLSearchParams({
    grant_type: 'authorization_code',
    client_id: client.clientId,
    redirect_uri: client.redirectUri,
    code: query.get('code') ?? '',
    code_verifier: journey?.verifier ?? '',
  });
  const response = await fetch(endpoint, { method: 'POST', body });
  if (!response.ok) throw new Error('The identity provider did not answer with a token. Please try again.');
  const { id_token: idToken } = (await response.json()) as { id_token: string };
  const claims = JSON.parse(decodeBase64Url(idToken.split('.')[1] ?? '')) as { nonce?: string; name?: string; sub: string };
  if (claims.nonce !== journey?.nonce) throw new Error('The token is not meant for this page. Please try again.');
  return { idToken, name: claims.name ?? claims.sub };
}

/**
 * Temporary credentials for whoever the token is about, good for so many seconds.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html
 * @throws {Error} a sentence for the person, where the token service refuses
 */
export async function assumeRole(service: string, role: string, idToken: string, seconds = 900): Promise<TemporaryCredentials> {
  const body = new URLSearchParams({
    Action: 'AssumeRoleWithWebIdentity',
    Version: '2011-06-15',
    RoleArn: role,
    RoleSessionName: 'uploading-page',
    DurationSeconds: String(seconds),
    WebIdentityToken: idToken,
  });
  const answer = await post(`${service}/`, body);
  const text = (name: string): string => answer?.getElementsByTagName(name)[0]?.textContent ?? '';
  if (text('AccessKeyId') === '') throw new Error(text('Message') || 'The store gave no credentials. Please sign in again.');
  return {
    accessKey: text('AccessKeyId'),
    secretKey: text('SecretAccessKey'),
    sessionToken: text('SessionToken'),
    expiration: text('Expiration'),
  };
}

/** A link to a stored file, good for five minutes or as long as the credentials. https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html */
export async function presignedLink(url: string, region: string, credentials: TemporaryCredentials): Promise<string> {
  const { host, pathname } = new URL(url);
  const time = new Date().toISOString().replace(/[-:]|\.\d{3}/g, '');
  const scope = `${time.slice(0, 8)}/${region}/s3/aws4_request`;
  const query = Object.entries({
    'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
    'X-Amz-Credential': `${credentials.accessKey}/${scope}`,
    'X-Amz-Date': time,
    'X-Amz-Expires': '300',
    'X-Amz-Security-Token': credentials.sessionToken,
    'X-Amz-SignedHeaders': 'host',
  })
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join('&');
  const request = ['GET', pathname, query, `host:${host}`, '', 'host', 'UNSIGNED-PAYLOAD'].join('\n');
  const hash = hex(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(request)));
  let key: ArrayBuffer = new TextEncoder().encode(`AWS4${credentials.secretKey}`).buffer;
  for (const piece of scope.split('/')) key = await hmac(key, piece);
  const signature = hex(await hmac(key, ['AWS4-HMAC-SHA256', time, scope, hash].join('\n')));
  return `${url}?${query}&X-Amz-Signature=${signature}`;
}

async function discover(issuer: string): Promise<{ authorization_endpoint: string; token_endpoint: string }> {
  const response = await fetch(`${issuer}/.well-known/openid-configuration`);
  if (!response.ok) throw new Error('The identity provider cannot be reached.');
  return (await response.json()) as { authorization_endpoint: string; token_endpoint: string };
}

/** XMLHttpRequest reads XML by itself; making a document of a string is what Trusted Types are there to forbid. */
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
  return new TextDecoder().decode(Uint8Array.from(binary, (sign) => sign.charCodeAt(0)));
}
