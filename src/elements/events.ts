/** The events of both elements: their classes, the shape of each `detail`, and the map that types `addEventListener`. */

import type {
  EventOutcome,
  ChunkDetail,
  CompleteDetail as CoreCompleteDetail,
  ErrorDetail,
  Events,
  FileDetail,
  ProgressDetail,
  CancelableEvents,
  StatusChangeDetail,
} from '../core/events.js';
import type { Json, JsonObject } from '../core/types.js';

export type { ChunkDetail, ErrorDetail, FileDetail, ProgressDetail, StatusChangeDetail };

/** A fact about the uploader. Does not bubble: a bubbling `error` would reach the window's handler, a bubbling `submit` the form around. */
export class UploaderEvent<Detail> extends CustomEvent<Detail> {}

/**
 * A question that a listener may refuse with `preventDefault()`, or hold until a promise settles with {@link CancelableUploaderEvent.waitUntil}. Only the file that
 * it is about waits.
 */
export class CancelableUploaderEvent<Detail> extends CustomEvent<Detail> {
  readonly #promises: Promise<unknown>[] = [];
  #open = true;

  constructor(type: string, detail: Detail) {
    super(type, { detail, cancelable: true });
  }

  /**
   * Holds what was asked until the promise settles. A rejection refuses, with its message as the reason; what it resolves with is the answer, where the event asks
   * for one. Called by several listeners, all are waited for, and the last answer counts.
   *
   * @throws {DOMException} InvalidStateError once the event has been dispatched: it is too late then.
   */
  waitUntil(promise: PromiseLike<unknown>): void {
    if (!this.#open)
      throw new DOMException(`waitUntil() must be called while the ${this.type} event is being dispatched.`, 'InvalidStateError');
    this.#promises.push(Promise.resolve(promise));
  }

  /**
   * What came of the question.
   * @internal
   */
  outcome(): EventOutcome | Promise<EventOutcome> {
    this.#open = false;
    if (this.#promises.length === 0) return this.defaultPrevented ? { refused: true } : { refused: false };
    return Promise.all(this.#promises).then(
      (values): EventOutcome => {
        const given = values.filter((value) => value !== undefined);
        return this.defaultPrevented ? { refused: true } : { refused: false, value: given[given.length - 1] };
      },
      (thrown: unknown): EventOutcome => {
        const reason = thrown instanceof Error ? thrown.message : typeof thrown === 'string' ? thrown : '';
        return { refused: true, ...(reason && { reason }) };
      },
    );
  }
}

/** What `credentialsExpired` waits for, and what the `credentials` property holds. */
export interface Credentials {
  readonly accessKey: string;
  readonly secretKey: string;
  readonly sessionToken?: string;
  /** A Date, ISO 8601, or ms since 1970. */
  readonly expiration?: string | number | Date;
}

/** Questions beyond the core's own. */
export interface CancelableElementEvents extends CancelableEvents {
  pasteReceived: { readonly blob: Blob };
  credentialsExpired: Record<never, never>;
}

/** `complete`'s detail, with the store's own facts about the file. */
export interface CompleteDetail extends CoreCompleteDetail {
  readonly key?: string;
  readonly bucket?: string;
}

/** Facts beyond the core's own. */
export interface ElementEvents extends Omit<Events, 'complete'> {
  complete: CompleteDetail;
  sessionRequestComplete: { readonly response: Json; readonly success: boolean };
}

/** Every event of the uploader elements, by name. */
export type UploaderEventMap = { [Name in keyof ElementEvents]: UploaderEvent<ElementEvents[Name]> } & {
  [Name in keyof CancelableElementEvents]: CancelableUploaderEvent<CancelableElementEvents[Name]>;
};

export type { JsonObject };
