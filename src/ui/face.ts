import { html, nothing } from 'lit';
import type { CSSResultGroup, LitElement, ReactiveController, ReactiveControllerHost, TemplateResult } from 'lit';
import { LocalizeController } from '@shoelace-style/localize';
import type { UploaderSnapshot } from '../core/snapshot.js';
import type { Thumbnails } from '../images/thumbnails.js';
import type { Problem } from '../core/validate.js';
import { Announcer, sums } from './announcer.js';
import { Dialogs } from './dialog.js';
import type { DialogOptions } from './dialog.js';
import { attachDropZone } from './drop-zone.js';
import { FileList as Files } from './file-list.js';
import { FilePicker } from './file-picker.js';
import type { OwnPicker } from './file-picker.js';
import { fileRow, icon, pace, splitName } from './file-row.js';
import type { RowContext } from './file-row.js';
import type { Find } from './find.js';
import { focusedRow, isLost, restoreFocus } from './focus.js';
import type { RowFocus } from './focus.js';
import { upload } from './icons.js';
import { Language, problemText } from './language.js';
import { edition, loadMessages } from './messages/messages.js';
import type { Messages } from './messages/messages.js';
import { progressBar } from './progress.js';
import { styles } from './styles.js';

/** How the face is to look and what it offers: the element's attributes. */
export interface FaceOptions {
  readonly multiple: boolean;
  readonly directory: boolean;
  /** The whole page is a drop zone. */
  readonly dropAnywhere: boolean;
  readonly accept: string;
  readonly capture: string;
  readonly disabled: boolean;
  readonly required: boolean;
  /** What a screen reader calls the whole uploader; '' where the page has no name for it. */
  readonly label: string;
  readonly editFilename: boolean;
  readonly noThumbnails: boolean;
  /** What is said of a failed file: the server's reason, the same text for all, or nothing. */
  readonly failedUploadText: 'custom' | 'default' | 'none';
  /** Texts of this uploader alone. The same object as long as nothing has changed. */
  readonly messages?: Partial<Messages> | undefined;
  /** What the page puts beside a file that has arrived. The same node each time. */
  readonly action?: (id: number) => Node | undefined;
}

/** What a person asks for; the element decides. */
export interface Wishes {
  /** A DataTransfer is handed over during its event; it is empty afterwards. */
  add(input: FileList | readonly File[] | DataTransfer, from: 'dialog' | 'drop'): void;
  cancel(id: number): void;
  pause(id: number): void;
  continue(id: number): void;
  retry(id: number): void;
  delete(id: number): void;
  dismiss(id: number): void;
  rename(id: number, name: string): void;
}

/** All that people see, touch and hear of an uploader. It takes snapshots and gives back wishes, and keeps no file's state. */
export class Face implements ReactiveController {
  static readonly styles: CSSResultGroup = styles;

  readonly #announcer: Announcer;
  readonly #dialogs: Dialogs;
  readonly #files: Files;
  readonly #picker: FilePicker;
  readonly #localize: LocalizeController;
  #language = new Language('en');
  #edition = edition;
  #messages: Partial<Messages> | undefined;
  #disabled = false;
  /** The drop zones that a drag with files is over. */
  readonly #dragged = new Set<HTMLElement>();
  #edited: number | undefined;
  #editBegins = false;
  #focus: RowFocus | undefined;
  #detach: (() => void)[] = [];
  #dropAnywhere = false;
  #detachPage: (() => void) | undefined;
  /** Of the files in view: what their thumbnails are drawn from. */
  readonly #blobs = new Map<number, Blob>();
  #loading: Promise<Thumbnails> | undefined;
  #thumbnails: Thumbnails | undefined;

  constructor(
    private readonly host: ReactiveControllerHost & LitElement,
    private readonly wishes: Wishes,
  ) {
    const changed = (): void => host.requestUpdate();
    const find: Find = (selector) => (host.renderRoot as ParentNode | undefined)?.querySelector(selector) ?? null;
    this.#announcer = new Announcer(find);
    this.#dialogs = new Dialogs(find, changed);
    this.#files = new Files(find, changed);
    this.#picker = new FilePicker(find, (files) => wishes.add(files, 'dialog'));
    this.#localize = new LocalizeController(host);
    host.addController(this);
  }

  /** @internal */
  hostConnected(): void {
    this.#detach.push(this.attachDropZone(this.host));
    const attributes = new MutationObserver(() => this.host.requestUpdate());
    attributes.observe(this.host, { attributeFilter: ['lang', 'dir', 'aria-label'] });
    this.#detach.push(() => attributes.disconnect());
    this.#listenToPage();
  }

  /** @internal */
  hostDisconnected(): void {
    for (const detach of this.#detach.splice(0)) detach();
    this.#detachPage = void this.#detachPage?.();
    this.#announcer.disconnect();
    this.#files.disconnect();
    this.#dialogs.disconnect();
    this.#thumbnails?.clear();
  }

  /** @internal */
  hostUpdated(): void {
    const root = this.host.renderRoot as ShadowRoot;
    if (this.#editBegins) this.#beginEdit(root);
    if (this.#focus && isLost(root, this.#focus) && !restoreFocus(root, this.#focus)) this.#picker.focus();
    this.#focus = undefined;
    this.#files.updated();
    this.#dialogs.updated();
    this.#listenToPage();
    void this.#drawThumbnails(root);
  }

  /** Everything, as it is in this moment. */
  render(snapshot: UploaderSnapshot, options: FaceOptions): TemplateResult {
    this.#disabled = options.disabled;
    this.#dropAnywhere = options.dropAnywhere;
    this.#messages = options.messages;
    const { language } = this;
    this.#focus = this.host.renderRoot instanceof ShadowRoot ? focusedRow(this.host.renderRoot) : undefined;
    this.#announcer.watch(snapshot, language);
    const { count, totals } = snapshot;
    this.#blobs.clear();
    const context: RowContext = {
      language,
      failedUploadText: options.failedUploadText,
      editFilename: options.editFilename,
      thumbnail: options.noThumbnails ? undefined : (id, blob) => this.#blobs.set(id, blob),
      edited: this.#edited,
      action: options.action,
      act: (action, id) => this.wishes[action](id),
      edit: this.#edit,
      endEdit: this.#endEdit,
    };
    return html`<div class="uploader ${options.disabled ? 'disabled' : ''}" role="group" aria-label=${options.label || nothing}>
      ${this.#renderDropZone(options)}
      ${count > 0 ? this.#renderTotals(totals, count) : nothing}
      ${this.#files.render(snapshot, language.text('files'), this.#pinned(snapshot), (file, index) => fileRow(file, index, count, context))}
      ${count === 0 ? html`<slot name="empty"></slot>` : nothing}
      <div class="hidden" role="status" aria-live="polite"></div>
      ${this.#dialogs.render(language)}
    </div>`;
  }

  /** Shows a message. Resolves when the person has closed it. */
  alert(text: string): Promise<void> {
    return this.#dialogs.alert(text);
  }

  /** Asks a question. Resolves to whether the person agrees. */
  confirm(text: string, options?: DialogOptions): Promise<boolean> {
    return this.#dialogs.confirm(text, options);
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
    return this.#dialogs.prompt(text, value);
  }

  /** Opens the file dialog. Browsers allow it only in answer to a click or a key. */
  openPicker(own?: OwnPicker): void {
    if (!this.#disabled) this.#picker.open(own);
  }

  /** Why a file is refused, as a sentence in the person's language. */
  describe(problem: Problem): string {
    return problemText(problem, this.language);
  }

  /** What a form says when it cannot be sent. */
  get formMessages(): { required: string; busy: string } {
    const { language } = this;
    return { required: language.text('required'), busy: language.text('busy') };
  }

  /** The language of this place in the page. */
  get language(): Language {
    const tag = nearestLanguage(this.host) ?? this.#localize.lang();
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
      drop: (data) => this.wishes.add(data, 'drop'),
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
  attachButton(button: HTMLElement, own?: OwnPicker): () => void {
    const onClick = (): void => this.openPicker(own);
    button.addEventListener('click', onClick);
    return () => button.removeEventListener('click', onClick);
  }

  #listenToPage(): void {
    // An element that has left the page may still be drawn once more.
    if (this.#dropAnywhere && this.host.isConnected) this.#detachPage ??= this.attachDropZone(document.documentElement);
    else this.#detachPage = void this.#detachPage?.();
  }

  #renderDropZone(options: FaceOptions): TemplateResult {
    const { language } = this;
    const { multiple, directory, accept, capture, disabled, required, label } = options;
    const many = multiple || directory;
    return html`<div part="dropzone" class="dropzone ${this.#dragged.size > 0 ? 'over' : ''}" @click=${this.#onZoneClick}>
      <slot name="dropzone"
        ><span class="badge">${icon(upload)}</span><span class="invitation">${language.text(many ? 'dropFiles' : 'dropFile')}</span></slot
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

  #renderTotals(totals: UploaderSnapshot['totals'], count: number): TemplateResult {
    const { language } = this;
    const { active, paused, totalBytes, uploadedBytes, speed } = totals;
    const phrases = sums(totals, language);
    const share = totalBytes > 0 ? uploadedBytes / totalBytes : 0;
    const moving = active + paused > 0;
    return html`<div class="totals">
      <span>${phrases.length > 0 ? language.facts(phrases) : language.text('allFiles', { count })}</span>
      ${moving ? html`<span>${language.facts([language.percent(share), ...pace(speed, totalBytes - uploadedBytes, language)])}</span>` : nothing}
      ${
        moving
          ? progressBar({
              part: 'total-progress',
              share,
              label: language.text('totalProgress'),
              text: language.percent(share),
              idle: active === 0,
            })
          : nothing
      }
    </div>`;
  }

  /** The code that draws comes only when there is something to draw. */
  async #drawThumbnails(root: ShadowRoot): Promise<void> {
    if (!this.#thumbnails && this.#blobs.size === 0) return;
    try {
      this.#thumbnails ??= await (this.#loading ??= import('../images/thumbnails.js').then(({ Thumbnails }) => new Thumbnails()));
    } catch {
      // The page is offline, or its policy forbids it: placeholders are all there is, until the next rendering tries again.
      this.#loading = undefined;
      return;
    }
    const canvases = root.querySelectorAll<HTMLCanvasElement>('canvas[data-thumbnail]');
    const wanted = [...canvases].flatMap((canvas) => {
      const blob = this.#blobs.get(Number(canvas.dataset['thumbnail']));
      return blob ? { blob, canvas } : [];
    });
    if (wanted.length > 0) this.#thumbnails.show(wanted);
    else this.#thumbnails.clear();
  }

  /** Where the row with the focus is now: files before it may have gone. */
  #pinned(snapshot: UploaderSnapshot): number | undefined {
    const id = this.#focus?.id ?? this.#edited;
    if (id === undefined) return undefined;
    const start = Math.min(this.#focus?.index ?? 0, snapshot.count - 1);
    for (let index = start; index >= Math.max(0, start - 100); index--) {
      if (snapshot.at(index).id === id) return index;
    }
    return undefined;
  }

  readonly #edit = (id: number): void => {
    this.#edited = id;
    this.#editBegins = true;
    this.host.requestUpdate();
  };

  #beginEdit(root: ShadowRoot): void {
    this.#editBegins = false;
    const input = root.querySelector<HTMLInputElement>('[data-action=edit]');
    input?.focus();
    input?.setSelectionRange(0, splitName(input.value)[0].length);
    this.#focus = undefined;
  }

  readonly #endEdit = (id: number, name: string | undefined): void => {
    // Taking the field away blurs it, which would end it a second time.
    if (this.#edited !== id) return;
    this.#edited = undefined;
    if (name !== undefined) this.wishes.rename(id, name);
    this.host.requestUpdate();
  };

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

/** The `lang` that holds at a node, looked for in its shadow roots' hosts, too. */
function nearestLanguage(node: Element): string | undefined {
  let element: Element | undefined = node;
  while (element) {
    const lang = element.closest('[lang]')?.getAttribute('lang');
    if (lang) {
      try {
        return Intl.getCanonicalLocales(lang)[0];
      } catch {
        return undefined;
      }
    }
    const root: Node = element.getRootNode();
    element = root instanceof ShadowRoot ? root.host : undefined;
  }
  return undefined;
}
