import { createSigner } from './create-signer.js';
import type { Identity } from './create-signer.js';
import type { Credentials, CredentialsProvider } from './credentials-provider.js';
import { base64, sha256Hex } from './digest.js';
import type { S3Signer } from './signer.js';
import { signature, signingKey, stringToSign } from './sigv4.js';
import { signatureV2 } from './sigv2.js';

/**
 * Signs in the browser, with temporary credentials that the page got for this user.
 *
 * @param version - 4 unless the store is an old one.
 */
export function browserSigner(provider: CredentialsProvider, version: 2 | 4 = 4): Required<S3Signer> {
  let cached: { readonly name: string; readonly key: ReturnType<typeof signingKey> } | undefined;
  /** A signing key is good for a day and region; deriving it takes four HMACs. */
  const keyFor = (secretKey: string, scope: string) => {
    const name = `${secretKey}/${scope}`;
    if (cached?.name !== name) cached = { name, key: signingKey(secretKey, scope) };
    return cached.key;
  };
  return createSigner<Identity & Pick<Credentials, 'secretKey'>>({
    version,
    identity: async (signal) => {
      const credentials = await provider.get(signal);
      const { accessKey, secretKey, sessionToken } = credentials;
      return {
        accessKey,
        secretKey,
        sessionToken,
        isCurrent: () => provider.isCurrent(credentials),
        renew: (certain, signal) => provider.renew(credentials, certain, signal),
      };
    },
    signRequest: async (text, { secretKey }) => {
      if (version === 2) return signatureV2(secretKey, text);
      const [, date = '', scope = '', ...canonicalRequest] = text.split('\n');
      return signature(await keyFor(secretKey, scope), stringToSign(date, scope, await sha256Hex(canonicalRequest.join('\n'))));
    },
    signPolicy: async (json, scope, { secretKey }) => {
      const policy = base64(json);
      return {
        policy,
        signature: version === 2 ? await signatureV2(secretKey, policy) : await signature(await keyFor(secretKey, scope), policy),
      };
    },
  });
}
