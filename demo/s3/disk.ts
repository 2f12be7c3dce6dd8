/**
 * Objects and unfinished uploads on disk, with an index of them in memory.
 *
 * ```
 * store.key                       what temporary credentials are sealed with
 * buckets/<bucket>/<sha256>.json  one object: what is known of it, and the names of its pieces; <sha256> is the hash of its key
 * uploads/<id>/upload.json        one unfinished multipart upload
 * uploads/<id>/<number>.json      one of its parts
 * data/<random>                   bytes: a whole object, or one part of one
 * writing/                        JSON files before they are renamed to their place
 * ```
 * No name on disk comes from a client, so no key can lead out of the folder. Bytes are written first and seen by nobody; what makes them
 * an object or a part is one synchronous rename of a small JSON file together with the index. So there are no locks, and a
 * multipart upload is completed by writing down its parts' names: nothing is copied. Nothing is synced, either: what is promised after
 * a power cut is no concern of a demo.
 */
import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { type FileHandle, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ObjectHeaders } from './object-headers.js';

/** A run of bytes in one file of `data/`. */
export interface Piece {
  file: string;
  size: number;
}

export interface ObjectRecord {
  key: string;
  size: number;
  /** Without quotes. */
  etag: string;
  /** Milliseconds since 1970. */
  lastModified: number;
  about: ObjectHeaders;
  pieces: Piece[];
  /** The multipart upload it came from: what makes a repeated CompleteMultipartUpload answer as the first did. */
  uploadId?: string;
}

export interface PartRecord extends Piece {
  partNumber: number;
  etag: string;
  lastModified: number;
}

export interface UploadRecord {
  uploadId: string;
  bucket: string;
  key: string;
  initiated: number;
  about: ObjectHeaders;
}

export interface Upload extends UploadRecord {
  parts: Map<number, PartRecord>;
}

/** Bytes on their way in. Exactly one of `keep` and `discard` must follow. */
export interface Draft {
  write(chunk: Buffer): Promise<void>;
  /** Ends the writing. The bytes are still nobody's until a record names them. */
  keep(size: number): Promise<Piece>;
  discard(): Promise<void>;
}

const readSize = 256 * 1024;

export class Disk {
  readonly #folder: string;
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

  /** Reads what is there, and removes what no record names: the traces of uploads that a stop interrupted. */
  constructor(folder: string, buckets: readonly string[]) {
    this.#folder = folder;
    rmSync(join(folder, 'writing'), { recursive: true, force: true });
    for (const name of ['data', 'uploads', 'writing', ...buckets.map((bucket) => join('buckets', bucket))]) {
      mkdirSync(join(folder, name), { recursive: true, mode: 0o700 });
    }
    this.key = this.#loadKey();
    for (const bucket of readdirSync(join(folder, 'buckets'))) this.#loadBucket(bucket);
    for (const uploadId of readdirSync(join(folder, 'uploads'))) this.#loadUpload(uploadId);
    const named = new Set<string>();
    for (const records of this.#objects.values())
      for (const record of records.values()) for (const piece of record.pieces) named.add(piece.file);
    for (const upload of this.#uploads.values()) for (const part of upload.parts.values()) named.add(part.file);
    for (const file of readdirSync(join(folder, 'data'))) if (!named.has(file)) rmSync(join(folder, 'data', file), { force: true });
  }

  #loadKey(): Buffer {
    const path = join(this.#folder, 'store.key');
    try {
      writeFileSync(path, randomBytes(32).toString('hex'), { flag: 'wx', mode: 0o600 });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    return Buffer.from(readFileSync(path, 'utf8'), 'hex');
  }

  #loadBucket(bucket: string): void {
    const records = new Map<string, ObjectRecord>();
    this.#objects.set(bucket, records);
    for (const file of readdirSync(join(this.#folder, 'buckets', bucket))) {
      const record = readJson<ObjectRecord>(join(this.#folder, 'buckets', bucket, file));
      if (!record) continue;
      records.set(record.key, record);
      if (record.uploadId !== undefined) this.#completed.set(record.uploadId, { bucket, record });
    }
  }

  #loadUpload(uploadId: string): void {
    const folder = join(this.#folder, 'uploads', uploadId);
    const upload = readJson<UploadRecord>(join(folder, 'upload.json'));
    if (!upload || this.#completed.has(uploadId)) {
      rmSync(folder, { recursive: true, force: true });
      return;
    }
    const parts = new Map<number, PartRecord>();
    for (const file of readdirSync(folder)) {
      const part = file === 'upload.json' ? undefined : readJson<PartRecord>(join(folder, file));
      if (part) parts.set(part.partNumber, part);
    }
    this.#uploads.set(uploadId, { ...upload, parts });
  }

  #save(path: string, record: object): void {
    const draft = join(this.#folder, 'writing', randomName());
    writeFileSync(draft, JSON.stringify(record), { mode: 0o600 });
    renameSync(draft, path);
  }

  #objectPath(bucket: string, key: string): string {
    return join(this.#folder, 'buckets', bucket, `${createHash('sha256').update(key).digest('hex')}.json`);
  }

  #remove(...paths: string[]): void {
    for (const path of paths) {
      const removal = rm(path, { recursive: true, force: true })
        // What cannot be removed now is no longer named, and goes at the next start.
        .catch(() => undefined)
        .finally(() => this.#removals.delete(removal));
      this.#removals.add(removal);
    }
  }

  #removePieces(pieces: readonly Piece[]): void {
    this.#remove(...pieces.map((piece) => join(this.#folder, 'data', piece.file)));
  }

  /** Resolves when nothing is being removed any more. */
  async settle(): Promise<void> {
    await Promise.all(this.#removals);
  }

  async draft(): Promise<Draft> {
    const file = randomName();
    const path = join(this.#folder, 'data', file);
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
  forget(piece: Piece): void {
    this.#removePieces([piece]);
  }

  object(bucket: string, key: string): ObjectRecord | undefined {
    return this.#objects.get(bucket)?.get(key);
  }

  /** In the order of their keys' bytes, as S3 lists. */
  objects(bucket: string, prefix: string): ObjectRecord[] {
    return sortByBytes([...(this.#objects.get(bucket)?.values() ?? [])].filter((record) => record.key.startsWith(prefix)));
  }

  putObject(bucket: string, record: ObjectRecord): void {
    this.#save(this.#objectPath(bucket, record.key), record);
    const records = this.#objects.get(bucket);
    const before = records?.get(record.key);
    records?.set(record.key, record);
    if (before) this.#retire(before);
  }

  deleteObject(bucket: string, key: string): void {
    const record = this.object(bucket, key);
    if (!record) return;
    rmSync(this.#objectPath(bucket, key), { force: true });
    this.#objects.get(bucket)?.delete(key);
    this.#retire(record);
  }

  #retire(record: ObjectRecord): void {
    if (record.uploadId !== undefined) this.#completed.delete(record.uploadId);
    if (this.#readers.has(record)) this.#replaced.add(record);
    else this.#removePieces(record.pieces);
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
      if (this.#replaced.delete(record)) this.#removePieces(record.pieces);
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
    const handle = await open(join(this.#folder, 'data', piece.file));
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
    mkdirSync(join(this.#folder, 'uploads', record.uploadId), { mode: 0o700 });
    this.#save(join(this.#folder, 'uploads', record.uploadId, 'upload.json'), record);
    this.#uploads.set(record.uploadId, { ...record, parts: new Map() });
    return record;
  }

  putPart(upload: Upload, part: PartRecord): void {
    this.#save(join(this.#folder, 'uploads', upload.uploadId, `${part.partNumber}.json`), part);
    const before = upload.parts.get(part.partNumber);
    upload.parts.set(part.partNumber, part);
    if (before) this.#removePieces([before]);
  }

  /** Makes the upload's parts one object. */
  completeUpload(upload: Upload, record: ObjectRecord): void {
    this.putObject(upload.bucket, record);
    this.#completed.set(upload.uploadId, { bucket: upload.bucket, record });
    this.#uploads.delete(upload.uploadId);
    this.#remove(join(this.#folder, 'uploads', upload.uploadId));
  }

  abortUpload(upload: Upload): void {
    rmSync(join(this.#folder, 'uploads', upload.uploadId, 'upload.json'), { force: true });
    this.#uploads.delete(upload.uploadId);
    this.#removePieces([...upload.parts.values()]);
    this.#remove(join(this.#folder, 'uploads', upload.uploadId));
  }
}

function randomName(): string {
  return randomBytes(24).toString('hex');
}

/** Undefined when the file is missing or broken: a record that cannot be read is no record. */
function readJson<Content>(path: string): Content | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Content;
  } catch {
    return undefined;
  }
}

/** Bytes and JavaScript's own order differ beyond U+FFFF. The sort is stable. */
function sortByBytes<Item extends { key: string }>(items: Item[]): Item[] {
  const plain = items.every((item) => !/[\ud800-\udfff]/.test(item.key));
  const compare = plain
    ? (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)
    : (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));
  return items.sort((a, b) => compare(a.key, b.key));
}
