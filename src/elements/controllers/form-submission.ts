/** What the form around an element needs of it. */
export interface SubmissionHost {
  readonly form: HTMLFormElement | null;
  /** Files wait to be uploaded, or are on their way. */
  readonly hasUnfinished: boolean;
  /** Uploads what waits. Resolves, when nothing is on its way any more, with whether all has arrived. */
  uploadAll(): Promise<boolean>;
}

/** `upload-on-submit`: the form around the element waits for its files, and is sent when all have arrived. */
export class Submission {
  #uploading = false;

  constructor(private readonly host: SubmissionHost) {}

  /** The form is about to be sent. */
  submit(event: SubmitEvent): void {
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
  }
}
