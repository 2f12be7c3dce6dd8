import type { NewFile } from '../core/file-record.js';

/** Files that are still read, such as dropped folders and canvases, before they can be added. */
export class FileReadings {
  /** Whether the files are to be uploaded as soon as they are added, by reading. */
  readonly #readings = new Map<Promise<unknown>, boolean>();

  /** Whether anything is read. */
  get active(): boolean {
    return this.#readings.size > 0;
  }

  /**
   * Waits for files, and adds them unless {@link clear} was called meanwhile.
   * @param reading - never rejects.
   * @param add - adds the files; `start` is true if {@link startAll} was called meanwhile.
   */
  async add(reading: Promise<readonly NewFile[]>, add: (files: readonly NewFile[], start: boolean) => void): Promise<void> {
    this.#readings.set(reading, false);
    const files = await reading;
    const start = this.#readings.get(reading);
    if (start === undefined) return;
    // First: a form that waits for what is read must see the files.
    add(files, start);
    this.#readings.delete(reading);
  }

  /** Uploads the files as soon as they are added. */
  startAll(): void {
    for (const reading of this.#readings.keys()) this.#readings.set(reading, true);
  }

  /** Forgets the files. */
  clear(): void {
    this.#readings.clear();
  }
}
