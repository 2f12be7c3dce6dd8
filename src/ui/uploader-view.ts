import { html, nothing } from 'lit';
import type { CSSResultGroup, LitElement, ReactiveController, TemplateResult } from 'lit';
import type { TotalsSnapshot, UploaderSnapshot } from '../core/snapshot.js';
import type { ValidationProblem } from '../core/validation/rules.js';
import { lazy } from '../utils/lazy.js';
import { afterPaint } from './after-paint.js';
import { attachDropZone } from './drop-zone.js';
import { languageOf } from './element-language.js';
import { FilePicker } from './file-picker.js';
import type { PickerOverrides } from './file-picker.js';
import type { DialogOptions } from './files-view/dialogs.js';
import type { FilesView } from './files-view/files-view.js';
import { describeProblem, Language } from './language.js';
import { loadMessages, messageListeners, messagesVersion } from './messages/messages.js';
import type { Messages } from './messages/messages.js';
import { uploaderStyles } from './uploader-styles.js';
import type { ViewActions, ViewOptions } from './view-options.js';

export type { ViewActions, ViewOptions } from './view-options.js';

/** Each render with files retries a failed load, at most once a second. */
const loadModule = lazy(() => import('./files-view/index.js'), 1000);

/**
 * The user interface of an uploader. It renders snapshots, calls {@link ViewActions} and keeps no state of files. It renders the drop zone and the button itself; file
 * list and dialogs are a separate module ({@link FilesView}) that loads after the first paint.
 */
export class UploaderView implements ReactiveController {
  static readonly styles: CSSResultGroup = uploaderStyles;

  readonly #picker: FilePicker;
  #language = new Language('en');
  #languageOverrides: Partial<Messages> | undefined;
  #languageVersion = messagesVersion;
  /** Texts that the page has replaced. Each render sets them, too. */
  messages: Partial<Messages> | undefined;
  #disabled = false;
  #dropAnywhere = false;
  /** The drop zones under the current drag. */
  readonly #dragTargets = new Set<HTMLElement>();
  #disconnectCallbacks: (() => void)[] = [];
  #detachPageDropZone: (() => void) | undefined;
  #filesView: FilesView | undefined;
  #filesViewRequested = false;
  /** The totals with the most active files since the files view was requested. The announcer of the files view starts from them. */
  #unannouncedTotals: TotalsSnapshot | undefined;
  #disconnectCount = 0;
  #preloadScheduled = false;

  /**
   * @param host - the element that renders the view.
   * @param actions - called for what the user does.
   * @param load - loads the files view.
   */
  constructor(
    private readonly host: LitElement,
    private readonly actions: ViewActions,
    private readonly load: typeof loadModule = loadModule,
  ) {
    this.#picker = new FilePicker(host, (files) => actions.add(files));
    host.addController(this);
  }

  /** @internal */
  hostConnected(): void {
    const update = (): void => this.host.requestUpdate();
    const attributeObserver = new MutationObserver(update);
    for (const element of [this.host, document.documentElement])
      attributeObserver.observe(element, { attributeFilter: ['lang', 'aria-label'] });
    messageListeners.add(update);
    this.#disconnectCallbacks = [
      this.attachDropZone(this.host),
      () => attributeObserver.disconnect(),
      () => messageListeners.delete(update),
    ];
    this.#togglePageDropZone();
    // Disconnecting has ended what a render starts: observers, thumbnails, dialogs.
    update();
  }

  /** @internal */
  hostDisconnected(): void {
    for (const callback of this.#disconnectCallbacks.splice(0)) callback();
    this.#detachPageDropZone = void this.#detachPageDropZone?.();
    this.#disconnectCount++;
    this.#filesView?.disconnect();
  }

  /** @internal */
  hostUpdated(): void {
    // A pending update also runs after the element has left the page.
    if (!this.host.isConnected) return;
    this.#filesView?.updated();
    this.#togglePageDropZone();
    if (this.#preloadScheduled) return;
    this.#preloadScheduled = true;
    afterPaint(() => {
      this.load().then(
        ({ prerender }) => afterPaint(() => prerender(this.host, this.language)),
        () => {}, // The first file or dialog tries again.
      );
    });
  }

  /** Renders a snapshot of all files. */
  render(snapshot: UploaderSnapshot, options: ViewOptions): TemplateResult {
    this.#disabled = options.disabled;
    this.#dropAnywhere = options.dropAnywhere;
    this.messages = options.messages;
    const { language } = this;
    const { count, totals } = snapshot;
    if (count > 0) this.#requestFilesView(totals);
    return html`<div class="uploader ${options.disabled ? 'disabled' : ''}" role="group" aria-label=${options.label || nothing}>
      ${this.#renderDropZone(options)} ${this.#filesView?.render(snapshot, options, language) ?? nothing}
      ${count === 0 ? html`<slot name="empty"></slot>` : nothing}
      <div class="visually-hidden" role="status" aria-live="polite"></div>
    </div>`;
  }

  /**
   * Loads the module with file list and dialogs if it is needed and not loaded yet.
   * @param hasFiles - whether there are files to show.
   * @returns whether it was loaded by this call, so that another update follows.
   */
  async loadFilesView(hasFiles: boolean): Promise<boolean> {
    if (this.#filesView || !(hasFiles || this.#filesViewRequested) || !(await this.#loadFilesView())) return false;
    this.host.requestUpdate();
    return true;
  }

  /** Shows a message. Resolves when the user has closed it. */
  alert(text: string): Promise<void> {
    return this.#withDialogs(undefined, ({ dialogs }) => dialogs.alert(text));
  }

  /** Asks the user to confirm. Resolves to true for OK, to false for Cancel. */
  confirm(text: string, options?: DialogOptions): Promise<boolean> {
    return this.#withDialogs(false, ({ dialogs }) => dialogs.confirm(text, options));
  }

  /**
   * Asks the user to confirm that a file is deleted.
   * @param confirm - the page's own dialog, used instead of the built-in one.
   */
  confirmDelete(name: string, confirm?: (question: string) => Promise<boolean>): Promise<boolean> {
    const { language } = this;
    const question = language.text('confirmMessage', { filename: name, file: name });
    return confirm ? confirm(question) : this.confirm(question, { confirmText: language.text('dialogDelete'), destructive: true });
  }

  /**
   * Asks the user for a line of text.
   * @param value - the initial value.
   * @returns the text, or null if the user cancels.
   */
  prompt(text: string, value: string): Promise<string | null> {
    return this.#withDialogs<string | null>(null, ({ dialogs }) => dialogs.prompt(text, value));
  }

  /** Opens the file dialog. Browsers allow it only during a click or a key press. */
  openPicker(overrides?: PickerOverrides): void {
    if (!this.#disabled) this.#picker.open(overrides);
  }

  /** Returns a sentence, in the user's language, that says why a file is rejected. */
  describeProblem(problem: ValidationProblem): string {
    return describeProblem(problem, this.language);
  }

  /** Validation messages of the form control. */
  get formMessages(): { required: string; busy: string } {
    const { language } = this;
    return { required: language.text('required'), busy: language.text('busy') };
  }

  /** The language of the host element. */
  get language(): Language {
    const tag = languageOf(this.host);
    if (tag !== this.#language.tag || this.#languageVersion !== messagesVersion || this.#languageOverrides !== this.messages) {
      this.#languageVersion = messagesVersion;
      this.#languageOverrides = this.messages;
      this.#language = new Language(tag, this.messages);
      void loadMessages(tag);
    }
    return this.#language;
  }

  /**
   * Makes an element a drop zone of this uploader. While files are dragged over it, it has the attribute `data-fine-uploader-drop`, and the uploader's own zone is
   * highlighted.
   * @param element - the drop zone; `document.documentElement` for the whole page.
   * @returns a function that removes the drop zone.
   */
  attachDropZone(element: HTMLElement): () => void {
    return attachDropZone(element, {
      onDrop: (data) => this.actions.add(data),
      onDragChange: (dragging) => {
        if (element !== this.host) element.toggleAttribute('data-fine-uploader-drop', dragging);
        if (dragging) this.#dragTargets.add(element);
        else this.#dragTargets.delete(element);
        this.host.requestUpdate();
      },
      isEnabled: () => !this.#disabled,
    });
  }

  /**
   * Makes a button open the file dialog of this uploader.
   * @param overrides - file dialog options of this button.
   * @returns a function that detaches the button.
   */
  attachButton(button: HTMLElement, overrides?: PickerOverrides): () => void {
    const onClick = (): void => this.openPicker(overrides);
    button.addEventListener('click', onClick);
    return () => button.removeEventListener('click', onClick);
  }

  /** Creates the files view, now or when its module has loaded. */
  #requestFilesView(totals: TotalsSnapshot): void {
    if (this.#filesView || this.#createFilesView()) return;
    if (totals.active > (this.#unannouncedTotals?.active ?? 0)) this.#unannouncedTotals = totals;
    void this.#loadFilesView().then((filesView) => filesView && this.host.requestUpdate());
  }

  /** Resolves to undefined where the module cannot be loaded: the page is offline, or its Content-Security-Policy forbids it. */
  async #loadFilesView(): Promise<FilesView | undefined> {
    this.#filesViewRequested = true;
    await this.load().catch(() => {});
    return this.#createFilesView();
  }

  #createFilesView(): FilesView | undefined {
    const module = this.load.value;
    if (module) this.#filesView ??= new module.FilesView(this.host, this.actions, this.#picker, this.#unannouncedTotals);
    return this.#filesView;
  }

  /**
   * Shows a dialog.
   * @param fallback - the result where the dialog cannot be loaded, or the element leaves the page before.
   */
  async #withDialogs<Result>(fallback: Result, show: (filesView: FilesView) => Promise<Result>): Promise<Result> {
    const disconnectCount = this.#disconnectCount;
    const filesView = this.#filesView ?? (await this.#loadFilesView());
    return filesView && disconnectCount === this.#disconnectCount ? show(filesView) : fallback;
  }

  #togglePageDropZone(): void {
    if (this.#dropAnywhere) this.#detachPageDropZone ??= this.attachDropZone(document.documentElement);
    else this.#detachPageDropZone = void this.#detachPageDropZone?.();
  }

  #renderDropZone(options: ViewOptions): TemplateResult {
    const { language } = this;
    const { directory, accept, capture, disabled, required, label } = options;
    const multiple = options.multiple || directory;
    return html`<div part="dropzone" class="dropzone ${this.#dragTargets.size > 0 ? 'dragging' : ''}" @click=${this.#onDropZoneClick}>
      <slot name="dropzone"
        ><span class="upload-icon"
          ><svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
            <path d="M12 15V4m-4.5 4.5L12 4l4.5 4.5M4 14.5v3A2.5 2.5 0 0 0 6.5 20h11a2.5 2.5 0 0 0 2.5-2.5v-3" /></svg></span><span class="drop-text">${language.text(multiple ? 'dropFiles' : 'dropFile')}</span></slot
      >
      ${this.#picker.render({
        multiple,
        directory,
        accept,
        capture,
        disabled,
        buttonText: language.text(directory ? 'chooseFolder' : multiple ? 'fileInputTitle' : 'chooseFile'),
        label,
        description: required ? language.text('requiredHint') : '',
      })}
    </div>`;
  }

  /** Opens the file dialog, except for clicks on the button or on controls that the page has slotted. */
  readonly #onDropZoneClick = (event: MouseEvent): void => {
    if (event.defaultPrevented || event.button !== 0) return;
    const path = event.composedPath();
    const targets = path.slice(0, path.indexOf(event.currentTarget as EventTarget));
    const controls = 'slot[name=button], a, button, input, label, select, textarea, summary, [tabindex]';
    if (!targets.some((node) => node instanceof Element && node.matches(controls))) this.openPicker();
  };
}
