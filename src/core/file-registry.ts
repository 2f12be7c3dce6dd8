import { MicrotaskBatch } from '../utils/microtask-batch.js';
import { FileRecord } from './file-record.js';
import type { NewFile, InitialFileData } from './file-record.js';
import type { UploaderSnapshot } from './snapshot.js';
import { inProgress, nextStatus, status, unfinished } from './status.js';
import type { Transition, Status } from './status.js';
import type { EventEmitter } from './event-emitter.js';
import { Totals } from './totals.js';

/**
 * All files, and the only writer of their statuses. Keeps the sums that follow from statuses and progress, so that none of them is ever counted anew, and tells what
 * has changed.
 */
export class FileRegistry {
  readonly records: FileRecord[] = [];
  readonly totals = new Totals();
  /** Another number whenever the files that have arrived, or what they are called, may be others. */
  successRevision = 0;
  /** Files that `allComplete` waits for. */
  unfinished = 0;
  #shown: FileRecord[] | undefined = [];
  readonly #succeeded = new Set<number>();
  readonly #failed = new Set<number>();
  readonly #changes: MicrotaskBatch;

  constructor(private readonly teller: EventEmitter) {
    this.#changes = new MicrotaskBatch(() => teller.changed());
  }

  create(source: NewFile | InitialFileData, uuid: string | (() => string)): FileRecord {
    const file = new FileRecord(this.records.length, source, uuid);
    this.records.push(file);
    if (!file.hidden) this.#shown?.push(file);
    return file;
  }

  /** Whether it is one of them; after a reset, what was under way before is not. */
  has(file: FileRecord): boolean {
    return this.records[file.id] === file;
  }

  /** A file's first status. */
  enter(file: FileRecord, first: Status): void {
    file.status = first;
    this.#count(first, 1);
    this.#told(file, null);
  }

  /** The one place where a status is written. False where the table knows no such move: a late echo. */
  move(file: FileRecord, move: Transition): boolean {
    const from = file.status;
    const to = from && nextStatus(from, move);
    if (!to || !this.has(file)) return false;
    file.status = to;
    this.#count(from, -1);
    this.#count(to, 1);
    if (to === status.CANCELED || to === status.DELETED) this.hide(file);
    this.#told(file, from);
    return true;
  }

  /** Takes a file out of the list that people see. */
  hide(file: FileRecord): void {
    file.hidden = true;
    this.successRevision++;
    this.#shown = undefined;
    this.changed();
  }

  /** A file has another name, or another uuid. */
  renamed(): void {
    this.successRevision++;
    this.changed();
  }

  /** Something that people see has changed. */
  changed(): void {
    this.#changes.schedule();
  }

  snapshot(maxAttempts: number): UploaderSnapshot {
    const shown = (this.#shown ??= this.records.filter((file) => !file.hidden));
    return {
      count: shown.length,
      at: (index) => {
        const file = shown[index];
        if (!file) throw new RangeError(`There is no file at ${index}.`);
        return file.snapshot(maxAttempts);
      },
      totals: this.totals.snapshot(),
    };
  }

  /** A file's bytes are waited for from now on. */
  join(file: FileRecord): void {
    const { totals } = this;
    // It was only paused.
    if (file.inBatch) return;
    // Nothing else is unfinished: this is the first file of a new batch.
    if (totals.active + totals.paused === 1) totals.clear();
    totals.totalBytes += Math.max(0, file.size);
    totals.uploadedBytes += file.uploadedBytes;
    file.inBatch = true;
  }

  /** A file's bytes have been made: its size is known. */
  made(file: FileRecord, blob: Blob): void {
    if (file.inBatch) this.totals.totalBytes += blob.size - Math.max(0, file.size);
    file.made(blob);
    this.changed();
  }

  /** A file's bytes are no longer waited for. */
  leave(file: FileRecord): void {
    if (!file.inBatch) return;
    file.inBatch = false;
    this.totals.totalBytes -= Math.max(0, file.size);
    this.totals.uploadedBytes -= file.uploadedBytes;
    if (this.unfinished > 0) this.#tellTotal();
  }

  /**
   * How far a file came.
   * @param absolute - also where it is less than before.
   */
  progress(file: FileRecord, bytes: number, now: number, absolute = false): void {
    // The bytes of a part that has to be sent again are not taken back: people read that as a fault. Only a new beginning does.
    if (absolute ? bytes === file.uploadedBytes : bytes < file.uploadedBytes || (bytes === file.uploadedBytes && bytes > 0)) return;
    const moved = bytes - file.uploadedBytes;
    file.uploadedBytes = bytes;
    if (file.inBatch) this.totals.uploadedBytes += moved;
    file.speed.add(moved, now);
    this.totals.speed.add(moved, now);
    this.changed();
    if (this.teller.listensTo('progress'))
      this.teller.emit('progress', { id: file.id, name: file.name, uploadedBytes: bytes, totalBytes: file.size });
    this.#tellTotal();
  }

  /** Something has come of a file, for `allComplete`; undefined: nothing any more. */
  outcome({ id }: FileRecord, success: boolean | undefined): void {
    if (success !== true) this.#succeeded.delete(id);
    if (success !== false) this.#failed.delete(id);
    if (success !== undefined) (success ? this.#succeeded : this.#failed).add(id);
  }

  /** A batch is over when nothing is unfinished and something has come of it. Told once, after all that led to it. */
  checkAllComplete(): void {
    if (!this.#isOver) return;
    queueMicrotask(() => {
      if (!this.#isOver) return;
      const detail = { succeeded: [...this.#succeeded], failed: [...this.#failed] };
      this.#succeeded.clear();
      this.#failed.clear();
      this.teller.emit('allComplete', detail);
    });
  }

  clear(): void {
    this.records.length = this.unfinished = 0;
    this.successRevision++;
    this.#shown = undefined;
    this.#succeeded.clear();
    this.#failed.clear();
    this.totals.forget();
    this.changed();
  }

  get #isOver(): boolean {
    return this.unfinished === 0 && this.#succeeded.size + this.#failed.size > 0;
  }

  #told(file: FileRecord, oldStatus: Status | null): void {
    this.changed();
    if (file.status && this.teller.listensTo('statusChange'))
      this.teller.emit('statusChange', { id: file.id, name: file.name, oldStatus, newStatus: file.status });
  }

  #count(which: Status, by: 1 | -1): void {
    if (unfinished.has(which)) this.unfinished += by;
    if (inProgress.has(which)) this.totals.active += by;
    if (which === status.SUBMITTED) this.totals.submitted += by;
    if (which === status.PAUSED) this.totals.paused += by;
    if (which === status.UPLOAD_FAILED) this.totals.failed += by;
    if (which !== status.UPLOAD_SUCCESSFUL) return;
    this.totals.succeeded += by;
    this.successRevision++;
  }

  #tellTotal(): void {
    if (!this.teller.listensTo('totalProgress')) return;
    const { uploadedBytes, totalBytes } = this.totals;
    this.teller.emit('totalProgress', { uploadedBytes, totalBytes });
  }
}
