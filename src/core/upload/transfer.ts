/** Carries one file across: open -> send* -> close, each step tried again as long as whoever is in charge says so. Writes no status and knows no listener. */

import type { StallTimeout } from './stall-timeout.js';
import type { Semaphore } from '../../utils/semaphore.js';
import { asUploadError } from '../errors.js';
import type { UploadError } from '../errors.js';
import type {
  BodyProgress,
  ChunkOverrides,
  Json,
  Opened,
  Part,
  PartContext,
  Receipt,
  Saved,
  Store,
  StoreContext,
  UploadFile,
  UploadResult,
} from '../types.js';

/** The step that a failure happened in. */
export type Step = 'open' | 'send' | 'close';

/** Who is in charge of a transfer: it is told what happens and decides what comes of failures. */
export interface TransferCharge {
  readonly store: Store;
  /** The file as it stands now: its uuid and name may change on the way. */
  readonly file: UploadFile;
  /** Aborted when the attempt is over. */
  readonly signal: AbortSignal;
  /** Place in the list: earlier files go first. */
  readonly order: number;
  /** The requests on the wire. */
  readonly connections: Semaphore;
  /** What may be prepared for the wire, itself included. */
  readonly places: Semaphore;
  readonly patience: StallTimeout;
  readonly now: () => number;
  /** What an earlier attempt left behind. */
  readonly saved: Saved | undefined;
  /** Whether the file may go on where an earlier session stopped; false begins again from the first byte. */
  opened(opened: Opened<Json>): Promise<boolean>;
  /** A part is about to be sent; answers what the page changes about its request. */
  sending(part: Part, opened: Opened<Json>): Promise<ChunkOverrides | undefined>;
  received(receipt: Receipt, opened: Opened<Json>): void;
  /**
   * How far an upload came, whenever that changes (the receipts keep growing); undefined where nothing is left to go on with.
   * @param closing - the far side has begun to make a file of it: there is nothing to free any more.
   */
  keep(saved: Saved | undefined, closing: boolean): void;
  /**
   * Bytes of the file that have gone so far.
   * @param absolute - exactly these, even if it was more before.
   */
  progress(uploadedBytes: number, absolute?: boolean): void;
  /** All parts are there. */
  closing(opened: Opened<Json>): void;
  /** Waits until it is time to try again, or throws what ends the transfer. */
  recover(error: UploadError, step: Step): Promise<void>;
}

/** Thrown through the steps where all that was sent is worthless. Never leaves this file. */
class StartOver extends Error {
  constructor(readonly error: UploadError) {
    super(error.message);
  }
}

/**
 * Carries one file across.
 * @throws the signal's reason where the attempt was ended, or the error that `recover` threw. By then nothing of this attempt is under way any more.
 */
export async function transfer(charge: TransferCharge): Promise<UploadResult> {
  for (let saved = charge.saved; ; saved = undefined) {
    try {
      return await carry(charge, saved);
    } catch (error) {
      charge.signal.throwIfAborted();
      if (!(error instanceof StartOver)) throw error;
      charge.keep(undefined, false);
      charge.progress(0, true);
      await charge.recover(error.error, 'send');
    }
  }
}

async function carry(charge: TransferCharge, saved: Saved | undefined): Promise<UploadResult> {
  const { store, signal } = charge;
  let opened = await persist(charge, 'open', signal, (context) => store.open(saved, context));
  if (opened.resumed && !(await charge.opened(opened))) {
    const { session } = opened;
    await persist(charge, 'open', signal, async (context) => store.abandon?.(session, context));
    opened = await persist(charge, 'open', signal, (context) => store.open(undefined, context));
  }
  signal.throwIfAborted();
  let { session } = opened;
  const receipts = [...opened.receipts];
  const keep = (closing = false) => charge.keep({ session, receipts }, closing);
  keep();
  await sendAll(charge, opened, receipts, keep);
  charge.closing(opened);
  return persist(charge, 'close', signal, (context) =>
    store.close(session, receipts, {
      ...context,
      keep: (newSession) => {
        if (signal.aborted) return;
        session = newSession;
        keep(true);
      },
    }),
  );
}

/** Sends what is still to be sent, over as many connections as there are. Returns or throws only when every request has settled. */
async function sendAll(charge: TransferCharge, opened: Opened<Json>, receipts: Receipt[], keep: () => void): Promise<void> {
  const most = Math.min(opened.parts.length, opened.parallel);
  const crew = new AbortController();
  // One alone has no crew: of small files there are thousands.
  const signal = most > 1 ? AbortSignal.any([charge.signal, crew.signal]) : charge.signal;
  const gate = new Gate((error) => charge.recover(error, 'send'));
  const parts = opened.parts[Symbol.iterator]();
  let arrived = receipts.reduce((sum, receipt) => sum + receipt.end - receipt.start, 0);
  let flying = 0;
  const progress = () => charge.progress(arrived + flying);
  charge.progress(arrived, true);

  const workers: Promise<void>[] = [];
  /** As many as there are places, which may be more than there were when the file began. */
  const hire = () => {
    while (workers.length < Math.min(most, charge.places.size)) {
      const running = worker();
      workers.push(running);
      running.catch((error: unknown) => crew.abort(error));
    }
  };
  const worker = async () => {
    for (let next = parts.next(); !next.done; next = parts.next()) {
      const part = next.value;
      for (let arrivedPart = false; !arrivedPart;) {
        const round = await gate.pass(signal);
        const leave = await charge.places.acquire(signal, charge.order);
        if (!gate.isOpen(round)) {
          leave();
          continue;
        }
        let loaded = 0;
        const move = (bytes: number) => {
          if (signal.aborted) return;
          flying += bytes - loaded;
          loaded = bytes;
        };
        try {
          const overrides = await charge.sending(part, opened);
          signal.throwIfAborted();
          const size = part.end - part.start;
          const silence = new Silence(charge, size);
          const context: PartContext = {
            ...contextOf(charge, signal, silence),
            overrides,
            progress: (bytes) => {
              silence.broken();
              move(Math.min(bytes, size));
              if (!signal.aborted) progress();
            },
          };
          const receipt = await charge.store.send(part, opened.session, context);
          signal.throwIfAborted();
          move(0);
          arrived += size;
          receipts.push(receipt);
          arrivedPart = true;
          keep();
          progress();
          // Whoever heard of that may have stopped it.
          if (!signal.aborted) charge.received(receipt, opened);
          if (most > 1 && !signal.aborted) hire();
        } catch (thrown) {
          signal.throwIfAborted();
          move(0);
          const error = asUploadError(thrown);
          if (error.startOver) throw new StartOver(error);
          leave();
          await gate.failed(error, round);
        } finally {
          leave();
        }
      }
    }
  };

  if (most === 1) return worker();
  hire();
  for (const running of workers) await running.catch(() => {});
  charge.signal.throwIfAborted();
  crew.signal.throwIfAborted();
}

/** Does one step until it succeeds or whoever is in charge has enough. */
async function persist<T>(
  charge: TransferCharge,
  step: Step,
  signal: AbortSignal,
  work: (context: StoreContext) => Promise<T>,
): Promise<T> {
  for (;;) {
    const leave = await charge.places.acquire(signal, charge.order);
    try {
      const result = await work(contextOf(charge, signal));
      signal.throwIfAborted();
      return result;
    } catch (thrown) {
      signal.throwIfAborted();
      const error = asUploadError(thrown);
      if (error.startOver) throw new StartOver(error);
      leave();
      await charge.recover(error, step);
    } finally {
      leave();
    }
  }
}

const nothing: BodyProgress = { bytes: 0, elapsed: 0 };

/** What a store gets to work with. */
function contextOf(charge: TransferCharge, signal: AbortSignal, silence?: Silence): StoreContext {
  // The others that share the link now may be done before this one, which was slowed down by them.
  let sharing = 0;
  return {
    get file() {
      return charge.file;
    },
    signal,
    stallTimeout: (carried = nothing) => {
      sharing = Math.max(sharing, charge.connections.inUse);
      return charge.patience.limitOf(carried, sharing);
    },
    connection: async (request) => {
      const release = await charge.connections.acquire(signal, charge.order);
      silence?.begins();
      try {
        const answer = await request();
        silence?.ends();
        return answer;
      } finally {
        release();
      }
    },
  };
}

/** Measures the longest silence of a request that carries a part, for {@link StallTimeout} to learn from. */
class Silence {
  #began = 0;
  #since = 0;
  #longest = 0;

  /** @param size - of the part, bytes. */
  constructor(
    private readonly charge: Pick<TransferCharge, 'now' | 'patience'>,
    private readonly size: number,
  ) {}

  begins(): void {
    this.#began = this.#since = this.charge.now();
    this.#longest = 0;
  }

  broken(): void {
    const now = this.charge.now();
    this.#longest = Math.max(this.#longest, now - this.#since);
    this.#since = now;
  }

  ends(): void {
    this.broken();
    this.charge.patience.learn(this.#longest, this.size / Math.max(1, this.#since - this.#began));
  }
}

/**
 * Holds a file's workers back while a retry is due. The first failure closes the gate; failures of requests that were sent before then belong to the same
 * outage and wait with it, so that six connections that break at once cost one attempt, not six.
 */
class Gate {
  #round = 0;
  #reopened: Promise<void> = Promise.resolve();

  constructor(private readonly recover: (error: UploadError) => Promise<void>) {}

  /** Waits until the gate is open. Answers the round that it belongs to, for {@link failed}. */
  async pass(signal: AbortSignal): Promise<number> {
    for (let round = -1; round !== this.#round;) {
      round = this.#round;
      await this.#reopened;
      signal.throwIfAborted();
    }
    return this.#round;
  }

  /** False where something has failed since {@link pass} answered this. */
  isOpen(round: number): boolean {
    return round === this.#round;
  }

  /** Waits until it is time to try again; throws where it never will be. */
  failed(error: UploadError, round: number): Promise<void> {
    if (round === this.#round) {
      this.#round++;
      this.#reopened = this.recover(error);
    }
    return this.#reopened;
  }
}
