import type { FileRecord } from '../file-record.js';
import type { ResumeRecord, ResumeStore, Saved } from '../types.js';

/** Where unfinished uploads are remembered, and how one is told from another. */
export interface ResumeOptions {
  readonly store: ResumeStore;
  /** The same for the same file going to the same place, and for nothing else. */
  keyOf(file: FileRecord): Promise<string>;
}

/**
 * Remembers how far uploads came. Writing never holds an upload up and never fails one: at most one write of a file is under way, and what has changed since then
 * goes into the next.
 */
export class ResumeRecorder {
  readonly #claimed = new Map<string, FileRecord>();
  readonly #writing = new Map<string, Promise<void>>();
  readonly #latest = new Map<string, ResumeRecord>();

  constructor(
    private readonly options: () => ResumeOptions | undefined,
    private readonly now: () => number,
  ) {}

  /** What is remembered of a file, or undefined. The same file twice at a time: only the first one has a memory. */
  async recall(file: FileRecord): Promise<ResumeRecord | undefined> {
    const options = this.options();
    if (!options) return undefined;
    try {
      const key = (file.resumeKey ??= await options.keyOf(file));
      const owner = this.#claimed.get(key);
      if (owner && owner !== file) return undefined;
      this.#claimed.set(key, file);
      await this.#writing.get(key);
      return await options.store.load(key);
    } catch {
      return undefined;
    }
  }

  /** Remembers how far a file came. */
  remember(file: FileRecord, saved: Saved): void {
    const options = this.options();
    const key = file.resumeKey;
    if (!options || key === undefined || this.#claimed.get(key) !== file) return;
    const { name, size, uuid, customResumeData: custom } = file;
    this.#latest.set(key, { key, name, size, uuid, saved, time: this.now(), custom });
    if (!this.#writing.has(key)) this.#write(key, options.store);
  }

  /** Forgets a file. */
  forget(file: FileRecord): void {
    const options = this.options();
    const key = file.resumeKey;
    if (key === undefined || this.#claimed.get(key) !== file) return;
    this.#claimed.delete(key);
    this.#latest.delete(key);
    const before = this.#writing.get(key) ?? Promise.resolve();
    const deleted = before.then(() => options?.store.delete(key)).catch(() => {});
    this.#writing.set(key, deleted);
    void deleted.then(() => this.#writing.get(key) === deleted && this.#writing.delete(key));
  }

  #write(key: string, store: ResumeStore): void {
    const record = this.#latest.get(key);
    if (!record) return;
    this.#latest.delete(key);
    const written = store.save({ ...record, saved: { ...record.saved, receipts: [...record.saved.receipts] } }).catch(() => {});
    this.#writing.set(key, written);
    void written.then(() => {
      if (this.#writing.get(key) !== written) return;
      this.#writing.delete(key);
      this.#write(key, store);
    });
  }
}
