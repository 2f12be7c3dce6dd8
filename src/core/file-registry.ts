import { MicrotaskBatch } from '../utils/microtask-batch.js';
import type { EventEmitter } from './event-emitter.js';
import { FileRecord } from './file-record.js';
import type { InitialFileData, NewFile } from './file-record.js';
import { snapshotOf } from './snapshot.js';
import type { UploaderSnapshot } from './snapshot.js';
import { inProgress, nextStatus, unfinished } from './status.js';
import type { Status, Transition } from './status.js';
import { Totals } from './totals.js';
import { CountedFiles } from './validation/counted-files.js';

/** The statuses of files that do not count toward the limits. */
const uncounted: ReadonlySet<Status> = new Set<Status>(['canceled', 'deleted', 'rejected', 'upload failed']);

/** All files, and the only writer of their statuses. Keeps the sums that follow from statuses, and emits the events about them. */
export class FileRegistry {
  /** All files ever added. A file's id is its index. */
  readonly files: FileRecord[] = [];
  readonly totals = new Totals();
  /** The files that the limits apply to. */
  readonly counted = new CountedFiles();
  /** Changes whenever the uploaded files, or their names, may have changed. */
  successRevision = 0;
  /** Number of files that `allComplete` waits for. */
  unfinished = 0;
  #visible: FileRecord[] | undefined = [];
  readonly #succeeded = new Set<number>();
  readonly #failed = new Set<number>();
  readonly #changes: MicrotaskBatch;

  constructor(private readonly events: EventEmitter) {
    this.#changes = new MicrotaskBatch(() => events.emitChange());
  }

  /** Creates a file without a status. */
  create(source: NewFile | InitialFileData, uuid: string | (() => string)): FileRecord {
    const file = new FileRecord(this.files.length, source, uuid);
    this.files.push(file);
    if (!file.hidden) this.#visible?.push(file);
    return file;
  }

  /** Returns a file, or undefined for anything that is not its id: pages pass an id as a text, too, and anything by mistake. */
  get(id: unknown): FileRecord | undefined {
    return typeof id === 'number' || (typeof id === 'string' && /^\d+$/.test(id)) ? this.files[Number(id)] : undefined;
  }

  /** False for a file from before the last {@link clear}: a listener may reset within an event, and no event follows about a file that is gone. */
  has(file: FileRecord): boolean {
    return this.files[file.id] === file;
  }

  // ------------------------------------------------------------------------------------------------------------------ status

  setFirstStatus(file: FileRecord, first: Status): void {
    file.status = first;
    this.#count(first, 1);
    this.#recordOutcome(file);
    this.#emitStatusChange(file, null);
  }

  /** Whether {@link move} is possible. */
  canMove(file: FileRecord, transition: Transition): boolean {
    return file.status !== null && nextStatus(file.status, transition) !== undefined && this.has(file);
  }

  /** Moves a file to its next status. False where the table of {@link transitions} does not allow it: a late echo. */
  move(file: FileRecord, transition: Transition): boolean {
    const from = file.status;
    const to = from && nextStatus(from, transition);
    if (!to || !this.has(file)) return false;
    file.status = to;
    this.#count(from, -1);
    this.#count(to, 1);
    this.#recordOutcome(file);
    if (uncounted.has(to)) this.counted.remove(file);
    if (to === 'canceled' || to === 'deleted') this.hide(file);
    this.#emitStatusChange(file, from);
    return true;
  }

  /** Removes a file from the visible list. */
  hide(file: FileRecord): void {
    file.hidden = true;
    this.successRevision++;
    this.#visible = undefined;
    this.changed();
  }

  rename(file: FileRecord, name: string): void {
    file.name = name;
    this.successRevision++;
    this.changed();
  }

  setUuid(file: FileRecord, uuid: string): void {
    file.uuid = uuid;
    this.successRevision++;
    this.changed();
  }

  /** Reports that something visible has changed. */
  changed(): void {
    this.#changes.schedule();
  }

  snapshot(maxAttempts: number): UploaderSnapshot {
    const visible = (this.#visible ??= this.files.filter((file) => !file.hidden));
    return {
      count: visible.length,
      at: (index) => {
        const file = visible[index];
        if (!file) throw new RangeError(`There is no file at ${index}.`);
        return snapshotOf(file, maxAttempts);
      },
      totals: this.totals.snapshot(),
    };
  }

  // ---------------------------------------------------------------------------------------------------------------- progress

  /** Adds a file's bytes to the total progress. */
  addToBatch(file: FileRecord): void {
    const { totals } = this;
    // A paused file stays in its batch.
    if (file.inBatch) return;
    const isCounted = file.status === 'paused' || (file.status !== null && inProgress.has(file.status));
    // No other file is unfinished: this is the first one of a new batch.
    if (totals.active + totals.paused === Number(isCounted)) totals.clearBatch();
    totals.totalBytes += Math.max(0, file.size);
    totals.uploadedBytes += file.uploadedBytes;
    file.inBatch = true;
  }

  /** Removes a file's bytes from the total progress. */
  removeFromBatch(file: FileRecord): void {
    if (!file.inBatch) return;
    file.inBatch = false;
    this.totals.totalBytes -= Math.max(0, file.size);
    this.totals.uploadedBytes -= file.uploadedBytes;
    if (this.unfinished > 0) this.emitTotalProgress();
  }

  emitTotalProgress(): void {
    const { uploadedBytes, totalBytes } = this.totals;
    this.events.emit('totalProgress', { uploadedBytes, totalBytes });
  }

  // ------------------------------------------------------------------------------------------------------------- allComplete

  /** Records how a file ended, for `allComplete`. */
  #recordOutcome({ id, status: now }: FileRecord): void {
    if (now !== 'upload successful' && now !== 'upload failed' && now !== 'canceled' && now !== 'deleted') return;
    this.#succeeded.delete(id);
    this.#failed.delete(id);
    if (now === 'upload successful') this.#succeeded.add(id);
    if (now === 'upload failed') this.#failed.add(id);
  }

  /** Emits `allComplete` once when no file is unfinished, after all events that led to it. */
  checkAllComplete(): void {
    if (!this.allCompletePending) return;
    queueMicrotask(() => {
      if (!this.allCompletePending) return;
      const detail = { succeeded: [...this.#succeeded], failed: [...this.#failed] };
      this.#succeeded.clear();
      this.#failed.clear();
      this.events.emit('allComplete', detail);
    });
  }

  /** Removes all files. Ids begin at 0 again. */
  clear(): void {
    for (const file of this.files) this.counted.remove(file);
    this.files.length = this.unfinished = 0;
    this.successRevision++;
    this.#visible = undefined;
    this.#succeeded.clear();
    this.#failed.clear();
    this.totals.reset();
    this.changed();
  }

  /** Whether no file is unfinished, but `allComplete` is still to be emitted. */
  get allCompletePending(): boolean {
    return this.unfinished === 0 && this.#succeeded.size + this.#failed.size > 0;
  }

  #emitStatusChange(file: FileRecord, oldStatus: Status | null): void {
    this.changed();
    if (file.status) this.events.emit('statusChange', { id: file.id, name: file.name, oldStatus, newStatus: file.status });
  }

  #count(which: Status, by: 1 | -1): void {
    if (unfinished.has(which)) this.unfinished += by;
    if (inProgress.has(which)) this.totals.active += by;
    if (which === 'submitted') this.totals.submitted += by;
    if (which === 'paused') this.totals.paused += by;
    if (which === 'upload failed') this.totals.failed += by;
    if (which !== 'upload successful') return;
    this.totals.succeeded += by;
    this.successRevision++;
  }
}
