import { formFields, policyDocument } from '../policy.js';
import type { SigningParams } from '../policy.js';
import { canonicalUri, requestUrl } from '../requests.js';
import type { S3Request } from '../requests.js';
import type { RenewableSignature, S3Signer, SigningContext } from './signer.js';
import { stringToSignV2 } from './sigv2.js';
import { amzDate, authorization, canonicalQueryString, canonicalRequest, credentialScope, stringToSign } from './sigv4.js';

type Headers = Readonly<Record<string, string>>;

/** Validity of a policy (ms), as in Fine Uploader. */
export const policyLifetime = 300_000;

/** The public part of the credentials that sign. */
export interface SigningIdentity extends RenewableSignature {
  readonly accessKey: string;
  readonly sessionToken?: string | undefined;
}

/** A policy and its signature. A signing server may change the policy: the form contains this one. */
export interface SignedPolicy {
  /** Base64. */
  readonly policy: string;
  readonly signature: string;
}

/** Computes signatures with the secret key, or asks a server that has it. */
export interface SignatureProvider<Identity extends SigningIdentity = SigningIdentity> {
  /** Signature Version. */
  readonly version: 2 | 4;
  /** See {@link SigningParams.successStatus}. */
  readonly successStatus?: 200 | 201;
  /** Called once for each signature, so that it never mixes the keys of two credentials. */
  getIdentity(signal: AbortSignal): Promise<Identity>;
  /**
   * The signature of a request: hexadecimal for version 4, base64 for version 2.
   *
   * @param stringToSign - for version 4, it ends in the canonical request itself instead of its hash.
   */
  signRequest(stringToSign: string, identity: Identity, context: SigningContext): Promise<string>;
  /**
   * Signs a policy.
   *
   * @param policy - JSON.
   * @param credentialScope - '' for version 2.
   */
  signPolicy(policy: string, credentialScope: string, identity: Identity, context: SigningContext): Promise<SignedPolicy>;
  /** Signs a policy for many files, or resolves with undefined: then `signPolicy` is called. */
  signSharedPolicy?(
    request: SharedPolicyRequest,
    context: SigningContext,
  ): Promise<(SignedPolicy & RenewableSignature & { readonly signing: SigningParams }) | undefined>;
}

/** A policy that many files can use. */
export interface SharedPolicyRequest {
  /** The folder of the keys that the policy allows, with its slash; '' if the key has no folder. */
  readonly keyPrefix: string;
  readonly signing: SigningParams;
  /** Equal for all files that can use the same policy. */
  cacheKey(): string;
  /** The policy as JSON, valid for {@link policyLifetime}. */
  policy(): string;
}

/** Creates a signer that signs requests by Signature Version 4 or 2 with the provider's signatures. */
export function createSigner<Identity extends SigningIdentity>(provider: SignatureProvider<Identity>): Required<S3Signer> {
  const { version, successStatus } = provider;
  return {
    asksForDocument: successStatus === 201,

    sign: async (request, context) => {
      const identity = await provider.getIdentity(context.signal);
      const { sessionToken } = identity;
      const headers = { ...request.headers, ...(sessionToken && { 'x-amz-security-token': sessionToken }) };
      const signHeaders = version === 4 ? signHeadersV4 : signHeadersV2;
      return {
        url: requestUrl(context.target, request),
        headers: await signHeaders(provider, identity, request, headers, context),
        ...renewal(identity),
      };
    },

    signPolicy: async (object, context) => {
      const identity = await provider.getIdentity(context.signal);
      const date = amzDate(context.now());
      const scope = version === 4 ? credentialScope(date, context.target.region) : '';
      const { accessKey, sessionToken } = identity;
      const signing: SigningParams =
        version === 4
          ? { version, credential: `${accessKey}/${scope}`, date, sessionToken, successStatus }
          : { version, accessKey, sessionToken, successStatus };
      const expiration = context.now() + policyLifetime;
      const keyPrefix = object.key.slice(0, object.key.lastIndexOf('/') + 1);
      const shared = await provider.signSharedPolicy?.(
        {
          keyPrefix,
          signing,
          cacheKey: () => policyDocument(object, { version: 2, accessKey, sessionToken: undefined }, 0, keyPrefix),
          policy: () => policyDocument(object, signing, expiration, keyPrefix),
        },
        context,
      );
      const { policy, signature } =
        shared ?? (await provider.signPolicy(policyDocument(object, signing, expiration), scope, identity, context));
      return { fields: formFields(object, shared?.signing ?? signing, policy, signature), ...renewal(shared ?? identity) };
    },
  };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html */
async function signHeadersV4<Identity extends SigningIdentity>(
  provider: SignatureProvider<Identity>,
  identity: Identity,
  request: S3Request,
  requestHeaders: Headers,
  context: SigningContext,
): Promise<Headers> {
  const { target } = context;
  const hashedPayload = await context.hashedPayload();
  const date = amzDate(context.now());
  const scope = credentialScope(date, target.region);
  const headers: Headers = { ...requestHeaders, 'x-amz-content-sha256': hashedPayload, 'x-amz-date': date };
  const signedHeaders = Object.entries({ ...headers, host: target.host }).filter(([name]) =>
    /^(?:host|content-(?:type|md5)|x-amz-.*)$/i.test(name),
  );
  const canonical = canonicalRequest(
    request.method,
    canonicalUri(target, request.key),
    canonicalQueryString(request.query),
    Object.fromEntries(signedHeaders),
    hashedPayload,
  );
  const signature = await provider.signRequest(stringToSign(date, scope, canonical.text), identity, context);
  return { ...headers, Authorization: authorization(`${identity.accessKey}/${scope}`, canonical.signedHeaders, signature) };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/RESTAuthentication.html */
async function signHeadersV2<Identity extends SigningIdentity>(
  provider: SignatureProvider<Identity>,
  identity: Identity,
  request: S3Request,
  requestHeaders: Headers,
  context: SigningContext,
): Promise<Headers> {
  const { target } = context;
  const headers: Headers = { ...requestHeaders, 'x-amz-date': new Date(context.now()).toUTCString() };
  const canonicalizedResource = canonicalUri({ ...target, pathPrefix: `/${target.bucket}` }, request.key);
  const text = stringToSignV2(request.method, canonicalizedResource, request.query, headers);
  const signature = await provider.signRequest(text, identity, context);
  return { ...headers, Authorization: `AWS ${identity.accessKey}:${signature}` };
}

function renewal({ renew, isCurrent }: RenewableSignature): RenewableSignature {
  return { ...(renew && { renew }), ...(isCurrent && { isCurrent }) };
}
