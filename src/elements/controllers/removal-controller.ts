import type { ReactiveController } from 'lit';
import { inProgress } from '../../core/status.js';
import type { UploaderMethods } from '../uploader-methods.js';
import type { UploaderProperties } from '../uploader-properties.js';
import type { UploaderController } from './uploader-controller.js';

type RemovalHost = UploaderProperties & Pick<UploaderMethods, 'pauseUpload'>;

/** Pauses the uploads of an element that is removed from the document, and continues them when it returns. */
export class RemovalController implements ReactiveController {
  #paused: number[] = [];

  constructor(
    private readonly host: RemovalHost,
    private readonly controller: UploaderController,
  ) {
    host.addController(this);
  }

  hostConnected(): void {
    if (this.#paused.length > 0) this.controller.uploader.resume(this.#paused.splice(0));
  }

  hostDisconnected(): void {
    // An element that is moved is disconnected, too, and connected again at once.
    queueMicrotask(() => {
      const { host } = this;
      if (host.isConnected || !host.hasUpdated) return;
      this.#paused = this.controller.uploader.files
        .filter((file) => file.status !== null && inProgress.has(file.status) && host.pauseUpload(file.id))
        .map(({ id }) => id);
    });
  }
}
