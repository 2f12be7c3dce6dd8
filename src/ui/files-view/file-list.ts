import { html } from 'lit';
import type { LitElement, TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { FileSnapshot, UploaderSnapshot } from '../../core/snapshot.js';
import { cssVariables } from './css-variables.js';

/** Lists with more files than this render only the rows in view. */
export const windowingThreshold = 40;
/** Number of rows that are rendered beyond each edge of the view, so that scrolling shows no gaps. */
const overscan = 6;
/** Height (px) of a row that is assumed until one is measured. */
const estimatedRowHeight = 68;

/** Renders the file list. Of a long list, it renders only the rows in view. */
export class FileList {
  #count = 0;
  /** The rendered rows: from `#first` up to, but not including, `#end`. */
  #first = 0;
  #end = 0;
  #rowHeight = estimatedRowHeight;
  /** Whether the rows in view have been painted. The overscan is rendered after that. */
  #painted = false;
  #listeners: AbortController | undefined;
  #resizeObserver: ResizeObserver | undefined;

  /** @param host - the element whose shadow root contains the list. */
  constructor(private readonly host: LitElement) {}

  /**
   * @param snapshot - all files.
   * @param label - accessible name of the list.
   * @param pinnedIndex - index of a row that is rendered even out of view, because it has the focus.
   * @param row - renders one row.
   */
  render(
    snapshot: UploaderSnapshot,
    label: string,
    pinnedIndex: number | undefined,
    row: (file: FileSnapshot, index: number) => TemplateResult,
  ): TemplateResult {
    this.#count = snapshot.count;
    const windowed = this.#windowed;
    this.#measureRange();
    const indexes = Array.from({ length: this.#end - this.#first }, (_, offset) => this.#first + offset);
    if (pinnedIndex !== undefined && pinnedIndex < snapshot.count && !indexes.includes(pinnedIndex)) {
      if (pinnedIndex < this.#first) indexes.unshift(pinnedIndex);
      else indexes.push(pinnedIndex);
    }
    const files = indexes.map((index) => ({ index, file: snapshot.at(index) }));
    return html`<div class="list-container">
      <div
        part="list"
        class="list ${windowed ? 'windowed' : ''}"
        role="list"
        aria-label=${label}
        ?hidden=${snapshot.count === 0}
        tabindex=${windowed ? 0 : -1}
      >
        <div class="rows" role="presentation" ${cssVariables({ '--count': snapshot.count })}>
          ${repeat(
            files,
            ({ file }) => file.id,
            ({ file, index }) => row(file, index),
          )}
        </div>
      </div>
    </div>`;
  }

  /** To be called after each update of the host: measures the rows, and requests another update if other rows are in view. */
  updated(): void {
    if (!this.#windowed) return this.disconnect();
    this.#listen();
    const height = this.#rows?.firstElementChild?.getBoundingClientRect().height ?? 0;
    if (height > 0) this.#rowHeight = height;
    // The overscan waits for a frame of its own: the frame that shows the files has enough to do.
    if (!this.#painted) requestAnimationFrame(() => setTimeout(this.#onPainted));
    // In a microtask, because Lit warns about an update that requests the next one.
    queueMicrotask(this.#updateRange);
  }

  /** Removes all listeners. To be called when the host leaves the page; the next update adds them again. */
  disconnect(): void {
    this.#listeners?.abort();
    this.#resizeObserver?.disconnect();
    this.#listeners = this.#resizeObserver = undefined;
    this.#painted = false;
  }

  readonly #onPainted = (): void => {
    if (!this.#listeners) return;
    this.#painted = true;
    this.#updateRange();
  };

  get #list(): HTMLElement | null | undefined {
    return this.host.shadowRoot?.querySelector<HTMLElement>('.list');
  }

  get #rows(): HTMLElement | null | undefined {
    return this.host.shadowRoot?.querySelector<HTMLElement>('.rows');
  }

  get #windowed(): boolean {
    return this.#count > windowingThreshold;
  }

  /** Sets the range of rows in view: inside of the list's scroll box and of the window. */
  #measureRange(): void {
    let [first, end] = [0, this.#count];
    if (this.#windowed) {
      const [list, rows] = [this.#list, this.#rows];
      const box = list?.getBoundingClientRect();
      const origin = rows?.getBoundingClientRect().top ?? 0;
      // Before the first render as a windowed list there is nothing to measure; the list starts at its top.
      const measured = box && list?.classList.contains('windowed');
      const top = measured ? Math.max(0, box.top) - origin : 0;
      const bottom = measured ? Math.min(innerHeight, box.bottom) - origin : 8 * this.#rowHeight;
      const extraRows = this.#painted ? overscan : 0;
      first = Math.max(0, Math.min(Math.floor(top / this.#rowHeight) - extraRows, this.#count - 1));
      end = Math.min(this.#count, Math.max(first + 1, Math.ceil(bottom / this.#rowHeight) + extraRows));
    }
    this.#first = first;
    this.#end = end;
  }

  readonly #updateRange = (): void => {
    const [first, end] = [this.#first, this.#end];
    this.#measureRange();
    if (first !== this.#first || end !== this.#end) this.host.requestUpdate();
  };

  #listen(): void {
    const list = this.#list;
    if (this.#listeners || !list) return;
    this.#listeners = new AbortController();
    const options = { capture: true, passive: true, signal: this.#listeners.signal };
    list.addEventListener('scroll', this.#updateRange, options);
    list.addEventListener('keydown', scrollToEnd, { signal: options.signal });
    // Scrolling any ancestor moves the list within the window.
    addEventListener('scroll', this.#updateRange, options);
    addEventListener('resize', this.#updateRange, options);
    this.#resizeObserver = new ResizeObserver(this.#updateRange);
    this.#resizeObserver.observe(list);
  }
}

/** Scrolls to an end of the list without animation: WebKit's smooth scrolling for Home and End stops half way when rows change. */
function scrollToEnd(event: KeyboardEvent): void {
  const list = event.currentTarget as HTMLElement;
  if (event.target !== list || event.ctrlKey || event.metaKey || event.altKey || !/^(Home|End)$/.test(event.key)) return;
  list.scrollTop = event.key === 'Home' ? 0 : list.scrollHeight;
  event.preventDefault();
}
