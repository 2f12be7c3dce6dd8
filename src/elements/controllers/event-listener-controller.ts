import type { ReactiveController, ReactiveControllerHost } from 'lit';

/** Listens for an event as long as its host is in the page, wherever the host's attributes say at the moment. */
export class EventListenerController implements ReactiveController {
  #target: EventTarget | null = null;

  /** @param wanted - where to listen now; null for nowhere. */
  constructor(
    private readonly host: ReactiveControllerHost & Node,
    private readonly type: string,
    private readonly wanted: () => EventTarget | null,
    private readonly listener: (event: Event) => void,
  ) {
    host.addController(this);
  }

  hostConnected(): void {
    this.#listen();
  }

  hostUpdated(): void {
    this.#listen();
  }

  hostDisconnected(): void {
    this.#listen();
  }

  /** What was asked for in the page may be rendered when the host has left it already. */
  #listen(): void {
    const target = this.host.isConnected ? this.wanted() : null;
    if (target === this.#target) return;
    this.#target?.removeEventListener(this.type, this.listener);
    target?.addEventListener(this.type, this.listener);
    this.#target = target;
  }
}
