import { deleteFile } from './delete-file.js';
import { UploadError } from './errors.js';
import { EventEmitter } from './event-emitter.js';
import type { EventOutcome, UploaderListener } from './events.js';
import type { FileRecord, InitialFileData, NewFile } from './file-record.js';
import { FileRegistry } from './file-registry.js';
import { pauseFile } from './pause-file.js';
import type { UploaderSnapshot } from './snapshot.js';
import { nextStatus, unfinished } from './status.js';
import type { Totals } from './totals.js';
import type { Json } from './types.js';
import { loadUploadModule, UploadQueue } from './upload-queue.js';
import type { CurrentOptions, UploaderOptions } from './uploader-options.js';
import { FileValidator } from './validation/file-validator.js';

/**
 * Uploads files to a {@link Store}: adds, pauses, resumes, retries, cancels and deletes them. Knows no page, no network and no disk: those are behind the seams in
 * `types.ts`.
 */
export class Uploader {
  readonly #options: CurrentOptions;
  readonly #events: EventEmitter;
  readonly #registry: FileRegistry;
  readonly #queue: UploadQueue;
  readonly #validator: FileValidator;

  constructor(options: UploaderOptions, listener: UploaderListener) {
    this.#options = { current: options };
    this.#events = new EventEmitter(listener);
    this.#registry = new FileRegistry(this.#events);
    this.#queue = new UploadQueue(this.#options, this.#registry, this.#events);
    this.#validator = new FileValidator(this.#options, this.#registry, this.#events, this.#queue);
  }

  /** Loads the code that uploads files. Optional: the first file loads it otherwise. */
  static async preload(): Promise<void> {
    await loadUploadModule();
  }

  get options(): UploaderOptions {
    return this.#options.current;
  }

  set options(options: UploaderOptions) {
    this.#options.current = options;
    this.#queue.resize();
  }

  // ------------------------------------------------------------------------------------------------------------------- state

  /** All files ever added, in that order; a file's id is its index. */
  get files(): readonly Readonly<FileRecord>[] {
    return this.#registry.files;
  }

  /** Number of files that are uploaded, and not deleted. */
  get netUploads(): number {
    return this.#registry.files.reduce((sum, file) => sum + (file.isCounted && file.result ? 1 : 0), 0);
  }

  /** Returns a file by its id, or undefined if there is no such file. */
  file(id: number): Readonly<FileRecord> | undefined {
    return this.#registry.get(id);
  }

  /** Number of files that count toward the item limit. */
  get netItems(): number {
    return this.#registry.counted.items;
  }

  /** Number of files that are validated, queued, under way or paused, or wait to be started. */
  get unfinished(): number {
    return this.#registry.unfinished;
  }

  /** Changes whenever the uploaded files, or their names, may have changed. */
  get successRevision(): number {
    return this.#registry.successRevision;
  }

  /** Running sums over all files. */
  get totals(): Readonly<Totals> {
    return this.#registry.totals;
  }

  /** Whether any file is unfinished and does not only wait to be started. */
  get busy(): boolean {
    return this.#registry.unfinished > this.#registry.totals.submitted;
  }

  /** Whether no file is unfinished, but `allComplete` is still to be emitted. Always false where all files were cancelled or rejected. */
  get allCompletePending(): boolean {
    return this.#registry.allCompletePending;
  }

  /** Number of files that are queued or under way. */
  get inProgress(): number {
    return this.#registry.totals.active;
  }

  snapshot(): UploaderSnapshot {
    return this.#registry.snapshot(this.options.retry.maxAttempts);
  }

  // ----------------------------------------------------------------------------------------------------------------- actions

  /** Adds files. Returns their ids at once; validation follows. */
  add(sources: readonly NewFile[]): readonly number[] {
    const files = sources.map((source) => this.#registry.create(source, source.uuid ?? this.options.createUuid));
    let id: string | undefined;
    const batchId = () => (id ??= this.options.createUuid());
    for (const file of files) file.batchId = batchId;
    for (const file of files) if (this.#registry.has(file)) this.#registry.setFirstStatus(file, 'submitting');
    void this.#validator.validate(files);
    return files.map(({ id }) => id);
  }

  /** Adds files that were uploaded before. Returns their ids. */
  addInitialFiles(entries: readonly InitialFileData[]): readonly number[] {
    return entries.map((entry) => {
      const file = this.#registry.create(entry, entry.uuid);
      const { details, thumbnailUrl = '' } = entry;
      file.result = { response: {}, ...(details && { details }) };
      file.thumbnailUrl = thumbnailUrl;
      file.deletable = this.options.isDeletable(file);
      this.#registry.counted.add(file);
      this.#registry.setFirstStatus(file, 'upload successful');
      this.#registry.checkAllComplete();
      return file.id;
    });
  }

  /**
   * Starts files that wait to be started, and those that are still validated as soon as they are accepted. False where there is none.
   * @param ids - of these files; default: all.
   */
  uploadStored(ids?: readonly number[]): boolean {
    let found = false;
    for (const file of ids?.map((id) => this.#registry.get(id)) ?? this.#registry.files) {
      if (file?.status !== 'submitted' && file?.status !== 'submitting') continue;
      found = true;
      if (file.status === 'submitted') this.#queue.add(file);
      else file.startsWhenAccepted = true;
    }
    return found;
  }

  /** Pauses a file. False where it cannot be paused. */
  pause(id: number): boolean {
    const file = this.#registry.get(id);
    return !!file && pauseFile(file, this.#registry);
  }

  /** Continues one or several paused files, before all others that wait. False where none of them is paused. */
  resume(ids: number | readonly number[]): boolean {
    const files = [ids].flat().map((id) => this.#registry.get(id));
    return this.#queue.addFirst(files.filter((file) => file?.status === 'paused') as FileRecord[]);
  }

  /**
   * Retries a failed file: once, where its automatic retries are used up and no part of it arrives. False where it cannot be retried, another file has taken its place
   * under the limits, or a listener refused.
   */
  retry(id: number): boolean {
    const file = this.#registry.get(id);
    if (!file || file.status !== 'upload failed' || !file.retryable) return false;
    const retried = this.#unlessRefused('manualRetry', file, () => {
      const problem = this.#validator.retryProblem(file);
      if (problem) {
        this.#events.emitError(file, new UploadError(this.options.describeProblem(problem), { code: problem.code, retry: 'manual' }));
        return false;
      }
      if (!this.#registry.move(file, 'manualRetry')) return false;
      this.#registry.counted.add(file);
      file.reason = '';
      this.#queue.add(file);
      return true;
    });
    return retried !== false;
  }

  /** Cancels a file, and removes what it has stored remotely. False where it cannot be cancelled, or a listener refused. */
  cancel(id: number): boolean | Promise<boolean> {
    const file = this.#registry.get(id);
    if (!file?.status || !nextStatus(file.status, 'cancel')) return false;
    return this.#unlessRefused('cancel', file, () => this.#queue.cancel(file));
  }

  /** Deletes an uploaded file. Resolves with whether it is deleted. */
  async remove(id: number): Promise<boolean> {
    const file = this.#registry.get(id);
    if (!file?.status || !nextStatus(file.status, 'delete')) return false;
    return this.#unlessRefused(
      'submitDelete',
      file,
      () => this.#registry.move(file, 'delete') && deleteFile(file, this.options, this.#registry, this.#events),
    );
  }

  /** Records that the page itself has deleted a file, or failed to. */
  markDeleted(id: number, success: boolean): boolean {
    const file = this.#registry.get(id);
    return !!file && this.#registry.move(file, success ? 'deleted' : 'deleteFailed');
  }

  rename(id: number, name: string): void {
    const file = this.#registry.get(id);
    if (file) this.#registry.rename(file, name);
  }

  setUuid(id: number, uuid: string): void {
    const file = this.#registry.get(id);
    if (file) this.#registry.setUuid(file, uuid);
  }

  setCustomResumeData(id: number, data: Json): void {
    const file = this.#registry.get(id);
    if (file) file.customResumeData = data;
  }

  /** Adds what a second list tells about a file that was uploaded before. */
  updateInitialFile(id: number, { thumbnailUrl }: Pick<InitialFileData, 'thumbnailUrl'>): void {
    const file = this.#registry.files[id];
    if (!file) return;
    file.deletable = this.options.isDeletable(file);
    this.setThumbnailUrl(id, thumbnailUrl || file.thumbnailUrl);
  }

  setThumbnailUrl(id: number, url: string): void {
    const file = this.#registry.get(id);
    if (file) file.thumbnailUrl = url;
    this.#registry.changed();
  }

  /** Releases a file's bytes. */
  removeFileRef(id: number): void {
    this.#registry.get(id)?.releaseBlob();
  }

  /** Removes a finished or paused file from the visible list. What a failed file has stored remotely is removed, too. */
  dismiss(id: number): void {
    const file = this.#registry.get(id);
    if (!file?.status || (unfinished.has(file.status) && file.status !== 'paused')) return;
    this.#registry.hide(file);
    if (file.status === 'upload failed') this.#queue.remove(file);
  }

  /** Whether files have stored parts remotely with which nobody could continue after this page. */
  get hasPartsToLose(): boolean {
    return this.#queue.filesToLose.size > 0;
  }

  /**
   * Prepares the removal of these parts for a page that is being left.
   * @returns a function that sends the requests which are prepared by then, and waits for nothing.
   */
  prepareLeave(): () => void {
    return this.#queue.prepareRemoval();
  }

  /** Removes what failed files have stored remotely, without `resume`: a retry begins at byte 0. */
  abandonFailed(): void {
    for (const file of this.#queue.filesToLose) if (file.status === 'upload failed') this.#queue.remove(file);
  }

  /** Cancels and removes all files. Ids begin at 0 again. */
  reset(): void {
    for (const file of this.#registry.files) {
      if (this.#queue.cancel(file)) continue;
      file.attemptController?.abort();
      this.#queue.remove(file);
    }
    this.#queue.clear();
    this.#registry.clear();
  }

  /** Acts unless a listener refuses; synchronously where no listener needs time. */
  #unlessRefused<T>(name: 'cancel' | 'manualRetry' | 'submitDelete', file: FileRecord, act: () => T): T | false | Promise<T | false> {
    const outcome = this.#events.emitCancelable(name, { id: file.id, name: file.name });
    const finish = (settled: EventOutcome) => (settled.refused ? false : act());
    return outcome instanceof Promise ? outcome.then(finish) : finish(outcome);
  }
}
