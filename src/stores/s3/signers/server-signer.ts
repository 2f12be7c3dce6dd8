import { UploadError } from '../../../core/errors.js';
import type { UploadErrorDetails } from '../../../core/errors.js';
import type { Send, UploadFile } from '../../../core/types.js';
import { ajaxHeaders, appendQuery, resolveValue } from '../../../http/params.js';
import type { ValueOrFunction } from '../../../http/params.js';
import { nonEmptyString, parseJsonObject, responseError, statusMessage } from '../../../http/response-errors.js';
import { abortable } from '../../../utils/abortable.js';
import type { SigningParams } from '../policy.js';
import { createSigner, policyLifetime } from './create-signer.js';
import type { SharedPolicyRequest, SignedPolicy, SigningIdentity } from './create-signer.js';
import type { S3Signer, SigningContext } from './signer.js';

type Headers = Readonly<Record<string, string>>;

/** Options of {@link serverSigner}. */
export interface ServerSignerOptions {
  /** URL of the signing server. */
  readonly endpoint: string;
  /** The access key id that belongs to the server's secret key. */
  readonly accessKey: string;
  /** Signature Version. Default 4. */
  readonly version?: 2 | 4 | undefined;
  readonly headers?: ValueOrFunction<Headers, [file: UploadFile]> | undefined;
  /** Sends cookies to another origin. Default false. */
  readonly withCredentials?: boolean | undefined;
  /** Uses one signed policy for all small files in the same folder of keys, if the server signs it. Default false. */
  readonly batchPolicy?: boolean | undefined;
  readonly send: Send;
}

/** A policy that was signed for many files. */
interface CachedPolicy {
  /** ms since 1970. */
  readonly expiration: number;
  readonly signing: SigningParams;
  /** Undefined if the server refuses to sign it. */
  readonly signed: Promise<SignedPolicy | undefined>;
}

/**
 * Has the page's server sign all requests, by Fine Uploader's protocol: `POST endpoint?v4=true` with a policy, answered with `{policy, signature}`, or with
 * `{headers: stringToSign}`, answered with `{signature}`. The secret key stays on the server.
 */
export function serverSigner(options: ServerSignerOptions): Required<S3Signer> {
  const version = options.version ?? 4;
  const url = version === 4 ? appendQuery(options.endpoint, { v4: true }) : options.endpoint;

  const customHeaders = ({ file, waitFor }: SigningContext): Promise<Headers> => waitFor(resolveValue(options.headers ?? {}, file));

  const requestSignature = async (
    body: string,
    subject: 'policy' | 'headers',
    headers: Headers,
    context: Pick<SigningContext, 'signal' | 'stallTimeout'>,
  ): Promise<SignedPolicy> => {
    const response = await options.send({
      method: 'POST',
      url,
      headers: { ...ajaxHeaders(url, true), 'Content-Type': 'application/json; charset=utf-8', ...headers },
      body,
      withCredentials: options.withCredentials ?? false,
      stallTimeout: context.stallTimeout,
      signal: context.signal,
    });
    const json = parseJsonObject(response.text);
    const signingError = (reason: string, details?: UploadErrorDetails): UploadError =>
      responseError(response, reason, { code: 'NotSigned', response: json, ...details });
    const serverMessage = nonEmptyString(json?.['error']);
    if (serverMessage) throw signingError(serverMessage);
    if (json?.['invalid'] === true) throw signingError(`The signing server rejected the ${subject} as invalid.`, { retry: 'manual' });
    if (response.status < 200 || response.status > 204) throw signingError(statusMessage(response.status, 'The signing server'));
    const signature = nonEmptyString(json?.['signature']);
    const policy = subject === 'policy' ? nonEmptyString(json?.['policy']) : '';
    if (!signature || policy === undefined) throw signingError('The response of the signing server has no signature.', { retry: 'manual' });
    return { policy, signature };
  };

  const cachedPolicies = new Map<string, CachedPolicy>();

  const currentPolicy = (cacheKey: string, { now }: SigningContext): CachedPolicy | undefined => {
    const cached = cachedPolicies.get(cacheKey);
    return cached && cached.expiration >= now() + policyLifetime / 2 ? cached : undefined;
  };

  const sharedPolicy = (cacheKey: string, request: SharedPolicyRequest, headers: Headers, context: SigningContext): CachedPolicy => {
    const current = currentPolicy(cacheKey, context);
    if (current) return current;
    // No file's signal: other files wait for this policy, too.
    const { signal } = new AbortController();
    const { stallTimeout } = context;
    const signed = requestSignature(request.policy(), 'policy', headers, { signal, stallTimeout }).catch((error: unknown) => {
      // If the server refuses a policy for a folder, it is asked for one policy per file. Other errors are not cached.
      if (error instanceof UploadError && error.retry === 'manual') return undefined;
      cachedPolicies.delete(cacheKey);
      throw error;
    });
    const cached = { expiration: context.now() + policyLifetime, signing: request.signing, signed };
    cachedPolicies.set(cacheKey, cached);
    return cached;
  };

  return createSigner<SigningIdentity>({
    version,
    getIdentity: () => Promise.resolve({ accessKey: options.accessKey }),
    signRequest: async (text, _, context) => {
      const { signature } = await requestSignature(JSON.stringify({ headers: text }), 'headers', await customHeaders(context), context);
      return signature;
    },
    signPolicy: async (json, _scope, _, context) => requestSignature(json, 'policy', await customHeaders(context), context),
    signSharedPolicy: async (request, context) => {
      if (!options.batchPolicy || !request.keyPrefix) return undefined;
      const cacheKey = request.cacheKey();
      // The headers come first, and without the cache: the page's promise may never settle, and other files wait for a policy that is cached.
      const cached = currentPolicy(cacheKey, context) ?? sharedPolicy(cacheKey, request, await customHeaders(context), context);
      const signed = await abortable(cached.signed, context.signal);
      return signed && { ...signed, signing: cached.signing, renew: () => Promise.resolve(cachedPolicies.delete(cacheKey)) };
    },
  });
}
