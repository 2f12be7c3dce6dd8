import type { ReactiveController } from 'lit';
import type { UploaderProperties } from '../uploader-properties.js';
import type { UploaderController, UploaderObserver } from './uploader-controller.js';

/**
 * Without `resume`, removes the parts of unfinished and failed files from the store when the page is left. A page can send requests then, but wait for nothing: they are
 * signed at `beforeunload`, and sent at `pagehide` if they are signed by then. Listens only while there are such parts, because `beforeunload` disables the back/forward
 * cache of some browsers.
 */
export class LeaveController implements ReactiveController, UploaderObserver {
  #listening = false;
  #send: (() => void) | undefined;

  constructor(
    private readonly host: UploaderProperties,
    private readonly controller: UploaderController,
  ) {
    host.addController(this);
    controller.observe(this);
  }

  hostDisconnected(): void {
    // An element that is moved is disconnected, too, and connected again at once.
    queueMicrotask(() => {
      if (!this.host.isConnected && this.#listening) this.controller.uploader.abandonFailed();
    });
  }

  uploaderChanged(): void {
    const wanted = this.controller.uploader.hasPartsToLose;
    if (wanted === this.#listening) return;
    this.#listening = wanted;
    const change = wanted ? addEventListener : removeEventListener;
    change('beforeunload', this.#prepare);
    change('pagehide', this.#leave);
  }

  readonly #prepare = (): void => {
    this.#send = this.controller.uploader.prepareLeave();
  };

  readonly #leave = ({ persisted }: PageTransitionEvent): void => {
    // A page in the back/forward cache may continue.
    if (!persisted) this.#send?.();
  };
}
