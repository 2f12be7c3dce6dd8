/**
 * Stores objects and multipart uploads on disk, with an index in memory.
 *
 * ```
 * store.key      key that encrypts session tokens
 * journal        every object, upload and part, see journal.ts
 * data/<random>  content of an object or of a part
 * ```
 * File names are random, so no key can point outside of the folder. Content is written to a data file first. One journal line, which is written and
 * applied to the index in one synchronous step, makes the file an object or a part. So there are no locks, and completing a multipart upload writes
 * the names of the part files and copies nothing. Files are not synced: the demo does not protect against power failures.
 */
import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type FileHandle, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Journal } from './journal.js';
import type { TemporaryFile, ObjectRecord, PartRecord, DataFile, MultipartUpload, MultipartUploadRecord } from './records.js';

/** One change of the index. */
type JournalEntry =
  /** Also completes the multipart upload that the record names. */
  | { type: 'object'; bucket: string; record: ObjectRecord }
  | { type: 'deleted'; bucket: string; key: string }
  | { type: 'upload'; record: MultipartUploadRecord }
  | { type: 'part'; uploadId: string; record: PartRecord }
  | { type: 'aborted'; uploadId: string };

const readChunkSize = 256 * 1024;

export class ObjectStorage {
  readonly #data: string;
  readonly #journal: Journal<JournalEntry>;
  readonly #objects = new Map<string, Map<string, ObjectRecord>>();
  readonly #uploads = new Map<string, MultipartUpload>();
  readonly #completed = new Map<string, { bucket: string; record: ObjectRecord }>();
  /** Running removals of files. */
  readonly #removals = new Set<Promise<void>>();
  /** Number of readers per record. The last reader of a replaced record removes its files. */
  readonly #readers = new Map<ObjectRecord, number>();
  readonly #obsoleteRecords = new Set<ObjectRecord>();
  /** 32 random bytes that stay the same over restarts. */
  readonly secretKey: Buffer;

  /** Reads the journal and removes data files that it does not reference: they belong to interrupted requests. */
  constructor(folder: string) {
    this.#data = join(folder, 'data');
    mkdirSync(this.#data, { recursive: true, mode: 0o700 });
    this.secretKey = loadKey(join(folder, 'store.key'));
    const path = join(folder, 'journal');
    for (const entry of Journal.read<JournalEntry>(path)) this.#apply(entry);
    this.#journal = new Journal(path, this.#entries());
    const referencedFiles = new Set<string>();
    for (const entry of this.#entries()) {
      if (entry.type === 'object') for (const { name: file } of entry.record.files) referencedFiles.add(file);
      if (entry.type === 'part') referencedFiles.add(entry.record.name);
    }
    for (const file of readdirSync(this.#data)) if (!referencedFiles.has(file)) rmSync(join(this.#data, file), { force: true });
  }

  /** Yields the shortest journal that results in the current index. */
  *#entries(): Generator<JournalEntry> {
    for (const [bucket, records] of this.#objects) for (const record of records.values()) yield { type: 'object', bucket, record };
    for (const { parts, ...upload } of this.#uploads.values()) {
      yield { type: 'upload', record: upload };
      for (const record of parts.values()) yield { type: 'part', uploadId: upload.uploadId, record };
    }
  }

  /** Writes a change to the journal and applies it, or throws. Resolves when obsolete files are removed. */
  #commit(entry: JournalEntry): Promise<void> {
    this.#journal.append(entry);
    return this.#removeFiles(this.#apply(entry));
  }

  /** Applies a change to the index. @returns the files that are obsolete */
  #apply(entry: JournalEntry): DataFile[] {
    switch (entry.type) {
      case 'object': {
        const { bucket, record } = entry;
        const obsolete = this.#removeFromIndex(bucket, record.key);
        const records = this.#objects.get(bucket) ?? new Map<string, ObjectRecord>();
        this.#objects.set(bucket, records.set(record.key, record));
        if (record.uploadId === undefined) return obsolete;
        this.#uploads.delete(record.uploadId);
        this.#completed.set(record.uploadId, { bucket, record });
        return obsolete;
      }
      case 'deleted':
        return this.#removeFromIndex(entry.bucket, entry.key);
      case 'upload':
        this.#uploads.set(entry.record.uploadId, { ...entry.record, parts: new Map() });
        return [];
      case 'part': {
        const parts = this.#uploads.get(entry.uploadId)?.parts;
        const replaced = parts?.get(entry.record.partNumber);
        parts?.set(entry.record.partNumber, entry.record);
        return replaced ? [replaced] : [];
      }
      case 'aborted': {
        const files = [...(this.#uploads.get(entry.uploadId)?.parts.values() ?? [])];
        this.#uploads.delete(entry.uploadId);
        return files;
      }
    }
  }

  /** Removes an object from the index. @returns its files, unless they are being read */
  #removeFromIndex(bucket: string, key: string): DataFile[] {
    const records = this.#objects.get(bucket);
    const record = records?.get(key);
    if (!records || !record) return [];
    records.delete(key);
    if (record.uploadId !== undefined) this.#completed.delete(record.uploadId);
    if (!this.#readers.has(record)) return record.files;
    this.#obsoleteRecords.add(record);
    return [];
  }

  async #removeFiles(files: readonly DataFile[]): Promise<void> {
    const removals = files.map(({ name: file }) => {
      const removal = rm(join(this.#data, file), { force: true })
        // A file that cannot be removed now is removed at the next start.
        .catch(() => undefined)
        .finally(() => this.#removals.delete(removal));
      this.#removals.add(removal);
      return removal;
    });
    await Promise.all(removals);
  }

  /** Waits for running removals and closes the journal. No other method may be called afterwards. */
  async close(): Promise<void> {
    await Promise.all(this.#removals);
    this.#journal.close();
  }

  async createTemporaryFile(): Promise<TemporaryFile> {
    const file = randomName();
    const path = join(this.#data, file);
    const handle: FileHandle = await open(path, 'wx', 0o600);
    return {
      write: async (chunk) => {
        // `write` may write fewer bytes than requested if the disk is nearly full.
        for (let offset = 0; offset < chunk.length;) offset += (await handle.write(chunk, offset)).bytesWritten;
      },
      commit: async (size) => {
        await handle.close();
        return { name: file, size };
      },
      discard: async () => {
        await handle.close().catch(() => undefined);
        await rm(path, { force: true });
      },
    };
  }

  /** Removes a committed file that no record references. */
  removeFile(file: DataFile): Promise<void> {
    return this.#removeFiles([file]);
  }

  getObject(bucket: string, key: string): ObjectRecord | undefined {
    return this.#objects.get(bucket)?.get(key);
  }

  /** Lists objects in the order of their keys' UTF-8 bytes, as S3 does. */
  listObjects(bucket: string, prefix: string): ObjectRecord[] {
    return sortByBytes([...(this.#objects.get(bucket)?.values() ?? [])].filter((record) => record.key.startsWith(prefix)));
  }

  /** Stores an object. Also completes the multipart upload that the record names. */
  putObject(bucket: string, record: ObjectRecord): void {
    void this.#commit({ type: 'object', bucket, record });
  }

  /** Resolves when the object's files are removed. */
  async deleteObject(bucket: string, key: string): Promise<void> {
    if (this.getObject(bucket, key)) await this.#commit({ type: 'deleted', bucket, key });
  }

  /** Keeps an object's files for reading, even if it is replaced or deleted, until the returned function is called. */
  acquire(record: ObjectRecord): () => void {
    this.#readers.set(record, (this.#readers.get(record) ?? 0) + 1);
    return () => {
      const readers = (this.#readers.get(record) ?? 1) - 1;
      if (readers > 0) {
        this.#readers.set(record, readers);
        return;
      }
      this.#readers.delete(record);
      if (this.#obsoleteRecords.delete(record)) void this.#removeFiles(record.files);
    };
  }

  /** Reads the bytes from `start` to before `end` of an acquired object. */
  async *read(record: ObjectRecord, start: number, end: number): AsyncGenerator<Buffer> {
    let fileStart = 0;
    for (const file of record.files) {
      const from = Math.max(start - fileStart, 0);
      const to = Math.min(end - fileStart, file.size);
      if (from < to) yield* this.#readFile(file, from, to);
      fileStart += file.size;
    }
  }

  async *#readFile(file: DataFile, from: number, to: number): AsyncGenerator<Buffer> {
    const handle = await open(join(this.#data, file.name));
    try {
      for (let position = from; position < to;) {
        const buffer = Buffer.allocUnsafe(Math.min(readChunkSize, to - position));
        const { bytesRead } = await handle.read(buffer, 0, buffer.length, position);
        if (bytesRead === 0) throw new Error(`data/${file.name} is shorter than its record says`);
        position += bytesRead;
        yield buffer.subarray(0, bytesRead);
      }
    } finally {
      await handle.close();
    }
  }

  getUpload(uploadId: string): MultipartUpload | undefined {
    return this.#uploads.get(uploadId);
  }

  /** Returns the object that a multipart upload created, if it still exists. */
  getCompletedUpload(uploadId: string): { bucket: string; record: ObjectRecord } | undefined {
    return this.#completed.get(uploadId);
  }

  /** Lists multipart uploads in the order of their keys, then of their creation. */
  listUploads(bucket: string, prefix: string): MultipartUpload[] {
    const uploads = [...this.#uploads.values()].filter((upload) => upload.bucket === bucket && upload.key.startsWith(prefix));
    return sortByBytes(uploads.sort((a, b) => a.initiated - b.initiated));
  }

  createUpload(upload: Omit<MultipartUploadRecord, 'uploadId'>): MultipartUploadRecord {
    const record = { ...upload, uploadId: randomName() };
    void this.#commit({ type: 'upload', record });
    return record;
  }

  putPart({ uploadId }: MultipartUploadRecord, record: PartRecord): void {
    void this.#commit({ type: 'part', uploadId, record });
  }

  /** Resolves when the files of its parts are removed. */
  async abortUpload({ uploadId }: MultipartUploadRecord): Promise<void> {
    await this.#commit({ type: 'aborted', uploadId });
  }
}

function loadKey(path: string): Buffer {
  try {
    writeFileSync(path, randomBytes(32).toString('hex'), { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  return Buffer.from(readFileSync(path, 'utf8'), 'hex');
}

function randomName(): string {
  return randomBytes(24).toString('hex');
}

/** Sorts by the UTF-8 bytes of keys, which differs from JavaScript's order beyond U+FFFF. The sort is stable. */
function sortByBytes<Item extends { key: string }>(items: Item[]): Item[] {
  const plain = items.every((item) => !/[\ud800-\udfff]/.test(item.key));
  const compare = plain
    ? (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)
    : (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));
  return items.sort((a, b) => compare(a.key, b.key));
}
