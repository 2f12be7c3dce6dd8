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

  uploaderChanged(): void {
    const { unfinished, files } = this.controller.uploader;
    const resubmit = this.#resubmit;
    if (!resubmit || unfinished > 0) return;
    this.#resubmit = undefined;
    if (files.some((file) => file.status === status.UPLOAD_FAILED)) return;
    // After `allComplete`, which updates the form's value and validity.
    void Promise.resolve()
      .then(() => {})
      .then(resubmit);
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
