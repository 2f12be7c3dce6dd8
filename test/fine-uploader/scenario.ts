/** What a scenario is: the code of a page, and the answers of its servers. */
import type { FineUploaderElement, FineUploaderS3Element } from '../../src/index.js';

/** What a server answers. */
export interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Text as it is, anything else as JSON. */
  readonly body?: unknown;
  /** ms */
  readonly delay?: number;
  /** Not answered before the page says so (`release`), or goes away. */
  readonly held?: boolean;
}

/** A request, for the script of a server. */
export interface Asked {
  readonly method: string;
  readonly url: URL;
  readonly body: unknown;
}

/** The scripts of a scenario's servers; a request that they have no answer for gets the usual one. */
export interface Answers {
  readonly app?: (asked: Asked) => Answer | undefined;
  readonly s3?: (asked: Asked) => Answer | undefined;
}

interface Elements {
  'fine-uploader': FineUploaderElement;
  'fine-uploader-s3': FineUploaderS3Element;
}

/** An uploader in the page. */
export interface Started<Tag extends keyof Elements> {
  readonly element: Elements[Tag];
  /** All files have ended, and 60 ms have passed. */
  readonly finished: Promise<void>;
  status(): object[];
}

/** What a scenario has in the page. */
export interface PageTools {
  start<Tag extends keyof Elements>(
    tag: Tag,
    options: object,
    callbacks?: Readonly<Record<string, (...args: never[]) => unknown>>,
    into?: HTMLElement,
  ): Started<Tag>;
  /** Resolves when an event has been dispatched that many times, in a task after it. */
  happens(event: string, times?: number): Promise<void>;
  wait(ms: number): Promise<void>;
  /** Resolves when that many requests (of a method) have reached the servers. */
  arrived(requests: number, method?: string): Promise<void>;
  /** Lets the servers answer what they hold. */
  release(): Promise<void>;
  /** The origin of the store. */
  readonly store: string;
  file(name: string, length: number, type: string): File;
}

/** One recorded scenario: `answers` runs in Node, `run` in the page. */
export interface Scenario {
  readonly name: string;
  readonly answers?: () => Answers;
  run(tools: PageTools): Promise<object>;
  /** Comes back to the page of that scenario: its storage is there. */
  readonly after?: string;
  /** How long (ms) it may take. Default 6000. */
  readonly timeout?: number;
  /** Only what the page's methods answer was recorded, not the events. */
  readonly withoutEvents?: boolean;
  /** Leaves out of what the recorder's page answered what only Fine Uploader's own helpers can answer. */
  readonly recorded?: (result: Record<string, unknown>) => Record<string, unknown>;
  /** The wire was not recorded. */
  readonly withoutWire?: boolean;
}
