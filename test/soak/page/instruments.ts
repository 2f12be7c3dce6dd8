/** Counts what the page holds: object URLs, timers, and listeners on `window` and `document`. Also makes the page's chance depend on the seed. */
import { Random } from '../random.js';

/** The browser's own timers, which are not counted. */
export const native = { setTimeout: window.setTimeout.bind(window) };

const urls = new Map<string, string>();
const timers = new Map<number, string>();
const listeners = new Map<string, number>();

/** What the page holds at a moment. The texts say what it is and where it was made. */
export interface Held {
  readonly urls: readonly string[];
  readonly timers: readonly string[];
  /** As in `window beforeunload`, with the number of listeners. */
  readonly listeners: Readonly<Record<string, number>>;
}

/** What the page holds now. */
export function held(): Held {
  return {
    urls: [...urls.values()],
    timers: [...timers.values()],
    listeners: Object.fromEntries([...listeners].filter(([, count]) => count > 0)),
  };
}

/** Two lines of the stack: where the page's code called. */
function caller(): string {
  return (new Error().stack ?? '')
    .split('\n')
    .slice(3, 6)
    .map((line) => line.trim())
    .join(' < ');
}

function countUrls(): void {
  const { createObjectURL, revokeObjectURL } = URL;
  URL.createObjectURL = (object) => {
    const url = createObjectURL.call(URL, object);
    urls.set(url, caller());
    return url;
  };
  URL.revokeObjectURL = (url) => {
    urls.delete(url);
    revokeObjectURL.call(URL, url);
  };
}

/** The timers of a page: the types of Node's are in the way. */
interface PageTimers {
  setTimeout: (handler: TimerHandler, delay?: number, ...values: unknown[]) => number;
  setInterval: PageTimers['setTimeout'];
  clearTimeout: (id?: number) => void;
  clearInterval: PageTimers['clearTimeout'];
}

function countTimers(): void {
  const page = window as unknown as PageTimers;
  const { setTimeout, clearTimeout, setInterval, clearInterval } = page;
  const start =
    (begin: PageTimers['setTimeout'], repeats: boolean): PageTimers['setTimeout'] =>
    (handler, delay, ...values) => {
      const run = (): void => {
        if (!repeats) timers.delete(id);
        if (typeof handler === 'function') (handler as (...values: unknown[]) => void)(...values);
      };
      const id = begin.call(window, run, delay);
      timers.set(id, `${delay ?? 0} ms ${caller()}`);
      return id;
    };
  const stop =
    (end: PageTimers['clearTimeout']): PageTimers['clearTimeout'] =>
    (id) => {
      if (id !== undefined) timers.delete(id);
      end.call(window, id);
    };
  page.setTimeout = start(setTimeout, false);
  page.setInterval = start(setInterval, true);
  page.clearTimeout = stop(clearTimeout);
  page.clearInterval = stop(clearInterval);
}

function countListeners(target: Window | Document, name: string): void {
  const live = new Map<string, Map<unknown, () => void>>();
  const { addEventListener, removeEventListener } = target;
  const keyOf = (type: string, options: unknown) =>
    `${type} ${String(typeof options === 'object' ? (options as AddEventListenerOptions | null)?.capture === true : options === true)}`;
  const change = (type: string, by: number) => listeners.set(`${name} ${type}`, (listeners.get(`${name} ${type}`) ?? 0) + by);
  target.addEventListener = function (
    type: string,
    listener: EventListenerOrEventListenerObject | null,
    options?: boolean | AddEventListenerOptions,
  ) {
    const { once = false, signal } = typeof options === 'object' ? options : {};
    const key = keyOf(type, options);
    const added = live.get(key) ?? new Map<unknown, () => void>();
    live.set(key, added);
    if (listener && !added.has(listener) && !signal?.aborted) {
      const forget = () => added.delete(listener) && change(type, -1);
      added.set(listener, forget);
      change(type, 1);
      signal?.addEventListener('abort', forget);
      if (once) addEventListener.call(target, type, forget, { ...(typeof options === 'object' && options), once: true });
    }
    if (listener) addEventListener.call(target, type, listener, options);
  };
  target.removeEventListener = function (
    type: string,
    listener: EventListenerOrEventListenerObject | null,
    options?: boolean | EventListenerOptions,
  ) {
    live.get(keyOf(type, options))?.get(listener)?.();
    if (listener) removeEventListener.call(target, type, listener, options);
  };
}

/** Calls back with the URL and the text of the answer to each POST that the page has received. */
function followPosts(onAnswer: (url: string, text: string) => void): void {
  const { open } = XMLHttpRequest.prototype;
  XMLHttpRequest.prototype.open = function (this: XMLHttpRequest, method: string, url: string | URL) {
    if (method === 'POST') this.addEventListener('load', () => onAnswer(String(url), this.responseText));
    open.call(this, method, url, true);
  };
}

/** @param seed - determines `Math.random()` and `crypto.randomUUID()`. @param onAnswer - see {@link followPosts} */
export function installInstruments(seed: string, onAnswer: (url: string, text: string) => void): void {
  followPosts(onAnswer);
  countUrls();
  countTimers();
  countListeners(window, 'window');
  countListeners(document, 'document');
  const random = new Random(seed);
  const uuids = new Random(`${seed}/uuids`);
  Math.random = () => random.next();
  crypto.randomUUID = () => uuids.uuid() as ReturnType<typeof crypto.randomUUID>;
}
