import type { Json, Opened, Receipt, Store } from '../types.js';
import type { Attempt } from './attempt.js';

/** An upload that the store has opened: what is sent, and what has arrived. */
export class OpenUpload {
  /** The store's own data about the upload. */
  session: Json;
  /** The parts that have arrived. */
  readonly receipts: Receipt[];

  constructor(
    readonly attempt: Attempt,
    readonly store: Store,
    readonly opened: Opened<Json>,
  ) {
    this.session = opened.session;
    this.receipts = [...opened.receipts];
  }

  /**
   * Saves how far the upload came, for the next attempt and for after a reload.
   * @param finalizing - the store has begun to make the parts one file: there is nothing to abandon any more.
   */
  save(finalizing = false): void {
    const { file, services } = this.attempt;
    file.saved = { session: this.session, receipts: this.receipts };
    file.finalizing = finalizing;
    if (file.chunked) services.resumeRecorder.record(file, file.saved);
  }
}
