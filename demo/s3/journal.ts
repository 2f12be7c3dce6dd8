/**
 * An append-only file of JSON lines. Each line is one change, which is committed when its line is written.
 */
import { closeSync, ftruncateSync, openSync, readFileSync, renameSync, writeFileSync, writeSync } from 'node:fs';

export class Journal<Entry> {
  readonly #file: number;
  /** Size of the complete lines, in bytes. */
  #length: number;

  /**
   * Creates a journal and replaces an existing one.
   * @param entries - the first entries: the compacted old journal
   */
  constructor(path: string, entries: Iterable<Entry>) {
    const lines = [...entries].map((entry) => `${JSON.stringify(entry)}\n`).join('');
    writeFileSync(`${path}.new`, lines, { mode: 0o600 });
    renameSync(`${path}.new`, path);
    this.#length = Buffer.byteLength(lines);
    this.#file = openSync(path, 'r+');
  }

  /** Reads the entries of a journal. Returns [] if the file does not exist. Skips invalid lines: a killed process may have written a partial line. */
  static read<Entry>(path: string): Entry[] {
    let text: string;
    try {
      text = readFileSync(path, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw error;
    }
    return text.split('\n').flatMap((line) => {
      try {
        return [JSON.parse(line) as Entry];
      } catch {
        return [];
      }
    });
  }

  /** Appends an entry, or throws and leaves the journal unchanged. */
  append(entry: Entry): void {
    const line = Buffer.from(`${JSON.stringify(entry)}\n`);
    try {
      for (let offset = 0; offset < line.length;)
        offset += writeSync(this.#file, line, offset, line.length - offset, this.#length + offset);
    } catch (error) {
      ftruncateSync(this.#file, this.#length);
      throw error;
    }
    this.#length += line.length;
  }

  close(): void {
    closeSync(this.#file);
  }
}
