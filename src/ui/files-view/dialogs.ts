import { html, nothing } from 'lit';
import type { LitElement, TemplateResult } from 'lit';
import type { Language } from '../language.js';

/** Options of a confirm dialog. */
export interface DialogOptions {
  /** Text of the button that confirms. Default: OK. */
  readonly confirmText?: string;
  /** Whether confirming destroys something. The button is then red, and Cancel has the initial focus. */
  readonly destructive?: boolean;
}

interface DialogRequest extends DialogOptions {
  readonly type: 'alert' | 'confirm' | 'prompt';
  readonly text: string;
  /** Initial value of a prompt. */
  readonly value: string;
  resolve(value: string | null): void;
}

/** Shows alerts, confirmations and prompts, one at a time, each in a modal `<dialog>`. */
export class Dialogs {
  readonly #queue: DialogRequest[] = [];
  /** The request that is shown. It is kept until the `close` event, which comes later than closing. */
  #shown: DialogRequest | undefined;

  /** @param host - the element whose shadow root contains the dialog. */
  constructor(private readonly host: LitElement) {}

  get #dialog(): HTMLDialogElement | null | undefined {
    return this.host.shadowRoot?.querySelector<HTMLDialogElement>('dialog');
  }

  get #input(): HTMLInputElement | null | undefined {
    return this.host.shadowRoot?.querySelector<HTMLInputElement>('dialog input');
  }

  /** Shows a message. Resolves when the user has closed it. */
  async alert(text: string): Promise<void> {
    await this.#open('alert', text, '', {});
  }

  /** Asks the user to confirm. Resolves to true for OK, to false for Cancel. */
  async confirm(text: string, options: DialogOptions = {}): Promise<boolean> {
    return (await this.#open('confirm', text, '', options)) !== null;
  }

  /** Asks the user for a line of text. Resolves to the text, or to null if the user cancels. */
  prompt(text: string, value: string): Promise<string | null> {
    return this.#open('prompt', text, value, {});
  }

  /** Renders the dialog with the first request, if any. */
  render(language: Language): TemplateResult {
    const [request] = this.#queue;
    return html`<dialog part="dialog" class="dialog" aria-labelledby="question" @close=${this.#onClose} @cancel=${stopPropagation} @click=${this.#onClick}>
      ${request ? this.#renderRequest(request, language) : nothing}
    </dialog>`;
  }

  /** To be called after each update of the host: opens the dialog if there is a request. */
  updated(): void {
    const dialog = this.#dialog;
    const [request] = this.#queue;
    if (!dialog?.isConnected || !request || dialog.open || request === this.#shown) return;
    this.#shown = request;
    dialog.returnValue = '';
    dialog.showModal();
    this.#input?.select();
  }

  /** Cancels all requests. To be called when the host leaves the page. */
  disconnect(): void {
    this.#shown = undefined;
    this.#dialog?.close();
    for (const request of this.#queue.splice(0)) request.resolve(null);
  }

  #renderRequest({ type, text, value, confirmText, destructive }: DialogRequest, language: Language): TemplateResult {
    return html`<p id="question">${text}</p>
      ${
        type === 'prompt'
          ? html`<input class="text-input" type="text" dir="auto" autocomplete="off" autofocus aria-labelledby="question" .value=${value} @keydown=${this.#onKeyDown} @input=${stopPropagation} />`
          : nothing
      }
      <div class="dialog-buttons">
        ${
          type === 'alert'
            ? nothing
            : html`<button class="button" type="button" ?autofocus=${destructive} @click=${() => this.#dialog?.close()}>${language.text('dialogCancel')}</button>`
        }
        <button class="button primary ${destructive ? 'danger' : ''}" type="button" ?autofocus=${type !== 'prompt' && !destructive} @click=${this.#confirm}>
          ${confirmText ?? language.text('ok')}
        </button>
      </div>`;
  }

  #open(type: DialogRequest['type'], text: string, value: string, options: DialogOptions): Promise<string | null> {
    return new Promise((resolve) => {
      this.#queue.push({ type, text, value, resolve, ...options });
      this.host.requestUpdate();
    });
  }

  readonly #confirm = (): void => this.#dialog?.close('ok');

  readonly #onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Enter' && !event.isComposing) this.#confirm();
  };

  /** Closes the dialog for a click on its backdrop: a click whose target is the dialog, outside of its box. */
  readonly #onClick = (event: MouseEvent): void => {
    const dialog = this.#dialog;
    if (!dialog || event.target !== dialog) return;
    const { left, right, top, bottom } = dialog.getBoundingClientRect();
    if (event.clientX < left || event.clientX > right || event.clientY < top || event.clientY > bottom) dialog.close();
  };

  readonly #onClose = (event: Event): void => {
    event.stopPropagation();
    const request = this.#shown;
    if (!request || request !== this.#queue[0]) return;
    this.#shown = undefined;
    this.#queue.shift();
    request.resolve(this.#dialog?.returnValue === 'ok' ? (this.#input?.value ?? '') : null);
    this.host.requestUpdate();
  };
}

function stopPropagation(event: Event): void {
  event.stopPropagation();
}
