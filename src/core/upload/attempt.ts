import { abortable } from '../../utils/abortable.js';
import type { CancelableEvents, EventOutcome } from '../events.js';
import type { FileRecord } from '../file-record.js';
import { ConnectionTuner } from './connection-tuner.js';
import type { Store } from '../types.js';
import type { UploaderOptions } from '../uploader-options.js';
import type { UploadServices } from './upload-services.js';

/** One attempt to upload one file: its signal, and what every step of it needs. */
export class Attempt {
  /** Undefined before the first `open`. An attempt keeps the store that it began with. */
  store: Store | undefined;
  /** Lets another uploader carry the file's upload, where uploads are recorded. */
  unlock: (() => void) | undefined;
  /** The rules at its beginning: an attempt keeps them. */
  readonly rules: Pick<UploaderOptions, 'retry' | 'clock' | 'network'>;

  constructor(
    readonly file: FileRecord,
    /** Aborted when the attempt ends from outside: paused, cancelled. */
    readonly signal: AbortSignal,
    readonly services: UploadServices,
  ) {
    this.rules = services.options.current;
  }

  /** Emits a cancelable event and waits for its outcome, but not longer than the attempt lasts. */
  async ask<Name extends keyof CancelableEvents>(name: Name, detail: CancelableEvents[Name]): Promise<EventOutcome> {
    // The attempt may have ended in the microtask before.
    this.signal.throwIfAborted();
    return abortable(this.services.events.emitCancelable(name, detail), this.signal);
  }

  /**
   * Waits for a place for one step. Files that were added earlier go first.
   * @returns a function that gives the place back.
   */
  acquirePlace(signal: AbortSignal): Promise<() => void> {
    return this.services.concurrency.places.acquire(signal, this.file.id);
  }

  /**
   * Sets the file's progress, and adapts the number of connections to the speed.
   * @param mayShrink - see {@link FileRegistry.setProgress}.
   */
  setProgress(uploadedBytes: number, mayShrink = false): void {
    const { file } = this;
    const { options, registry, concurrency } = this.services;
    const { clock, maxConnections, usesSharedConnection } = options.current;
    const before = file.uploadedBytes;
    registry.setProgress(file, uploadedBytes, clock.now(), mayShrink);
    if (!usesSharedConnection) return;
    concurrency.tuner ??= new ConnectionTuner(maxConnections, usesSharedConnection);
    const bytes = Math.max(0, file.uploadedBytes - before);
    if (concurrency.tuner.add(bytes, clock.now(), concurrency.connections.released)) concurrency.resize();
  }
}
