/**
 * A file of JSON lines that is only ever added to: each line is one change, and a change has happened once its line is written.
 */
import { closeSync, ftruncateSync, openSync, readFileSync, renameSync, writeFileSync, writeSync } from 'node:fs';

export class Journal<Entry> {
  readonly #file: number;
  /** Bytes that are whole lines. */
  #length: number;

  /**
   * Starts a journal afresh, in place of the one that may be there.
   * @param entries what the old one comes to
   */
  constructor(path: string, entries: Iterable<Entry>) {
    const lines = [...entries].map((entry) => `${JSON.stringify(entry)}\n`).join('');
    writeFileSync(`${path}.new`, lines, { mode: 0o600 });
    renameSync(`${path}.new`, path);
    this.#length = Buffer.byteLength(lines);
    this.#file = openSync(path, 'r+');
  }

  /** The entries of a journal; none when there is no such file. A line that cannot be read is left out: a stop may have cut it off. */
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

  /** Writes one entry whole, or throws and leaves the journal as it was. */
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
