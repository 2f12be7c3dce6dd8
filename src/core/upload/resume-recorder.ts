import type { FileRecord } from '../file-record.js';
import type { ResumeRecord, ResumeStore, Saved } from '../types.js';
import type { CurrentOptions } from '../uploader-options.js';

/**
 * Records how far uploads came, so that they continue after a reload. Writing never delays an upload and never fails one: at most one write for a file is under way, and
 * what has changed since then goes into the next.
 */
export class ResumeRecorder {
  /** The file that each key belongs to. */
  readonly #owners = new Map<string, FileRecord>();
  readonly #writes = new Map<string, Promise<void>>();
  /** Records that are written next. */
  readonly #pending = new Map<string, ResumeRecord>();

  constructor(private readonly options: CurrentOptions) {}

  /** Reads the record of a file, or undefined. Where the same file is added twice, only the first one has a record. */
  async recall(file: FileRecord): Promise<ResumeRecord | undefined> {
    const { resume } = this.options.current;
    if (!resume) return undefined;
    try {
      const key = (file.resumeKey ??= await resume.keyOf(file));
      const owner = this.#owners.get(key);
      if (owner && owner !== file) return undefined;
      this.#owners.set(key, file);
      await this.#writes.get(key);
      return await resume.store.load(key);
    } catch {
      return undefined;
    }
  }

  /** Records how far a file came. */
  record(file: FileRecord, saved: Saved): void {
    const { resume, clock } = this.options.current;
    const key = file.resumeKey;
    if (!resume || key === undefined || this.#owners.get(key) !== file) return;
    const { name, size, uuid, customResumeData: custom } = file;
    this.#pending.set(key, { key, name, size, uuid, saved, time: clock.now(), custom });
    if (!this.#writes.has(key)) this.#write(key, resume.store);
  }

  /** Deletes the record of a file. */
  forget(file: FileRecord): void {
    const { resume } = this.options.current;
    const key = file.resumeKey;
    if (key === undefined || this.#owners.get(key) !== file) return;
    this.#owners.delete(key);
    this.#pending.delete(key);
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
    const write = store.save({ ...record, saved: { ...record.saved, receipts: [...record.saved.receipts] } }).catch(() => {});
    this.#writes.set(key, write);
    void write.then(() => {
      if (this.#writes.get(key) !== write) return;
      this.#writes.delete(key);
      this.#write(key, store);
    });
  }
}
