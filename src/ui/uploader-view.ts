import { html, nothing } from 'lit';
import type { CSSResultGroup, LitElement, ReactiveController, ReactiveControllerHost, TemplateResult } from 'lit';
import type { TotalsSnapshot, UploaderSnapshot } from '../core/snapshot.js';
import type { ValidationProblem } from '../core/validation/rules.js';
import type { DialogOptions } from './dialog.js';
import { attachDropZone } from './drop-zone.js';
import type { ViewOptions, ViewActions } from './view-options.js';
import type { FilesView } from './files-view.js';
import { FilePicker } from './file-picker.js';
import type { PickerOverrides } from './file-picker.js';
import type { Find } from './find.js';
import { Language, problemText } from './language.js';
import { afterPaint, LaterPart } from './later-part.js';
import { edition, loadMessages, readers } from './messages/messages.js';
import type { Messages } from './messages/messages.js';
import { styles } from './styles.js';

export type { ViewOptions, ViewActions } from './view-options.js';

const filePart = new LaterPart(() => import('./files-view.js'));

/**
 * All that people see, touch and hear of an uploader. It takes snapshots and gives back wishes, and keeps no file's state. What is of use only with files, and the
 * dialogs, is a part of its own ({@link FilesView}) that comes after the page's first paint.
 */
export class UploaderView implements ReactiveController {
  static readonly styles: CSSResultGroup = styles;

  readonly #picker: FilePicker;
  #language = new Language('en');
  #edition = edition;
  #messages: Partial<Messages> | undefined;
  #disabled = false;
  /** The drop zones that a drag with files is over. */
  readonly #dragged = new Set<HTMLElement>();
  #detach: (() => void)[] = [];
  #dropAnywhere = false;
  #detachPage: (() => void) | undefined;
  #files: FilesView | undefined;
  /** The part with the rows and the dialogs has been asked for. */
  #needed = false;
  /** The most that was on its way while there was nobody to announce it. */
  #unsaid: TotalsSnapshot | undefined;
  /** How often the element has left the page. */
  #departures = 0;
  #painted = false;

  /** @param part - where rows and dialogs come from. */
  constructor(
    private readonly host: ReactiveControllerHost & LitElement,
    private readonly wishes: ViewActions,
    private readonly part: Pick<typeof filePart, 'part' | 'load'> = filePart,
  ) {
    this.#picker = new FilePicker(this.#find, (files) => wishes.add(files));
    host.addController(this);
  }

  /** @internal */
  hostConnected(): void {
    this.#detach.push(this.attachDropZone(this.host));
    const changed = (): void => this.host.requestUpdate();
    const attributes = new MutationObserver(changed);
    for (const element of [this.host, document.documentElement]) attributes.observe(element, { attributeFilter: ['lang', 'aria-label'] });
    readers.add(changed);
    this.#detach.push(() => {
      attributes.disconnect();
      readers.delete(changed);
    });
    this.#listenToPage();
    // What a rendering begins, leaving the page has ended.
    changed();
  }

  /** @internal */
  hostDisconnected(): void {
    for (const detach of this.#detach.splice(0)) detach();
    this.#detachPage = void this.#detachPage?.();
    this.#departures++;
    this.#files?.disconnect();
  }

  /** @internal */
  hostUpdated(): void {
    // An element that has left the page may still be drawn once more.
    if (!this.host.isConnected) return;
    this.#files?.updated();
    this.#listenToPage();
    if (this.#painted) return;
    this.#painted = true;
    afterPaint(() => void this.part.load().then((part) => afterPaint(() => part?.warmUp(this.language))));
  }

  /** Everything, as it is in this moment. */
  render(snapshot: UploaderSnapshot, options: ViewOptions): TemplateResult {
    this.#disabled = options.disabled;
    this.#dropAnywhere = options.dropAnywhere;
    this.#messages = options.messages;
    const { language } = this;
    const { count, totals } = snapshot;
    if (count > 0) this.#expect(totals);
    return html`<div class="uploader ${options.disabled ? 'disabled' : ''}" role="group" aria-label=${options.label || nothing}>
      ${this.#renderDropZone(options)} ${this.#files?.render(snapshot, options, language) ?? nothing}
      ${count === 0 ? html`<slot name="empty"></slot>` : nothing}
      <div class="hidden" role="status" aria-live="polite"></div>
    </div>`;
  }

  /**
   * Waits for the part that draws rows and dialogs, if one is to be drawn and it is not here yet.
   * @param files - there are files.
   * @returns whether it has come, and there will be another rendering.
   */
  async ready(files: boolean): Promise<boolean> {
    if (this.#files || !(files || this.#needed) || !(await this.#load())) return false;
    this.host.requestUpdate();
    return true;
  }

  /** Shows a message. Resolves when the person has closed it. */
  alert(text: string): Promise<void> {
    return this.#ask(undefined, ({ dialogs }) => dialogs.alert(text));
  }

  /** Asks a question. Resolves to whether the person agrees. */
  confirm(text: string, options?: DialogOptions): Promise<boolean> {
    return this.#ask(false, ({ dialogs }) => dialogs.confirm(text, options));
  }

  /**
   * Asks whether a file may be deleted.
   * @param instead - the page's own way of asking.
   */
  confirmDelete(name: string, instead?: (question: string) => Promise<boolean>): Promise<boolean> {
    const { language } = this;
    const question = language.text('confirmMessage', { filename: name, file: name });
    return instead ? instead(question) : this.confirm(question, { accept: language.text('dialogDelete'), danger: true });
  }

  /** Asks for a line of text. Resolves to null where the person would rather not. */
  prompt(text: string, value: string): Promise<string | null> {
    return this.#ask<string | null>(null, ({ dialogs }) => dialogs.prompt(text, value));
  }

  /** Opens the file dialog. Browsers allow it only in answer to a click or a key. */
  openPicker(own?: PickerOverrides): void {
    if (!this.#disabled) this.#picker.open(own);
  }

  /** Why a file is refused, as a sentence in the person's language. */
  describe(problem: ValidationProblem): string {
    return problemText(problem, this.language);
  }

  /** What a form says when it cannot be sent. */
  get formMessages(): { required: string; busy: string } {
    const { language } = this;
    return { required: language.text('required'), busy: language.text('busy') };
  }

  /** The language of this place in the page. */
  get language(): Language {
    const tag = languageOf(this.host);
    if (tag !== this.#language.tag || this.#edition !== edition || this.#messages !== this.#languageMessages) {
      this.#edition = edition;
      this.#languageMessages = this.#messages;
      this.#language = new Language(tag, this.#messages);
      void loadMessages(tag);
    }
    return this.#language;
  }
  #languageMessages: Partial<Messages> | undefined;

  /**
   * Makes any element a drop zone of this uploader; the document's root makes the whole page one. While files are dragged over it, it has the attribute
   * `data-fine-uploader-drop`, and the uploader's own zone lights up, too.
   * @returns a function that ends it.
   */
  attachDropZone(element: HTMLElement): () => void {
    return attachDropZone(element, {
      drop: (data) => this.wishes.add(data),
      over: (active) => {
        if (element !== this.host) element.toggleAttribute('data-fine-uploader-drop', active);
        if (active) this.#dragged.add(element);
        else this.#dragged.delete(element);
        this.host.requestUpdate();
      },
      enabled: () => !this.#disabled,
    });
  }

  /**
   * Makes any button open this uploader's file dialog.
   * @param own - what the dialog offers for this button.
   * @returns a function that ends it.
   */
  attachButton(button: HTMLElement, own?: PickerOverrides): () => void {
    const onClick = (): void => this.openPicker(own);
    button.addEventListener('click', onClick);
    return () => button.removeEventListener('click', onClick);
  }

  readonly #find: Find = (selector) => (this.host.renderRoot as ParentNode | undefined)?.querySelector(selector) ?? null;

  /** There are files: their rows are drawn from now on, or as soon as the part that does it has come. */
  #expect(totals: TotalsSnapshot): void {
    if (this.#files || this.#make()) return;
    if (totals.active > (this.#unsaid?.active ?? 0)) this.#unsaid = totals;
    void this.#load().then((files) => files && this.host.requestUpdate());
  }

  async #load(): Promise<FilesView | undefined> {
    this.#needed = true;
    await this.part.load();
    return this.#make();
  }

  #make(): FilesView | undefined {
    const { part } = this.part;
    if (part) this.#files ??= new part.FilesView(this.host, this.wishes, this.#find, () => this.#picker.focus(), this.#unsaid);
    return this.#files;
  }

  /**
   * Has a person asked.
   * @param unasked - the answer where nobody can be asked, or the element leaves the page before.
   */
  async #ask<Answer>(unasked: Answer, ask: (files: FilesView) => Promise<Answer>): Promise<Answer> {
    const departures = this.#departures;
    const files = this.#files ?? (await this.#load());
    return files && departures === this.#departures ? ask(files) : unasked;
  }

  #listenToPage(): void {
    if (this.#dropAnywhere) this.#detachPage ??= this.attachDropZone(document.documentElement);
    else this.#detachPage = void this.#detachPage?.();
  }

  #renderDropZone(options: ViewOptions): TemplateResult {
    const { language } = this;
    const { multiple, directory, accept, capture, disabled, required, label } = options;
    const many = multiple || directory;
    return html`<div part="dropzone" class="dropzone ${this.#dragged.size > 0 ? 'over' : ''}" @click=${this.#onZoneClick}>
      <slot name="dropzone"
        ><span class="badge"
          ><svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
            <path d="M12 15V4m-4.5 4.5L12 4l4.5 4.5M4 14.5v3A2.5 2.5 0 0 0 6.5 20h11a2.5 2.5 0 0 0 2.5-2.5v-3" /></svg></span><span class="invitation">${language.text(many ? 'dropFiles' : 'dropFile')}</span></slot
      >
      ${this.#picker.render({
        multiple: many,
        directory,
        accept,
        capture,
        disabled,
        text: language.text(directory ? 'chooseFolder' : multiple ? 'fileInputTitle' : 'chooseFile'),
        label,
        description: required ? language.text('isRequired') : '',
      })}
    </div>`;
  }

  /** The whole zone is a large target for a pointer; the button is there for everybody else. */
  readonly #onZoneClick = (event: MouseEvent): void => {
    if (event.defaultPrevented || event.button !== 0) return;
    const path = event.composedPath();
    const inside = path.slice(0, path.indexOf(event.currentTarget as EventTarget));
    if (
      !inside.some(
        (node) =>
          node instanceof Element && node.matches('slot[name=button], a, button, input, label, select, textarea, summary, [tabindex]'),
      )
    )
      this.openPicker();
  };
}

/** The nearest `lang` that Intl understands, looked for in shadow roots' hosts, too; where there is none, the person's own language. */
function languageOf(node: Element): string {
  let element: Element | null | undefined = node;
  while (element) {
    const tag = languageTag(element.getAttribute('lang'));
    if (tag) return tag;
    const root = element.getRootNode();
    // What is in no document is its own root, and may have a `host` of its own: a bucket's.
    element = element.parentElement?.closest('[lang]') ?? (root instanceof ShadowRoot ? root.host : undefined);
  }
  return languageTag(navigator.language) ?? 'en';
}

/** A language as Intl writes it. Whatever it does not understand is none: a page says `de_DE`, a system `C`. */
function languageTag(lang: string | null): string | undefined {
  try {
    return lang ? Intl.getCanonicalLocales(lang.replaceAll('_', '-'))[0] : undefined;
  } catch {
    return undefined;
  }
}
