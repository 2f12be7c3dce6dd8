/**
 * An identity provider for tests, and functions that sign a user in, assume a role with the id_token, and register the provider with Ceph. They work with
 * the demo's store and with Ceph.
 */
import aws4 from 'aws4';
import { createHash, randomBytes } from 'node:crypto';
import { createIdentityProvider } from '../../demo/servers/identity-provider.js';
import { startLocalServer } from './local-server.js';

/** A running identity provider. */
export interface Identity {
  /** Origin of the provider. */
  readonly issuer: string;
  /** Client id, which is the audience of the tokens. */
  readonly clientId: string;
  /** Thumbprint of the signing key's certificate. */
  readonly thumbprint: string;
  /** Signs a user in as a browser does and resolves with the id_token. */
  idToken(name: string): Promise<string>;
  close(): Promise<void>;
}

/** The result of AssumeRoleWithWebIdentity. */
export interface TemporaryCredentials {
  readonly accessKey: string;
  readonly secretKey: string;
  readonly sessionToken: string;
  /** ISO 8601. */
  readonly expiration: string;
}

/** The role that tests assume. It may access keys with the prefix {@link ROLE_PREFIX}. */
export const ROLE_NAME = 'TestUpload';
/** Prefix of the keys that temporary credentials may access. */
export const ROLE_PREFIX = 'visitors/';
/** Actions that temporary credentials may perform. */
export const ROLE_ACTIONS = ['s3:PutObject', 's3:GetObject', 's3:DeleteObject', 's3:AbortMultipartUpload', 's3:ListMultipartUploadParts'];

const CLIENT = 'test-page';
const REDIRECT = 'http://page.example/callback';

/**
 * Starts a provider on a free port of 127.0.0.1.
 * @param pages - additional redirect URIs
 */
export async function startIdentity(pages: readonly string[] = []): Promise<Identity> {
  let issuer = '';
  let thumbprint = '';
  // The issuer's URL is known only when the server listens.
  const server = await startLocalServer(async () => {
    if (issuer === '') return () => Promise.resolve(false);
    const provider = await createIdentityProvider({
      issuer,
      client: { id: CLIENT, redirectUris: [REDIRECT, ...pages] },
      style: () => Promise.resolve(''),
    });
    ({ thumbprint } = provider);
    return provider.handler;
  });
  issuer = server.origin;
  await server.stop();
  await server.start();
  return {
    issuer,
    clientId: CLIENT,
    thumbprint,
    idToken: (name) => signIn({ issuer, clientId: CLIENT, redirectUri: REDIRECT }, name),
    close: () => server.stop(),
  };
}

/**
 * Performs the authorization code flow with PKCE without a browser: follows redirects, stores cookies and submits the form.
 * @throws if the provider returns no code or no token
 */
export async function signIn(client: { issuer: string; clientId: string; redirectUri: string }, name: string): Promise<string> {
  const { issuer, clientId, redirectUri } = client;
  const verifier = randomBytes(32).toString('base64url');
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: clientId,
    redirect_uri: redirectUri,
    scope: 'openid',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  });
  const next = await signInAt(issuer, `/auth?${query}`, name, redirectUri);
  const code = new URL(next).searchParams.get('code') ?? '';
  const body = new URLSearchParams({
    grant_type: 'authorization_code',
    client_id: clientId,
    redirect_uri: redirectUri,
    code,
    code_verifier: verifier,
  });
  const response = await fetch(`${issuer}/token`, { method: 'POST', body });
  const answer = (await response.json()) as { id_token?: string };
  if (!answer.id_token) throw new Error(`The identity provider gave no token: ${JSON.stringify(answer)}`);
  return answer.id_token;
}

/**
 * Signs somebody in at an address of the provider, without a browser: follows redirects, keeps cookies, fills in the form.
 * @returns the address of the page that the provider sends them back to
 */
export async function signInAt(issuer: string, address: string, name: string, redirectUri: string): Promise<string> {
  const cookies = new Map<string, string>();
  const visit = async (address: string, init: RequestInit = {}): Promise<Response> => {
    const cookie = [...cookies].map(([key, value]) => `${key}=${value}`).join('; ');
    const response = await fetch(new URL(address, issuer), { ...init, redirect: 'manual', headers: { Cookie: cookie } });
    for (const line of response.headers.getSetCookie()) {
      const [pair = ''] = line.split(';');
      cookies.set(pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1));
    }
    return response;
  };
  const locationOf = async (response: Response): Promise<string> => {
    const location = response.headers.get('location');
    if (!location) throw new Error(`The identity provider answered ${response.status}: ${await response.text()}`);
    return location;
  };

  const form = await locationOf(await visit(address));
  let next = await locationOf(await visit(form, { method: 'POST', body: new URLSearchParams({ name }) }));
  while (!next.startsWith(redirectUri)) next = await locationOf(await visit(next));
  return next;
}

/**
 * Calls AssumeRoleWithWebIdentity.
 * @throws with the response of STS if it rejects the request
 */
export async function assumeRole(service: string, roleArn: string, idToken: string, seconds = 900): Promise<TemporaryCredentials> {
  const body = new URLSearchParams({
    Action: 'AssumeRoleWithWebIdentity',
    Version: '2011-06-15',
    RoleArn: roleArn,
    RoleSessionName: 'test',
    DurationSeconds: String(seconds),
    WebIdentityToken: idToken,
  });
  const response = await fetch(`${service}/`, { method: 'POST', body });
  const xml = await response.text();
  if (!response.ok) throw new Error(`STS answered ${response.status}: ${xml}`);
  const text = (tag: string): string => new RegExp(`<${tag}>([^<]*)</${tag}>`).exec(xml)?.[1] ?? '';
  return {
    accessKey: text('AccessKeyId'),
    secretKey: text('SecretAccessKey'),
    sessionToken: text('SessionToken'),
    // Ceph writes nanoseconds.
    expiration: new Date(text('Expiration')).toISOString(),
  };
}

/** A store and keys that may manage its users, roles and identity providers. */
export interface IamService {
  readonly url: string;
  readonly credentials: { readonly accessKey: string; readonly secretKey: string };
}

/**
 * Sends a request to the IAM API, which Ceph's radosgw serves at the URL of its S3 API.
 * @throws with the response if the service rejects the request
 */
export async function callIam(service: IamService, action: string, fields: Readonly<Record<string, string>>): Promise<void> {
  // Ceph does not decode `+` as a space.
  const body = new URLSearchParams({ Action: action, Version: '2010-05-08', ...fields }).toString().replaceAll('+', '%20');
  const { accessKey, secretKey } = service.credentials;
  const headers = { 'Content-Type': 'application/x-www-form-urlencoded' };
  const signed = aws4.sign(
    { service: 'iam', region: 'us-east-1', method: 'POST', host: new URL(service.url).host, path: '/', headers, body },
    { accessKeyId: accessKey, secretAccessKey: secretKey },
  );
  const { Host: _host, 'Content-Length': _length, ...sent } = signed.headers;
  const response = await fetch(`${service.url}/`, { method: 'POST', headers: sent, body });
  if (!response.ok) throw new Error(`${action} was answered with ${response.status}: ${await response.text()}`);
}

/** Registers an identity provider. Ceph requires the thumbprint of the signing key's certificate. */
export function registerProvider(service: IamService, identity: Identity): Promise<void> {
  return callIam(service, 'CreateOpenIDConnectProvider', {
    Url: identity.issuer,
    'ClientIDList.member.1': identity.clientId,
    'ThumbprintList.member.1': identity.thumbprint,
  });
}

/**
 * Registers an identity provider and a role that its users may assume (Ceph).
 * @returns the ARN of the role
 */
export async function registerIdentity(service: IamService, bucket: string, identity: Identity): Promise<string> {
  const provider = identity.issuer.replace(/^https?:\/\//, '');
  const trust = {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Federated: [`arn:aws:iam:::oidc-provider/${provider}`] },
        Action: ['sts:AssumeRoleWithWebIdentity'],
        Condition: { StringEquals: { [`${provider}:aud`]: identity.clientId } },
      },
    ],
  };
  const policy = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: ROLE_ACTIONS, Resource: [`arn:aws:s3:::${bucket}/${ROLE_PREFIX}*`] }],
  };
  await registerProvider(service, identity);
  await callIam(service, 'CreateRole', { RoleName: ROLE_NAME, Path: '/', AssumeRolePolicyDocument: JSON.stringify(trust) });
  await callIam(service, 'PutRolePolicy', { RoleName: ROLE_NAME, PolicyName: 'uploads', PolicyDocument: JSON.stringify(policy) });
  return `arn:aws:iam:::role/${ROLE_NAME}`;
}
