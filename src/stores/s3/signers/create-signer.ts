/** What signing by your server and signing in the browser have in common: everything but who holds the secret. */

import { canonicalUri, requestUrl } from '../requests.js';
import { formFields, policyDocument } from '../policy.js';
import type { PolicyCredential } from '../policy.js';
import type { RenewableSignature, S3Signer, SigningContext } from './signer.js';
import { amzDate, authorization, canonicalQueryString, canonicalRequest, credentialScope, stringToSign } from './sigv4.js';
import { stringToSignV2 } from './sigv2.js';

/** How long a policy lasts, ms; as with Fine Uploader. */
export const policyLifetime = 300_000;

/** Whoever signs, by name. */
export interface Identity extends RenewableSignature {
  readonly accessKey: string;
  readonly sessionToken?: string | undefined;
}

/** A policy and its signature. The policy may come back changed: the one that was signed is the one to post. */
export interface SignedPolicy {
  /** Base64. */
  readonly policy: string;
  readonly signature: string;
}

/** The holder of the secret. */
export interface SignatureProvider<Who extends Identity = Identity> {
  readonly version: 2 | 4;
  /** Asked once for everything that is signed, so that an access key and a secret of different credentials never meet. */
  identity(signal: AbortSignal): Promise<Who>;
  /**
   * The signature of a request: hexadecimal for version 4, base64 for version 2.
   * @param text - version 2: the string to sign. Version 4: the string to sign with the canonical request itself in place of its hash.
   */
  signRequest(text: string, who: Who, context: SigningContext): Promise<string>;
  /**
   * @param json - the policy.
   * @param scope - of the credential; '' for version 2.
   */
  signPolicy(json: string, scope: string, who: Who, context: SigningContext): Promise<SignedPolicy>;
  /** A policy for many files at once, where there is one: asked before `signPolicy`. */
  shared?(
    share: SharedPolicyRequest,
    context: SigningContext,
  ): Promise<(SignedPolicy & RenewableSignature & { readonly by: PolicyCredential }) | undefined>;
}

/** A policy that other files may use too. */
export interface SharedPolicyRequest {
  /** The beginning of the keys it is good for: a folder, with its slash; '' where there is none. */
  readonly prefix: string;
  /** The same for all files that could use the same policy. */
  name(): string;
  readonly by: PolicyCredential;
  /** JSON, good for {@link policyLifetime}. */
  document(): string;
}

/** Makes a signer of whoever holds the secret. */
export function createSigner<Who extends Identity>(authority: SignatureProvider<Who>): Required<S3Signer> {
  const { version } = authority;
  return {
    sign: async (request, context) => {
      const { target } = context;
      const who = await authority.identity(context.signal);
      const headers: Record<string, string> = { ...request.headers };
      if (who.sessionToken) headers['x-amz-security-token'] = who.sessionToken;
      if (version === 2) {
        headers['x-amz-date'] = new Date(context.now()).toUTCString();
        const resource = canonicalUri({ ...target, pathPrefix: `/${target.bucket}` }, request.key);
        const signature = await authority.signRequest(stringToSignV2(request.method, resource, request.query, headers), who, context);
        headers['Authorization'] = `AWS ${who.accessKey}:${signature}`;
      } else {
        const hashedPayload = await context.hashedPayload();
        const date = amzDate(context.now());
        const scope = credentialScope(date, target.region);
        headers['x-amz-content-sha256'] = hashedPayload;
        headers['x-amz-date'] = date;
        const signed = Object.entries({ ...headers, host: target.host }).filter(([name]) =>
          /^(?:host|content-(?:type|md5)|x-amz-.*)$/i.test(name),
        );
        const canonical = canonicalRequest(
          request.method,
          canonicalUri(target, request.key),
          canonicalQueryString(request.query),
          Object.fromEntries(signed),
          hashedPayload,
        );
        const signature = await authority.signRequest(stringToSign(date, scope, canonical.text), who, context);
        headers['Authorization'] = authorization(`${who.accessKey}/${scope}`, canonical.signedHeaders, signature);
      }
      return { url: requestUrl(target, request), headers, ...renewal(who) };
    },

    signPolicy: async (post, context) => {
      const who = await authority.identity(context.signal);
      const date = amzDate(context.now());
      const scope = version === 4 ? credentialScope(date, context.target.region) : '';
      const { accessKey, sessionToken } = who;
      const by: PolicyCredential =
        version === 4 ? { version, credential: `${accessKey}/${scope}`, date, sessionToken } : { version, accessKey, sessionToken };
      const expiration = context.now() + policyLifetime;
      const prefix = post.key.slice(0, post.key.lastIndexOf('/') + 1);
      const shared = await authority.shared?.(
        {
          prefix,
          name: () => policyDocument(post, { version: 2, accessKey, sessionToken: undefined }, 0, prefix),
          by,
          document: () => policyDocument(post, by, expiration, prefix),
        },
        context,
      );
      const { policy, signature } = shared ?? (await authority.signPolicy(policyDocument(post, by, expiration), scope, who, context));
      return { fields: formFields(post, shared?.by ?? by, policy, signature), ...renewal(shared ?? who) };
    },
  };
}

function renewal({ renew, isCurrent: lasts }: RenewableSignature): RenewableSignature {
  return { ...(renew && { renew }), ...(lasts && { isCurrent: lasts }) };
}
