/** Decides by the seed, the file and the step of its upload which requests fail, and how. */
import type { ProxyHooks, SeenRequest } from '../servers/fault-proxy.js';
import type { FaultKind } from '../servers/faults.js';
import { Random } from './random.js';
import { partOf, stepOf, uuidOf } from './requests.js';
import type { Step } from './requests.js';

const html = '<!doctype html><title>Sign in</title><p>Sign in to use this network.';
const xml = (code: string) => `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>Injected.</Message></Error>`;

const weights = {
  refuse: 1,
  resetBefore: 3,
  resetWithin: 4,
  answerLost: 5,
  truncated: 3,
  stall: 2,
  stallWithin: 2,
  stallAfter: 2,
  delay: 6,
  status429: 2,
  status500: 3,
  status502: 2,
  status503: 3,
  html: 2,
} as const;

/** The name of a fault. */
export type FaultName = keyof typeof weights;

/** Steps of which an HTML answer of status 200 with CORS headers cannot be told from success: their success has no body. */
const bodyless: ReadonlySet<Step> = new Set(['preflight', 'form', 'put', 'abort', 'head', 'part']);

/** Steps that pause ends. The others belong to the end of an upload, which cannot be paused. */
const pausable: ReadonlySet<Step> = new Set(['create', 'part', 'put', 'form', 'upload', 'list', 'sign']);

/** Chooses the faults of a round. */
export class FaultPlan {
  /** False after the end of the faults. */
  enabled = true;
  /** Number of faults by name. */
  readonly counts = new Map<FaultName, number>();
  readonly #seen = new Map<string, number>();

  /** @param patient - a request is stalled only where a pause ends it */
  constructor(
    private readonly seed: string,
    private readonly patient: boolean,
  ) {}

  /** See {@link ProxyHooks.chooseFault}. */
  readonly choose: NonNullable<ProxyHooks['chooseFault']> = (request, bodyStart) => {
    const step = stepOf(request);
    const uuid = uuidOf(request, bodyStart);
    const key = `${uuid}/${step}/${partOf(request, bodyStart)}`;
    const count = (this.#seen.get(key) ?? 0) + 1;
    this.#seen.set(key, count);
    if (!this.enabled) return undefined;
    const random = new Random(`${this.seed}/${key}/${count}`);
    const share = this.#shareOf(uuid) / (step === 'preflight' ? 4 : 1);
    if (!random.chance(share)) return undefined;
    const name = random.weighted(weights);
    if (this.patient && name.startsWith('stall') && !isPausable(step, bodyStart)) return undefined;
    this.counts.set(name, (this.counts.get(name) ?? 0) + 1);
    return createFault(name, step, request, random);
  };

  /** The share of a file's requests that fail. */
  #shareOf(uuid: string): number {
    const weather = new Random(`${this.seed}/${uuid}`).weighted({ calm: 3, rough: 4, stormy: 2 });
    return { calm: 0.02, rough: 0.15, stormy: 0.4 }[weather];
  }
}

/** A request to sign names the upload where it signs its completion. */
function isPausable(step: Step, bodyStart: string): boolean {
  return pausable.has(step) && (step !== 'sign' || /partNumber|uploads|"conditions"/.test(bodyStart));
}

function createFault(name: FaultName, step: Step, { headers }: SeenRequest, random: Random): FaultKind {
  const bodySize = Number(headers['content-length'] ?? 0);
  const afterBytes = random.integer(0, Math.max(0, bodySize - 1));
  switch (name) {
    case 'refuse':
      return { kind: 'gone', ms: random.integer(50, 500) };
    case 'resetBefore':
      return { kind: 'reset' };
    case 'resetWithin':
      return bodySize > 0 ? { kind: 'cutRequest', afterBytes } : { kind: 'reset' };
    case 'answerLost':
      return { kind: 'cutResponse', afterBytes: -1 };
    case 'truncated':
      return { kind: 'cutResponse', afterBytes: random.integer(1, 60) };
    case 'stall':
      return { kind: 'silent' };
    case 'stallWithin':
      return bodySize > 0 ? { kind: 'stallRequest', afterBytes } : { kind: 'silent' };
    case 'stallAfter':
      return { kind: 'silent', forward: true };
    case 'delay':
      return { kind: 'delay', ms: random.integer(50, 1500) };
    case 'html': {
      const status = random.pick([200, 403, 502]);
      const cors = random.chance(0.5) && !(status === 200 && bodyless.has(step));
      return { kind: 'answer', status, headers: { 'Content-Type': 'text/html' }, body: html, cors };
    }
    case 'status429':
      return errorAnswer(429, 'TooManyRequests', random);
    case 'status500':
      return errorAnswer(500, 'InternalError', random);
    case 'status502':
      return errorAnswer(502, 'BadGateway', random);
    case 'status503':
      return errorAnswer(503, 'SlowDown', random);
  }
}

function errorAnswer(status: number, code: string, random: Random): FaultKind {
  const retryAfter = random.chance(0.4) ? { 'Retry-After': String(random.integer(0, 2)) } : {};
  return {
    kind: 'answer',
    status,
    headers: { 'Content-Type': 'application/xml', ...retryAfter },
    body: xml(code),
    cors: random.chance(0.6),
    early: random.chance(0.3),
  };
}
