import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import type { Find } from './find.js';
import type { Language } from './language.js';

/** What a dialog is about beside its text. */
export interface DialogOptions {
  /** What the button that agrees says. Default OK. */
  readonly accept?: string;
  /** Agreeing destroys something: the focus begins on the button that does not. */
  readonly danger?: boolean;
}

interface Question extends DialogOptions {
  readonly kind: 'alert' | 'confirm' | 'prompt';
  readonly text: string;
  readonly value: string;
  settle(answer: string | null): void;
}

/** Messages and questions, one after another, each in a modal `<dialog>`. */
export class Dialogs {
  readonly #waiting: Question[] = [];
  /** The one that the person sees, until its answer is in: the `close` event comes some time after the dialog has closed. */
  #shown: Question | undefined;

  /** @param changed - asks for another rendering. */
  constructor(
    private readonly find: Find,
    private readonly changed: () => void,
  ) {}

  get #dialog(): HTMLDialogElement | null {
    return this.find('dialog');
  }

  get #input(): HTMLInputElement | null {
    return this.find('dialog input');
  }

  /** Resolves when the person has closed it. */
  async alert(text: string): Promise<void> {
    await this.#ask('alert', text, '', {});
  }

  /** Resolves to whether the person agrees. */
  async confirm(text: string, options: DialogOptions = {}): Promise<boolean> {
    return (await this.#ask('confirm', text, '', options)) !== null;
  }

  /** Resolves to what the person wrote, or null where they would rather not. */
  prompt(text: string, value: string): Promise<string | null> {
    return this.#ask('prompt', text, value, {});
  }

  render(language: Language): TemplateResult {
    const [question] = this.#waiting;
    return html`<dialog part="dialog" class="dialog" aria-labelledby="question" @close=${this.#onClose} @cancel=${stop} @click=${this.#onClick}>
      ${question ? this.#renderQuestion(question, language) : nothing}
    </dialog>`;
  }

  /** After each rendering: shows what is asked. */
  updated(): void {
    const dialog = this.#dialog;
    const [question] = this.#waiting;
    if (!dialog?.isConnected || !question || dialog.open || question === this.#shown) return;
    this.#shown = question;
    dialog.returnValue = '';
    dialog.showModal();
    this.#input?.select();
  }

  /** The uploader has left the page: nobody will answer any more. */
  disconnect(): void {
    this.#shown = undefined;
    this.#dialog?.close();
    for (const question of this.#waiting.splice(0)) question.settle(null);
  }

  #renderQuestion({ kind, text, value, accept, danger }: Question, language: Language): TemplateResult {
    return html`<p id="question">${text}</p>
      ${
        kind === 'prompt'
          ? html`<input class="edit" type="text" dir="auto" autocomplete="off" autofocus aria-labelledby="question" .value=${value} @keydown=${this.#onKey} @input=${stop} />`
          : nothing
      }
      <div class="answers">
        ${
          kind === 'alert'
            ? nothing
            : html`<button class="button" type="button" ?autofocus=${danger} @click=${() => this.#dialog?.close()}>${language.text('dialogCancel')}</button>`
        }
        <button class="button primary ${danger ? 'danger' : ''}" type="button" ?autofocus=${kind !== 'prompt' && !danger} @click=${this.#accept}>
          ${accept ?? language.text('ok')}
        </button>
      </div>`;
  }

  #ask(kind: Question['kind'], text: string, value: string, options: DialogOptions): Promise<string | null> {
    return new Promise((settle) => {
      this.#waiting.push({ kind, text, value, settle, ...options });
      this.changed();
    });
  }

  readonly #accept = (): void => this.#dialog?.close('ok');

  readonly #onKey = (event: KeyboardEvent): void => {
    if (event.key === 'Enter' && !event.isComposing) this.#accept();
  };

  /** A click on the backdrop is a click on the dialog itself, outside of its box. */
  readonly #onClick = (event: MouseEvent): void => {
    const dialog = this.#dialog;
    if (!dialog || event.target !== dialog) return;
    const { left, right, top, bottom } = dialog.getBoundingClientRect();
    if (event.clientX < left || event.clientX > right || event.clientY < top || event.clientY > bottom) dialog.close();
  };

  readonly #onClose = (event: Event): void => {
    event.stopPropagation();
    const question = this.#shown;
    if (!question || question !== this.#waiting[0]) return;
    this.#shown = undefined;
    this.#waiting.shift();
    question.settle(this.#dialog?.returnValue === 'ok' ? (this.#input?.value ?? '') : null);
    this.changed();
  };
}

/** An event of the dialog's own is nobody else's business. */
function stop(event: Event): void {
  event.stopPropagation();
}
