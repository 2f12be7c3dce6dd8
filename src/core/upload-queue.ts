import { abortable } from '../utils/abortable.js';
import { lazy } from '../utils/lazy.js';
import { Concurrency } from './concurrency.js';
import { asUploadError, throwNotLoaded, UploadError } from './errors.js';
import type { EventEmitter } from './event-emitter.js';
import type { FileRecord } from './file-record.js';
import type { FileRegistry } from './file-registry.js';
import type { UploadServices } from './upload/upload-services.js';
import { recordFailure } from './upload-failure.js';
import type { CurrentOptions } from './uploader-options.js';

type UploadModule = typeof import('./upload/index.js');

/** Loads the code that uploads files: a page without files does not load it. */
export const loadUploadModule = lazy<UploadModule>(() => import('./upload/index.js'));
/** ms before each further try to load it. */
const loadRetryDelays = [1000, 3000, 9000];

const noFiles: ReadonlySet<FileRecord> = new Set();

/** Decides which file is uploaded next, and begins and ends the attempts. */
export class UploadQueue {
  /** The files that wait, from index `#head` on. A file that has left the queue stays in the array until its turn. */
  #waiting: FileRecord[] = [];
  #head = 0;
  readonly #concurrency: Concurrency;
  /** Undefined before the first upload. */
  #services: UploadServices | undefined;

  constructor(
    private readonly options: CurrentOptions,
    private readonly registry: FileRegistry,
    private readonly events: EventEmitter,
  ) {
    this.#concurrency = new Concurrency(options, () => this.#startNext());
  }

  /** Starts a file, or adds it at the end where no connection is free or others wait. */
  add(file: FileRecord): void {
    if (this.#waiting.length === 0 && this.#startAtOnce(file)) return;
    if (!this.#queue(file)) return;
    this.#waiting.push(file);
    this.#startNext();
  }

  /** Starts files before those that wait, or adds them at the front where no connection is free. False where none of them can be queued. */
  addFirst(files: readonly FileRecord[]): boolean {
    const started = files.filter((file) => this.#startAtOnce(file));
    const queued = files.filter((file) => !started.includes(file) && this.#queue(file));
    this.#waiting = [...queued, ...this.#waiting.slice(this.#head)];
    this.#head = 0;
    this.#startNext();
    return started.length + queued.length > 0;
  }

  /** Cancels a file, ends its attempt, and removes the remote upload. False where the file cannot be cancelled. */
  cancel(file: FileRecord): boolean {
    const { attemptController } = file;
    if (!this.registry.move(file, 'cancel')) return false;
    file.queued = false;
    this.registry.removeFromBatch(file);
    attemptController?.abort(new UploadError('Cancelled.', { code: 'canceled', retry: 'manual' }));
    this.remove(file);
    file.attemptSettled = file.attemptSettled?.then(() => file.releaseBlob());
    this.registry.checkAllComplete();
    return true;
  }

  /** Removes the remote upload of a file, if one was begun, and its resume record, as soon as its attempt has ended. */
  remove(file: FileRecord): void {
    file.attemptSettled = (file.attemptSettled ?? Promise.resolve()).then(async () => {
      if (this.#services) await loadUploadModule.value?.removeUpload(file, this.#services);
    });
  }

  /** Files that have stored parts remotely with which nobody could continue after this page. */
  get filesToLose(): ReadonlySet<FileRecord> {
    return (this.options.current.resume ? undefined : this.#services?.filesWithParts) ?? noFiles;
  }

  /**
   * Prepares the removal of these parts for a page that is being left.
   * @returns a function that sends the requests which are prepared by then.
   */
  prepareRemoval(): () => void {
    return (this.filesToLose.size > 0 && this.#services && loadUploadModule.value?.prepareRemoval(this.#services)) || (() => {});
  }

  /** Removes all files, without ending their attempts. */
  clear(): void {
    this.#waiting.length = this.#head = 0;
  }

  /** Applies changed options. */
  resize(): void {
    this.#concurrency.resize();
  }

  /** Starts a file without queueing it. False where it has to wait, or cannot start. */
  #startAtOnce(file: FileRecord): boolean {
    const canStart = file.status === 'submitted' || file.status === 'paused' || file.status === 'retrying upload';
    if (!canStart || !this.#concurrency.hasPlaceFor(file)) return false;
    this.#start(file);
    return true;
  }

  /** False where the file cannot be queued, or a listener has stopped it within the event. */
  #queue(file: FileRecord): boolean {
    if (file.status !== 'retrying upload') this.registry.move(file, 'queue');
    if (file.status !== 'queued' && file.status !== 'retrying upload') return false;
    this.registry.addToBatch(file);
    return (file.queued = true);
  }

  #startNext(): void {
    for (;;) {
      const file = this.#waiting[this.#head];
      if (!file) return this.clear();
      if (file.queued && !this.#concurrency.hasPlaceFor(file)) return;
      this.#head++;
      if (file.queued) this.#start(file);
    }
  }

  #start(file: FileRecord): void {
    const controller = new AbortController();
    file.attemptController = controller;
    file.queued = false;
    this.#concurrency.runningFiles++;
    // Two attempts at one file never overlap.
    file.attemptSettled = (file.attemptSettled ?? Promise.resolve())
      .then(() => this.#attempt(file, controller.signal))
      .then(() => {
        this.#concurrency.runningFiles--;
        if (file.attemptController === controller) file.attemptController = undefined;
        this.#startNext();
      });
    this.registry.addToBatch(file);
    this.registry.move(file, 'start');
  }

  /** Makes one attempt. Never rejects: every result becomes a status. */
  async #attempt(file: FileRecord, signal: AbortSignal): Promise<void> {
    try {
      signal.throwIfAborted();
      if (!file.data && !file.createBlob) throw new UploadError('The file is no longer here. Choose it again.', { retry: 'never' });
      const { uploadFile, UploadServices } = loadUploadModule.value ?? (await this.#load(signal));
      this.#services ??= new UploadServices(this.options, this.registry, this.events, this.#concurrency);
      await uploadFile(file, signal, this.#services);
    } catch (thrown) {
      // Paused or cancelled: its status is written already.
      if (!signal.aborted) this.#fail(file, asUploadError(thrown));
    }
  }

  async #load(signal: AbortSignal): Promise<UploadModule> {
    for (let tries = 0; ; tries++) {
      try {
        return await abortable(loadUploadModule(), signal);
      } catch (cause) {
        signal.throwIfAborted();
        const delay = loadRetryDelays[tries];
        if (delay === undefined) throwNotLoaded(cause);
        await this.options.current.clock.sleep(delay, signal);
      }
    }
  }

  #fail(file: FileRecord, error: UploadError): void {
    file.queued = false;
    if (!recordFailure(file, error, this.registry, this.events) || file.status !== 'upload failed') return;
    // A retry, or with `resume` another session of the page, continues with what has arrived.
    if (!file.retryable && !this.options.current.resume) this.remove(file);
  }
}
