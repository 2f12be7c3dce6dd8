/** Collects changes and tells of them once per turn, however many there were. */
export class MicrotaskBatch {
  #pending = false;
  readonly #tell: () => void;

  constructor(tell: () => void) {
    this.#tell = tell;
  }

  /** Something has changed. */
  mark(): void {
    if (this.#pending) return;
    this.#pending = true;
    queueMicrotask(() => {
      this.#pending = false;
      this.#tell();
    });
  }
}
