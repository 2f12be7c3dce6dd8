import type { FileRecord } from '../file-record.js';
import type { AcceptedTotals } from './rules.js';

/** Counts the files that the item and total size limits apply to: those that passed validation, have not failed, and are neither cancelled nor deleted. */
export class CountedFiles implements AcceptedTotals {
  /** Called when a file no longer counts. */
  onRemoved: (() => void) | undefined;
  #items = 0;
  #bytes = 0;

  get items(): number {
    return this.#items;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Adds a file, unless it is counted already. */
  add(file: FileRecord): void {
    if (file.isCounted) return;
    file.isCounted = true;
    this.#items++;
    this.#bytes += Math.max(0, file.size);
  }

  /** Removes a file, if it is counted. */
  remove(file: FileRecord): void {
    if (!file.isCounted) return;
    file.isCounted = false;
    this.#items--;
    this.#bytes -= Math.max(0, file.size);
    this.onRemoved?.();
  }
}
