import accepts from 'attr-accept';
import type { CSSResultGroup, PropertyValues, TemplateResult } from 'lit';
import { property } from './property.js';
import { systemClock } from '../core/clock.js';
import type { EventOutcome } from '../core/events.js';
import { inProgress, status } from '../core/status.js';
import type { Status } from '../core/status.js';
import { UploadError } from '../core/errors.js';
import type { Json, Store, UploadFile } from '../core/types.js';
import { Uploader } from '../core/uploader.js';
import type { StallTimeoutRules, UploaderOptions } from '../core/uploader-options.js';
import type { FileAction } from '../ui/view-options.js';
import { UploaderView } from '../ui/uploader-view.js';
import type { PickerOverrides } from '../ui/file-picker.js';
import { afterPaint } from '../ui/after-paint.js';
import type { Messages } from '../ui/messages/messages.js';
import type { ElementEvents, CancelableElementEvents, UploaderEventMap } from './events.js';
import { takeOptions } from './fine-uploader-options.js';
import type { Extras } from './fine-uploader-options.js';
import { FormParticipation, readFormState } from './controllers/form-participation.js';
import { Submission } from './controllers/form-submission.js';
import { imageLimits } from './image-limits.js';
import { EventListenerController } from './controllers/event-listener-controller.js';
import { browserNetwork, sharesConnection } from './browser-network.js';
import { problemSentence, reader, readShared } from './settings.js';
import type { SettingProblem, Read, SharedSettings } from './settings.js';
import { confirmedBy, PageMessages, promptedBy } from './page-dialogs.js';
import { takePaste } from './controllers/paste.js';
import { defaultBlobName } from './file-inputs.js';
import { UnfinishedUploads } from './unfinished-uploads.js';
import type { FileSettings } from './uploader-methods.js';
import { UploaderProperties } from './uploader-properties.js';
import { UploaderController } from './controllers/uploader-controller.js';
import { readObject } from './attribute-converters.js';

/** With no more files than this, the form is told of every change at once. */
const fewFiles = 200;

/** A button of the page's own, and what the dialog offers for it. */
export interface ExtraButton extends PickerOverrides {
  readonly element: HTMLElement;
}

/**
 * What both elements share: their attributes, their life in a page and in a form, and their face.
 *
 * Events that ask can be refused with `preventDefault()` and held with `waitUntil(promise)`; the others state a fact. None of them bubbles: listen on the element. With more
 * than a thousand files, an event that has no listener there is not dispatched at all.
 *
 * @fires {UploaderQuestion} validateBatch - Asks about the files that were just chosen, together: `{files: [{name, size}]}`.
 * @fires {UploaderQuestion} validate - Asks about one file that was chosen: `{id, name, size}`.
 * @fires {UploaderQuestion} submit - Asks whether a file may join the list: `{id, name}`.
 * @fires {UploaderEvent} submitted - A file has joined the list: `{id, name}`.
 * @fires {UploaderQuestion} upload - Asks before a file's upload begins: `{id, name}`.
 * @fires {UploaderQuestion} uploadChunk - Asks before a chunk is sent; what the promise resolves with changes its request: `{id, name, partIndex, startByte, endByte, totalParts}`.
 * @fires {UploaderEvent} uploadChunkSuccess - A chunk has arrived: the same, and `response`.
 * @fires {UploaderQuestion} resume - Asks whether an upload of an earlier visit may be continued: `{id, name, partIndex, startByte, endByte, totalParts, customResumeData}`.
 * @fires {UploaderEvent} progress - How far a file is: `{id, name, uploadedBytes, totalBytes}`.
 * @fires {UploaderEvent} totalProgress - How far all files together are: `{uploadedBytes, totalBytes}`.
 * @fires {UploaderEvent} autoRetry - A file that failed is tried again: `{id, name, attempt}`.
 * @fires {UploaderQuestion} manualRetry - Asks whether a file may be tried again, because a person or the page wants it: `{id, name}`.
 * @fires {UploaderEvent} complete - A file's upload has ended, well or not: `{id, name, success, response, uuid, key?, bucket?}`.
 * @fires {UploaderEvent} allComplete - Every file's upload has ended: `{succeeded, failed}`, two lists of ids.
 * @fires {UploaderQuestion} cancel - Asks whether a file may be cancelled: `{id, name}`.
 * @fires {UploaderEvent} error - Something failed: `{id, name, reason, code?, status?, cause?}`; `reason` is a sentence for a person.
 * @fires {UploaderEvent} statusChange - A file has another status: `{id, name, oldStatus, newStatus}`.
 * @fires {UploaderQuestion} submitDelete - Asks whether a file that has arrived may be deleted: `{id, name}`.
 * @fires {UploaderEvent} delete - The server was asked to delete a file: `{id, name}`.
 * @fires {UploaderEvent} deleteComplete - The server has answered: `{id, name, success, isError}`.
 * @fires {UploaderQuestion} pasteReceived - Asks about an image that was pasted; the promise may resolve to a name for it: `{blob}`.
 * @fires {UploaderEvent} sessionRequestComplete - The list of files that were there already has come: `{response, success}`.
 * @fires {UploaderQuestion} credentialsExpired - Asks for new credentials, shortly before they expire; the promise resolves to them: `{}`.
 *
 * @slot button - Your own button in place of the one that opens the file dialog; or several, each with `data-directory`, `data-multiple`, `data-accept` or `data-capture` for what its dialog offers.
 * @slot dropzone - What the drop zone says.
 * @slot empty - What stands in place of the list while there are no files.
 * @slot action - A `<template>` of what stands beside each file that has arrived, as in `<a href="{response.link}">View</a>`. It may use `{id}`, `{name}`, `{uuid}`, `{key}`, `{bucket}`, and what is in the server's answer. Values go in as text, and in `href` only as addresses of the web.
 *
 * @csspart dropzone - The area that takes dropped files.
 * @csspart button - The button that opens the file dialog.
 * @csspart list - The list of files.
 * @csspart file - One file of it.
 * @csspart thumbnail - A file's picture.
 * @csspart name - A file's name.
 * @csspart size - A file's size.
 * @csspart status - What a file's upload is doing, or why it failed.
 * @csspart progress - A file's progress bar.
 * @csspart total-progress - The progress bar of all files together.
 * @csspart cancel - A file's button to cancel.
 * @csspart pause - A file's button to pause.
 * @csspart continue - A file's button to continue.
 * @csspart retry - A file's button to try again.
 * @csspart delete - A file's button to delete.
 * @csspart action - What the page's own template has put beside a file.
 * @csspart dialog - The dialog that asks something.
 *
 * @cssprop [--fine-uploader-accent=#2563eb] - Colour of what can be pressed and of progress.
 * @cssprop [--fine-uploader-accent-text=#fff] - Colour of text on it.
 * @cssprop [--fine-uploader-danger=#d92d20] - Colour of what failed.
 * @cssprop [--fine-uploader-success=#15803d] - Colour of what has arrived.
 * @cssprop [--fine-uploader-muted] - Colour of quiet text. Made of the text colour.
 * @cssprop [--fine-uploader-border] - Colour of lines. Made of the text colour.
 * @cssprop [--fine-uploader-surface=transparent] - Background of the list.
 * @cssprop [--fine-uploader-radius=0.75em] - Radius of corners.
 * @cssprop [--fine-uploader-space=0.75em] - The space that all distances are made of.
 * @cssprop [--fine-uploader-thumbnail-size=2.75em] - Width and height of thumbnails.
 * @cssprop [--fine-uploader-list-height=28em] - Height from which the list scrolls.
 * @cssprop [--fine-uploader-dialog-background=Canvas] - Background of the dialog.
 * @cssprop [--fine-uploader-dialog-text=CanvasText] - Colour of its text.
 */
export abstract class UploaderElement<Settings extends SharedSettings = SharedSettings> extends UploaderProperties {
  /** @internal */
  static readonly formAssociated = true;
  static override readonly styles: CSSResultGroup = UploaderView.styles;
  static override readonly shadowRootOptions: ShadowRootInit = { ...UploaderProperties.shadowRootOptions, delegatesFocus: true };

  #settings: Settings | undefined;
  readonly #warned = new Set<string>();

  // ------------------------------------------------------------------------------------------------------------------ life

  readonly #internals = this.attachInternals();
  readonly #formParticipation = new FormParticipation(this.#internals);
  readonly #controller = new UploaderController(this, () => this.#uploaderOptions(), {
    event: (name, detail) => this.#beforeEvent(name, detail),
    frame: () => {
      this.#guardUnload();
      if (this.uploader.files.length <= fewFiles) this.#tellForm();
      if (!this.hasUnfinished) for (const done of this.#whenDone.splice(0)) done();
    },
    heard: (name) => this.#heard.has(name),
  });
  readonly #submission = new Submission(this);
  readonly #pageMessages = new PageMessages(() => this.showMessage);
  readonly #face = new UploaderView(this, {
    add: (files) => {
      if (!this.#isDisabled) this.addFiles(files);
    },
    cancel: (id) => this.cancel(id),
    pause: (id) => void this.pauseUpload(id),
    continue: (id) => void this.continueUpload(id),
    retry: (id) => void this.retry(id),
    delete: (id) => void this.#deleteByHand(id),
    dismiss: (id) => this.uploader.dismiss(id),
    rename: (id, name) => this.setName(id, name),
  });
  #disabledByForm = false;
  #guarding = false;
  #pausedByRemoval: number[] = [];

  constructor() {
    super();
    const pasted = (event: Event) => {
      takePaste(event as ClipboardEvent, {
        ask: (blob) => this.#controller.emitCancelable('pasteReceived', { blob }),
        imageName: () => asText(this.extras['paste.defaultName']) || 'pasted_image',
        nameGiven: (suggested) => (this.pastePromptForName ? this.#askForName(suggested) : suggested),
        add: (blob, name) => this.addFiles({ blob, name }),
      });
    };
    const pasteTarget = () => (this.#isDisabled ? null : (this.pasteTarget ?? (this.paste ? this : null)));
    new EventListenerController(this, 'paste', pasteTarget, pasted);
    new EventListenerController(
      this,
      'submit',
      () => (this.uploadOnSubmit ? this.form : null),
      (event) => this.#submission.submit(event as SubmitEvent),
    );
  }

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
  /** @internal Loads what the stores are made of. */
  protected abstract preload(): Promise<unknown>;
  /** @internal How much is prepared beyond what is on the wire, where a file of this size (bytes) is the next one. */
  protected abstract ahead(settings: Settings, size: number): number;
  /** @internal How patient to be before anything is known. */
  protected abstract readonly patience: Pick<StallTimeoutRules, 'initial' | 'minimum'>;

  /** @internal What Fine Uploader's options have and no property has. */
  protected readonly extras: Extras = {};
  #options: object = {};
  #messages: Partial<Messages> | undefined;

  /**
   * An options object in Fine Uploader's own shape, to hand an existing configuration over. What is in it is taken over, and merged with what was set before; an
   * unknown key is a warning in the console.
   */
  @property({ attribute: false })
  set options(options: object) {
    this.#options = { ...this.#options, ...options };
    for (const path of takeOptions(options, { element: this, extras: this.extras })) {
      console.warn(`<${this.localName}>: options has no "${path}"; it is ignored.`);
    }
    this.#messages = {
      ...(readObject(this.extras['text']) as Partial<Messages>),
      ...(readObject(this.extras['messages']) as Partial<Messages>),
    };
    const { 'deleteFile.params': deleteParams, 'deleteFile.customHeaders': deleteHeaders } = this.extras;
    if (deleteParams) this.sharedSettings.deleteParams = deleteParams as Record<string, unknown>;
    if (deleteHeaders) this.sharedSettings.deleteHeaders = deleteHeaders as Record<string, unknown>;
    this.requestUpdate('options');
  }

  get options(): object {
    return this.#options;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.#pausedByRemoval.length > 0) this.uploader.resume(this.#pausedByRemoval.splice(0));
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
    // The attributes' initial values come before there is a place for the settings.
    if (name !== undefined && #settings in this) this.#settings = undefined;
    super.requestUpdate(name, oldValue, ...rest);
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.size > 0) this.#controller.refresh();
    if (changed.has('sessionEndpoint')) void this.#loadSession();
    if (changed.has('resume') && this.resume) void this.#unfinished.load(this.kind, this.settings);
  }

  protected override render(): TemplateResult {
    const { settings } = this;
    return this.#face.render(this.uploader.snapshot(), {
      multiple: this.multiple,
      directory: this.directory,
      dropAnywhere: this.dropAnywhere,
      accept: this.accept,
      capture: this.capture ?? '',
      disabled: this.#isDisabled,
      required: this.required,
      label: this.getAttribute('aria-label') ?? '',
      editFilename: this.editFilename,
      noThumbnails: this.noThumbnails,
      failedUploadText: settings.failedUploadText,
      messages: this.#messages,
      action: this.#action,
    });
  }

  readonly #action = (id: number): FileAction | undefined => {
    const template = this.querySelector<HTMLTemplateElement>(':scope > template[slot=action]');
    const file = this.uploader.files[id];
    return template && file
      ? { template, file, values: { id, name: file.name, uuid: file.uuid, ...file.result, ...file.result?.details } }
      : undefined;
  };

  protected override firstUpdated(): void {
    // A person takes longer to choose a file than this takes. Where it fails, the first file tries again.
    afterPaint(() => void Promise.all([Uploader.preload(), this.preload()]).catch(() => {}));
  }

  /** @internal Rows and dialogs are drawn by a part that comes after the first paint. */
  protected override async getUpdateComplete(): Promise<boolean> {
    const complete = await super.getUpdateComplete();
    return (await this.#face.loadFilesView(this.uploader.files.length > 0)) ? super.getUpdateComplete() : complete;
  }

  protected override updated(): void {
    this.#tellForm(true);
  }

  // -------------------------------------------------------------------------------------------------------- more ways in

  readonly #extraZones = new Map<HTMLElement, () => void>();
  readonly #extraButtons = new Map<HTMLElement, { detach: () => void; own: PickerOverrides | undefined }>();

  /** Elements of the page that take dropped files for this uploader, beside itself. Setting the list is {@link addExtraDropzone} and {@link removeExtraDropzone}. */
  @property({ attribute: false })
  set extraDropzones(elements: readonly HTMLElement[]) {
    for (const element of this.extraDropzones) if (!elements.includes(element)) this.removeExtraDropzone(element);
    for (const element of elements) this.addExtraDropzone(element);
  }

  get extraDropzones(): readonly HTMLElement[] {
    return [...this.#extraZones.keys()];
  }

  /** Elements of the page that open this uploader's file dialog, beside its own button. Setting the list is {@link addExtraButton} and {@link removeExtraButton}. */
  @property({ attribute: false })
  set extraButtons(buttons: readonly ExtraButton[]) {
    for (const { element } of this.extraButtons) if (!buttons.some((one) => one.element === element)) this.removeExtraButton(element);
    for (const { element, ...own } of buttons) this.addExtraButton(element, own);
  }

  get extraButtons(): readonly ExtraButton[] {
    return Array.from(this.#extraButtons, ([element, { own }]) => ({ element, ...own }));
  }

  /** Makes an element of the page take dropped files for this uploader. While files are dragged over it, it has the attribute `data-fine-uploader-drop`. */
  addExtraDropzone(element: HTMLElement): void {
    if (!this.#extraZones.has(element)) this.#extraZones.set(element, this.#face.attachDropZone(element));
  }

  /** Ends what {@link addExtraDropzone} began. */
  removeExtraDropzone(element: HTMLElement): void {
    this.#extraZones.get(element)?.();
    this.#extraZones.delete(element);
  }

  /**
   * Makes an element of the page open this uploader's file dialog.
   * @param element - a button, best: it has to work by keyboard, too.
   * @param own - what the dialog offers for this button: `{multiple?, directory?, accept?, capture?}`. Default: what the attributes say. Whatever was chosen, the
   *   attributes decide what is taken.
   */
  addExtraButton(element: HTMLElement, own?: PickerOverrides): void {
    this.removeExtraButton(element);
    this.#extraButtons.set(element, { detach: this.#face.attachButton(element, own), own });
  }

  /** Ends what {@link addExtraButton} began. */
  removeExtraButton(element: HTMLElement): void {
    this.#extraButtons.get(element)?.detach();
    this.#extraButtons.delete(element);
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
    // The element's own attribute brings it here too, written in the middle of an update: another one asked for then would be lost.
    if (this.isUpdatePending) void this.updateComplete.then(() => this.requestUpdate());
    else this.requestUpdate();
  }

  /** @internal */
  formStateRestoreCallback(state: unknown): void {
    const entries = readFormState(state);
    if (entries.length === 0 || this.uploader.files.length > 0) return;
    this.uploader.addInitialFiles(entries);
  }

  /** @internal Files wait to be uploaded, or are on their way. */
  get hasUnfinished(): boolean {
    return this.uploader.unfinished > 0;
  }

  readonly #whenDone: (() => void)[] = [];

  /** @internal */
  async uploadAll(): Promise<boolean> {
    this.uploadStoredFiles();
    if (this.hasUnfinished) await new Promise<void>((resolve) => this.#whenDone.push(resolve));
    return !this.uploader.files.some((file) => file.status === status.UPLOAD_FAILED);
  }

  // -------------------------------------------------------------------------------------------------- ----------- session, resume

  /** @internal */
  protected abstract readonly kind: 'traditional' | 's3';

  /**
   * Unfinished uploads of earlier sessions, in Fine Uploader's shape. Known once the element has been in a page with `resume` for a moment.
   * @returns {object[]} `{name, size, uuid, partIdx?, key?}` of each.
   */
  getResumableFilesData(): { name: string; size: number; uuid: string; customResumeData: Json }[] {
    return this.#unfinished.all.map(({ name, size, uuid, custom }) => ({ name, size, uuid, customResumeData: custom ?? null }));
  }

  /** Whether a file goes on where an earlier session of the page stopped, or could. */
  isResumable(id: number): boolean {
    const file = this.uploader.files[id];
    return file !== undefined && this.resume && ((file.chunked && file.saved !== undefined) || this.#unfinished.has(file));
  }

  readonly #unfinished = new UnfinishedUploads((id) => {
    const custom = this.extras['resume.customKeys'];
    const customKeys = typeof custom === 'function' ? (custom as (id: number) => Json[])(id) : [];
    return { kind: this.kind, endpoint: this.endpointFor(id), customKeys };
  });

  #sessionRequest = new AbortController();

  async #loadSession(): Promise<void> {
    this.#sessionRequest.abort();
    const { signal } = (this.#sessionRequest = new AbortController());
    const { sessionEndpoint: endpoint, withCredentials } = this.settings;
    if (!endpoint) return;
    try {
      const { loadSession } = await import('./session-request.js');
      await loadSession({
        endpoint,
        params: (this.extras['session.params'] ?? {}) as Record<string, unknown>,
        customHeaders: (this.extras['session.customHeaders'] ?? {}) as Record<string, string>,
        withCredentials,
        keyed: this.kind === 's3',
        signal,
        add: (files) => this.addInitialFiles(files),
        tell: (name, detail) => this.#controller.emit(name, detail),
      });
    } catch (cause) {
      // The script that asks could not be had.
      if (signal.aborted) return;
      this.#controller.emit('error', {
        id: null,
        name: '',
        reason: 'A part of the uploader could not be loaded.',
        code: 'NotLoaded',
        cause,
      });
      this.#controller.emit('sessionRequestComplete', { response: null, success: false });
    }
  }

  /** @internal */
  protected override wasReset(): void {
    this.#sessionRequest.abort();
    // Whoever takes the element off the page in the same breath wants no more of it.
    queueMicrotask(() => {
      if (this.isConnected && this.extras['session.refreshOnReset'] !== false) void this.#loadSession();
    });
  }

  /** @internal */
  protected override get blobName(): string {
    return asText(this.extras['blobs.defaultName']) || defaultBlobName;
  }

  // -------------------------------------------------------------------------------------------------------------- internals

  /** @internal Dispatches a question, and answers what came of it. */
  protected askPage<Name extends keyof CancelableElementEvents>(
    name: Name,
    detail: CancelableElementEvents[Name],
  ): EventOutcome | Promise<EventOutcome> {
    return this.#controller.emitCancelable(name, detail);
  }

  /** @internal What was set for one file, else for all. */
  protected settingsFor(id: number): FileSettings {
    return { ...this.sharedSettings, ...this.fileSettings.get(id) };
  }

  /**
   * @internal
   * @throws {@link UploadError} where nobody has said where files go.
   */
  protected endpointFor(id: number): string {
    const endpoint = (this.fileSettings.get(id)?.endpoint ?? this.settings.endpoint).trim();
    if (endpoint) return endpoint;
    const sentence = `<${this.localName}> does not know where to send files: set its endpoint attribute.`;
    console.warn(sentence);
    throw new UploadError(sentence, { retry: 'manual', code: 'NoEndpoint' });
  }

  /** @internal Parameters for a file: its own or everybody's, and with `form-params` the fields of the form around. */
  protected paramsFor(id: number): Readonly<Record<string, unknown>> {
    const params = this.fileSettings.get(id)?.params ?? this.settings.params;
    if (!this.formParams || !this.form) return params;
    const fields = [...new FormData(this.form)].filter(([name, value]) => typeof value === 'string' && name !== this.name);
    return { ...Object.fromEntries(fields), ...params };
  }

  readonly #heard = new Set<string>();

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
  override addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject | null,
    options?: boolean | AddEventListenerOptions,
  ): void;
  /** @internal */
  override addEventListener(type: string, listener: unknown, options?: boolean | AddEventListenerOptions): void {
    // Whatever a base class listens to is no event of ours.
    if (#heard in this) this.#heard.add(type);
    super.addEventListener(type, listener as EventListener, options);
  }

  override removeEventListener<Name extends keyof UploaderEventMap>(
    type: Name,
    listener: ((this: this, event: UploaderEventMap[Name]) => unknown) | { handleEvent(event: UploaderEventMap[Name]): unknown } | null,
    options?: boolean | EventListenerOptions,
  ): void;
  override removeEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject | null,
    options?: boolean | EventListenerOptions,
  ): void;
  /** @internal */
  override removeEventListener(type: string, listener: unknown, options?: boolean | EventListenerOptions): void {
    super.removeEventListener(type, listener as EventListener, options);
  }

  /** @internal */
  protected override canDelete(id: number, now: Status): boolean {
    return (
      this.#deleteEndpointFor(id) !== '' &&
      (now === status.UPLOAD_SUCCESSFUL || now === status.DELETE_FAILED || now === status.UPLOAD_FAILED)
    );
  }

  #deleteEndpointFor(id: number): string {
    return this.settingsFor(id).deleteEndpoint ?? this.settings.deleteEndpoint;
  }

  /** @internal */
  protected override reportUnreadable(error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error);
    this.#controller.emit('error', { id: null, name: '', reason, cause: error });
    // There is no row that could say it.
    if (this.showMessage) this.#pageMessages.say(reason);
    else void this.#face.alert(reason);
  }

  get #isDisabled(): boolean {
    return this.disabled || this.#disabledByForm;
  }

  async #deleteByHand(id: number): Promise<void> {
    const { showConfirm } = this;
    const instead = showConfirm && ((question: string) => confirmedBy(showConfirm, question));
    if (await this.#face.confirmDelete(this.getName(id) ?? '', instead)) this.deleteFile(id);
  }

  #askForName(suggested: string): Promise<string | null> {
    const question = this.#face.language.text('namePromptMessage');
    const { showPrompt } = this;
    return showPrompt ? promptedBy(showPrompt, question, suggested) : this.#face.prompt(question, suggested);
  }

  #readSettings(): Settings {
    const problems: SettingProblem[] = [];
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
      inspectFile: imageLimits(settings),
      describeProblem: (problem) => this.#face.describeProblem(problem),
      retry: { maxAttempts: settings.maxAutoAttempts, firstDelay: settings.autoAttemptDelay },
      maxConnections: maxConnections,
      usesSharedConnection: settings.findConnections ? () => sharesConnection(settings.endpoint) : undefined,
      prepareAhead: ({ size }) => this.ahead(settings, size),
      stallTimeout: { ...this.patience, fixed: stallTimeout },
      resume: settings.resume ? this.#unfinished.options(settings) : undefined,
      network: browserNetwork,
      clock: systemClock,
      createUuid: () => newUuid(),
      isDeletable: ({ id }) => this.#deleteEndpointFor(id) !== '',
    };
  }

  /** A listener may send the form: it has to be up to date by then. With many files, that is worth the effort only when all are there. */
  #beforeEvent(name: keyof ElementEvents, detail: unknown): void {
    if (name === 'error') this.#passOn(detail as ElementEvents['error']);
    if (name === 'allComplete' || (name === 'statusChange' && this.uploader.files.length <= fewFiles)) this.#tellForm();
  }

  /** Why a file is refused, to a page that wants to say so itself. */
  #passOn({ id, reason }: ElementEvents['error']): void {
    if (id !== null && this.uploader.files[id]?.status === status.REJECTED) this.#pageMessages.say(reason);
  }

  #tellForm(reworded = false): void {
    if (!this.hasUpdated) return;
    const rules = {
      name: this.name,
      required: this.required && !this.#isDisabled,
      explain: () => ({ messages: this.#face.formMessages, anchor: this.renderRoot.querySelector<HTMLElement>('input[type=file]') }),
    };
    this.#formParticipation.tell(this.uploader, rules, reworded);
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

function asText(value: unknown): string {
  return typeof value === 'string' ? value : '';
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
