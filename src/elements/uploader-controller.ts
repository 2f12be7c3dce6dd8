import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { Answer, Facts, Listener, Questions } from '../core/facts.js';
import { Uploader } from '../core/uploader.js';
import type { UploaderOptions } from '../core/uploader.js';
import { UploaderEvent, UploaderQuestion } from './events.js';
import type { ElementFacts, ElementQuestions } from './events.js';

/** Owns the {@link Uploader}; turns what it tells into events on the element, and its changes into one render per frame. */
export class UploaderController implements ReactiveController, Listener {
  /** Made with the first wish: an element that nobody uses costs nothing. */
  get uploader(): Uploader {
    return (this.#uploader ??= new Uploader(this.options(), this));
  }
  #uploader: Uploader | undefined;
  #frame = 0;

  constructor(
    private readonly host: ReactiveControllerHost & EventTarget,
    private readonly options: () => UploaderOptions,
    private readonly before: {
      /** An event is about to be dispatched. */
      event(name: keyof ElementFacts, detail: unknown): void;
      /** Something that people see has changed; once per turn. */
      frame(): void;
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
    this.#frame = 0;
  }

  tell<Name extends keyof ElementFacts>(name: Name, detail: ElementFacts[Name]): void {
    this.before.event(name, detail);
    this.host.dispatchEvent(new UploaderEvent(name, { detail }));
  }

  ask<Name extends keyof ElementQuestions>(name: Name, detail: ElementQuestions[Name]): Answer | Promise<Answer> {
    const question = new UploaderQuestion(name, detail);
    this.host.dispatchEvent(question);
    return question.answer();
  }

  changed(): void {
    this.before.frame();
    // A hidden page has no frames, and needs no rendering until it is seen again.
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.host.requestUpdate();
    });
  }
}

export type { Facts, Questions };
