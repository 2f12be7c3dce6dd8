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

/** A request that a {@link ScriptedStore} was asked for, waiting for the test to answer it. */
export interface Asked {
  readonly step: 'open' | 'send' | 'close' | 'abandon' | 'remove';
  readonly file: string;
  readonly part?: Part;
  readonly signal: AbortSignal;
  readonly saved?: Json;
  /** How long (ms) it may be silent with so many bytes taken. */
  patience(taken: number): number;
  progress(loaded: number): void;
  /** Answers yes. */
  yes(result?: Partial<UploadResult>): Promise<void>;
  no(error: unknown): Promise<void>;
}

/**
 * A far side in the test's own hands: every request waits until the test answers it, as in tus-js-client's `nextRequest().respondWith()`. Only for what core does with answers;
 * the real stores have real servers.
 */
export class ScriptedStore implements Store {
  /** Not answered yet, in the order they came. */
  readonly asked: Asked[] = [];
  /** All there ever were: `step file part`. */
  readonly log: string[] = [];
  onWire = 0;
  mostOnWire = 0;
  /** Opens without being answered. */
  opens = true;
  closes = true;
  abandons = true;

  constructor(
    readonly partSize = Infinity,
    readonly parallel = Infinity,
  ) {}

  async open(saved: Saved | undefined, context: StoreContext): Promise<Opened<Json>> {
    if (!this.opens) await this.#ask('open', context, undefined, saved?.session ?? null);
    else this.log.push(`open ${context.file.name}`);
    const { size } = context.file;
    const all = splitIntoParts(size, Math.min(this.partSize, Math.max(1, size)));
    const receipts = saved?.receipts ?? [];
    const there = new Set(receipts.map(({ index }) => index));
    return {
      session: saved?.session ?? `session of ${context.file.name}`,
      parts: all.filter(({ index }) => !there.has(index)),
      receipts,
      chunked: this.partSize < Infinity,
      totalParts: all.length,
      parallel: this.parallel,
      resumed: saved !== undefined,
    };
  }

  async send(part: Part, _session: Json, context: PartContext): Promise<Receipt> {
    await context.connection(() => this.#ask('send', context, part));
    return { ...part, data: `receipt ${part.index}` };
  }

  async close(session: Json, _receipts: readonly Receipt[], context: CloseContext): Promise<UploadResult> {
    let result: Partial<UploadResult> = {};
    if (!this.closes) result = (await this.#ask('close', context, undefined, session)) ?? {};
    else this.log.push(`close ${context.file.name}`);
    return { response: { success: true }, ...result };
  }

  async abandon(session: Json, context: StoreContext): Promise<void> {
    if (!this.abandons) await this.#ask('abandon', context, undefined, session);
    else this.log.push(`abandon ${context.file.name}`);
  }

  async remove(file: { name: string }, { signal }: { signal: AbortSignal }): Promise<void> {
    await this.#ask('remove', { file, signal });
  }

  /** The next request that is not answered yet; waits for it. */
  async next(): Promise<Asked> {
    for (let tries = 0; tries < 200; tries++) {
      const asked = this.asked[0];
      if (asked) return asked;
      await new Promise<void>((resolve) => {
        setTimeout(resolve);
      });
    }
    throw new Error(`No request came. So far: ${this.log.join(', ')}`);
  }

  #ask(
    step: Asked['step'],
    context: Pick<PartContext, 'signal'> & Partial<Pick<PartContext, 'stallTimeout' | 'progress'>> & { readonly file: { name: string } },
    part?: Part,
    saved?: Json,
  ): Promise<Partial<UploadResult> | undefined> {
    const { file, signal } = context;
    this.log.push([step, file.name, part?.index].filter((word) => word !== undefined).join(' '));
    this.onWire++;
    this.mostOnWire = Math.max(this.mostOnWire, this.onWire);
    return new Promise<Partial<UploadResult> | undefined>((resolve, reject) => {
      const settle = () => {
        const place = this.asked.indexOf(asked);
        if (place < 0) return;
        this.asked.splice(place, 1);
        this.onWire--;
      };
      const afterwards = () =>
        new Promise<void>((done) => {
          setTimeout(done);
        });
      const asked: Asked = {
        step,
        file: file.name,
        signal,
        ...(part && { part }),
        ...(saved !== undefined && { saved }),
        patience: (taken) => context.stallTimeout?.({ bytes: taken, elapsed: 0 }) ?? Infinity,
        progress: (loaded) => context.progress?.(loaded),
        yes: (result) => {
          settle();
          resolve(result);
          return afterwards();
        },
        no: (error) => {
          settle();
          // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- a store may throw anything
          reject(error);
          return afterwards();
        },
      };
      this.asked.push(asked);
      signal.addEventListener('abort', () => {
        settle();
        reject(signal.reason as Error);
      });
    });
  }
}
