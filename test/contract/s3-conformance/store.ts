import { CONTENT, policyUpload, type PolicyUpload } from './policy.js';
import type { Answer, Facts, Stored } from './question.js';
import { signV4, type SigningOptions } from './signatures.js';
import { newKey, objectPath, type Target } from './target.js';
import { send, type WireAnswer, type WireRequest } from './wire.js';

/** What the store said, in the words of `Answer`. */
export function answered(wire: WireAnswer, facts?: Facts, stored?: Stored): Answer {
  const code = elementText(wire.body.toString('utf8'), 'Code');
  return {
    outcome: wire.status < 400 ? 'accepted' : 'refused',
    status: wire.status,
    ...(code === undefined ? {} : { code }),
    ...(facts ? { facts } : {}),
    ...(stored === undefined ? {} : { stored }),
  };
}

/** The text of the first element of that name in an XML document, its entities decoded. */
export function elementText(xml: string, name: string): string | undefined {
  return elementTexts(xml, name)[0];
}

/** The texts of all elements of that name. */
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

/** A PUT of an object, not signed yet. */
export function putRequest(
  target: Target,
  key: string,
  headers: Record<string, string> = {},
  body: Buffer | string = CONTENT,
): WireRequest {
  return { method: 'PUT', path: objectPath(target.bucket, key), headers, body };
}

/** GET with SigV4, by default by the one who may read everything. */
export function read(
  target: Target,
  key: string,
  method: 'GET' | 'HEAD' = 'GET',
  headers: Record<string, string> = {},
): Promise<WireAnswer> {
  return send(target, signV4(target, { method, path: objectPath(target.bucket, key), headers }, { credentials: target.reader }));
}

/** What the store holds under a key, compared with what was sent. */
export async function stored(target: Target, key: string, bytes: Buffer): Promise<Stored> {
  const answer = await read(target, key);
  // A key that may not even be asked for (400) holds nothing either.
  if (answer.status === 404 || answer.status === 400) return 'nothing';
  return succeeded(answer, 'GET').body.equals(bytes) ? 'as sent' : 'otherwise';
}

/** Sends an upload of `CONTENT` to a key and looks at what is stored. */
export async function tryUpload(target: Target, key: string, wire: WireRequest, bytes: Buffer = CONTENT): Promise<Answer> {
  const answer = await send(target, wire);
  return answered(answer, undefined, await stored(target, key, bytes));
}

/** A signed PUT of `CONTENT` to a new key; `change` is what goes wrong on the way. */
export async function tryPut(
  target: Target,
  options: SigningOptions & { headers?: Record<string, string>; change?: (wire: WireRequest) => WireRequest; sign?: typeof signV4 } = {},
): Promise<Answer> {
  const { headers = {}, change = (wire) => wire, sign = signV4 } = options;
  const key = newKey();
  return tryUpload(target, key, change(sign(target, putRequest(target, key, headers), options)));
}

/** An upload by form and policy. */
export async function tryPolicy(target: Target, upload: PolicyUpload): Promise<Answer> {
  const { wire, key, bytes } = policyUpload(target, upload);
  return tryUpload(target, key, wire, bytes);
}

/** Stores an object the ordinary way, for questions about something else. */
export async function put(
  target: Target,
  key: string,
  headers: Record<string, string> = {},
  body: Buffer | string = CONTENT,
): Promise<WireAnswer> {
  return succeeded(await send(target, signV4(target, putRequest(target, key, headers, body))), 'PUT');
}

/** @throws when the preparation of a question fails */
export function succeeded(answer: WireAnswer, what: string): WireAnswer {
  if (answer.status >= 300)
    throw new Error(`${what}, which the question needs, was answered with ${answer.status} ${answer.body.toString('utf8').slice(0, 300)}`);
  return answer;
}
