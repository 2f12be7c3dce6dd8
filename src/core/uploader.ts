/** The queue of files and the only writer of a status. */

import { abortable } from '../utils/abortable.js';
import { FileValidator } from './validation/file-validator.js';
import type { ValidationOptions } from './validation/file-validator.js';
import type { AttemptHost, Network } from './upload/attempt.js';
import type { ConnectionTuner } from './upload/connection-tuner.js';
import type { EventOutcome, UploaderListener } from './events.js';
import type { FileRecord } from './file-record.js';
import type { NewFile, InitialFileData } from './file-record.js';
import type { ResumeOptions } from './upload/resume-recorder.js';
import { notLoaded } from './errors.js';
import { loadStore } from './load-store.js';
import { lazy } from '../utils/lazy.js';
import type { StallTimeoutRules } from './upload/stall-timeout.js';
import type { RetryRules } from './upload/retry.js';
import { FileRegistry } from './file-registry.js';
import { Semaphore } from '../utils/semaphore.js';
import type { UploaderSnapshot } from './snapshot.js';
import { inProgress, nextStatus, status, unfinished } from './status.js';
import { EventEmitter } from './event-emitter.js';
import type { Totals } from './totals.js';
import { asUploadError, UploadError } from './errors.js';
import type { Clock, Json, Store, UploadFile, UploadResult } from './types.js';

/** What an {@link Uploader} works with. May be replaced at any time: what is under way keeps the store that it began with. */
export interface UploaderOptions extends ValidationOptions {
  /**
   * The store for a file, with the current settings; a promise where it has to be loaded first. What it throws, and an {@link UploadError} that the promise rejects with,
   * fails the file. Any other rejection is a script that could not be loaded, and is retried.
   */
  storeFor(file: UploadFile): Store | Promise<Store>;
  /** Uploads begin as files are added; else with {@link Uploader.uploadStored}. */
  readonly autoUpload: boolean;
  readonly retry: RetryRules;
  /** Requests on the wire at once. */
  readonly maxConnections: number;
  /**
   * Where it is given, `connections` is only the beginning: more, as long as more are faster. It answers whether requests to the far side share one connection, as with HTTP/2
   * and 3; undefined where that is not known.
   */
  readonly usesSharedConnection?: (() => boolean | undefined) | undefined;
  /** How much is prepared (signed, hashed) beyond that, where this file is the next one in line. */
  prepareAhead(file: { readonly size: number }): number;
  readonly stallTimeout: StallTimeoutRules;
  readonly resume?: ResumeOptions | undefined;
  readonly network?: Network | undefined;
  readonly clock: Clock;
  /** A new name for a file. */
  readonly createUuid: () => string;
  /** Whether a file, once it has arrived, can be deleted. */
  isDeletable(file: { readonly id: number }): boolean;
}

type Carrier = typeof import('./upload/index.js');
let carrier: Carrier | undefined;
const loadCarrier = lazy(async () => (carrier = await import('./upload/index.js')));
/** After so many ms each, what could not be loaded is tried again. */
const loadAgain = [1000, 3000, 9000];

/**
 * Carries files to a {@link Store}: adds, queues, uploads, pauses, continues, retries, cancels, deletes. Knows nothing of pages, requests and disks: those come through the
 * seams in `types.ts`.
 */
export class Uploader {
  #queue: FileRecord[] = [];
  #queueHead = 0;
  #running = 0;
  #ahead = 0;
  readonly #roster: FileRegistry;
  readonly #connections: Semaphore;
  readonly #places: Semaphore;
  #count: ConnectionTuner | undefined;
  readonly #admission: FileValidator;
  readonly #teller: EventEmitter;
  #host: AttemptHost | undefined;
  #options: UploaderOptions;

  constructor(options: UploaderOptions, listener: UploaderListener) {
    this.#options = options;
    this.#teller = new EventEmitter(listener);
    this.#roster = new FileRegistry(this.#teller);
    this.#connections = new Semaphore(options.maxConnections);
    this.#places = new Semaphore(options.maxConnections);
    this.#admission = new FileValidator({
      options: () => this.#options,
      hears: (name) => this.#teller.listensTo(name),
      ask: (name, detail) => this.#teller.emitCancelable(name, detail),
      refuse: (file, reason, code) => this.#refuse(file, reason, code),
      accept: (file) => this.#accept(file),
      setAside: (file) => this.#setAside(file),
    });
  }

  /** Loads what carries files. Without it the first file does; where it fails, that tries again. */
  static async preload(): Promise<void> {
    await loadCarrier();
  }

  get options(): UploaderOptions {
    return this.#options;
  }

  set options(options: UploaderOptions) {
    this.#options = options;
    if (!options.usesSharedConnection) this.#count = undefined;
    this.#resize();
  }

  // -------------------------------------------------------------------------------------------------------- what there is

  /** All files ever added, in that order; a file's id is its index. */
  get files(): readonly Readonly<FileRecord>[] {
    return this.#roster.records;
  }

  /** Files that count toward the item limit. */
  get netItems(): number {
    return this.#admission.present.items;
  }

  /** How many files are still to be looked at or sent, or wait for somebody to start or continue them. */
  get unfinished(): number {
    return this.#roster.unfinished;
  }

  /** Another number whenever the files that have arrived, or what they are called, may be others. */
  get successRevision(): number {
    return this.#roster.successRevision;
  }

  /** Running sums. */
  get totals(): Readonly<Totals> {
    return this.#roster.totals;
  }

  /** Whether there are files that do not only wait for somebody to start them. */
  get busy(): boolean {
    return this.#roster.unfinished > this.#roster.totals.submitted;
  }

  /** How many files are queued or under way. */
  get inProgress(): number {
    return this.#roster.records.reduce((sum, { status: now }) => sum + (now !== null && inProgress.has(now) ? 1 : 0), 0);
  }

  snapshot(): UploaderSnapshot {
    return this.#roster.snapshot(this.#options.retry.maxAttempts);
  }

  // ---------------------------------------------------------------------------------------------------------------- wishes

  /** Adds files. Their ids are known at once; what comes of them is told later. */
  add(sources: readonly NewFile[]): readonly number[] {
    const files = sources.map((source) => this.#roster.create(source, source.uuid ?? this.#options.createUuid));
    for (const file of files) this.#roster.enter(file, status.SUBMITTING);
    void this.#admission.admit(files);
    return files.map(({ id }) => id);
  }

  /** Adds files that the far side has already. */
  addInitialFiles(entries: readonly InitialFileData[]): readonly number[] {
    return entries.map((entry) => {
      const file = this.#roster.create(entry, entry.uuid);
      const { key, bucket, thumbnailUrl = '' } = entry;
      file.result = { response: {}, ...(key !== undefined && { key }), ...(bucket !== undefined && { bucket }) };
      file.thumbnailUrl = thumbnailUrl;
      file.deletable = this.#options.isDeletable(file);
      this.#admission.count(file);
      this.#roster.enter(file, status.UPLOAD_SUCCESSFUL);
      this.#roster.outcome(file, true);
      this.#roster.checkAllComplete();
      return file.id;
    });
  }

  /** Starts every file that waits for it. */
  uploadStored(): void {
    for (const file of this.#roster.records) if (file.status === status.SUBMITTED) this.#enqueue(file);
  }

  /** Stops a file where it is. False where there is nothing to stop. */
  pause(id: number): boolean {
    const file = this.#roster.records[id];
    return !!file && this.#pause(file);
  }

  /** Goes on with a paused file, or several, before all others that wait. False where there is nothing to go on with. */
  resume(ids: number | readonly number[]): boolean {
    const files = [ids].flat().flatMap((id) => {
      const file = this.#roster.records[id];
      return file?.status === status.PAUSED && this.#wait(file) ? file : [];
    });
    if (files.length === 0) return false;
    this.#queue = [...files, ...this.#queue.slice(this.#queueHead)];
    this.#queueHead = 0;
    this.#pump();
    return true;
  }

  /** Tries a failed file again. False where it cannot be, or the page said no. */
  retry(id: number): boolean {
    const file = this.#roster.records[id];
    if (!file || file.status !== status.UPLOAD_FAILED || file.final) return false;
    const retried = this.#asked('manualRetry', file, () => {
      if (!this.#roster.move(file, 'retry')) return false;
      file.attempt = file.restarts = 0;
      file.reason = '';
      this.#enqueue(file);
      return true;
    });
    return retried !== false;
  }

  /** Gives a file up and frees what it holds, here and on the far side. False where it cannot be given up, or the page said no. */
  cancel(id: number): boolean | Promise<boolean> {
    const file = this.#roster.records[id];
    if (!file?.status || !nextStatus(file.status, 'cancel')) return false;
    return this.#asked('cancel', file, () => this.#cancel(file));
  }

  /** Deletes a file that has arrived. Resolves with whether it is gone. */
  async remove(id: number): Promise<boolean> {
    const file = this.#roster.records[id];
    if (!file?.status || !nextStatus(file.status, 'delete')) return false;
    return this.#asked('submitDelete', file, () => this.#roster.move(file, 'delete') && this.#remove(file));
  }

  /** The page deleted a file by its own means, or failed to. */
  markDeleted(id: number, success: boolean): boolean {
    const file = this.#roster.records[id];
    if (!file || !this.#roster.move(file, success ? 'deleted' : 'deleteFailed')) return false;
    if (success) this.#admission.uncount(file);
    return true;
  }

  rename(id: number, name: string): void {
    const file = this.#roster.records[id];
    if (file) file.name = name;
    this.#roster.renamed();
  }

  setUuid(id: number, uuid: string): void {
    const file = this.#roster.records[id];
    if (file) file.uuid = uuid;
    this.#roster.renamed();
  }

  setCustomResumeData(id: number, data: Json): void {
    const file = this.#roster.records[id];
    if (file) file.customResumeData = data;
  }

  setThumbnailUrl(id: number, url: string): void {
    const file = this.#roster.records[id];
    if (file) file.thumbnailUrl = url;
    this.#roster.changed();
  }

  /** Lets go of a file's bytes. */
  removeFileRef(id: number): void {
    this.#roster.records[id]?.releaseBlob();
  }

  /** Takes a file that is over out of the list that people see. */
  dismiss(id: number): void {
    const file = this.#roster.records[id];
    if (!file?.status || (unfinished.has(file.status) && file.status !== status.PAUSED)) return;
    this.#roster.hide(file);
  }

  /** Ends everything and forgets everything. Ids begin at 0 again. */
  reset(): void {
    for (const file of this.#roster.records) {
      if (!this.#cancel(file)) file.run?.controller.abort();
      this.#admission.uncount(file);
    }
    this.#queue.length = this.#queueHead = 0;
    this.#roster.clear();
  }

  // -------------------------------------------------------------------------------------------------------------- one file

  /** Does something unless somebody objects; at once where nobody needs time. */
  #asked<T>(question: 'cancel' | 'manualRetry' | 'submitDelete', { id, name }: FileRecord, act: () => T): T | false | Promise<T | false> {
    const answer = this.#teller.emitCancelable(question, { id, name });
    const go = (given: EventOutcome) => (given.refused ? false : act());
    return answer instanceof Promise ? answer.then(go) : go(answer);
  }

  async #remove(file: FileRecord): Promise<boolean> {
    const { id, name, uuid, result } = file;
    this.#teller.emit('delete', { id, name });
    try {
      const { signal } = new AbortController();
      const store = await loadStore((wanted) => this.#options.storeFor(wanted), file, signal);
      if (!store.remove) throw new UploadError('Files that have been uploaded here cannot be deleted.', { retry: 'manual' });
      await store.remove({ uuid, name, key: result?.key, bucket: result?.bucket }, { signal });
      if (!this.#roster.has(file)) return true;
      this.#admission.uncount(file);
      this.#roster.outcome(file, undefined);
      this.#roster.move(file, 'deleted');
      this.#teller.emit('deleteComplete', { id, name, success: true, isError: false });
      return true;
    } catch (thrown) {
      if (!this.#roster.has(file)) return false;
      const error = asUploadError(thrown);
      file.reason = error.reason;
      this.#roster.move(file, 'deleteFailed');
      this.#teller.emitError(file, error);
      this.#teller.emit('deleteComplete', { id, name, success: false, isError: true });
      return false;
    }
  }

  #attemptHost({ ResumeRecorder, StallTimeout }: Carrier): AttemptHost {
    const current = () => this.#options;
    return {
      get options() {
        return current();
      },
      connections: this.#connections,
      places: this.#places,
      patience: new StallTimeout(() => current().stallTimeout),
      memory: new ResumeRecorder(
        () => current().resume,
        () => current().clock.now(),
      ),
      move: (file, move) => this.#roster.move(file, move),
      tell: (name, detail) => this.#teller.emit(name, detail),
      tellError: (file, error) => this.#teller.emitError(file, error),
      ask: (name, detail) => this.#teller.emitCancelable(name, detail),
      progressed: (file, bytes, absolute) => this.#progressed(file, bytes, absolute),
      pause: (file) => this.#pause(file),
      made: (file, blob) => this.#made(file, blob),
    };
  }

  #refuse(file: FileRecord, reason: string, code: string | undefined): void {
    file.reason = reason;
    if (!this.#roster.move(file, 'refuse')) return;
    this.#roster.totals.refused++;
    this.#admission.uncount(file);
    this.#teller.emitError(file, new UploadError(reason, { code, retry: 'never' }));
    this.#roster.checkAllComplete();
  }

  #setAside(file: FileRecord): void {
    if (!this.#roster.move(file, 'refuse')) return;
    this.#admission.uncount(file);
    this.#roster.hide(file);
    this.#roster.checkAllComplete();
  }

  #made(file: FileRecord, blob: Blob): void {
    const { counted } = file;
    this.#admission.uncount(file);
    this.#roster.made(file, blob);
    if (counted) this.#admission.count(file);
  }

  #accept(file: FileRecord): void {
    if (this.#options.rules.single)
      for (const other of this.#roster.records)
        if (other.origin !== file.origin && other.status !== status.SUBMITTING) this.#replace(other);
    if (!this.#roster.move(file, 'accept')) return;
    if (this.#teller.listensTo('submitted')) this.#teller.emit('submitted', { id: file.id, name: file.name });
    if (this.#options.autoUpload && file.status === status.SUBMITTED) this.#enqueue(file);
  }

  /** Makes room for the one file there may be. */
  #replace(file: FileRecord): void {
    if (file.status && nextStatus(file.status, 'cancel')) this.#cancel(file);
    else this.#admission.uncount(file);
    this.#roster.hide(file);
  }

  #progressed(file: FileRecord, bytes: number, absolute?: boolean): void {
    const { clock, maxConnections: connections, usesSharedConnection: sharedConnection } = this.#options;
    const before = file.uploadedBytes;
    this.#roster.progress(file, bytes, clock.now(), absolute);
    if (!sharedConnection) return;
    this.#count ??= carrier && new carrier.ConnectionTuner(connections, sharedConnection);
    if (this.#count?.add(Math.max(0, file.uploadedBytes - before), clock.now(), this.#connections.released)) this.#resize();
  }

  #resize(): void {
    const size = this.#count?.size ?? this.#options.maxConnections;
    this.#connections.size = size;
    this.#places.size = size + this.#ahead;
    this.#pump();
  }

  // ------------------------------------------------------------------------------------------------------------- the queue

  #enqueue(file: FileRecord): void {
    if (!this.#wait(file)) return;
    this.#queue.push(file);
    this.#pump();
  }

  /** False where it is not to wait, or does not any more: whoever heard of it may have stopped it. */
  #wait(file: FileRecord): boolean {
    if (file.status !== status.UPLOAD_RETRYING) this.#roster.move(file, 'queue');
    if (file.status !== status.QUEUED && file.status !== status.UPLOAD_RETRYING) return false;
    this.#roster.join(file);
    return (file.waiting = true);
  }

  #pump(): void {
    for (;;) {
      const file = this.#queue[this.#queueHead];
      if (!file) {
        this.#queue.length = this.#queueHead = 0;
        return;
      }
      if (file.waiting) {
        this.#ahead = this.#options.prepareAhead(file);
        this.#places.size = this.#connections.size + this.#ahead;
        if (this.#running >= this.#places.size) return;
      }
      this.#queueHead++;
      if (file.waiting) this.#begin(file);
    }
  }

  #begin(file: FileRecord): void {
    const controller = new AbortController();
    const run = { controller };
    file.run = run;
    file.waiting = false;
    this.#running++;
    file.settled = (file.settled ?? Promise.resolve())
      .then(() => this.#carry(file, controller.signal))
      .then(() => {
        this.#running--;
        if (file.run === run) file.run = undefined;
        this.#pump();
      });
    this.#roster.move(file, 'start');
  }

  /** Never rejects: whatever comes of an attempt ends in a status. */
  async #carry(file: FileRecord, signal: AbortSignal): Promise<void> {
    try {
      signal.throwIfAborted();
      if (!file.data && !file.createBlob) throw new UploadError('The file is no longer here. Choose it again.', { retry: 'never' });
      const loaded = carrier ?? (await this.#load(signal));
      const result = await loaded.attempt(file, signal, (this.#host ??= this.#attemptHost(loaded)));
      signal.throwIfAborted();
      this.#succeed(file, result);
    } catch (thrown) {
      if (signal.aborted) return; // paused, cancelled: whoever did that has told
      this.#fail(file, asUploadError(thrown));
    }
  }

  async #load(signal: AbortSignal): Promise<Carrier> {
    for (let tries = 0; ; tries++) {
      try {
        return await abortable(loadCarrier(), signal);
      } catch (cause) {
        signal.throwIfAborted();
        const delay = loadAgain[tries];
        if (delay === undefined) throw notLoaded(cause);
        await this.#options.clock.sleep(delay, signal);
      }
    }
  }

  #succeed(file: FileRecord, result: UploadResult): void {
    const { id } = file;
    if (result.uuid) file.uuid = result.uuid;
    file.result = result;
    file.saved = undefined;
    file.reason = '';
    file.deletable = this.#options.isDeletable(file);
    const thumbnail = result.response['thumbnailUrl'];
    if (typeof thumbnail === 'string') file.thumbnailUrl = thumbnail;
    this.#host?.memory.forget(file);
    this.#progressed(file, file.size);
    if (!this.#roster.move(file, 'succeed')) return;
    this.#roster.outcome(file, true);
    const { response, key, bucket } = result;
    const where = { ...(key !== undefined && { key }), ...(bucket !== undefined && { bucket }) };
    this.#teller.emit('complete', { id, name: file.name, success: true, response, uuid: file.uuid, ...where });
    this.#roster.checkAllComplete();
  }

  #fail(file: FileRecord, error: UploadError): void {
    const { id } = file;
    file.reason = error.reason;
    file.final = error.retry === 'never';
    file.waiting = false;
    if (!this.#roster.move(file, 'fail')) return;
    // Whoever hears of it may try again at once.
    if (file.status === status.UPLOAD_FAILED) this.#roster.leave(file);
    this.#roster.outcome(file, false);
    this.#teller.emitError(file, error);
    this.#teller.emit('complete', {
      id,
      name: file.name,
      success: false,
      response: error.response ?? { success: false, error: error.reason },
      uuid: file.uuid,
    });
    this.#roster.checkAllComplete();
    // What can be gone on with after a reload, only has to be told of, or waits for somebody to sign in again is left where it is; the rest would cost its owner money.
    const kept = this.#options.resume || file.closing || error.code === 'ExpiredCredentials';
    if (!kept && file.status === status.UPLOAD_FAILED) file.settled = file.settled?.then(() => this.#abandon(file));
  }

  /** Stops the attempt, if any. What it holds on the far side stays. */
  #pause(file: FileRecord): boolean {
    const { run } = file;
    const { totals } = this.#roster;
    if (!this.#roster.move(file, 'pause')) return false;
    file.waiting = false;
    file.speed.stop();
    if (totals.active === 0) totals.speed.stop();
    run?.controller.abort(new UploadError('Paused.', { code: 'paused', retry: 'manual' }));
    return true;
  }

  #cancel(file: FileRecord): boolean {
    const { run } = file;
    if (!this.#roster.move(file, 'cancel')) return false;
    file.waiting = false;
    this.#roster.leave(file);
    this.#admission.uncount(file);
    this.#roster.outcome(file, undefined);
    this.#host?.memory.forget(file);
    run?.controller.abort(new UploadError('Cancelled.', { code: 'canceled', retry: 'manual' }));
    file.settled = (file.settled ?? Promise.resolve()).then(() => this.#abandon(file)).then(() => file.releaseBlob());
    this.#roster.checkAllComplete();
    return true;
  }

  #abandon(file: FileRecord): Promise<void> {
    // Without it, nothing has been reserved.
    return carrier?.abandonUpload(file, (this.#host ??= this.#attemptHost(carrier))) ?? Promise.resolve();
  }
}
