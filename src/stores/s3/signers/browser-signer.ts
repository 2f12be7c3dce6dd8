import { createSigner } from './create-signer.js';
import type { SigningIdentity } from './create-signer.js';
import type { Credentials, CredentialsProvider } from './credentials-provider.js';
import { sha256Hex, toBase64 } from './digest.js';
import type { S3Signer } from './signer.js';
import { signatureV2 } from './sigv2.js';
import { signature, signingKey, stringToSign } from './sigv4.js';

/**
 * Signs in the browser, with temporary credentials of the user.
 *
 * @param version - Signature Version. 2 is for old stores.
 */
export function browserSigner(provider: CredentialsProvider, version: 2 | 4 = 4): Required<S3Signer> {
  let cached: { readonly cacheKey: string; readonly key: ReturnType<typeof signingKey> } | undefined;
  /** A signing key is valid for one day and region. Its derivation takes four HMACs. */
  const cachedSigningKey = (secretKey: string, scope: string) => {
    const cacheKey = `${secretKey}/${scope}`;
    if (cached?.cacheKey !== cacheKey) cached = { cacheKey, key: signingKey(secretKey, scope) };
    return cached.key;
  };
  return createSigner<SigningIdentity & Pick<Credentials, 'secretKey'>>({
    version,
    // No signing server has to accept the policy.
    successStatus: 201,
    getIdentity: async (signal) => {
      const credentials = await provider.get(signal);
      const { accessKey, secretKey, sessionToken } = credentials;
      return {
        accessKey,
        secretKey,
        sessionToken,
        isCurrent: () => provider.isCurrent(credentials),
        renew: (reason, signal) => provider.renew(credentials, reason, signal),
      };
    },
    signRequest: async (text, { secretKey }) => {
      if (version === 2) return signatureV2(secretKey, text);
      const [, date = '', scope = '', ...canonicalRequest] = text.split('\n');
      const hashedCanonicalRequest = await sha256Hex(canonicalRequest.join('\n'));
      return signature(await cachedSigningKey(secretKey, scope), stringToSign(date, scope, hashedCanonicalRequest));
    },
    signPolicy: async (json, scope, { secretKey }) => {
      const policy = toBase64(json);
      return {
        policy,
        signature: version === 2 ? await signatureV2(secretKey, policy) : await signature(await cachedSigningKey(secretKey, scope), policy),
      };
    },
  });
}
