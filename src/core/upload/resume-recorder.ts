import { abortable } from '../../utils/abortable.js';
import { uuid } from '../../utils/uuid.js';
import type { FileRecord } from '../file-record.js';
import type { ResumeRecord, ResumeStore, Saved } from '../types.js';
import type { CurrentOptions } from '../uploader-options.js';

/**
 * Records how far uploads came, so that they continue after a reload. Writing never delays an upload and never fails one: at most one write for a file is under way, and
 * what has changed since then goes into the next.
 */
export class ResumeRecorder {
  /** Tells the records of this uploader from those of others. */
  readonly #owner = uuid();
  /** The file that each key belongs to in this uploader. */
  readonly #claims = new Map<string, FileRecord>();
  readonly #writes = new Map<string, Promise<void>>();
  /** Records that are written next. */
  readonly #pending = new Map<string, ResumeRecord>();
  /** Keys whose record this uploader has written. */
  readonly #written = new Set<string>();
  /** Locks that end as soon as the last record is written. */
  readonly #ending = new Map<string, Promise<void>>();
  /** Uploads that are being removed. */
  readonly #removals = new Map<string, Promise<void>>();

  constructor(private readonly options: CurrentOptions) {}

  /**
   * Returns the key of a file, and claims it: where the same file is added twice, only the first one has a record. Undefined without a record.
   * @throws the signal's reason when it is aborted.
   */
  async claim(file: FileRecord, signal: AbortSignal): Promise<string | undefined> {
    const { resume } = this.options.current;
    if (!resume) return undefined;
    try {
      const key = (file.resumeKey ??= await abortable(resume.keyOf(file), signal));
      // The same file may have been cancelled just now, or another attempt at it.
      await abortable(this.#removals.get(key), signal);
      await abortable(this.#ending.get(key), signal);
      const holder = this.#claims.get(key);
      if (holder && holder !== file) return undefined;
      this.#claims.set(key, file);
      return key;
    } catch {
      signal.throwIfAborted();
      return undefined;
    }
  }

  /**
   * Waits until no other uploader, in this page or another one, carries the upload of this key.
   * @param onWait - called if one does.
   * @returns a function that lets others carry it. Abort of the signal does the same.
   */
  async lock(key: string, signal: AbortSignal, onWait: () => void): Promise<() => void> {
    const { store } = this.options.current.resume ?? {};
    const release = (await this.#tryLock(store, key)) ?? (await waitForLock());
    let hasEnded = false;
    const end = () => {
      if (hasEnded) return;
      hasEnded = true;
      signal.removeEventListener('abort', end);
      // Another uploader reads the record as soon as it has the lock.
      const ending = this.#settle(key)
        .then(release)
        .then(() => {
          if (this.#ending.get(key) === ending) this.#ending.delete(key);
        });
      this.#ending.set(key, ending);
    };
    signal.addEventListener('abort', end);
    if (signal.aborted) end();
    signal.throwIfAborted();
    return end;

    async function waitForLock(): Promise<() => void> {
      signal.throwIfAborted();
      onWait();
      return (await store?.lock?.(key, signal).catch(() => signal.throwIfAborted())) ?? (() => {});
    }
  }

  /**
   * Reads the record of a file, and forgets what the file's last attempt left where another uploader has carried the upload since then.
   * @returns the record to continue with; undefined where there is none, or the file's own attempt knows more.
   */
  async recall(file: FileRecord, key: string, signal: AbortSignal): Promise<ResumeRecord | undefined> {
    try {
      await abortable(this.#settle(key), signal);
      const record = await abortable(this.options.current.resume?.store.load(key), signal);
      const isOwn = record?.owner === this.#owner;
      // Without a record, another uploader has finished or removed the upload.
      if (record ? !isOwn : this.#written.has(key)) file.saved = undefined;
      return file.saved ? undefined : record;
    } catch {
      signal.throwIfAborted();
      return undefined;
    }
  }

  /** Records how far a file came. */
  record(file: FileRecord, saved: Saved, totalParts: number): void {
    const { resume, clock } = this.options.current;
    const key = this.#claimedKey(file);
    if (!resume || key === undefined) return;
    const { name, size, uuid, customResumeData: custom } = file;
    const time = clock.now();
    this.#pending.set(key, { key, name, size, uuid, saved, totalParts, time, owner: this.#owner, ...(custom !== null && { custom }) });
    if (!this.#writes.has(key)) this.#write(key, resume.store);
  }

  /** Deletes the record of an uploaded file. */
  forget(file: FileRecord): void {
    const key = this.#claimedKey(file);
    if (key === undefined) return;
    this.#claims.delete(key);
    this.#delete(key);
  }

  /**
   * Ends the claim of a file that nobody continues.
   * @param abandon - removes the remote upload, and resolves with true if it is gone. The record is deleted only then: otherwise it is all that tells where the parts are.
   * Neither happens where another uploader carries the upload on.
   */
  remove(file: FileRecord, abandon: () => Promise<boolean>): Promise<unknown> {
    const key = this.#claimedKey(file);
    if (key === undefined) return abandon();
    this.#claims.delete(key);
    const removal = this.#remove(key, abandon)
      .catch(() => {})
      .then(() => {
        if (this.#removals.get(key) === removal) this.#removals.delete(key);
      });
    this.#removals.set(key, removal);
    return removal;
  }

  async #remove(key: string, abandon: () => Promise<boolean>): Promise<void> {
    const { store } = this.options.current.resume ?? {};
    await this.#ending.get(key);
    const release = await this.#tryLock(store, key);
    if (!release) return;
    try {
      const record = await store?.load(key).catch(() => undefined);
      if (record && record.owner !== this.#owner) return;
      if (!(await abandon())) return;
      this.#delete(key);
      await this.#settle(key);
    } finally {
      release();
    }
  }

  /** Returns a function that ends the lock, or undefined where another uploader has it. */
  async #tryLock(store: ResumeStore | undefined, key: string): Promise<(() => void) | undefined> {
    if (!store?.lock) return () => {};
    // Without locks, every uploader uploads on its own.
    return store.lock(key).catch(() => () => {});
  }

  #claimedKey(file: FileRecord): string | undefined {
    const { resumeKey } = file;
    return resumeKey !== undefined && this.#claims.get(resumeKey) === file ? resumeKey : undefined;
  }

  #delete(key: string): void {
    const { resume } = this.options.current;
    this.#pending.delete(key);
    this.#written.delete(key);
    const lastWrite = this.#writes.get(key) ?? Promise.resolve();
    const deletion = lastWrite.then(() => resume?.store.delete(key)).catch(() => {});
    this.#writes.set(key, deletion);
    void deletion.then(() => this.#writes.get(key) === deletion && this.#writes.delete(key));
  }

  #write(key: string, store: ResumeStore): void {
    const record = this.#pending.get(key);
    if (!record) return;
    this.#pending.delete(key);
    // The upload adds to its receipts while they are written.
    const write = store
      .save({ ...record, saved: { ...record.saved, receipts: [...record.saved.receipts] } })
      .then(() => void this.#written.add(key))
      .catch(() => {});
    this.#writes.set(key, write);
    void write.then(() => {
      if (this.#writes.get(key) !== write) return;
      this.#writes.delete(key);
      this.#write(key, store);
    });
  }

  /** Waits until no write for a key is under way. */
  async #settle(key: string): Promise<void> {
    for (let write = this.#writes.get(key); write; write = this.#writes.get(key)) await write;
  }
}
