import type { ReactiveController } from 'lit';
import { inProgress } from '../../core/status.js';
import type { ElementEvents } from '../events.js';
import type { UploaderMethods } from '../uploader-methods.js';
import type { UploaderProperties } from '../uploader-properties.js';
import type { UploaderController, UploaderObserver } from './uploader-controller.js';

type RemovalHost = UploaderProperties & Pick<UploaderMethods, 'pauseUpload'>;

/**
 * Pauses the uploads of an element that is removed from the document, and continues them when it returns. A file that is accepted meanwhile waits, too. Elements that
 * were never in the document upload.
 */
export class RemovalController implements ReactiveController, UploaderObserver {
  readonly #paused: number[] = [];
  #wasConnected = false;

  constructor(
    private readonly host: RemovalHost,
    private readonly controller: UploaderController,
  ) {
    host.addController(this);
    controller.observe(this);
  }

  hostConnected(): void {
    this.#wasConnected = true;
    if (this.#paused.length > 0) this.controller.uploader.resume(this.#paused.splice(0));
  }

  hostDisconnected(): void {
    // An element that is moved is disconnected, too, and connected again at once.
    queueMicrotask(() => {
      const { host } = this;
      if (host.isConnected) return;
      for (const { id, status } of this.controller.uploader.files) if (status !== null && inProgress.has(status)) this.#pause(id);
    });
  }

  afterEvent(name: keyof ElementEvents, detail: unknown): void {
    if (name !== 'submitted' || !this.#wasConnected || this.host.isConnected) return;
    const { id } = detail as ElementEvents['submitted'];
    const { files, options } = this.controller.uploader;
    if (options.autoUpload || files[id]?.startsWhenAccepted) this.#pause(id);
  }

  /** Ids begin at 0 again. */
  reset(): void {
    this.#paused.length = 0;
  }

  #pause(id: number): void {
    if (this.host.pauseUpload(id)) this.#paused.push(id);
  }
}
