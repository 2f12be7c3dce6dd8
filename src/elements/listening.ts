import type { ReactiveController, ReactiveControllerHost } from 'lit';

/** Listens for an event as long as its host is in the page, wherever the host's attributes say at the moment. */
export class ListeningController implements ReactiveController {
  #target: EventTarget | null = null;

  /** @param wanted - where to listen now; null for nowhere. */
  constructor(
    host: ReactiveControllerHost,
    private readonly type: string,
    private readonly wanted: () => EventTarget | null,
    private readonly listener: (event: Event) => void,
  ) {
    host.addController(this);
  }

  hostConnected(): void {
    this.#listen(this.wanted());
  }

  hostUpdated(): void {
    this.#listen(this.wanted());
  }

  hostDisconnected(): void {
    this.#listen(null);
  }

  #listen(target: EventTarget | null): void {
    if (target === this.#target) return;
    this.#target?.removeEventListener(this.type, this.listener);
    target?.addEventListener(this.type, this.listener);
    this.#target = target;
  }
}
