import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { EventOutcome, Events, UploaderListener, CancelableEvents } from '../../core/events.js';
import { Uploader } from '../../core/uploader.js';
import type { UploaderOptions } from '../../core/uploader-options.js';
import { nextTask } from '../../utils/next-task.js';
import { UploaderEvent, CancelableUploaderEvent } from '../events.js';
import type { ElementEvents, CancelableElementEvents } from '../events.js';

/** How long (ms) a drawing is good for where only bytes have moved: drawn sixty times a second, progress costs a third of the time of an upload on a fast wire. */
const goodFor = 100;
/** Drawing takes no more than this part of the time, as long as something is under way: a phone has better things to do then. */
const share = 1 / 10;
/** But a drawing is never older than this (ms). */
const oldest = 500;
/** With no more files than this, a status is drawn in the next frame; of more, many change in every frame. */
const few = 40;
/** With more files than this, events that nobody on the element listens to are not made: each costs 2 µs, and there would be six of them for every file that is added. */
const many = 1000;

const agreed: EventOutcome = { refused: false };

/** Owns the {@link Uploader}; turns what it tells into events on the element, and its changes into a few renders a second. */
export class UploaderController implements ReactiveController, UploaderListener {
  /** Made with the first wish: an element that nobody uses costs nothing. */
  get uploader(): Uploader {
    return (this.#uploader ??= new Uploader(this.options(), this));
  }
  #uploader: Uploader | undefined;
  #frame = 0;
  /** When it was drawn last, in the page's time. */
  #drawn = -goodFor;
  /** How long (ms) the last one took, with all that the browser does for it. */
  #cost = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** More than bytes has changed. */
  #urgent = false;

  constructor(
    private readonly host: ReactiveControllerHost & EventTarget,
    private readonly options: () => UploaderOptions,
    private readonly before: {
      /** An event is about to be dispatched. */
      event(name: keyof ElementEvents, detail: unknown): void;
      /** Something that people see has changed; once per turn. */
      frame(): void;
      /** Somebody has listened to this event on the element. */
      heard(name: string): boolean;
    },
  ) {
    host.addController(this);
  }

  /** The element's attributes have changed: what begins from now on follows them. */
  refresh(): void {
    if (this.#uploader) this.#uploader.options = this.options();
  }

  hostDisconnected(): void {
    cancelAnimationFrame(this.#frame);
    clearTimeout(this.#timer);
    this.#frame = 0;
    this.#timer = undefined;
  }

  emit<Name extends keyof ElementEvents>(name: Name, detail: ElementEvents[Name]): void {
    this.before.event(name, detail);
    this.#urgent ||= name === 'statusChange' && this.uploader.files.length <= few;
    if (this.listensTo(name)) this.host.dispatchEvent(new UploaderEvent(name, { detail }));
  }

  emitCancelable<Name extends keyof CancelableElementEvents>(
    name: Name,
    detail: CancelableElementEvents[Name],
  ): EventOutcome | Promise<EventOutcome> {
    if (!this.listensTo(name)) return agreed;
    const question = new CancelableUploaderEvent(name, detail);
    this.host.dispatchEvent(question);
    return question.outcome();
  }

  listensTo(name: string): boolean {
    return this.uploader.files.length <= many || this.before.heard(name);
  }

  changed(): void {
    this.before.frame();
    if (this.#frame) return;
    const good = this.#urgent || !this.uploader.busy ? 0 : Math.min(oldest, Math.max(goodFor, this.#cost / share));
    const wait = this.#drawn + good - performance.now();
    if (wait > 0) this.#timer ??= setTimeout(this.#draw, wait);
    else this.#draw();
  }

  readonly #draw = (): void => {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#urgent = false;
    // A hidden page has no frames, and needs no rendering until it is seen again.
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      const begun = (this.#drawn = performance.now());
      this.host.requestUpdate();
      nextTask(() => (this.#cost = performance.now() - begun));
    });
  };
}

export type { Events, CancelableEvents };
