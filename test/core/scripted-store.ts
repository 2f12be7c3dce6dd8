import { splitIntoParts } from '../../src/core/parts.js';
import type {
  CloseContext,
  Json,
  Opened,
  Part,
  PartContext,
  Receipt,
  Saved,
  Store,
  StoreContext,
  UploadResult,
} from '../../src/core/types.js';

/** A request to a {@link ScriptedStore} that waits for the test to respond. */
export interface StoreRequest {
  readonly step: 'open' | 'send' | 'close' | 'abandon' | 'remove';
  readonly file: string;
  readonly part?: Part;
  readonly signal: AbortSignal;
  readonly saved?: Json;
  /** ms without a sign of life after which it would count as stalled, with so many bytes taken. */
  stallTimeout(taken: number): number;
  progress(loaded: number): void;
  succeed(result?: Partial<UploadResult>): Promise<void>;
  fail(error: unknown): Promise<void>;
}

/**
 * A store that the test controls: every request waits until the test responds, as in tus-js-client's `nextRequest().respondWith()`. Only for tests of core; the real stores
 * are tested against real servers.
 */
export class ScriptedStore implements Store {
  /** Requests without a response, in the order they came. */
  readonly requests: StoreRequest[] = [];
  /** All requests ever made: `step file part`. */
  readonly log: string[] = [];
  inFlight = 0;
  maxInFlight = 0;
  /** True: the step succeeds without a response of the test. */
  autoOpen = true;
  autoClose = true;
  autoAbandon = true;

  constructor(
    readonly partSize = Infinity,
    readonly parallel = Infinity,
  ) {}

  async open(saved: Saved | undefined, context: StoreContext): Promise<Opened<Json>> {
    if (!this.autoOpen) await this.#request('open', context, undefined, saved?.session ?? null);
    else this.log.push(`open ${context.file.name}`);
    const { size } = context.file;
    const all = splitIntoParts(size, Math.min(this.partSize, Math.max(1, size)));
    const receipts = saved?.receipts ?? [];
    const arrived = new Set(receipts.map(({ index }) => index));
    return {
      session: saved?.session ?? `session of ${context.file.name}`,
      parts: all.filter(({ index }) => !arrived.has(index)),
      receipts,
      chunked: this.partSize < Infinity,
      totalParts: all.length,
      parallel: this.parallel,
      resumed: saved !== undefined,
    };
  }

  async send(part: Part, _session: Json, context: PartContext): Promise<Receipt> {
    const result = await context.connection(() => this.#request('send', context, part));
    return { ...part, data: `receipt ${part.index}`, ...(result?.response && { response: result.response }) };
  }

  async close(session: Json, _receipts: readonly Receipt[], context: CloseContext): Promise<UploadResult> {
    let result: Partial<UploadResult> = {};
    if (!this.autoClose) result = (await this.#request('close', context, undefined, session)) ?? {};
    else this.log.push(`close ${context.file.name}`);
    return { response: { success: true }, ...result };
  }

  async abandon(session: Json, context: StoreContext): Promise<void> {
    if (!this.autoAbandon) await this.#request('abandon', context, undefined, session);
    else this.log.push(`abandon ${context.file.name}`);
  }

  async remove(file: { name: string }, { signal }: { signal: AbortSignal }): Promise<void> {
    await this.#request('remove', { file, signal });
  }

  /** Waits for the next request without a response. */
  async nextRequest(): Promise<StoreRequest> {
    for (let tries = 0; tries < 200; tries++) {
      const request = this.requests[0];
      if (request) return request;
      await new Promise<void>((resolve) => {
        setTimeout(resolve);
      });
    }
    throw new Error(`No request came. So far: ${this.log.join(', ')}`);
  }

  #request(
    step: StoreRequest['step'],
    context: Pick<PartContext, 'signal'> & Partial<Pick<PartContext, 'stallTimeout' | 'progress'>> & { readonly file: { name: string } },
    part?: Part,
    saved?: Json,
  ): Promise<Partial<UploadResult> | undefined> {
    const { file, signal } = context;
    this.log.push([step, file.name, part?.index].filter((word) => word !== undefined).join(' '));
    this.inFlight++;
    this.maxInFlight = Math.max(this.maxInFlight, this.inFlight);
    return new Promise<Partial<UploadResult> | undefined>((resolve, reject) => {
      const remove = () => {
        const index = this.requests.indexOf(request);
        if (index < 0) return;
        this.requests.splice(index, 1);
        this.inFlight--;
        signal.removeEventListener('abort', abort);
      };
      const abort = () => {
        remove();
        reject(signal.reason as Error);
      };
      const nextTask = () =>
        new Promise<void>((done) => {
          setTimeout(done);
        });
      const request: StoreRequest = {
        step,
        file: file.name,
        signal,
        ...(part && { part }),
        ...(saved !== undefined && { saved }),
        stallTimeout: (taken) => context.stallTimeout?.({ bytes: taken, elapsed: 0 }) ?? Infinity,
        progress: (loaded) => context.progress?.(loaded),
        succeed: (result) => {
          remove();
          resolve(result);
          return nextTask();
        },
        fail: (error) => {
          remove();
          // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- a store may throw anything
          reject(error);
          return nextTask();
        },
      };
      this.requests.push(request);
      signal.addEventListener('abort', abort);
    });
  }
}
