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

  /** Saves how far the upload came, for the next attempt and for after a reload. */
  save(): void {
    const { file, services } = this.attempt;
    file.saved = { session: this.session, receipts: this.receipts };
    if (this.opened.chunked && this.store.prepareAbandon) services.filesWithParts.add(file);
    if (this.opened.chunked) services.resumeRecorder.record(file, file.saved, this.opened.totalParts);
  }
}
