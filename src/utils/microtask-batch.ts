/** Runs a callback once per microtask checkpoint, however often it is scheduled. */
export class MicrotaskBatch {
  #scheduled = false;

  constructor(private readonly callback: () => void) {}

  /** Runs the callback in the next microtask, unless that is planned already. */
  schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    queueMicrotask(() => {
      this.#scheduled = false;
      this.callback();
    });
  }
}
