import { abortable } from '../../utils/abortable.js';
import { asUploadError } from '../errors.js';
import type { Part, PartContext, Receipt } from '../types.js';
import type { OpenUpload } from './open-upload.js';
import { askUploadChunk, emitChunkSuccess } from './page-events.js';
import { Place } from './place.js';
import { RetryGate } from './retry-gate.js';
import { SilenceMeter } from './silence-meter.js';
import { StartOver } from './step.js';
import { storeContext } from './store-context.js';

/** Sends the parts of one upload, several at the same time, and retries those that fail. */
export class PartSender {
  readonly #gate: RetryGate;
  readonly #parts: Iterator<Part>;
  readonly #maxWorkers: number;
  readonly #workers: Promise<void>[] = [];
  /** Aborts all workers when one of them has failed. */
  readonly #workersController = new AbortController();
  readonly #signal: AbortSignal;
  /** Bytes of the parts that have arrived. */
  #arrivedBytes: number;
  /** Bytes of the parts under way. */
  #sentBytes = 0;

  constructor(private readonly upload: OpenUpload) {
    const { attempt, opened, receipts } = upload;
    this.#gate = new RetryGate(attempt);
    this.#parts = opened.parts[Symbol.iterator]();
    this.#maxWorkers = Math.min(opened.parts.length, opened.parallel);
    // A single worker needs no signal of its own: there may be thousands of small files.
    this.#signal = this.#maxWorkers > 1 ? AbortSignal.any([attempt.signal, this.#workersController.signal]) : attempt.signal;
    this.#arrivedBytes = receipts.reduce((sum, receipt) => sum + receipt.end - receipt.start, 0);
  }

  /** Sends all parts. Resolves or rejects only when no request is under way any more. */
  async send(): Promise<void> {
    const { attempt } = this.upload;
    attempt.setProgress(this.#arrivedBytes, true);
    if (this.#maxWorkers === 1) return this.#sendParts();
    this.#startWorkers();
    for (const worker of this.#workers) await worker.catch(() => {});
    attempt.signal.throwIfAborted();
    this.#workersController.signal.throwIfAborted();
  }

  /** Starts as many workers as there are places: more than at the beginning, if the number of connections has grown. */
  #startWorkers(): void {
    const { concurrency } = this.upload.attempt.services;
    while (this.#workers.length < Math.min(this.#maxWorkers, concurrency.places)) {
      const worker = this.#sendParts();
      this.#workers.push(worker);
      worker.catch((error: unknown) => this.#workersController.abort(error));
    }
  }

  /** One worker: sends one part after the other, until none is left. */
  async #sendParts(): Promise<void> {
    for (let next = this.#parts.next(); !next.done; next = this.#parts.next()) await this.#sendWithRetries(next.value);
  }

  async #sendWithRetries(part: Part): Promise<void> {
    for (;;) {
      const round = await this.#gate.pass(this.#signal);
      const place = new Place(this.upload.attempt, this.#signal);
      await place.take();
      try {
        if (!this.#gate.isOpen(round)) continue;
        await this.#send(part, place);
        return;
      } catch (thrown) {
        this.#signal.throwIfAborted();
        const error = asUploadError(thrown);
        if (error.startOver) throw new StartOver(error);
        place.leave();
        await this.#gate.close(error, round);
      } finally {
        place.leave();
      }
    }
  }

  async #send(part: Part, place: Place): Promise<void> {
    const { attempt, opened, store, session } = this.upload;
    const { options, stallTimeout } = attempt.services;
    const size = part.end - part.start;
    let partBytes = 0;
    const setPartBytes = (bytes: number) => {
      if (this.#signal.aborted) return;
      this.#sentBytes += bytes - partBytes;
      partBytes = bytes;
    };
    const overrides = opened.chunked ? await askUploadChunk(attempt, part, opened, place) : undefined;
    this.#signal.throwIfAborted();
    const meter = new SilenceMeter(options.current.clock, stallTimeout, size);
    const context: PartContext = {
      ...storeContext(attempt, this.#signal, place, meter),
      overrides,
      progress: (bytes) => {
        meter.progress();
        setPartBytes(Math.min(bytes, size));
        if (!this.#signal.aborted) this.#reportProgress();
      },
    };
    try {
      const receipt = await abortable(store.send(part, session, context), this.#signal);
      this.#signal.throwIfAborted();
      meter.learn();
      setPartBytes(0);
      this.#partArrived(receipt, size);
    } finally {
      setPartBytes(0);
    }
  }

  #partArrived(receipt: Receipt, size: number): void {
    const { attempt, opened, receipts } = this.upload;
    this.#arrivedBytes += size;
    receipts.push(receipt);
    this.upload.save();
    this.#reportProgress();
    // A listener may have stopped the file within each event.
    if (this.#signal.aborted) return;
    attempt.file.retries = 0;
    if (opened.chunked) emitChunkSuccess(attempt, receipt, opened);
    if (this.#maxWorkers > 1 && !this.#signal.aborted) this.#startWorkers();
  }

  #reportProgress(): void {
    this.upload.attempt.setProgress(this.#arrivedBytes + this.#sentBytes);
  }
}
