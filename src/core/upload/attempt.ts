import { abortable } from '../../utils/abortable.js';
import type { CancelableEvents, EventOutcome } from '../events.js';
import type { FileRecord } from '../file-record.js';
import { elapsedTime } from '../clock.js';
import { ConnectionTuner } from './connection-tuner.js';
import { setProgress } from './file-bytes.js';
import type { Store, StoreContext } from '../types.js';
import type { UploaderOptions } from '../uploader-options.js';
import type { UploadServices } from './upload-services.js';

/** Time (ms) for which a file that waits for the page, or for a retry that the server delays, keeps other files from being uploaded. */
export const longWait = 1000;

/** One attempt to upload one file: its signal, and what every step of it needs. */
export class Attempt {
  /** Undefined before the first `open`. An attempt keeps the store that it began with. */
  store: Store | undefined;
  /** Lets another uploader carry the file's upload, where uploads are recorded. */
  unlock: (() => void) | undefined;
  /** The rules at its beginning: an attempt keeps them. */
  readonly rules: Pick<UploaderOptions, 'retry' | 'clock' | 'network'>;
  /** Number of steps that have a place, or wait for one. */
  #steps = 0;
  /** Number of long waits. */
  #waits = 0;
  #onlyWaits = false;

  constructor(
    readonly file: FileRecord,
    /** Aborted when the attempt ends from outside: paused, cancelled. */
    readonly signal: AbortSignal,
    readonly services: UploadServices,
  ) {
    this.rules = services.options.current;
  }

  /** Emits a cancelable event and waits for its outcome, but not longer than the attempt lasts. Only this file waits. */
  async ask<Name extends keyof CancelableEvents>(
    name: Name,
    detail: CancelableEvents[Name],
    place?: Pick<StoreContext, 'waitFor'>,
  ): Promise<EventOutcome> {
    // The attempt may have ended in the microtask before.
    this.signal.throwIfAborted();
    const outcome = this.services.events.emitCancelable(name, detail);
    if (!(outcome instanceof Promise)) return outcome;
    return place ? place.waitFor(outcome) : this.waitFor(abortable(outcome, this.signal));
  }

  /**
   * Waits for a promise that ends with the signal. If it takes longer than `delay` ms, other files are uploaded in place of this one meanwhile, unless another step of
   * this file is under way.
   * @param onLong - called if it takes longer.
   */
  async waitFor<T>(promise: Promise<T>, onLong?: () => void, delay = longWait): Promise<T> {
    const timer = new AbortController();
    let isLong = false;
    const startWaiting = () => {
      if (timer.signal.aborted) return;
      isLong = true;
      onLong?.();
      this.#count(0, 1);
    };
    if (delay > 0) this.rules.clock.sleep(delay, timer.signal).then(startWaiting, () => {});
    else startWaiting();
    try {
      return await promise;
    } finally {
      timer.abort();
      if (isLong) this.#count(0, -1);
    }
  }

  /** Called by each step when it asks for a place (1), and when it gives it back (-1). */
  countSteps(by: 1 | -1): void {
    this.#count(by, 0);
  }

  #count(steps: number, waits: number): void {
    this.#steps += steps;
    this.#waits += waits;
    const onlyWaits = this.#waits > 0 && this.#steps === 0;
    if (onlyWaits === this.#onlyWaits) return;
    this.#onlyWaits = onlyWaits;
    this.services.concurrency.setWaiting(onlyWaits);
  }

  /**
   * Sets the file's progress, and adapts the number of connections to the speed.
   * @param mayShrink - see {@link setProgress}.
   */
  setProgress(uploadedBytes: number, mayShrink = false): void {
    const { file } = this;
    const { options, registry, events, concurrency, permits } = this.services;
    const { clock, maxConnections, usesSharedConnection } = options.current;
    const before = file.uploadedBytes;
    const now = elapsedTime(clock);
    setProgress(file, uploadedBytes, registry, events, now, mayShrink);
    if (!usesSharedConnection) return;
    concurrency.tuner ??= new ConnectionTuner(maxConnections, usesSharedConnection);
    const bytes = Math.max(0, file.uploadedBytes - before);
    if (concurrency.tuner.add(bytes, now, permits.connections.released)) concurrency.resize();
  }
}
