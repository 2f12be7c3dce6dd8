import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { CancelableEvents, EventOutcome, Events, UploaderListener } from '../../core/events.js';
import { Uploader } from '../../core/uploader.js';
import type { UploaderOptions } from '../../core/uploader-options.js';
import { nextTask } from '../../utils/next-task.js';
import { CancelableUploaderEvent, UploaderEvent } from '../events.js';
import type { CancelableElementEvents, ElementEvents } from '../events.js';

/** Minimum time (ms) between two renders while only bytes move: 60 renders a second cost a third of the time of an upload on a fast connection. */
const minRenderInterval = 100;
/** Maximum share of the time that is spent on rendering during an upload. */
const maxRenderShare = 1 / 10;
/** Maximum time (ms) between two renders. */
const maxRenderInterval = 500;
/** Up to this number of files, a change of status is rendered in the next frame. With more files, many statuses change in every frame. */
const immediateRenderLimit = 40;

/** Follows the uploader of an element. */
export interface UploaderObserver {
  /** Called before an event is dispatched. */
  beforeEvent?(name: keyof ElementEvents, detail: unknown): void;
  /** Called after an event was dispatched. */
  afterEvent?(name: keyof ElementEvents, detail: unknown): void;
  /** Called once per turn in which files have changed. */
  uploaderChanged?(): void;
}

/** Owns an element's {@link Uploader}: creates it from the element's settings, dispatches its events on the element, and renders its changes a few times a second. */
export class UploaderController implements ReactiveController, UploaderListener {
  readonly #observers: UploaderObserver[] = [];
  #uploader: Uploader | undefined;
  /** The settings that the uploader's options are made of. */
  #settings: unknown;
  #frame = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Time (ms) of the last render, by `performance.now()`. */
  #rendered = -minRenderInterval;
  /** Duration (ms) of the last render, with the browser's layout and paint. */
  #renderDuration = 0;
  /** A status has changed. */
  #statusChanged = false;

  /** @param createOptions - creates the uploader's options from the host's settings. */
  constructor(
    private readonly host: ReactiveControllerHost & EventTarget & { readonly settings: object },
    private readonly createOptions: () => UploaderOptions,
  ) {
    host.addController(this);
  }

  /** The uploader, with options from the current settings. Created when it is first used. */
  get uploader(): Uploader {
    const { settings } = this.host;
    const changed = settings !== this.#settings;
    // First: new options can start files, and a listener to their events can read the uploader.
    this.#settings = settings;
    if (!this.#uploader) this.#uploader = new Uploader(this.createOptions(), this);
    else if (changed) this.#uploader.options = this.createOptions();
    return this.#uploader;
  }

  observe(observer: UploaderObserver): void {
    this.#observers.push(observer);
  }

  hostDisconnected(): void {
    cancelAnimationFrame(this.#frame);
    clearTimeout(this.#timer);
    this.#frame = 0;
    this.#timer = undefined;
  }

  /** Dispatches an event that states a fact. */
  emit<Name extends keyof ElementEvents>(name: Name, detail: ElementEvents[Name]): void {
    for (const observer of this.#observers) observer.beforeEvent?.(name, detail);
    this.#statusChanged ||= name === 'statusChange' && this.uploader.files.length <= immediateRenderLimit;
    this.host.dispatchEvent(new UploaderEvent(name, { detail }));
    for (const observer of this.#observers) observer.afterEvent?.(name, detail);
  }

  /** Dispatches an event that asks, and returns the answer. */
  emitCancelable<Name extends keyof CancelableElementEvents>(
    name: Name,
    detail: CancelableElementEvents[Name],
  ): EventOutcome | Promise<EventOutcome> {
    const event = new CancelableUploaderEvent(name, detail);
    this.host.dispatchEvent(event);
    return event.outcome();
  }

  changed(): void {
    for (const observer of this.#observers) observer.uploaderChanged?.();
    if (this.#frame) return;
    const interval =
      this.#statusChanged || !this.uploader.busy
        ? 0
        : Math.min(maxRenderInterval, Math.max(minRenderInterval, this.#renderDuration / maxRenderShare));
    const wait = this.#rendered + interval - performance.now();
    if (wait > 0) this.#timer ??= setTimeout(this.#render, wait);
    else this.#render();
  }

  readonly #render = (): void => {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#statusChanged = false;
    // A hidden page has no frames, and is not rendered until it is visible.
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      const start = (this.#rendered = performance.now());
      this.host.requestUpdate();
      nextTask(() => (this.#renderDuration = performance.now() - start));
    });
  };
}

export type { CancelableEvents, Events };
