import type { UploaderMethods } from '../uploader-methods.js';
import type { UploaderProperties } from '../uploader-properties.js';
import type { UploaderController, UploaderObserver } from './uploader-controller.js';

type SubmissionHost = UploaderProperties & Pick<UploaderMethods, 'startFiles' | 'readings'>;

/** Uploads the files when the form is submitted, and submits it when they are uploaded: `upload-on-submit`. */
export class FormSubmissionController implements UploaderObserver {
  #form: HTMLFormElement | null = null;
  /** The forms that wait for the files, and the buttons that submitted them. More than one only if the element was given to another form meanwhile. */
  readonly #waiting = new Map<HTMLFormElement, HTMLElement | null>();

  constructor(
    private readonly host: SubmissionHost,
    private readonly controller: UploaderController,
  ) {
    controller.observe(this);
  }

  /** The form that the element belongs to. The browser tells it at once, so that no form is submitted before. */
  set form(form: HTMLFormElement | null) {
    this.#form?.removeEventListener('submit', this.#submit);
    form?.addEventListener('submit', this.#submit);
    this.#form = form;
  }

  /** Whether a submission waits for files. */
  get isWaiting(): boolean {
    return this.#waiting.size > 0;
  }

  /** Submits no form any more: its files are gone. */
  reset(): void {
    this.#waiting.clear();
  }

  /** The form has its value by then, and what a listener has added to it. */
  afterEvent(name: string): void {
    if (name === 'allComplete') this.#finish();
  }

  uploaderChanged(): void {
    if (this.#waiting.size === 0) return;
    const { unfinished, allCompletePending, totals } = this.controller.uploader;
    // A file that is added meanwhile is uploaded with the others.
    if (totals.submitted > 0) this.host.startFiles();
    // All files may have been cancelled: then there is no `allComplete`.
    else if (unfinished === 0 && !allCompletePending) this.#finish();
  }

  #finish(): void {
    if (this.#isUploading) return;
    const forms = [...this.#waiting];
    this.#waiting.clear();
    if (this.controller.uploader.files.some((file) => file.status === 'upload failed')) return;
    for (const [form, submitter] of forms) {
      if (form.isConnected) form.requestSubmit(submitter?.isConnected ? submitter : null);
    }
  }

  get #isUploading(): boolean {
    return this.controller.uploader.unfinished > 0 || this.host.readings.active;
  }

  readonly #submit = (event: SubmitEvent): void => {
    if (!this.host.uploadOnSubmit || event.defaultPrevented || !this.#isUploading) return;
    event.preventDefault();
    this.#waiting.set(event.currentTarget as HTMLFormElement, event.submitter);
    this.host.startFiles();
    // The form is not valid from now on, until the files are uploaded.
    this.host.requestUpdate();
  };
}
