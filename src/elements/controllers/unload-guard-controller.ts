import type { ReactiveController } from 'lit';
import type { UploaderProperties } from '../uploader-properties.js';
import type { UploaderController, UploaderObserver } from './uploader-controller.js';

/** Warns before the page is left during an upload. A listener on `beforeunload` disables the back/forward cache: there is one only during uploads. */
export class UnloadGuardController implements ReactiveController, UploaderObserver {
  #listening = false;

  constructor(
    private readonly host: UploaderProperties,
    private readonly controller: UploaderController,
  ) {
    host.addController(this);
    controller.observe(this);
  }

  hostDisconnected(): void {
    this.#listen(false);
  }

  uploaderChanged(): void {
    const { noUnloadWarning, isConnected } = this.host;
    this.#listen(!noUnloadWarning && isConnected && this.controller.uploader.snapshot().totals.active > 0);
  }

  #listen(wanted: boolean): void {
    if (wanted === this.#listening) return;
    this.#listening = wanted;
    if (wanted) addEventListener('beforeunload', this.#warn);
    else removeEventListener('beforeunload', this.#warn);
  }

  readonly #warn = (event: BeforeUnloadEvent): void => event.preventDefault();
}
