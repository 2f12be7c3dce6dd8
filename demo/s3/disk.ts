/**
 * Objects and unfinished uploads on disk, with an index of them in memory.
 *
 * ```
 * store.key      what temporary credentials are sealed with
 * journal        every object, upload and part, see journal.ts
 * data/<random>  bytes: a whole object, or one part of one
 * ```
 * No name on disk comes from a client, so no key can lead out of the folder. Bytes are written first and seen by nobody; one line in the
 * journal, written and taken into the index in one synchronous step, makes them an object or a part. So there are no locks, and a multipart
 * upload is completed by writing down its parts' names: nothing is copied. Nothing is synced, either: what survives a power cut is no
 * concern of a demo.
 */
import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type FileHandle, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Journal } from './journal.js';
import type { Draft, ObjectRecord, PartRecord, Piece, Upload, UploadRecord } from './records.js';

/** One change. */
type Entry =
  /** Ends the upload that it came from, too. */
  | { is: 'object'; bucket: string; record: ObjectRecord }
  | { is: 'deleted'; bucket: string; key: string }
  | { is: 'upload'; record: UploadRecord }
  | { is: 'part'; uploadId: string; record: PartRecord }
  | { is: 'aborted'; uploadId: string };

const readSize = 256 * 1024;

export class Disk {
  readonly #data: string;
  readonly #journal: Journal<Entry>;
  readonly #objects = new Map<string, Map<string, ObjectRecord>>();
  readonly #uploads = new Map<string, Upload>();
  readonly #completed = new Map<string, { bucket: string; record: ObjectRecord }>();
  /** Removals under way. */
  readonly #removals = new Set<Promise<void>>();
  /** How many are reading a record now; what is replaced meanwhile is removed by the last of them. */
  readonly #readers = new Map<ObjectRecord, number>();
  readonly #replaced = new Set<ObjectRecord>();
  /** Random, the same for the life of the folder. */
  readonly key: Buffer;

  /** Reads what is there, and removes what the journal does not name: the traces of uploads that a stop interrupted. */
  constructor(folder: string) {
    this.#data = join(folder, 'data');
    mkdirSync(this.#data, { recursive: true, mode: 0o700 });
    this.key = loadKey(join(folder, 'store.key'));
    const path = join(folder, 'journal');
    for (const entry of Journal.read<Entry>(path)) this.#apply(entry);
    this.#journal = new Journal(path, this.#entries());
    const named = new Set<string>();
    for (const entry of this.#entries()) {
      if (entry.is === 'object') for (const piece of entry.record.pieces) named.add(piece.file);
      if (entry.is === 'part') named.add(entry.record.file);
    }
    for (const file of readdirSync(this.#data)) if (!named.has(file)) rmSync(join(this.#data, file), { force: true });
  }

  /** The shortest journal that leads to the index as it is. */
  *#entries(): Generator<Entry> {
    for (const [bucket, records] of this.#objects) for (const record of records.values()) yield { is: 'object', bucket, record };
    for (const { parts, ...upload } of this.#uploads.values()) {
      yield { is: 'upload', record: upload };
      for (const record of parts.values()) yield { is: 'part', uploadId: upload.uploadId, record };
    }
  }

  /** Makes a change last before it returns, or throws. The promise is for the bytes that became obsolete: they are gone. */
  #commit(entry: Entry): Promise<void> {
    this.#journal.append(entry);
    return this.#removePieces(this.#apply(entry));
  }

  /** @returns the pieces that nothing needs any more */
  #apply(entry: Entry): Piece[] {
    switch (entry.is) {
      case 'object': {
        const { bucket, record } = entry;
        const obsolete = this.#forgetObject(bucket, record.key);
        const records = this.#objects.get(bucket) ?? new Map<string, ObjectRecord>();
        this.#objects.set(bucket, records.set(record.key, record));
        if (record.uploadId === undefined) return obsolete;
        this.#uploads.delete(record.uploadId);
        this.#completed.set(record.uploadId, { bucket, record });
        return obsolete;
      }
      case 'deleted':
        return this.#forgetObject(entry.bucket, entry.key);
      case 'upload':
        this.#uploads.set(entry.record.uploadId, { ...entry.record, parts: new Map() });
        return [];
      case 'part': {
        const parts = this.#uploads.get(entry.uploadId)?.parts;
        const before = parts?.get(entry.record.partNumber);
        parts?.set(entry.record.partNumber, entry.record);
        return before ? [before] : [];
      }
      case 'aborted': {
        const pieces = [...(this.#uploads.get(entry.uploadId)?.parts.values() ?? [])];
        this.#uploads.delete(entry.uploadId);
        return pieces;
      }
    }
  }

  /** @returns its pieces, unless somebody is reading them */
  #forgetObject(bucket: string, key: string): Piece[] {
    const records = this.#objects.get(bucket);
    const record = records?.get(key);
    if (!records || !record) return [];
    records.delete(key);
    if (record.uploadId !== undefined) this.#completed.delete(record.uploadId);
    if (!this.#readers.has(record)) return record.pieces;
    this.#replaced.add(record);
    return [];
  }

  async #removePieces(pieces: readonly Piece[]): Promise<void> {
    const removals = pieces.map(({ file }) => {
      const removal = rm(join(this.#data, file), { force: true })
        // What cannot be removed now is no longer named, and goes at the next start.
        .catch(() => undefined)
        .finally(() => this.#removals.delete(removal));
      this.#removals.add(removal);
      return removal;
    });
    await Promise.all(removals);
  }

  /** Ends all work on the folder. Nothing may be asked of the disk afterwards. */
  async close(): Promise<void> {
    await Promise.all(this.#removals);
    this.#journal.close();
  }

  async draft(): Promise<Draft> {
    const file = randomName();
    const path = join(this.#data, file);
    const handle: FileHandle = await open(path, 'wx', 0o600);
    return {
      write: async (chunk) => {
        // Node may write less than it was given, on a disk that is nearly full.
        for (let offset = 0; offset < chunk.length;) offset += (await handle.write(chunk, offset)).bytesWritten;
      },
      keep: async (size) => {
        await handle.close();
        return { file, size };
      },
      discard: async () => {
        await handle.close().catch(() => undefined);
        await rm(path, { force: true });
      },
    };
  }

  /** Throws away what a draft kept. */
  forget(piece: Piece): Promise<void> {
    return this.#removePieces([piece]);
  }

  object(bucket: string, key: string): ObjectRecord | undefined {
    return this.#objects.get(bucket)?.get(key);
  }

  /** In the order of their keys' bytes, as S3 lists. */
  objects(bucket: string, prefix: string): ObjectRecord[] {
    return sortByBytes([...(this.#objects.get(bucket)?.values() ?? [])].filter((record) => record.key.startsWith(prefix)));
  }

  /** Also completes the upload that the record names: its parts become the object. */
  putObject(bucket: string, record: ObjectRecord): void {
    void this.#commit({ is: 'object', bucket, record });
  }

  /** Resolves when its bytes are gone, too. */
  async deleteObject(bucket: string, key: string): Promise<void> {
    if (this.object(bucket, key)) await this.#commit({ is: 'deleted', bucket, key });
  }

  /** Keeps an object's bytes, even if it is replaced or deleted meanwhile, until the function that is returned is called. */
  hold(record: ObjectRecord): () => void {
    this.#readers.set(record, (this.#readers.get(record) ?? 0) + 1);
    return () => {
      const readers = (this.#readers.get(record) ?? 1) - 1;
      if (readers > 0) {
        this.#readers.set(record, readers);
        return;
      }
      this.#readers.delete(record);
      if (this.#replaced.delete(record)) void this.#removePieces(record.pieces);
    };
  }

  /** The bytes from `start` up to but not including `end` of an object that is held. */
  async *read(record: ObjectRecord, start: number, end: number): AsyncGenerator<Buffer> {
    let pieceStart = 0;
    for (const piece of record.pieces) {
      const from = Math.max(start - pieceStart, 0);
      const to = Math.min(end - pieceStart, piece.size);
      if (from < to) yield* this.#readPiece(piece, from, to);
      pieceStart += piece.size;
    }
  }

  async *#readPiece(piece: Piece, from: number, to: number): AsyncGenerator<Buffer> {
    const handle = await open(join(this.#data, piece.file));
    try {
      for (let position = from; position < to;) {
        const buffer = Buffer.allocUnsafe(Math.min(readSize, to - position));
        const { bytesRead } = await handle.read(buffer, 0, buffer.length, position);
        if (bytesRead === 0) throw new Error(`data/${piece.file} is shorter than its record says`);
        position += bytesRead;
        yield buffer.subarray(0, bytesRead);
      }
    } finally {
      await handle.close();
    }
  }

  upload(uploadId: string): Upload | undefined {
    return this.#uploads.get(uploadId);
  }

  /** What a multipart upload became, as long as that is still there. */
  completed(uploadId: string): { bucket: string; record: ObjectRecord } | undefined {
    return this.#completed.get(uploadId);
  }

  /** In the order of their keys, then of their beginning. */
  uploads(bucket: string, prefix: string): Upload[] {
    const found = [...this.#uploads.values()].filter((upload) => upload.bucket === bucket && upload.key.startsWith(prefix));
    return sortByBytes(found.sort((a, b) => a.initiated - b.initiated));
  }

  createUpload(upload: Omit<UploadRecord, 'uploadId'>): UploadRecord {
    const record = { ...upload, uploadId: randomName() };
    void this.#commit({ is: 'upload', record });
    return record;
  }

  putPart({ uploadId }: UploadRecord, record: PartRecord): void {
    void this.#commit({ is: 'part', uploadId, record });
  }

  /** Resolves when the bytes of its parts are gone, too. */
  async abortUpload({ uploadId }: UploadRecord): Promise<void> {
    await this.#commit({ is: 'aborted', uploadId });
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

/** Bytes and JavaScript's own order differ beyond U+FFFF. The sort is stable. */
function sortByBytes<Item extends { key: string }>(items: Item[]): Item[] {
  const plain = items.every((item) => !/[\ud800-\udfff]/.test(item.key));
  const compare = plain
    ? (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)
    : (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));
  return items.sort((a, b) => compare(a.key, b.key));
}
