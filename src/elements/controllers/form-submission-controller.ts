import { status } from '../../core/status.js';
import type { UploaderMethods } from '../uploader-methods.js';
import type { UploaderProperties } from '../uploader-properties.js';
import { EventListenerController } from './event-listener-controller.js';
import type { UploaderController, UploaderObserver } from './uploader-controller.js';

type SubmissionHost = UploaderProperties & Pick<UploaderMethods, 'uploadStoredFiles'>;

/** Uploads the files when the form is submitted, and submits it when they are uploaded: `upload-on-submit`. */
export class FormSubmissionController implements UploaderObserver {
  /** Submits the form that waits for its files. */
  #resubmit: (() => void) | undefined;

  constructor(
    private readonly host: SubmissionHost,
    private readonly controller: UploaderController,
  ) {
    const onSubmit = (event: Event) => this.#submit(event as SubmitEvent);
    new EventListenerController(host, 'submit', () => (host.uploadOnSubmit ? host.form : null), onSubmit);
    controller.observe(this);
  }

  /** The form has its value by then, and what a listener has added to it. */
  afterEvent(name: string): void {
    if (name === 'allComplete') this.#finish();
  }

  /** All files may have been cancelled: then there is no `allComplete`. */
  uploaderChanged(): void {
    const { unfinished, allCompletePending } = this.controller.uploader;
    if (unfinished === 0 && !allCompletePending) this.#finish();
  }

  #finish(): void {
    const resubmit = this.#resubmit;
    this.#resubmit = undefined;
    if (resubmit && !this.controller.uploader.files.some((file) => file.status === status.UPLOAD_FAILED)) resubmit();
  }

  #submit(event: SubmitEvent): void {
    if (event.defaultPrevented || this.controller.uploader.unfinished === 0) return;
    event.preventDefault();
    if (this.#resubmit) return;
    const { form } = this.host;
    const { submitter } = event;
    this.#resubmit = () => {
      if (form?.isConnected) form.requestSubmit(submitter?.isConnected ? submitter : null);
    };
    this.host.uploadStoredFiles();
  }
}
