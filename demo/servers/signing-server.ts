/**
 * A signing server: it lets pages upload straight into a bucket without ever showing them a secret key. It speaks Fine Uploader's
 * protocol, so it serves `<fine-uploader-s3>` and any page that already uses Fine Uploader.
 *
 *   POST   /s3/signature[?v4=true]   a policy -> {policy, signature};  {headers} -> {signature}
 *   POST   /s3/success               "it is in the bucket" -> {tempLink}
 *   DELETE /s3/files/{uuid}          ?key=&bucket=        (or POST /s3/files with _method=DELETE)
 *
 * To use it on your own server, hand it an {@link S3Account}, and say in `authorize` who may upload.
 */
import { createHmac } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { answerCors, pathOf, queryOf, readText, Refusal, sendFailure, sendJson } from './http.js';
import type { Cors, Handler } from './http.js';
import { hmac, presign, sha256, signingKey } from './presign.js';
import type { S3Account } from './presign.js';
import { isKeyAllowed, judgePolicy, judgeRequest, judgeRequestV2 } from './signing-rules.js';
import type { SigningRules, Verdict } from './signing-rules.js';

/** What a signing server needs to know. */
export interface SigningServerOptions {
  readonly account: S3Account;
  /** What may be signed. */
  readonly rules: SigningRules;
  /** Where links lead, if people reach the store by another address than this server does. Default: the account's own `bucketUrl`. */
  readonly publicBucketUrl?: string;
  /** The path all three addresses begin with. Default `/s3`. */
  readonly path?: string;
  /** Which other origins may ask. Default: none, pages of this server's own origin only. */
  readonly cors?: Cors;
  /** Who may upload: look at the session's cookie or a token here. Default: everybody, which only a demo can afford. */
  readonly authorize?: (request: IncomingMessage) => boolean | Promise<boolean>;
  /** Seconds a link to a stored file works. Default 900. */
  readonly linkSeconds?: number;
  /** Told why something was refused, and about failures. Default: `console.warn`. */
  readonly log?: (line: string) => void;
}

const LONGEST_BODY = 64 * 1024;

/** Makes the handler; put it on any `node:http` server. It declines what is not under its path. */
export function createSigningServer(options: SigningServerOptions): Handler {
  const { account, rules } = options;
  const path = options.path ?? '/s3';
  const log = options.log ?? ((line: string) => console.warn(line));

  return async (request, response) => {
    const address = pathOf(request);
    if (address !== path && !address.startsWith(`${path}/`)) return false;
    if (answerCors(request, response, options.cors)) return true;
    try {
      if (options.authorize && !(await options.authorize(request))) throw new Refusal(403, 'Please sign in to upload.');
      const route = `${String(request.method)} ${address.slice(path.length)}`;
      if (route === 'POST /signature') sendJson(response, ...(await signature(request)));
      else if (route === 'POST /success') sendJson(response, 200, await success(request));
      else if (route === 'POST /files') await remove(await fields(request), response, 200);
      else if (route.startsWith('DELETE /files/')) await remove(queryOf(request), response, 204);
      else throw new Refusal(404, 'There is nothing here.');
    } catch (error) {
      sendFailure(request, response, error, log);
    }
    return true;
  };

  /** Signs a policy or a request, or answers `{invalid: true}`, which Fine Uploader's protocol has for "I will not sign this". */
  async function signature(request: IncomingMessage): Promise<[status: number, body: object]> {
    const version = queryOf(request).get('v4') === 'true' ? 4 : 2;
    const text = await readText(request, LONGEST_BODY);
    const headers = headersIn(text);
    const signed = headers === undefined ? signPolicy(text, version) : signHeaders(headers, version);
    if ('approved' in signed) return [200, signed.approved];
    log(`not signed: ${signed.refused}`);
    return [400, { invalid: true }];
  }

  function signPolicy(text: string, version: 2 | 4): Verdict<{ policy: string; signature: string }> {
    const verdict = judgePolicy(text, version, rules, new Date());
    if ('refused' in verdict) return verdict;
    const policy = Buffer.from(verdict.approved.json, 'utf8').toString('base64');
    const sign = version === 4 ? signV4(verdict.approved.scope, policy) : signV2(policy);
    return { approved: { policy, signature: sign } };
  }

  function signHeaders(headers: string, version: 2 | 4): Verdict<{ signature: string }> {
    if (version === 2) {
      const verdict = judgeRequestV2(headers, rules);
      return 'refused' in verdict ? verdict : { approved: { signature: signV2(verdict.approved) } };
    }
    const verdict = judgeRequest(headers, rules);
    if ('refused' in verdict) return verdict;
    const { time, scope, canonicalRequest } = verdict.approved;
    return { approved: { signature: signV4(scope, ['AWS4-HMAC-SHA256', time, scope, sha256(canonicalRequest)].join('\n')) } };
  }

  function signV4(scope: string, text: string): string {
    return hmac(signingKey(account.secretKey, scope), text).toString('hex');
  }

  function signV2(text: string): string {
    return createHmac('sha1', account.secretKey).update(text).digest('base64');
  }

  /**
   * The page says that a file has arrived. It may say so of anything, so look into the bucket first: this is also the place to check the
   * size of a file that came in parts (no policy limits those), and to write it into your database.
   */
  async function success(request: IncomingMessage): Promise<object> {
    const form = await fields(request);
    const key = keyIn(form);
    const answer = await ask('HEAD', key);
    if (answer.status === 404) throw new Refusal(404, 'The file is not in the bucket.');
    if (!answer.ok) throw new Refusal(502, `The store answered ${answer.status} when asked for the file.`);
    const size = Number(answer.headers.get('content-length'));
    if (rules.maxSize !== undefined && size > rules.maxSize) {
      await ask('DELETE', key);
      throw new Refusal(413, 'The file is too large and was not kept.', { preventRetry: true });
    }
    const people = { ...account, bucketUrl: options.publicBucketUrl ?? account.bucketUrl };
    return { success: true, tempLink: presign(people, 'GET', key, { expiresInSeconds: options.linkSeconds ?? 900 }) };
  }

  async function remove(form: URLSearchParams, response: ServerResponse, status: number): Promise<void> {
    // DELETE is idempotent in S3: deleting what is not there succeeds, so a repeated request does too.
    if (status === 200 && form.get('_method')?.toUpperCase() !== 'DELETE') throw new Refusal(400, 'The only _method here is DELETE.');
    const answer = await ask('DELETE', keyIn(form));
    if (!answer.ok) throw new Refusal(502, `The store answered ${answer.status} when told to delete the file.`);
    if (status === 204) response.writeHead(204).end();
    else sendJson(response, status, { success: true });
  }

  /** This server's own request to the store. */
  async function ask(method: 'HEAD' | 'DELETE', key: string): Promise<Response> {
    try {
      return await fetch(presign(account, method, key), { method, signal: AbortSignal.timeout(20_000) });
    } catch (error) {
      log(`the store did not answer ${method}: ${String(error)}`);
      throw new Refusal(502, 'The store could not be reached.');
    }
  }

  function keyIn(form: URLSearchParams): string {
    const key = form.get('key') ?? '';
    if (form.get('bucket') !== rules.bucket || !isKeyAllowed(key, rules)) {
      throw new Refusal(400, 'That is not a file of this server.', { preventRetry: true });
    }
    return key;
  }
}

async function fields(request: IncomingMessage): Promise<URLSearchParams> {
  return new URLSearchParams(await readText(request, LONGEST_BODY));
}

/** The string to sign of a multipart step, or undefined where the body is something else (a policy, or nonsense). */
function headersIn(text: string): string | undefined {
  try {
    const body: unknown = JSON.parse(text);
    if (typeof body === 'object' && body !== null && 'headers' in body && typeof body.headers === 'string') return body.headers;
  } catch {
    // judged as a policy, which refuses what is not JSON
  }
  return undefined;
}
