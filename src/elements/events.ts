/** The events of the elements: their classes, the shape of each `detail`, and the map that types `addEventListener`. */

import { reasonOf } from '../core/errors.js';
import type {
  CancelableEvents,
  ChunkDetail,
  CompleteDetail,
  ErrorDetail,
  EventOutcome,
  Events,
  FileDetail,
  ProgressDetail,
  StatusChangeDetail,
} from '../core/events.js';
import type { Json, JsonObject } from '../core/types.js';
import { readObject } from './attribute-converters.js';

export type { ChunkDetail, CompleteDetail, ErrorDetail, FileDetail, ProgressDetail, StatusChangeDetail };

/** An event that states a fact. It does not bubble: a bubbling `error` would reach the window's handler, a bubbling `submit` the form around the element. */
export class UploaderEvent<Detail> extends CustomEvent<Detail> {}

/**
 * An event that asks. A listener refuses with `preventDefault()`, or answers later with {@link CancelableUploaderEvent.waitUntil}. Only the file that the event is about
 * waits.
 */
export class CancelableUploaderEvent<Detail> extends CustomEvent<Detail> {
  readonly #promises: Promise<unknown>[] = [];
  #dispatching = true;

  constructor(type: string, detail: Detail) {
    super(type, { detail, cancelable: true });
  }

  /**
   * Waits for a promise. A rejection refuses; its reason is an Error's message, a string, or the `error` of `{error}` or `{responseJSON: {error}}`. The value that it resolves to is the answer, for events that ask for one. All promises of
   * all listeners are waited for; the last answer counts.
   *
   * @throws {DOMException} InvalidStateError after the event has been dispatched.
   */
  waitUntil(promise: PromiseLike<unknown>): void {
    if (!this.#dispatching)
      throw new DOMException(`waitUntil() must be called while the ${this.type} event is being dispatched.`, 'InvalidStateError');
    this.#promises.push(Promise.resolve(promise));
  }

  /**
   * The answer of the listeners.
   * @internal
   */
  outcome(): EventOutcome | Promise<EventOutcome> {
    this.#dispatching = false;
    if (this.#promises.length === 0) return this.defaultPrevented ? { refused: true } : { refused: false };
    return Promise.all(this.#promises).then((values): EventOutcome => {
      const answers = values.filter((value) => value !== undefined);
      return this.defaultPrevented ? { refused: true } : { refused: false, value: answers[answers.length - 1] };
    }, refusalOf);
  }
}

/** The refusal by a promise that was rejected: see {@link reasonOf}. `complete` repeats what Fine Uploader's `{responseJSON}` has. */
function refusalOf(thrown: unknown): EventOutcome {
  const reason = reasonOf(thrown);
  const json = readObject((Object(thrown) as { responseJSON?: unknown }).responseJSON) as JsonObject | undefined;
  return { refused: true, ...(reason && { reason, response: { ...json, error: reason } }) };
}

/** The cancelable events of the elements, beside those of the core. */
export interface CancelableElementEvents extends CancelableEvents {
  pasteReceived: { readonly blob: Blob };
  credentialsExpired: Record<never, never>;
}

/** The other events of the elements, beside those of the core. */
export interface ElementEvents extends Events {
  sessionRequestComplete: { readonly response: Json; readonly success: boolean };
}

/** The events of an element, by name. */
export type UploaderEventMap = { [Name in keyof ElementEvents]: UploaderEvent<ElementEvents[Name]> } & {
  [Name in keyof CancelableElementEvents]: CancelableUploaderEvent<CancelableElementEvents[Name]>;
};
