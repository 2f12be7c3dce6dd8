import type { UploaderView } from '../../ui/uploader-view.js';
import type { ElementEvents } from '../events.js';
import type { UploaderController, UploaderObserver } from './uploader-controller.js';

/** Shows a message. May return a promise. */
export type ShowMessage = (message: string) => unknown;

/** Asks a question. `false`, or a promise that resolves to `false` or is rejected, is a no; anything else is a yes. */
export type ShowConfirm = (message: string) => unknown;

/** Asks for a line of text. A string, or a promise of one, is the answer; anything else, or a promise that is rejected, is no answer, as in `window.prompt`. */
export type ShowPrompt = (message: string, defaultValue: string) => unknown;

/** The functions of the page that replace the uploader's dialogs. */
interface PageDialogs {
  readonly showMessage: ShowMessage | undefined;
  readonly showConfirm: ShowConfirm | undefined;
  readonly showPrompt: ShowPrompt | undefined;
}

/** Time (ms) in which messages are collected: a hundred files may be rejected at once, and many files are validated in slices. */
const collectFor = 50;

/** Shows messages and asks questions, by the page's own functions if it has set them, otherwise by dialogs of the uploader. */
export class DialogController implements UploaderObserver {
  readonly #lines: string[] = [];

  constructor(
    private readonly page: PageDialogs,
    private readonly view: UploaderView,
    private readonly controller: UploaderController,
  ) {
    controller.observe(this);
  }

  /** The list shows why a file was rejected; `showMessage` does, too. */
  beforeEvent(name: keyof ElementEvents, detail: unknown): void {
    if (name !== 'error') return;
    const { id, reason, code } = detail as ElementEvents['error'];
    // The error comes before the file is `rejected`; one about too many files after they all are.
    const isRejection = id === null ? code === 'tooManyItemsError' : this.controller.uploader.files[id]?.status === 'submitting';
    if (isRejection) this.#showMessage(reason);
  }

  alert(message: string): void {
    if (this.page.showMessage) this.#showMessage(message);
    else void this.view.alert(message);
  }

  /** Resolves to whether the person agrees to delete a file. */
  confirmDelete(fileName: string): Promise<boolean> {
    const { showConfirm } = this.page;
    return this.view.confirmDelete(
      fileName,
      showConfirm && (async (question) => (await answerOf(() => showConfirm(question), false)) !== false),
    );
  }

  /** Resolves to a name for a pasted file, or to null if it is to be discarded. */
  async promptForName(suggestion: string): Promise<string | null> {
    const { showPrompt } = this.page;
    const question = this.view.language.text('namePromptMessage');
    if (!showPrompt) return this.view.prompt(question, suggestion);
    const answer = await answerOf(() => showPrompt(question, suggestion), null);
    return typeof answer === 'string' ? answer : null;
  }

  #showMessage(line: string): void {
    if (!this.page.showMessage || this.#lines.push(line) > 1) return;
    setTimeout(() => {
      const message = this.#lines.splice(0).join('\n');
      void answerOf(() => this.page.showMessage?.(message), undefined);
    }, collectFor);
  }
}

/** A rejected promise is a refusal. A thrown error is a mistake in the page, and is reported as such. */
async function answerOf(ask: () => unknown, refusal: unknown): Promise<unknown> {
  let answer: unknown;
  try {
    answer = ask();
  } catch (error) {
    reportError(error);
    return refusal;
  }
  return Promise.resolve(answer).catch(() => refusal);
}
