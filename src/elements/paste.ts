import type { ReactiveController, ReactiveControllerHost } from 'lit';

/** What is done with a paste. */
export interface PasteHost extends ReactiveControllerHost {
  /** Where pasting is listened for; null for nowhere. */
  readonly pasteListensOn: EventTarget | null;
  /** Files and images out of the clipboard. */
  pasted(files: readonly File[]): void;
}

/** Listens for pasted files, on the element or wherever the page says. Text that is pasted is left alone. */
export class PasteController implements ReactiveController {
  #target: EventTarget | null = null;

  constructor(private readonly host: PasteHost) {
    host.addController(this);
  }

  hostConnected(): void {
    this.#listen(this.host.pasteListensOn);
  }

  hostUpdated(): void {
    this.#listen(this.host.pasteListensOn);
  }

  hostDisconnected(): void {
    this.#listen(null);
  }

  #listen(target: EventTarget | null): void {
    if (target === this.#target) return;
    this.#target?.removeEventListener('paste', this.#paste);
    target?.addEventListener('paste', this.#paste);
    this.#target = target;
  }

  readonly #paste = (event: Event): void => {
    const files = [...((event as ClipboardEvent).clipboardData?.files ?? [])];
    if (files.length === 0 || event.defaultPrevented) return;
    event.preventDefault();
    this.host.pasted(files);
  };
}
