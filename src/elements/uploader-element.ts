import accepts from 'attr-accept';
import type { CSSResultGroup, PropertyValues, TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import { systemClock } from '../core/clock.js';
import { inProgress, status } from '../core/status.js';
import type { Status } from '../core/status.js';
import type { PatienceRules } from '../core/patience.js';
import type { Store, UploadFile } from '../core/types.js';
import type { Uploader, UploaderOptions } from '../core/uploader.js';
import { Face } from '../ui/face.js';
import type { UploaderEventMap } from './events.js';
import { formValue, readFormState, tellForm } from './form-participation.js';
import { browserNetwork } from './network.js';
import { problemSentence, reader, readShared } from './options.js';
import type { OptionProblem, Read, SharedProperties, SharedSettings } from './options.js';
import type { Sources } from './sources.js';
import { UploaderApi } from './uploader-api.js';
import { UploaderController } from './uploader-controller.js';
import { jsonConverter, numberConverter } from './values.js';
import type { Size } from './values.js';

/** What both elements share: their attributes, their life in a page and in a form, and their face. */
export abstract class UploaderElement<Settings extends SharedSettings = SharedSettings> extends UploaderApi implements SharedProperties {
  /** @internal */
  static readonly formAssociated = true;
  static override readonly styles: CSSResultGroup = Face.styles;
  static override readonly shadowRootOptions: ShadowRootInit = { ...UploaderApi.shadowRootOptions, delegatesFocus: true };

  // First of all fields: the properties below reset it as they are initialised.
  #settings: Settings | undefined;
  readonly #warned = new Set<string>();

  // ------------------------------------------------------------------------------------------------------------- attributes

  /** Where files go. */
  @property({ reflect: true }) override endpoint: string | undefined;

  /** The HTTP method of uploads. */
  @property() method = 'POST';

  /** Parameters that go along with every file (S3: user metadata). JSON in the attribute, an object in the property; values may be functions. */
  @property({ converter: jsonConverter }) override params: unknown;

  /** Headers that go along with every upload. JSON in the attribute, an object in the property. */
  @property({ attribute: 'custom-headers', converter: jsonConverter }) override customHeaders: unknown;

  /** Cookies go along to another origin. */
  @property({ type: Boolean, reflect: true, attribute: 'with-credentials' }) withCredentials = false;

  /** The element's name in a form: each finished file is one entry (S3: its key, else its uuid). */
  @property({ reflect: true }) name = '';

  /** A form around the element can only be sent with at least one finished file. */
  @property({ type: Boolean, reflect: true }) required = false;

  /** No files can be added. What is under way goes on. */
  @property({ type: Boolean, reflect: true }) disabled = false;

  /** Which files are taken, as in `<input type="file" accept>`. Holds for dropped, pasted and added files too. */
  @property({ reflect: true }) accept = '';

  /** More than one file. Without it, a newer file takes the place of the one before. */
  @property({ type: Boolean, reflect: true }) multiple = false;

  /** The dialog chooses folders. A dropped folder is always read. */
  @property({ type: Boolean, reflect: true }) directory = false;

  /** On a phone, take a picture instead of choosing one: `user` or `environment`. */
  @property({ reflect: true }) capture: string | undefined;

  /** Files wait for `uploadStoredFiles()`. */
  @property({ type: Boolean, reflect: true, attribute: 'manual-upload' }) manualUpload = false;

  /** How many requests may be on the wire at once; `auto` finds the number by measuring. */
  @property({ attribute: 'max-connections', converter: numberConverter }) maxConnections: number | string = 6;

  /** Seconds without any progress before a request is tried again. Learnt from earlier requests where it is not set. */
  @property({ attribute: 'stall-timeout', converter: numberConverter }) stallTimeout: number | string | undefined;

  /** Extensions of the files that are taken, separated by spaces or commas. */
  @property({ attribute: 'allowed-extensions' }) allowedExtensions: string | readonly string[] = '';

  /** The largest file that is taken: bytes, or with a unit as in `20MB`, `5MiB`. */
  @property({ attribute: 'size-limit' }) sizeLimit: Size | undefined;

  /** The smallest file that is taken: bytes, or with a unit. */
  @property({ attribute: 'min-size-limit' }) minSizeLimit: Size | undefined;

  /** How many files are taken. */
  @property({ attribute: 'item-limit', converter: numberConverter }) override itemLimit: number | string | undefined;

  /** How large all files may be together: bytes, or with a unit. */
  @property({ attribute: 'total-size-limit' }) totalSizeLimit: Size | undefined;

  /** Files of 0 bytes are taken. */
  @property({ type: Boolean, reflect: true, attribute: 'allow-empty' }) allowEmpty = false;

  /** The narrowest image that is taken, pixels. */
  @property({ attribute: 'image-min-width', converter: numberConverter }) imageMinWidth: number | string | undefined;

  /** The widest image that is taken, pixels. */
  @property({ attribute: 'image-max-width', converter: numberConverter }) imageMaxWidth: number | string | undefined;

  /** The lowest image that is taken, pixels. */
  @property({ attribute: 'image-min-height', converter: numberConverter }) imageMinHeight: number | string | undefined;

  /** The highest image that is taken, pixels. */
  @property({ attribute: 'image-max-height', converter: numberConverter }) imageMaxHeight: number | string | undefined;

  /** Large files go up in parts: they can be paused, and after a failure only the missing parts are sent. */
  @property({ type: Boolean, reflect: true }) chunking = false;

  /** The size of a part: bytes, or with a unit; the property also takes a function of a file's id and size. Default 2000000, for S3 5MiB. Grown where 10,000 parts would not be enough. */
  @property({ attribute: 'part-size' }) partSize: Size | ((id: number, size: number) => number) | undefined;

  /** Several parts of one file go up at once. S3: always. */
  @property({ type: Boolean, reflect: true, attribute: 'concurrent-chunks' }) concurrentChunks = false;

  /** Files that would fit into one part use the protocol for parts, too. */
  @property({ type: Boolean, reflect: true, attribute: 'chunking-mandatory' }) chunkingMandatory = false;

  /** Whom to tell that all parts of a file have been sent (not for S3). */
  @property({ attribute: 'chunking-success-endpoint' }) chunkingSuccessEndpoint: string | undefined;

  /** Unfinished uploads are remembered, and go on when the same file is added again after a reload or crash. */
  @property({ type: Boolean, reflect: true }) resume = false;

  /** How many days an unfinished upload is remembered. */
  @property({ attribute: 'resume-records-expire-in', converter: numberConverter }) resumeRecordsExpireIn: number | string = 7;

  /** How often a failure is tried again by itself before the file has failed; 0 for never. */
  @property({ attribute: 'max-auto-attempts', converter: numberConverter }) maxAutoAttempts: number | string = 3;

  /** Seconds of the first wait before a retry; each next one is three times as long, with some chance. */
  @property({ attribute: 'auto-attempt-delay', converter: numberConverter }) autoAttemptDelay: number | string = 1;

  /** Whom to ask to delete a file. Where it is set, files that have arrived can be deleted. */
  @property({ attribute: 'delete-endpoint' }) override deleteEndpoint: string | undefined;

  /** How to ask: DELETE, or POST with `_method=DELETE`. */
  @property({ attribute: 'delete-method' }) deleteMethod = 'DELETE';

  /** Whom to ask for files that are there already. */
  @property({ attribute: 'session-endpoint' }) sessionEndpoint: string | undefined;

  /** Files can be renamed before they are uploaded. */
  @property({ type: Boolean, reflect: true, attribute: 'edit-filename' }) editFilename = false;

  /** What a failed file shows: the server's reason (`custom`), a general one (`default`), or `none`. */
  @property({ attribute: 'failed-upload-text' }) failedUploadText = 'custom';

  /** No thumbnails. */
  @property({ type: Boolean, reflect: true, attribute: 'no-thumbnails' }) noThumbnails = false;

  /** No question when the page is left while files are under way. */
  @property({ type: Boolean, reflect: true, attribute: 'no-unload-warning' }) noUnloadWarning = false;

  // ------------------------------------------------------------------------------------------------------------------ life

  readonly #internals = this.attachInternals();
  readonly #controller = new UploaderController(
    this,
    () => this.#uploaderOptions(),
    () => this.#guardUnload(),
  );
  readonly #face = new Face(this, {
    add: (files, from) => this.#addByHand(files, from),
    cancel: (id) => this.cancel(id),
    pause: (id) => void this.pauseUpload(id),
    continue: (id) => void this.continueUpload(id),
    retry: (id) => void this.retry(id),
    delete: (id) => void this.deleteFile(id),
    dismiss: (id) => this.uploader.dismiss(id),
    rename: (id, name) => this.setName(id, name),
  });
  #disabledByForm = false;
  #guarding = false;
  #pausedByRemoval: number[] = [];

  /** @internal The settings as the attributes are now; problems with them are told once. */
  protected get settings(): Settings {
    return (this.#settings ??= this.#readSettings());
  }

  /** @internal */
  protected override get uploader(): Uploader {
    const { uploader } = this.#controller;
    if (!this.#settings) this.#controller.refresh();
    return uploader;
  }

  /** @internal */
  protected override get itemLimitNow(): number {
    return this.settings.itemLimit;
  }

  /** @internal All settings, the element's own included. */
  protected abstract readSettings(shared: SharedSettings, read: Read): Settings;
  /** @internal The far side for a file, with the settings of this moment. */
  protected abstract storeFor(file: UploadFile, settings: Settings): Store;
  /** @internal How much is prepared beyond what is on the wire. */
  protected abstract ahead(settings: Settings): number;
  /** @internal How patient to be before anything is known. */
  protected abstract readonly patience: Pick<PatienceRules, 'initial' | 'least'>;

  override connectedCallback(): void {
    super.connectedCallback();
    for (const id of this.#pausedByRemoval.splice(0)) this.continueUpload(id);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    // Moving an element disconnects it, too: only one that stays away stops, and goes on when it comes back.
    queueMicrotask(() => {
      if (this.isConnected || !this.hasUpdated) return;
      this.#pausedByRemoval = this.uploader.files
        .filter((file) => file.status !== null && inProgress.has(file.status) && this.pauseUpload(file.id))
        .map(({ id }) => id);
    });
    removeEventListener('beforeunload', this.#warnBeforeUnload);
    this.#guarding = false;
  }

  override requestUpdate(name?: PropertyKey, oldValue?: unknown, ...rest: never[]): void {
    if (name !== undefined) this.#settings = undefined;
    super.requestUpdate(name, oldValue, ...rest);
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.size > 0) this.#controller.refresh();
  }

  protected override render(): TemplateResult {
    const { settings } = this;
    return this.#face.render(this.uploader.snapshot(), {
      multiple: this.multiple,
      directory: this.directory,
      accept: this.accept,
      capture: this.capture ?? '',
      disabled: this.#isDisabled,
      required: this.required,
      label: this.getAttribute('aria-label') ?? '',
      editFilename: this.editFilename,
      noThumbnails: this.noThumbnails,
      failedUploadText: settings.failedUploadText,
    });
  }

  protected override updated(): void {
    tellForm(this.#internals, formValue(this.uploader.files), {
      name: this.name,
      required: this.required && !this.#isDisabled,
      messages: this.#face.formMessages,
      anchor: this.renderRoot.querySelector<HTMLElement>('input[type=file]'),
    });
  }

  // ---------------------------------------------------------------------------------------------------------------- a form

  /** The form around the element, or null. */
  get form(): HTMLFormElement | null {
    return this.#internals.form;
  }

  /** As of every form control: whether the form can be sent, as far as this element goes, and why not. */
  get validity(): ValidityState {
    return this.#internals.validity;
  }

  /** Why the form cannot be sent, in words; '' where it can. */
  get validationMessage(): string {
    return this.#internals.validationMessage;
  }

  /** False for a disabled element: it never stops a form. */
  get willValidate(): boolean {
    return this.#internals.willValidate;
  }

  /** As of every form control. */
  checkValidity(): boolean {
    return this.#internals.checkValidity();
  }

  /** As of every form control: also tells the person. */
  reportValidity(): boolean {
    return this.#internals.reportValidity();
  }

  /** @internal */
  formResetCallback(): void {
    this.reset();
  }

  /** @internal */
  formDisabledCallback(disabled: boolean): void {
    this.#disabledByForm = disabled;
    this.requestUpdate();
  }

  /** @internal */
  formStateRestoreCallback(state: unknown): void {
    const entries = readFormState(state);
    if (entries.length === 0 || this.uploader.files.length > 0) return;
    this.uploader.addStored(entries);
  }

  // -------------------------------------------------------------------------------------------------------------- internals

  override addEventListener<Name extends keyof UploaderEventMap>(
    type: Name,
    listener: ((this: this, event: UploaderEventMap[Name]) => unknown) | { handleEvent(event: UploaderEventMap[Name]): unknown } | null,
    options?: boolean | AddEventListenerOptions,
  ): void;
  override addEventListener<Name extends keyof HTMLElementEventMap>(
    type: Name,
    listener: (this: this, event: HTMLElementEventMap[Name]) => unknown,
    options?: boolean | AddEventListenerOptions,
  ): void;
  override addEventListener(type: string, listener: EventListenerOrEventListenerObject | null, options?: boolean | AddEventListenerOptions): void;
  /** @internal */
  override addEventListener(type: string, listener: unknown, options?: boolean | AddEventListenerOptions): void {
    super.addEventListener(type, listener as EventListener, options);
  }

  override removeEventListener<Name extends keyof UploaderEventMap>(
    type: Name,
    listener: ((this: this, event: UploaderEventMap[Name]) => unknown) | { handleEvent(event: UploaderEventMap[Name]): unknown } | null,
    options?: boolean | EventListenerOptions,
  ): void;
  override removeEventListener(type: string, listener: EventListenerOrEventListenerObject | null, options?: boolean | EventListenerOptions): void;
  /** @internal */
  override removeEventListener(type: string, listener: unknown, options?: boolean | EventListenerOptions): void {
    super.removeEventListener(type, listener as EventListener, options);
  }

  /** @internal */
  protected override canDelete(now: Status): boolean {
    return this.settings.deleteEndpoint !== '' && (now === status.UPLOAD_SUCCESSFUL || now === status.DELETE_FAILED || now === status.UPLOAD_FAILED);
  }

  /** @internal */
  protected override reportUnreadable(error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error);
    this.#controller.tell('error', { id: null, name: '', reason, cause: error });
  }

  get #isDisabled(): boolean {
    return this.disabled || this.#disabledByForm;
  }

  #addByHand(files: Sources, from: 'dialog' | 'drop'): void {
    if (this.#isDisabled) return;
    void from;
    this.addFiles(files);
  }

  #readSettings(): Settings {
    const problems: OptionProblem[] = [];
    const read = reader(problems);
    const settings = this.readSettings(readShared(this, read), read);
    for (const problem of problems) {
      const sentence = problemSentence(this.localName, problem);
      if (!this.#warned.has(sentence)) console.warn(sentence);
      this.#warned.add(sentence);
    }
    return settings;
  }

  #uploaderOptions(): UploaderOptions {
    const { settings } = this;
    const { accept, multiple, maxConnections, stallTimeout } = settings;
    const { allowedExtensions, sizeLimit, minSizeLimit, itemLimit, totalSizeLimit, allowEmpty } = settings;
    return {
      storeFor: (file) => this.storeFor(file, this.settings),
      autoUpload: settings.autoUpload,
      rules: {
        single: !multiple,
        ...(accept && { accepts: (file) => accepts(file, accept) }),
        ...{ allowedExtensions, sizeLimit, minSizeLimit, itemLimit, totalSizeLimit, allowEmpty },
      },
      describe: (problem) => this.#face.describe(problem),
      retry: { maxAttempts: settings.maxAutoAttempts, firstDelay: settings.autoAttemptDelay },
      connections: maxConnections,
      ahead: this.ahead(settings),
      patience: { ...this.patience, fixed: stallTimeout },
      network: browserNetwork,
      clock: systemClock,
      uuid: () => newUuid(),
      deletable: settings.deleteEndpoint !== '',
    };
  }

  /** A listener on `beforeunload` keeps a page out of the back/forward cache: it is there only as long as something would be lost. */
  #guardUnload(): void {
    const needed = !this.noUnloadWarning && this.isConnected && this.uploader.snapshot().totals.active > 0;
    if (needed === this.#guarding) return;
    this.#guarding = needed;
    if (needed) addEventListener('beforeunload', this.#warnBeforeUnload);
    else removeEventListener('beforeunload', this.#warnBeforeUnload);
  }

  readonly #warnBeforeUnload = (event: BeforeUnloadEvent): void => event.preventDefault();
}

/** `crypto.randomUUID` is there only in a secure context. */
function newUuid(): string {
  if (typeof crypto.randomUUID === 'function') return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
