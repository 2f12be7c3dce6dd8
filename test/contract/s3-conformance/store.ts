import { CONTENT, policyUpload, type PolicyUpload } from './policy.js';
import type { CaseResult, Details, Stored } from './conformance-case.js';
import { signV4, type SigningOptions } from './signatures.js';
import { newKey, objectPath, type Target } from './target.js';
import { send, type WireResponse, type WireRequest } from './wire.js';

/** Converts a response to a `CaseResult`. */
export function toResult(wire: WireResponse, details?: Details, stored?: Stored): CaseResult {
  const code = elementText(wire.body.toString('utf8'), 'Code');
  return {
    outcome: wire.status < 400 ? 'accepted' : 'rejected',
    status: wire.status,
    ...(code === undefined ? {} : { code }),
    ...(details ? { details: details } : {}),
    ...(stored === undefined ? {} : { stored }),
  };
}

/** Returns the decoded text of the first element with a name. */
export function elementText(xml: string, name: string): string | undefined {
  return elementTexts(xml, name)[0];
}

/** Returns the decoded texts of all elements with a name. */
export function elementTexts(xml: string, name: string): string[] {
  return [...xml.matchAll(new RegExp(`<${name}>([^<]*)</${name}>`, 'g'))].map((match) => decodeXml(match[1] ?? ''));
}

function decodeXml(text: string): string {
  const named: Record<string, string> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };
  return text.replace(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (entity, hex?: string, decimal?: string, name?: string) => {
    if (hex) return String.fromCodePoint(parseInt(hex, 16));
    if (decimal) return String.fromCodePoint(Number(decimal));
    return named[name ?? ''] ?? entity;
  });
}

/** Creates an unsigned PUT request for an object. */
export function putRequest(
  target: Target,
  key: string,
  headers: Record<string, string> = {},
  body: Buffer | string = CONTENT,
): WireRequest {
  return { method: 'PUT', path: objectPath(target.bucket, key), headers, body };
}

/** Reads an object with SigV4 and the credentials of the reader. */
export function readObject(
  target: Target,
  key: string,
  method: 'GET' | 'HEAD' = 'GET',
  headers: Record<string, string> = {},
): Promise<WireResponse> {
  return send(target, signV4(target, { method, path: objectPath(target.bucket, key), headers }, { credentials: target.reader }));
}

/** Compares the stored object with the sent bytes. */
export async function compareStored(target: Target, key: string, bytes: Buffer): Promise<Stored> {
  const response = await readObject(target, key);
  // 400: the key is not allowed.
  if (response.status === 404 || response.status === 400) return 'nothing';
  return assertSuccess(response, 'GET').body.equals(bytes) ? 'as sent' : 'otherwise';
}

/** Sends an upload and reads the stored object. */
export async function tryUpload(target: Target, key: string, wire: WireRequest, bytes: Buffer = CONTENT): Promise<CaseResult> {
  const response = await send(target, wire);
  return toResult(response, undefined, await compareStored(target, key, bytes));
}

/** Sends a signed PUT of `CONTENT` to a new key. `change` modifies the signed request. */
export async function tryPut(
  target: Target,
  options: SigningOptions & { headers?: Record<string, string>; change?: (wire: WireRequest) => WireRequest; sign?: typeof signV4 } = {},
): Promise<CaseResult> {
  const { headers = {}, change = (wire) => wire, sign = signV4 } = options;
  const key = newKey();
  return tryUpload(target, key, change(sign(target, putRequest(target, key, headers), options)));
}

/** Sends an upload by form and policy. */
export async function tryPolicy(target: Target, upload: PolicyUpload): Promise<CaseResult> {
  const { wire, key, bytes } = policyUpload(target, upload);
  return tryUpload(target, key, wire, bytes);
}

/** Stores an object as the preparation of a case. */
export async function putObject(
  target: Target,
  key: string,
  headers: Record<string, string> = {},
  body: Buffer | string = CONTENT,
): Promise<WireResponse> {
  return assertSuccess(await send(target, signV4(target, putRequest(target, key, headers, body))), 'PUT');
}

/** @throws if the preparation of a case failed */
export function assertSuccess(response: WireResponse, what: string): WireResponse {
  if (response.status >= 300)
    throw new Error(`${what}, which the case needs, was answered with ${response.status} ${response.body.toString('utf8').slice(0, 300)}`);
  return response;
}
