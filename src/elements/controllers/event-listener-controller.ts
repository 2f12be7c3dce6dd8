import type { ReactiveController, ReactiveControllerHost } from 'lit';

/** Listens for an event while its host is connected, on a target that depends on the host's attributes. */
export class EventListenerController implements ReactiveController {
  #target: EventTarget | null = null;

  /** @param findTarget - the target for the current attributes; null for none. */
  constructor(
    private readonly host: ReactiveControllerHost & Node,
    private readonly type: string,
    private readonly findTarget: () => EventTarget | null,
    private readonly listener: (event: Event) => void,
  ) {
    host.addController(this);
  }

  hostConnected(): void {
    this.#listen();
  }

  /** An update that was requested while the host was connected may come after it has been disconnected. */
  hostUpdated(): void {
    this.#listen();
  }

  hostDisconnected(): void {
    this.#listen();
  }

  #listen(): void {
    const target = this.host.isConnected ? this.findTarget() : null;
    if (target === this.#target) return;
    this.#target?.removeEventListener(this.type, this.listener);
    target?.addEventListener(this.type, this.listener);
    this.#target = target;
  }
}
