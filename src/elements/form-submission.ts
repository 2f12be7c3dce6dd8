import type { ReactiveController, ReactiveControllerHost } from 'lit';

/** What the form around an element needs of it. */
export interface SubmissionHost extends ReactiveControllerHost {
  readonly form: HTMLFormElement | null;
  readonly uploadOnSubmit: boolean;
  /** Files wait to be uploaded, or are on their way. */
  readonly hasUnfinished: boolean;
  /** Uploads what waits. Resolves, when nothing is on its way any more, with whether all has arrived. */
  uploadAll(): Promise<boolean>;
}

/** `upload-on-submit`: the form around the element waits for its files, and is sent when all have arrived. */
export class SubmissionController implements ReactiveController {
  #form: HTMLFormElement | null = null;
  #uploading = false;

  constructor(private readonly host: SubmissionHost) {
    host.addController(this);
  }

  hostConnected(): void {
    this.#listen(this.host.uploadOnSubmit ? this.host.form : null);
  }

  hostUpdated(): void {
    this.hostConnected();
  }

  hostDisconnected(): void {
    this.#listen(null);
  }

  #listen(form: HTMLFormElement | null): void {
    if (form === this.#form) return;
    this.#form?.removeEventListener('submit', this.#submit);
    form?.addEventListener('submit', this.#submit);
    this.#form = form;
  }

  readonly #submit = (event: SubmitEvent): void => {
    if (event.defaultPrevented || !this.host.hasUnfinished) return;
    event.preventDefault();
    if (this.#uploading) return;
    this.#uploading = true;
    const { form } = this.host;
    const { submitter } = event;
    void this.host.uploadAll().then((arrived) => {
      this.#uploading = false;
      if (arrived && form?.isConnected) form.requestSubmit(submitter?.isConnected ? submitter : null);
    });
  };
}
