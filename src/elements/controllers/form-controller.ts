import type { ReactiveController } from 'lit';
import type { FileRecord, InitialFileData } from '../../core/file-record.js';
import type { UploaderView } from '../../ui/uploader-view.js';
import type { UploaderProperties } from '../uploader-properties.js';
import type { UploaderController, UploaderObserver } from './uploader-controller.js';

interface FormHost extends UploaderProperties {
  formEntry(id: number): string;
  /** The form waits for the files: `upload-on-submit`. */
  readonly isSubmissionWaiting: boolean;
}

/** With more files than this, the form is updated from time to time, not after every file. */
const immediateUpdateLimit = 200;
/** Maximum share of the time that is then spent on it. */
const maxUpdateShare = 1 / 50;

/** Makes the element a form control: its value, its validity, and its state when a person returns to the page. */
export class FormController implements ReactiveController, UploaderObserver {
  #disabledByForm = false;
  #rendered = false;
  #hasFiles = false;
  /** The values of the last update. */
  #name = '';
  #successRevision = 0;
  #value = '';
  #state: string | null = null;
  #flag = '';
  #message = '';
  /** Time of the next update with many files, by `performance.now()`. */
  #nextUpdate = 0;

  constructor(
    private readonly host: FormHost,
    private readonly view: UploaderView,
    private readonly controller: UploaderController,
    private readonly internals: ElementInternals,
  ) {
    host.addController(this);
    controller.observe(this);
  }

  /** Whether the element or its fieldset is disabled. */
  get disabled(): boolean {
    return this.host.disabled || this.#disabledByForm;
  }

  set disabledByForm(disabled: boolean) {
    this.#disabledByForm = disabled;
    // The browser calls this in the middle of an update, too, for the element's own attribute: an update that is requested then would be lost.
    if (this.host.isUpdatePending) void this.host.updateComplete.then(() => this.host.requestUpdate());
    else this.host.requestUpdate();
  }

  /** Adds the files of a state that the browser has kept, except those that are there already, such as those of the server's list. */
  restore(state: unknown): void {
    const { uploader } = this.controller;
    const uuids = new Set(uploader.files.map(({ uuid }) => uuid));
    uploader.addInitialFiles(readFormState(state).filter(({ uuid }) => !uuids.has(uuid)));
  }

  hostUpdated(): void {
    this.#rendered = true;
    this.#update(true);
  }

  /** A listener may submit the form, which must be current then. With many files, only when all of them are complete. */
  beforeEvent(name: string): void {
    if (name === 'allComplete' || (name === 'statusChange' && this.#isImmediate)) this.#update();
  }

  uploaderChanged(): void {
    // With many files, too, the form can be submitted as soon as the last one is cancelled.
    if (this.#isImmediate || (this.#flag === 'customError' && !this.controller.uploader.busy)) this.#update();
  }

  get #isImmediate(): boolean {
    return this.controller.uploader.files.length <= immediateUpdateLimit;
  }

  /** @param languageChanged - the message may be another one. */
  #update(languageChanged = false): void {
    if (!this.#rendered) return;
    const { files, busy, totals, successRevision } = this.controller.uploader;
    const { name } = this.host;
    const start = performance.now();
    const changed = successRevision !== this.#successRevision || name !== this.#name;
    if (changed && (!busy || this.#isImmediate || start >= this.#nextUpdate)) {
      this.#successRevision = successRevision;
      this.#name = name;
      this.#updateValue(totals.succeeded > 0 ? files : []);
      const end = performance.now();
      this.#nextUpdate = end + (end - start) / maxUpdateShare;
    }
    this.#updateValidity(busy, languageChanged);
  }

  #updateValue(files: readonly Readonly<FileRecord>[]): void {
    const { name } = this.host;
    const uploaded = files.filter((file) => file.status === 'upload successful' && !file.hidden);
    this.#hasFiles = uploaded.length > 0;
    const entries = name ? uploaded.map(({ id }) => this.host.formEntry(id)) : [];
    const state = uploaded.length > 0 ? JSON.stringify(uploaded.map(formState)) : null;
    const value = entries.length > 0 ? JSON.stringify([name, entries]) : '';
    if (value === this.#value && state === this.#state) return;
    this.#value = value;
    this.#state = state;
    const data = new FormData();
    for (const entry of entries) data.append(name, entry);
    this.internals.setFormValue(entries.length > 0 ? data : null, state);
  }

  #updateValidity(busy: boolean, languageChanged: boolean): void {
    const { host } = this;
    // A browser asks for the validity before it dispatches `submit`, which then waits for the files.
    const waitsOnSubmit = host.uploadOnSubmit && !host.isSubmissionWaiting && this.controller.uploader.unfinished > 0;
    const required = host.required && !this.disabled;
    const flag = waitsOnSubmit ? '' : busy ? 'customError' : required && !this.#hasFiles ? 'valueMissing' : '';
    if (flag === this.#flag && !(flag && languageChanged)) return;
    const messages = this.view.formMessages;
    const message = flag && (busy ? messages.busy : messages.required);
    if (flag === this.#flag && message === this.#message) return;
    this.#flag = flag;
    this.#message = message;
    const anchor = host.renderRoot.querySelector<HTMLElement>('input[type=file]');
    this.internals.setValidity(flag ? { [flag]: true } : {}, message, anchor ?? undefined);
  }
}

function formState({ name, uuid, size, result }: Readonly<FileRecord>): InitialFileData {
  return { name, uuid, size, details: result?.details };
}

/** The files of a state that the browser has kept. Anything unexpected is ignored. */
function readFormState(state: unknown): readonly InitialFileData[] {
  try {
    const files: unknown = typeof state === 'string' ? JSON.parse(state) : [];
    if (!Array.isArray(files)) return [];
    return files.filter(
      (file: Partial<InitialFileData> | null): file is InitialFileData => typeof file?.name === 'string' && typeof file.uuid === 'string',
    );
  } catch {
    return [];
  }
}
