import { UploadError } from '../../src/core/errors.js';
import { splitIntoParts } from '../../src/core/parts.js';
import type { CloseContext, Json, Opened, Part, PartContext, Receipt, Saved, Store, StoreContext } from '../../src/core/types.js';

/** How a request ends. */
export const answers = ['succeed', 'fail', 'failForPeople', 'failForGood', 'startOver', 'throw', 'rejectNothing'] as const;
export type Answer = (typeof answers)[number];

/** A request that waits for its answer. */
interface PendingRequest {
  settle(answer: Answer): void;
}

/** The server of one scenario: every request waits until a step of the scenario answers it, or is answered at once. */
export class ScenarioServer {
  readonly pending: PendingRequest[] = [];
  /** All requests succeed without a step that answers them. */
  answersAtOnce = false;
  /** A request goes on although it was aborted: its answer is a late echo. */
  ignoresAbort = false;

  /** Answers the request at this position, counted around. */
  answer(position: number, answer: Answer): void {
    this.pending.splice(position % Math.max(1, this.pending.length), 1)[0]?.settle(answer);
  }

  /** From now on, all requests succeed. */
  answerAll(): void {
    this.answersAtOnce = true;
    for (const request of this.pending.splice(0)) request.settle('succeed');
  }

  async request(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.answersAtOnce) return;
    await new Promise<void>((resolve, reject) => {
      const abort = () => {
        if (this.ignoresAbort) return;
        const position = this.pending.indexOf(request);
        if (position >= 0) this.pending.splice(position, 1);
        reject(signal.reason as Error);
      };
      const request: PendingRequest = {
        settle(answer) {
          signal.removeEventListener('abort', abort);
          if (answer === 'succeed') resolve();
          // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- a store may throw anything
          else reject(errorOf(answer));
        },
      };
      signal.addEventListener('abort', abort);
      this.pending.push(request);
    });
  }
}

function errorOf(answer: Exclude<Answer, 'succeed'>): unknown {
  switch (answer) {
    case 'fail':
      return new UploadError('The server failed.', { status: 500, retry: 'auto' });
    case 'failForPeople':
      return new UploadError('The server refused.', { status: 403, retry: 'manual' });
    case 'failForGood':
      return new UploadError('The server refused for good.', { status: 403, retry: 'never' });
    case 'startOver':
      return new UploadError('The server asks for the whole file again.', { status: 404, startOver: true });
    case 'throw':
      return new TypeError('The store broke.');
    case 'rejectNothing':
      return undefined;
  }
}

/** A store whose requests end as the {@link ScenarioServer} decides. */
export class AnsweringStore implements Store {
  constructor(
    private readonly server: ScenarioServer,
    /** Bytes; Infinity for an upload in one request. */
    private readonly partSize: number,
  ) {}

  async open(saved: Saved | undefined, { file, signal }: StoreContext): Promise<Opened<Json>> {
    await this.server.request(signal);
    // The parts of an upload keep their size, whatever the page sets meanwhile.
    const partSize = saved ? (saved.session as { readonly partSize: number }).partSize : Math.min(this.partSize, Math.max(1, file.size));
    const all = splitIntoParts(file.size, partSize);
    const receipts = saved?.receipts ?? [];
    const arrived = new Set(receipts.map(({ index }) => index));
    return {
      session: { uuid: file.uuid, partSize },
      parts: all.filter(({ index }) => !arrived.has(index)),
      receipts,
      chunked: this.partSize < Infinity,
      totalParts: all.length,
      parallel: 2,
      resumed: receipts.length > 0,
    };
  }

  async send(part: Part, _session: Json, context: PartContext): Promise<Receipt> {
    const size = part.end - part.start;
    await context.connection(async () => {
      context.progress(Math.floor(size / 2));
      await this.server.request(context.signal);
      context.progress(size);
    });
    return { ...part, data: part.index };
  }

  async close(session: Json, receipts: readonly Receipt[], context: CloseContext) {
    context.saveSession(session);
    await this.server.request(context.signal);
    return { response: { success: true, parts: receipts.length }, details: { key: context.file.name, bucket: 'bucket' } };
  }

  async abandon(_session: Json, { signal }: StoreContext): Promise<void> {
    await this.server.request(signal);
  }

  async remove(_file: object, { signal }: { readonly signal: AbortSignal }): Promise<void> {
    await this.server.request(signal);
  }
}
