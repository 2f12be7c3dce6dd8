/** A recording, and a run of ours -> what is compared: without what differs from run to run (uuids, ports, signatures, the ticks of progress). */
import { createHmac } from 'node:crypto';
import type { Call, PageResult, RawRequest, Recording, Run, WireRequest } from './recorded-run.js';
import type { Scenario } from './scenario.js';

/** The secret of the scenarios that sign in the browser. */
const browserSecret = 'clientsecret';

/** `onStatusChange` -> `statusChange`. */
const eventName = (callback: string) => callback.replace(/^on(.)/, (_, letter: string) => letter.toLowerCase());

function toCall([name, ...all]: readonly [string, ...unknown[]]): Call {
  const xhr = all.find((one): one is string => typeof one === 'string' && /^xhr:\d+$/.test(one));
  const args = all.filter((one) => one !== xhr || xhr === undefined);
  while (args.length > 0 && (args.at(-1) === undefined || args.at(-1) === null || args.at(-1) === 'undefined')) args.pop();
  return { name: eventName(name), args, ...(xhr !== undefined && { xhr: Number(xhr.slice(4)) }) };
}

/** How often progress is told depends on the browser's clock. What must hold: it grows, and no more comes of a file that has ended. */
function withoutProgress(calls: readonly Call[]): Call[] {
  return calls.filter(({ name }) => name !== 'progress' && name !== 'totalProgress');
}

/** Preflights go to the requests that they ask for: several requests at once would mix them up. */
function readWire(requests: readonly RawRequest[]): WireRequest[] {
  const wire: WireRequest[] = [];
  const preflights: RawRequest[] = [];
  const issued = new Set<string>();
  for (const request of requests) {
    if (request.method === 'OPTIONS') {
      preflights.push(request);
      continue;
    }
    const asked = preflights.findIndex(
      ({ url, headers }) => url === request.url && headers['access-control-request-method'] === request.method,
    );
    const [preflight] = asked < 0 ? [] : preflights.splice(asked, 1);
    wire.push({
      where: request.where,
      method: request.method,
      url: request.url,
      headers: { ...request.headers },
      body: readBody(request.body, issued),
      preflight: preflight && (preflight.headers['access-control-request-headers'] ?? ''),
    });
    const { authorization } = request.headers;
    const last = wire.at(-1);
    if (authorization && last)
      last.headers['authorization'] = authorization.replace(
        /(Signature=|AWS \w+:)(.+)$/,
        (_, start: string, signature: string) => `${start}${issued.has(signature) ? '<as signed>' : signature}`,
      );
    if (request.reply) issued.add((JSON.parse(request.reply.body) as { signature: string }).signature);
  }
  for (const { where, method, url, headers } of preflights) wire.push({ where, method, url, headers: { ...headers } });
  return wire;
}

/** A policy is shown as it was before it was encoded; a signature, as whether it is right. */
function readBody(body: RawRequest['body'], issued: ReadonlySet<string>): WireRequest['body'] {
  if (!Array.isArray(body)) return (body as string | undefined) ?? undefined;
  const fields = body as [string, unknown][];
  const policy = fields.find(([name]) => name === 'policy')?.[1];
  if (typeof policy !== 'string') return fields;
  return fields.map(([name, value]): [string, unknown] => {
    if (name === 'policy') return [name, Buffer.from(policy, 'base64').toString()];
    if (name !== 'signature' && name !== 'x-amz-signature') return [name, value];
    const valid = issued.has(String(value)) || value === signPolicy(policy, name === 'x-amz-signature');
    return [name, valid ? '<as signed>' : value];
  });
}

function signPolicy(policy: string, v4: boolean): string {
  if (!v4) return createHmac('sha1', browserSecret).update(policy).digest('base64');
  const text = Buffer.from(policy, 'base64').toString();
  const [, date = '', region = ''] = /"x-amz-credential":"[^/]+\/(\d+)\/([^/]+)\//.exec(text) ?? [];
  const hmac = (key: string | Buffer, data: string) => createHmac('sha256', key).update(data).digest();
  return hmac(hmac(hmac(hmac(hmac(`AWS4${browserSecret}`, date), region), 's3'), 'aws4_request'), policy).toString('hex');
}

/** Replaces what differs from run to run in everything at once. */
function named(run: Run, { app, store }: { app: string; store: string }): Run {
  const uuids = new Map<string, string>();
  const files = Array.isArray(run.result['st']) ? (run.result['st'] as { uuid?: unknown }[]) : [];
  for (const [index, { uuid }] of files.entries()) if (typeof uuid === 'string') uuids.set(uuid, `<uuid ${index}>`);
  // The wire before anything else: its order is the most steady.
  const text = JSON.stringify({ wire: run.wire, result: run.result, console: run.console, callbacks: run.callbacks, events: run.events })
    .replaceAll(app.replace('http://', ''), '<app>')
    .replaceAll(store.replace('http://', ''), '<store>')
    .replace(/[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/g, (uuid) => {
      if (!uuids.has(uuid)) uuids.set(uuid, `<uuid ${String.fromCharCode(97 + uuids.size)}>`);
      return uuids.get(uuid) ?? uuid;
    });
  return JSON.parse(text) as Run;
}

/** What Fine Uploader did. */
export function fromRecording({ result, requests }: Recording, scenario: Scenario): Run {
  const { ev = [], ls: _ls, lsAfter: _lsAfter, ...rest } = result;
  const calls = () => withoutProgress(ev.map(toCall));
  return named(
    {
      callbacks: scenario.withoutEvents ? undefined : calls(),
      events: scenario.withoutEvents ? undefined : calls().map(({ name, args }) => ({ name, args })),
      wire: scenario.withoutWire ? [] : readWire(requests),
      result: scenario.recorded?.(rest) ?? rest,
      console: [],
    },
    { app: 'http://127.0.0.1:18110', store: 'http://127.0.0.1:18111' },
  );
}

/** What our element did. */
export function fromPage(
  page: PageResult & { requests: readonly RawRequest[]; console: readonly string[] },
  scenario: Scenario,
  origins: { app: string; store: string },
): Run {
  return named(
    {
      callbacks: scenario.withoutEvents ? undefined : withoutProgress(page.callbacks.map(toCall)),
      events: scenario.withoutEvents ? undefined : withoutProgress(page.events.map(toCall)),
      wire: scenario.withoutWire ? [] : readWire(page.requests),
      result: { ...page.result },
      console: [...page.console],
    },
    origins,
  );
}
