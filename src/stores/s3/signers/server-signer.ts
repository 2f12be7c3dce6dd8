import { abortable } from '../../../utils/abortable.js';
import { UploadError } from '../../../core/errors.js';
import type { UploadErrorDetails } from '../../../core/errors.js';
import type { Send, UploadFile } from '../../../core/types.js';
import { parseJsonObject, responseError, statusMessage, nonEmptyString } from '../../../http/response-errors.js';
import { resolveValue, ajaxHeaders, appendQuery } from '../../../http/params.js';
import type { ValueOrFunction } from '../../../http/params.js';
import type { PolicyCredential } from '../policy.js';
import { policyLifetime, createSigner } from './create-signer.js';
import type { Identity, SignedPolicy } from './create-signer.js';
import type { S3Signer, SigningContext } from './signer.js';

/** How to reach a signing server. */
export interface ServerSignerOptions {
  readonly endpoint: string;
  /** The public half of the server's key. */
  readonly accessKey: string;
  /** Default 4. */
  readonly version?: 2 | 4 | undefined;
  readonly headers?: ValueOrFunction<Readonly<Record<string, string>>, [file: UploadFile]> | undefined;
  readonly withCredentials?: boolean | undefined;
  /** One signed policy for all small files in the same folder of keys, where the server grants that. */
  readonly batchPolicy?: boolean | undefined;
  readonly send: Send;
}

/**
 * Has everything signed by the page's server, by Fine Uploader's protocol: `POST endpoint?v4=true` with the policy, answered by `{policy, signature}`, or with
 * `{headers: stringToSign}`, answered by `{signature}`. The secret stays on the server.
 */
export function serverSigner(options: ServerSignerOptions): Required<S3Signer> {
  const version = options.version ?? 4;
  const url = version === 4 ? appendQuery(options.endpoint, { v4: true }) : options.endpoint;

  const ask = async (body: string, what: 'policy' | 'headers', { file, signal, stallTimeout }: SigningContext): Promise<SignedPolicy> => {
    const custom = await resolveValue(options.headers ?? {}, file);
    const response = await options.send({
      method: 'POST',
      url,
      headers: { ...ajaxHeaders(url, true), 'Content-Type': 'application/json; charset=utf-8', ...custom },
      body,
      withCredentials: options.withCredentials ?? false,
      stallTimeout,
      signal,
    });
    const answer = parseJsonObject(response.text);
    const fail = (reason: string, details?: UploadErrorDetails): UploadError =>
      responseError(response, reason, { code: 'NotSigned', response: answer, ...details });
    if (nonEmptyString(answer?.['error'])) throw fail(nonEmptyString(answer?.['error']) ?? '');
    if (answer?.['invalid'] === true) throw fail(`The signing server took the ${what} for invalid.`, { retry: 'manual' });
    if (response.status < 200 || response.status > 204) throw fail(statusMessage(response.status, 'The signing server'));
    const signature = nonEmptyString(answer?.['signature']);
    const policy = what === 'policy' ? nonEmptyString(answer?.['policy']) : '';
    if (!signature || policy === undefined) throw fail('The signing server’s answer has no signature in it.', { retry: 'manual' });
    return { policy, signature };
  };

  /** Those for many files, by everything in them but their date. */
  const policies = new Map<
    string,
    { readonly expiration: number; readonly by: PolicyCredential; readonly signed: Promise<SignedPolicy | undefined> }
  >();

  return createSigner<Identity>({
    version,
    identity: () => Promise.resolve({ accessKey: options.accessKey }),
    signRequest: async (text, _, context) => (await ask(JSON.stringify({ headers: text }), 'headers', context)).signature,
    signPolicy: (json, _scope, _, context) => ask(json, 'policy', context),
    shared: async ({ prefix, by, ...share }, context) => {
      if (!options.batchPolicy || !prefix) return undefined;
      const name = share.name();
      let shared = policies.get(name);
      if (!shared || shared.expiration < context.now() + policyLifetime / 2) {
        // A server that will not sign for a whole folder is asked for each file; that it cannot be reached is another matter.
        const signed = ask(share.document(), 'policy', { ...context, signal: new AbortController().signal }).catch((error: unknown) => {
          if (error instanceof UploadError && error.retry === 'manual') return undefined;
          policies.delete(name);
          throw error;
        });
        shared = { expiration: context.now() + policyLifetime, by, signed };
        policies.set(name, shared);
      }
      const signed = await abortable(shared.signed, context.signal);
      return signed && { ...signed, by: shared.by, renew: () => Promise.resolve(policies.delete(name)) };
    },
  });
}
