import type { UploaderEventMap } from '../../src/elements/events.js';
import type { ModelElement } from './elements.js';
import type { StatusModel } from './status-model.js';
import type { Behaviour } from './steps.js';
import { PageError } from './values.js';

const questions = ['validateBatch', 'validate', 'submit', 'upload', 'uploadChunk', 'resume', 'manualRetry', 'cancel', 'submitDelete'];
const facts = [
  ...['statusChange', 'submitted', 'uploadChunkSuccess', 'progress', 'totalProgress', 'autoRetry', 'error', 'complete', 'allComplete'],
  ...['delete', 'deleteComplete'],
];

/** The page's listeners: the model hears every event, and then the page behaves as the last `listen` step of that event says, once. */
export class PageListeners {
  readonly #behaviours = new Map<string, Behaviour>();
  /** Promises that a later step settles. */
  readonly #later: ((rejects: boolean) => void)[] = [];
  /** The files that wait for a promise which never settles. */
  readonly #held = new Set<number>();
  #holdsValidation = false;
  readonly #end = new AbortController();

  constructor(
    element: ModelElement,
    private readonly model: StatusModel,
    private readonly act: (behaviour: 'cancel' | 'pause' | 'retry' | 'reset' | 'add', id: unknown) => void,
  ) {
    for (const name of [...questions, ...facts])
      element.addEventListener(name, (event) => this.#hear(event as UploaderEventMap[keyof UploaderEventMap]), {
        signal: this.#end.signal,
      });
  }

  /** Whether a listener waits for its event. */
  get isWaiting(): boolean {
    return this.#behaviours.size > 0;
  }

  next(event: string, behaviour: Behaviour): void {
    this.#behaviours.set(event, behaviour);
  }

  settle(position: number, rejects: boolean): void {
    this.#later.splice(position % Math.max(1, this.#later.length), 1)[0]?.(rejects);
  }

  settleAll(): void {
    for (const settle of this.#later.splice(0)) settle(false);
  }

  /** Whether a file may wait for ever. */
  holds(id: number, status: string): boolean {
    return this.#held.has(id) || (this.#holdsValidation && status === 'submitting');
  }

  /** No listener does anything from now on. */
  stop(): void {
    this.#behaviours.clear();
  }

  /** Hears nothing any more. */
  disconnect(): void {
    this.#end.abort();
  }

  #hear(event: UploaderEventMap[keyof UploaderEventMap]): void {
    const detail = event.detail as Readonly<Record<string, unknown>>;
    const { type } = event;
    this.model.hear(type, detail);
    const behaviour = this.#behaviours.get(type);
    if (!behaviour) return;
    this.#behaviours.delete(type);
    this.model.note(`    the listener: ${behaviour}`);
    const waitUntil = (promise: Promise<unknown>) => {
      if ('waitUntil' in event) event.waitUntil(promise);
    };
    const { id } = detail;
    switch (behaviour) {
      case 'throw':
        throw new PageError();
      case 'preventDefault':
        return event.preventDefault();
      case 'wait for ever':
        if (typeof id === 'number') this.#held.add(id);
        this.#holdsValidation ||= ['validateBatch', 'validate', 'submit'].includes(type);
        return waitUntil(new Promise(() => {}));
      case 'wait for a later step':
        return waitUntil(
          new Promise((resolve, reject) => {
            this.#later.push((rejects) => (rejects ? reject(new Error('Refused later.')) : resolve(undefined)));
          }),
        );
      case 'reject nothing':
        // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- pages do
        return waitUntil(Promise.reject());
      case 'reject an error':
        return waitUntil(Promise.reject(new Error('Refused.')));
      case 'resolve nothing':
        return waitUntil(Promise.resolve());
      case 'resolve a value':
        return waitUntil(Promise.resolve({ endpoint: 7, headers: null, params: 'x', method: {} }));
      case 'resolve {pause: true}':
        return waitUntil(Promise.resolve({ pause: true }));
      default:
        this.act(behaviour, id);
    }
  }
}
