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
   * @param add - adds the files; `start` is true if {@link startAll} was called meanwhile.
   * @param fail - is called with what the promise rejects with.
   */
  async add(
    reading: Promise<readonly NewFile[]>,
    add: (files: readonly NewFile[], start: boolean) => void,
    fail: (error: unknown) => void,
  ) {
    this.#readings.set(reading, false);
    const result = await reading.then(
      (files) => () => add(files, this.#readings.get(reading) ?? false),
      (error: unknown) => () => fail(error),
    );
    if (!this.#readings.has(reading)) return;
    result();
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
