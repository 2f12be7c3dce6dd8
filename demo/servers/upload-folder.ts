/**
 * Where the traditional endpoint keeps files: one folder per upload, named by its uuid.
 *
 *   {folder}/{uuid}/about.json         name and size, once the file is whole
 *   {folder}/{uuid}/content            the file, once it is whole
 *   {folder}/{uuid}/chunks/{offset}-{length}
 *   {folder}/.incoming/…               what is being received; nothing half-received ever has a proper name
 *
 * Everything becomes visible by a rename, so the process may be killed at any moment and go on later. What a client says never becomes
 * part of a path, except a uuid that {@link isUuid} has seen.
 */
import { randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** A whole file. */
export interface StoredFile {
  readonly uuid: string;
  /** As the client named it: hostile text, for showing only. */
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** When it became whole, milliseconds since 1970. */
  readonly storedAt: number;
}

/** A stretch of a file that is still missing others. */
export interface StoredChunk {
  /** Of its first byte. */
  readonly offset: number;
  /** Bytes. */
  readonly length: number;
}

/** Whether something may name an upload: letters, digits, `-` and `_`, as uuids are, and nothing that a file system could misread. */
export function isUuid(text: string | undefined | null): text is string {
  return typeof text === 'string' && /^[0-9A-Za-z][0-9A-Za-z_-]{7,63}$/.test(text);
}

/** The folder of all uploads. Methods that take a uuid throw where it is none. */
export class UploadFolder {
  readonly #folder: string;
  readonly #turns = new Map<string, Promise<unknown>>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Makes the folder, forgets what was being received when the last process ended, and uploads that nobody finished for `days`. */
  async prepare(days: number): Promise<void> {
    await rm(this.#incoming(), { recursive: true, force: true });
    await mkdir(this.#incoming(), { recursive: true });
    const oldest = Date.now() - days * 86_400_000;
    for (const uuid of await this.#uuids()) {
      const chunks = await stat(this.#path(uuid, 'chunks')).catch(() => undefined);
      if (chunks && chunks.mtimeMs < oldest && !(await this.find(uuid))) await rm(this.#path(uuid), { recursive: true, force: true });
    }
  }

  /**
   * Writes a stream to disk under a name of its own, to be moved or dropped later.
   * @returns the path, and the number of bytes received
   */
  async receive(bytes: Readable): Promise<{ readonly path: string; readonly size: number }> {
    const path = join(this.#incoming(), randomUUID());
    const file = createWriteStream(path, { flags: 'wx' });
    try {
      await pipeline(bytes, file);
    } catch (error) {
      await this.drop(path);
      throw error;
    }
    return { path, size: file.bytesWritten };
  }

  /** Drops what {@link receive} wrote. */
  async drop(path: string): Promise<void> {
    await rm(path, { force: true });
  }

  /** Makes received bytes the whole file of an upload. */
  async keepFile(uuid: string, name: string, received: { readonly path: string; readonly size: number }): Promise<StoredFile> {
    return this.#inTurn(uuid, () => this.#keep(uuid, name, received));
  }

  /** Makes received bytes one chunk of an upload; the same chunk received again replaces the former. */
  async keepChunk(uuid: string, chunk: StoredChunk, path: string): Promise<void> {
    await this.#inTurn(uuid, async () => {
      await mkdir(this.#path(uuid, 'chunks'), { recursive: true });
      await rename(path, this.#path(uuid, 'chunks', `${chunk.offset}-${chunk.length}`));
    });
  }

  /** The chunks that make up a file of `size` bytes, in order, or undefined as long as some are missing. Leftovers of another cut are passed over. */
  async completeChunks(uuid: string, size: number): Promise<readonly StoredChunk[] | undefined> {
    const names = await readdir(this.#path(uuid, 'chunks')).catch(() => []);
    return cover(
      names.map((name) => {
        const [offset = NaN, length = NaN] = name.split('-').map(Number);
        return { offset, length };
      }),
      size,
    );
  }

  /** Whether any chunk of an upload is here. */
  async hasChunks(uuid: string): Promise<boolean> {
    return (await readdir(this.#path(uuid, 'chunks')).catch(() => [])).length > 0;
  }

  /**
   * Joins the chunks of an upload, in order, into the whole file.
   * @returns the file, or undefined where chunks are missing
   */
  async join(uuid: string, name: string, size: number): Promise<StoredFile | undefined> {
    return this.#inTurn(uuid, async () => {
      const chunks = await this.completeChunks(uuid, size);
      if (!chunks) return undefined;
      const path = join(this.#incoming(), randomUUID());
      try {
        for (const { offset, length } of chunks) {
          const chunk = this.#path(uuid, 'chunks', `${offset}-${length}`);
          await pipeline(createReadStream(chunk), createWriteStream(path, { flags: 'a' }));
        }
        const { size: joined } = await stat(path);
        // A chunk that is shorter than its name says was damaged on this disk: all must come again.
        if (joined !== size) return await this.#forgetChunks(uuid);
        return await this.#keep(uuid, name, { path, size });
      } finally {
        await this.drop(path);
      }
    });
  }

  /** Forgets the chunks of an upload, so that it starts again. */
  async forgetChunks(uuid: string): Promise<void> {
    await this.#inTurn(uuid, () => this.#forgetChunks(uuid));
  }

  /** A whole file, or undefined where there is none. */
  async find(uuid: string): Promise<StoredFile | undefined> {
    try {
      const about = JSON.parse(await readFile(this.#path(uuid, 'about.json'), 'utf8')) as { name: string; storedAt: number };
      const { size } = await stat(this.#path(uuid, 'content'));
      return { uuid, name: about.name, size, storedAt: about.storedAt };
    } catch {
      return undefined;
    }
  }

  /** All whole files, the newest first. */
  async list(): Promise<readonly StoredFile[]> {
    const files = await Promise.all((await this.#uuids()).map((uuid) => this.find(uuid)));
    return files.filter((file) => file !== undefined).sort((one, other) => other.storedAt - one.storedAt);
  }

  /** Where the bytes of a whole file are. */
  contentPath(uuid: string): string {
    return this.#path(uuid, 'content');
  }

  /** Deletes an upload, whole or not. Resolves to false where there was none. */
  async delete(uuid: string): Promise<boolean> {
    return this.#inTurn(uuid, async () => {
      const found = await stat(this.#path(uuid)).catch(() => undefined);
      await rm(this.#path(uuid), { recursive: true, force: true });
      return found !== undefined;
    });
  }

  async #keep(uuid: string, name: string, received: { readonly path: string; readonly size: number }): Promise<StoredFile> {
    const file: StoredFile = { uuid, name, size: received.size, storedAt: Date.now() };
    await mkdir(this.#path(uuid), { recursive: true });
    await writeFile(`${received.path}.json`, JSON.stringify({ name, storedAt: file.storedAt }));
    await rename(`${received.path}.json`, this.#path(uuid, 'about.json'));
    await rename(received.path, this.#path(uuid, 'content'));
    await this.#forgetChunks(uuid);
    return file;
  }

  async #forgetChunks(uuid: string): Promise<undefined> {
    await rm(this.#path(uuid, 'chunks'), { recursive: true, force: true });
  }

  async #uuids(): Promise<readonly string[]> {
    return (await readdir(this.#folder).catch(() => [])).filter(isUuid);
  }

  #incoming(): string {
    return join(this.#folder, '.incoming');
  }

  #path(uuid: string, ...rest: readonly string[]): string {
    if (!isUuid(uuid)) throw new TypeError('An upload is named by a uuid.');
    return join(this.#folder, uuid, ...rest);
  }

  /** One thing at a time per upload: chunks arrive at once, and joining must not overtake one, nor a deletion either. */
  async #inTurn<Result>(uuid: string, work: () => Promise<Result>): Promise<Result> {
    const before = this.#turns.get(uuid) ?? Promise.resolve();
    const turn = before.then(work, work);
    this.#turns.set(uuid, turn);
    try {
      return await turn;
    } finally {
      if (this.#turns.get(uuid) === turn) this.#turns.delete(uuid);
    }
  }
}

/** The chunks that follow each other from the first byte to the last, out of any that were sent. */
function cover(chunks: readonly StoredChunk[], size: number): readonly StoredChunk[] | undefined {
  // From the end backwards, so that at each offset only a chunk is kept from which the end can be reached.
  const ways = new Map<number, StoredChunk>();
  for (const chunk of [...chunks].sort((one, other) => other.offset - one.offset)) {
    const end = chunk.offset + chunk.length;
    if ((chunk.length > 0 || size === 0) && (end === size || ways.has(end))) ways.set(chunk.offset, chunk);
  }
  const way: StoredChunk[] = [];
  let offset = 0;
  do {
    const chunk = ways.get(offset);
    if (!chunk) return undefined;
    way.push(chunk);
    offset += chunk.length;
  } while (offset < size);
  return way;
}
