import { html } from 'lit';
import type { TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { FileSnapshot, UploaderSnapshot } from '../core/snapshot.js';
import type { Find } from './find.js';
import { variables } from './variables.js';

/** Up to this many files are simply all there; of more, only those in view are. */
export const wholeList = 40;
/** Rows beyond each edge of the view, so that scrolling finds them ready. */
const margin = 6;
/** A row's height (px) before one has been measured. */
const guess = 68;

/** Home and End go there at once: WebKit glides, and stops half way when rows change. */
function toEnd(event: KeyboardEvent): void {
  const list = event.currentTarget as HTMLElement;
  if (event.target !== list || event.ctrlKey || event.metaKey || event.altKey || !/^(Home|End)$/.test(event.key)) return;
  list.scrollTop = event.key === 'Home' ? 0 : list.scrollHeight;
  event.preventDefault();
}

/** Draws the rows that can be seen, of any number of files. */
export class FileList {
  #count = 0;
  #first = 0;
  #end = 0;
  #rowHeight = guess;
  /** The rows in view have been painted: those beyond it come then. */
  #painted = false;
  #listening: AbortController | undefined;
  #resize: ResizeObserver | undefined;

  /** @param changed - asks for another rendering: other rows are in view now. */
  constructor(
    private readonly find: Find,
    private readonly changed: () => void,
  ) {}

  /**
   * @param snapshot - all files.
   * @param label - the list's name.
   * @param pinned - the place of a row that has to be there in any case: the one with the focus.
   * @param row - draws one file.
   */
  render(
    snapshot: UploaderSnapshot,
    label: string,
    pinned: number | undefined,
    row: (file: FileSnapshot, index: number) => TemplateResult,
  ): TemplateResult {
    this.#count = snapshot.count;
    const windowed = this.#windowed;
    this.#look();
    const places = Array.from({ length: this.#end - this.#first }, (_, offset) => this.#first + offset);
    if (pinned !== undefined && pinned < snapshot.count && !places.includes(pinned)) {
      if (pinned < this.#first) places.unshift(pinned);
      else places.push(pinned);
    }
    const files = places.map((index) => ({ index, file: snapshot.at(index) }));
    return html`<div class="listing">
      <div
        part="list"
        class="list ${windowed ? 'windowed' : ''}"
        role="list"
        aria-label=${label}
        ?hidden=${snapshot.count === 0}
        tabindex=${windowed ? 0 : -1}
      >
        <div class="rows" role="presentation" ${variables({ '--count': snapshot.count })}>
          ${repeat(
            files,
            ({ file }) => file.id,
            ({ file, index }) => row(file, index),
          )}
        </div>
      </div>
    </div>`;
  }

  /** After each rendering: measures, and draws again where other rows are in view. */
  updated(): void {
    if (!this.#windowed) return this.disconnect();
    this.#listen();
    const height = this.#rows?.firstElementChild?.getBoundingClientRect().height ?? 0;
    if (height > 0) this.#rowHeight = height;
    // The second frame shows what came of the files: nothing else shall be in it.
    if (!this.#painted) requestAnimationFrame(() => setTimeout(this.#paint));
    // Not now: a rendering that asks for the next one is taken for a mistake.
    queueMicrotask(this.#lookAgain);
  }

  readonly #paint = (): void => {
    if (!this.#listening) return;
    this.#painted = true;
    this.#lookAgain();
  };

  /** Stops listening; the next rendering begins again. */
  disconnect(): void {
    this.#listening?.abort();
    this.#resize?.disconnect();
    this.#listening = this.#resize = undefined;
    this.#painted = false;
  }

  get #list(): HTMLElement | null {
    return this.find('.list');
  }

  get #rows(): HTMLElement | null {
    return this.find('.rows');
  }

  get #windowed(): boolean {
    return this.#count > wholeList;
  }

  /** Finds out which rows are in view: inside the list's own scrolling box and inside of the window. */
  #look(): void {
    const [list, rows] = [this.#list, this.#rows];
    let [first, end] = [0, this.#count];
    if (this.#windowed) {
      const box = list?.getBoundingClientRect();
      const origin = rows?.getBoundingClientRect().top ?? 0;
      // Before the first rendering there is nothing to measure: begin at the top.
      const top = box && list?.classList.contains('windowed') ? Math.max(0, box.top) - origin : 0;
      const bottom = box && list?.classList.contains('windowed') ? Math.min(innerHeight, box.bottom) - origin : 8 * this.#rowHeight;
      const beyond = this.#painted ? margin : 0;
      first = Math.max(0, Math.min(Math.floor(top / this.#rowHeight) - beyond, this.#count - 1));
      end = Math.min(this.#count, Math.max(first + 1, Math.ceil(bottom / this.#rowHeight) + beyond));
    }
    this.#first = first;
    this.#end = end;
  }

  readonly #lookAgain = (): void => {
    const [first, end] = [this.#first, this.#end];
    this.#look();
    if (first !== this.#first || end !== this.#end) this.changed();
  };

  #listen(): void {
    const list = this.#list;
    if (this.#listening || !list) return;
    this.#listening = new AbortController();
    const options = { capture: true, passive: true, signal: this.#listening.signal };
    list.addEventListener('scroll', this.#lookAgain, options);
    list.addEventListener('keydown', toEnd, { signal: options.signal });
    // Whatever scrolls around the list moves it in and out of the window.
    addEventListener('scroll', this.#lookAgain, options);
    addEventListener('resize', this.#lookAgain, options);
    this.#resize = new ResizeObserver(this.#lookAgain);
    this.#resize.observe(list);
  }
}
