import type { CSSResultGroup, PropertyValues, TemplateResult } from 'lit';
import type { Store, UploadFile } from '../core/types.js';
import { Uploader } from '../core/uploader.js';
import type { StallTimeoutRules, UploaderOptions } from '../core/uploader-options.js';
import type { PickerOverrides } from '../ui/file-picker.js';
import type { ResumableFileData } from '../resume/resumable-files.js';
import { afterPaint } from '../ui/after-paint.js';
import { UploaderView } from '../ui/uploader-view.js';
import type { MessageValues } from '../ui/language.js';
import type { MessageKey } from '../ui/messages/messages.js';
import type { FileAction } from '../ui/view-options.js';
import { DialogController } from './controllers/dialog-controller.js';
import { buttonList, buttonOptions, ExtraTargetsController } from './controllers/extra-targets-controller.js';
import type { ExtraButton } from './controllers/extra-targets-controller.js';
import { FormController } from './controllers/form-controller.js';
import { FormSubmissionController } from './controllers/form-submission-controller.js';
import { LeaveController } from './controllers/leave-controller.js';
import { PasteController } from './controllers/paste-controller.js';
import { RemovalController } from './controllers/removal-controller.js';
import { SessionController } from './controllers/session-controller.js';
import { UnfinishedUploadsController } from './controllers/unfinished-uploads-controller.js';
import { UnloadGuardController } from './controllers/unload-guard-controller.js';
import { keepExtension } from './file-types.js';
import type { FileSettings } from './file-settings.js';
import { property } from './property.js';
import { isAuto, isElement, listOf } from './setting-types.js';
import { settingsToOptions } from './uploader-options.js';
import { UploaderMethods } from './uploader-methods.js';
import type { SharedSettings } from './uploader-properties.js';

/**
 * What all uploader elements have in common: their attributes, their methods, their view, and their part in a form.
 *
 * Cancelable events ask: `preventDefault()` refuses, `waitUntil(promise)` answers later. The other events state facts. Events do not bubble: listen on the element, or
 * on an ancestor in the capture phase.
 *
 * @fires {CancelableUploaderEvent} validateBatch - Asks whether the files that were just added are accepted: `{files: [{name, size}]}`.
 * @fires {CancelableUploaderEvent} validate - Asks whether a file is accepted: `{id, name, size}`.
 * @fires {CancelableUploaderEvent} submit - Asks whether a valid file is added to the list: `{id, name}`.
 * @fires {UploaderEvent} submitted - A file was added to the list: `{id, name}`.
 * @fires {CancelableUploaderEvent} upload - Asks whether the upload of a file starts: `{id, name}`.
 * @fires {CancelableUploaderEvent} uploadChunk - Asks whether a part is sent; the promise may resolve to changes of its request, `{endpoint?, method?, headers?, params?}`: `{id, name, partIndex, startByte, endByte, totalParts}`.
 * @fires {UploaderEvent} uploadChunkSuccess - A part was uploaded: `{id, name, partIndex, startByte, endByte, totalParts, response}`.
 * @fires {CancelableUploaderEvent} resume - Asks whether an upload of an earlier session continues: `{id, name, partIndex, startByte, endByte, totalParts, customResumeData}`.
 * @fires {UploaderEvent} resumeWait - With `resume`, another tab or element uploads the same file; this one waits until that ends: `{id, name}`.
 * @fires {UploaderEvent} progress - Bytes of a file were sent: `{id, name, uploadedBytes, totalBytes}`.
 * @fires {UploaderEvent} totalProgress - Bytes of any file were sent: `{uploadedBytes, totalBytes}` of all files together.
 * @fires {UploaderEvent} autoRetry - A failed request is retried automatically: `{id, name, attempt}`, `attempt` from 1.
 * @fires {CancelableUploaderEvent} manualRetry - Asks whether a failed file is retried by a person or by `retry()`: `{id, name}`.
 * @fires {UploaderEvent} complete - The upload of a file succeeded or failed: `{id, name, success, response, uuid}`, and `key` and `bucket` of `<fine-uploader-s3>`.
 * @fires {UploaderEvent} allComplete - The uploads of all files succeeded or failed: `{succeeded, failed}`, two lists of ids.
 * @fires {CancelableUploaderEvent} cancel - Asks whether a file is cancelled: `{id, name}`.
 * @fires {UploaderEvent} error - A file was rejected or an operation failed: `{id, name, reason, code?, status?, cause?}`; `reason` is a sentence for people, `status` the HTTP status.
 * @fires {UploaderEvent} statusChange - The status of a file changed: `{id, name, oldStatus, newStatus}`.
 * @fires {CancelableUploaderEvent} submitDelete - Asks whether an uploaded file is deleted: `{id, name}`.
 * @fires {UploaderEvent} delete - A delete request is sent: `{id, name}`.
 * @fires {UploaderEvent} deleteComplete - A delete request succeeded or failed: `{id, name, success, isError}`.
 * @fires {CancelableUploaderEvent} pasteReceived - Asks whether a pasted file is added; the promise may resolve to its name: `{blob}`.
 * @fires {UploaderEvent} sessionRequestComplete - The request for previously uploaded files succeeded or failed: `{response, success}`.
 * @fires {CancelableUploaderEvent} credentialsExpired - Asks for new credentials, shortly before the current ones expire; the promise resolves to them: `{}`.
 *
 * @slot button - Replaces the button that opens the file dialog; or several buttons, each with `data-directory`, `data-multiple`, `data-accept` or `data-capture` for its own file dialog.
 * @slot dropzone - Replaces the text of the drop zone.
 * @slot empty - Content in place of the list while there are no files.
 * @slot action - A `<template>` that is added to each uploaded file, as in `<a href="{response.link}">View</a>`. Placeholders: `{id}`, `{name}`, `{uuid}`, `{response.…}` for the server's response, and `{key}` and `{bucket}` of `<fine-uploader-s3>`. Values are inserted as text; in `href` only as http and https URLs.
 *
 * @csspart dropzone - The area that accepts dropped files.
 * @csspart button - The button that opens the file dialog.
 * @csspart list - The list of files.
 * @csspart file - A file in the list.
 * @csspart thumbnail - The thumbnail of a file.
 * @csspart name - The name of a file.
 * @csspart size - The size of a file.
 * @csspart status - The status of a file, or the reason why it failed.
 * @csspart progress - The progress bar of a file.
 * @csspart total-progress - The progress bar of all files together.
 * @csspart cancel - The button that cancels a file.
 * @csspart pause - The button that pauses a file.
 * @csspart continue - The button that continues a paused file.
 * @csspart retry - The button that retries a failed file.
 * @csspart delete - The button that deletes an uploaded file.
 * @csspart action - The content of the page's `action` template.
 * @csspart dialog - The dialog that shows a message or asks a question.
 *
 * @cssprop [--fine-uploader-accent=#2563eb] - Color of buttons and progress bars.
 * @cssprop [--fine-uploader-accent-text=#fff] - Color of text on the accent color.
 * @cssprop [--fine-uploader-danger=#d92d20] - Color of failed files.
 * @cssprop [--fine-uploader-success=#15803d] - Color of uploaded files.
 * @cssprop [--fine-uploader-muted] - Color of secondary text. Default: derived from the text color.
 * @cssprop [--fine-uploader-border] - Color of borders. Default: derived from the text color.
 * @cssprop [--fine-uploader-surface=transparent] - Background of the list.
 * @cssprop [--fine-uploader-radius=0.75em] - Radius of corners.
 * @cssprop [--fine-uploader-space=0.75em] - Unit of all spacing.
 * @cssprop [--fine-uploader-thumbnail-size=2.75em] - Width and height of thumbnails.
 * @cssprop [--fine-uploader-list-height=28em] - Maximum height of the list; longer lists scroll.
 * @cssprop [--fine-uploader-dialog-background=Canvas] - Background of dialogs.
 * @cssprop [--fine-uploader-dialog-text=CanvasText] - Color of text in dialogs.
 */
export abstract class UploaderElement<OwnFileSettings extends FileSettings = FileSettings> extends UploaderMethods<OwnFileSettings> {
  static override readonly styles: CSSResultGroup = UploaderView.styles;
  static override readonly shadowRootOptions: ShadowRootInit = { ...UploaderMethods.shadowRootOptions, delegatesFocus: true };

  readonly #view = new UploaderView(this, {
    add: (files) => {
      if (!this.#form.disabled) this.addFiles(files);
    },
    cancel: (id) => this.cancel(id),
    pause: (id) => void this.pauseUpload(id),
    continue: (id) => void this.continueUpload(id),
    retry: (id) => void this.retry(id),
    delete: (id) => void this.#confirmDelete(id),
    dismiss: (id) => this.uploader.dismiss(id),
    rename: (id, name) => this.setName(id, this.editExtension ? name : keepExtension(this.getName(id) ?? '', name)),
  });
  readonly #dialogs = new DialogController(this, this.#view, this.controller);
  readonly #form = new FormController(this, this.#view, this.controller, this.internals);
  readonly #submission = new FormSubmissionController(this, this.controller);
  readonly #removal = new RemovalController(this, this.controller);
  readonly #extraTargets = new ExtraTargetsController(this.#view, this);
  readonly #session = new SessionController(this, this.controller);
  readonly #unfinished = new UnfinishedUploadsController(this, this.fileSettings);

  constructor() {
    super();
    new LeaveController(this, this.controller);
    new PasteController(this, this.#form, this.#dialogs, this.controller);
    new UnloadGuardController(this, this.controller);
  }

  /** @internal Tells the records of unfinished uploads of one kind of store from those of others. */
  abstract readonly storeName: string;
  /** @internal Fields that a previously uploaded file must have, beside `name` and `uuid`. */
  readonly requiredSessionFields: readonly string[] = [];
  /** @internal Stall timeouts (ms) before any request has been measured. */
  protected readonly stallTimeoutRules: Pick<StallTimeoutRules, 'initial' | 'minimum'> = { initial: 120_000, minimum: 30_000 };

  /** @internal Creates the store of a file. Reads the current settings and throws at once; only the store's code is waited for. */
  protected abstract storeFor(file: UploadFile, settings: SharedSettings): Store | Promise<Store>;

  /** @internal Checks a file when it is added; undefined if there is nothing to check. Rejects with an {@link UploadError} for a file that the store will not take. */
  protected assertUploadable(_file: UploadFile): Promise<void> | undefined {
    return undefined;
  }

  /** @internal Loads the store's code before there is a file. */
  protected preload(): Promise<unknown> {
    return Promise.resolve();
  }

  /**
   * @internal Number of files to prepare while others are being sent.
   * @param _size - of the next file, bytes.
   */
  protected filesToPrepare(_settings: SharedSettings, _size: number): number {
    return 0;
  }

  /** @internal The entry of an uploaded file in a form. */
  formEntry(id: number): string {
    return this.getUuid(id) ?? '';
  }

  // ------------------------------------------------------------------------------------------------------------- lifecycle

  protected override render(): TemplateResult {
    const { settings } = this;
    return this.#view.render(this.uploader.snapshot(), {
      multiple: this.multiple,
      directory: this.directory,
      dropAnywhere: this.dropAnywhere,
      accept: settings.accept,
      capture: this.capture ?? '',
      disabled: this.#form.disabled,
      required: this.required,
      label: this.getAttribute('aria-label') ?? '',
      editFilename: this.editFilename,
      noThumbnails: this.noThumbnails,
      failedUploadText: settings.failedUploadText,
      messages: this.messages,
      action: this.#action,
    });
  }

  readonly #action = (id: number): FileAction | undefined => {
    const template = this.querySelector<HTMLTemplateElement>(':scope > template[slot=action]');
    const file = this.uploader.file(id);
    if (!template || !file) return undefined;
    const { name, uuid, result } = file;
    return { template, file, values: { id, name, uuid, response: result?.response, ...result?.details } };
  };

  protected override firstUpdated(_changed: PropertyValues): void {
    // This is faster than a person who chooses a file. If it fails, the first file loads it again.
    afterPaint(() => void Promise.all([Uploader.preload(), this.preload()]).catch(() => {}));
  }

  /** @internal Waits for the code of rows and dialogs, too, which is loaded after the first paint. */
  protected override async getUpdateComplete(): Promise<boolean> {
    const complete = await super.getUpdateComplete();
    return (await this.#view.loadFilesView(this.uploader.files.length > 0)) ? super.getUpdateComplete() : complete;
  }

  // ----------------------------------------------------------------------------------------------- buttons and drop zones

  /** Elements of the page that accept dropped files for this uploader. See {@link addExtraDropzone}. */
  @property({
    setting: listOf<HTMLElement>(isElement, 'an array of elements'),
    default: [],
    attribute: false,
    option: 'dragAndDrop.extraDropzones',
  })
  set extraDropzones(elements: readonly HTMLElement[]) {
    this.#extraTargets.dropzones = elements;
  }

  get extraDropzones(): readonly HTMLElement[] {
    return this.#extraTargets.dropzones;
  }

  /** Buttons of the page that open this uploader's file dialog: `{element, multiple?, directory?, accept?, capture?}`. See {@link addExtraButton}. */
  @property({ setting: buttonList, default: [], attribute: false, option: buttonOptions })
  set extraButtons(buttons: readonly ExtraButton[]) {
    this.#extraTargets.buttons = buttons;
  }

  get extraButtons(): readonly ExtraButton[] {
    return this.#extraTargets.buttons;
  }

  /**
   * Makes an element of the page accept dropped files for this uploader. While files are dragged over it, it has the attribute `data-fine-uploader-drop`.
   * @throws {TypeError} if it is not an element.
   */
  addExtraDropzone(element: HTMLElement): void {
    expectElement('addExtraDropzone', element);
    this.#extraTargets.addDropzone(element);
  }

  /** Removes a drop zone that {@link addExtraDropzone} has added. */
  removeExtraDropzone(element: HTMLElement): void {
    this.#extraTargets.removeDropzone(element);
  }

  /**
   * Makes an element of the page open this uploader's file dialog.
   * @param element - preferably a button, which works by keyboard, too.
   * @param own - options of this button's file dialog: `{multiple?, directory?, accept?, capture?}`. Default: the attributes, which also validate the chosen files.
   * @throws {TypeError} if it is not an element.
   */
  addExtraButton(element: HTMLElement, own?: PickerOverrides): void {
    expectElement('addExtraButton', element);
    this.#extraTargets.addButton(element, own);
  }

  /** Removes a button that {@link addExtraButton} has added. */
  removeExtraButton(element: HTMLElement): void {
    this.#extraTargets.removeButton(element);
  }

  // ------------------------------------------------------------------------------------------------------------------ form

  /** @internal */
  formAssociatedCallback(form: HTMLFormElement | null): void {
    this.#submission.form = form;
  }

  /** @internal */
  get isSubmissionWaiting(): boolean {
    return this.#submission.isWaiting;
  }

  /** @internal */
  formResetCallback(): void {
    this.reset();
  }

  /** @internal */
  formDisabledCallback(disabled: boolean): void {
    this.#form.disabledByForm = disabled;
  }

  /** @internal */
  formStateRestoreCallback(state: unknown): void {
    this.#form.restore(state);
  }

  // ---------------------------------------------------------------------------------------------------- session and resume

  /**
   * Returns the unfinished uploads of earlier sessions. They are read when an element with `resume` is first rendered.
   * @returns {object[]} `{name, size, uuid, remaining, key?, customResumeData?}` of each: `remaining` lists the indexes of the missing parts, and `key` is the key of an object in S3.
   */
  getResumableFilesData(): ResumableFileData[] {
    return this.#unfinished.data;
  }

  /** Returns whether the upload of a file can continue where an earlier session has stopped. */
  isResumable(id: number): boolean {
    const file = this.uploader.file(id);
    return file !== undefined && this.resume && ((file.chunked && file.saved !== undefined) || this.#unfinished.has(file));
  }

  override reset(): void {
    this.#submission.reset();
    this.#removal.reset();
    super.reset();
    this.#session.reset();
  }

  // ------------------------------------------------------------------------------------------------------------ uploader

  /** @internal */
  protected override createOptions(): UploaderOptions {
    const { settings } = this;
    return {
      ...settingsToOptions(settings, isAuto(this.maxConnections), this.hasOptions, (file) => this.assertUploadable(file)),
      storeFor: (file) => this.storeFor(file, this.settings),
      describeProblem: (problem) => this.#currentView.describeProblem(problem),
      prepareAhead: ({ size }) => this.filesToPrepare(settings, size),
      stallTimeout: { ...this.stallTimeoutRules, fixed: settings.stallTimeout || undefined },
      resume: settings.resume ? this.#unfinished : undefined,
      isDeletable: ({ id }) => this.isDeletable(id),
    };
  }

  /** @internal */
  protected override alert(message: string): void {
    this.#dialogs.alert(message);
  }

  /** @internal */
  protected override text(key: MessageKey, values?: MessageValues): string {
    return this.#currentView.language.text(key, values);
  }

  /** With texts that may have been replaced since the last render. */
  get #currentView(): UploaderView {
    this.#view.messages = this.messages;
    return this.#view;
  }

  async #confirmDelete(id: number): Promise<void> {
    if (await this.#dialogs.confirmDelete(this.getName(id) ?? '')) this.deleteFile(id);
  }
}

function expectElement(method: string, element: unknown): void {
  if (!(element instanceof Element)) throw new TypeError(`${method} takes an element.`);
}
