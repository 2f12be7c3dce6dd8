import type { UploaderMethods } from '../uploader-methods.js';
import type { UploaderProperties } from '../uploader-properties.js';
import type { DialogController } from './dialog-controller.js';
import { EventListenerController } from './event-listener-controller.js';
import type { FormController } from './form-controller.js';
import type { UploaderController } from './uploader-controller.js';

type PasteHost = UploaderProperties & Pick<UploaderMethods, 'addFiles'>;

/** Adds pasted files: `paste`, `pasteTarget` and `paste-prompt-for-name`. */
export class PasteController {
  constructor(
    private readonly host: PasteHost,
    form: FormController,
    private readonly dialogs: DialogController,
    private readonly controller: UploaderController,
  ) {
    const target = () => (form.disabled ? null : (host.pasteTarget ?? (host.paste ? host : null)));
    new EventListenerController(host, 'paste', target, (event) => this.#paste(event as ClipboardEvent));
  }

  /** Pasted text is left to the page; in a text field also text that has a picture with it, such as the cells of a spreadsheet. */
  #paste(event: ClipboardEvent): void {
    const files = [...(event.clipboardData?.files ?? [])];
    if (files.length === 0 || event.defaultPrevented) return;
    if (event.clipboardData?.types.includes('text/plain') && isTextField(event.composedPath()[0])) return;
    event.preventDefault();
    for (const file of files) void this.#add(file);
  }

  async #add(file: File): Promise<void> {
    const answer = await this.controller.emitCancelable('pasteReceived', { blob: file });
    if (answer.refused) return;
    const imageType = /^image\/([^+]+)/.exec(file.type)?.[1];
    const extension = /\.[^.]+$/.exec(file.name)?.[0] ?? (imageType ? `.${imageType}` : '');
    if (typeof answer.value === 'string' && answer.value) {
      const name = answer.value.endsWith(extension) ? answer.value : answer.value + extension;
      return this.host.addFiles({ blob: file, name });
    }
    // Browsers name every pasted image image.png. Files that were copied in a file manager have their own names.
    const suggestion = imageType && /^image\.\w+$/.test(file.name) ? this.#imageName + extension : file.name;
    const name = this.host.pastePromptForName ? await this.dialogs.promptForName(suggestion) : suggestion;
    if (name !== null) this.host.addFiles({ blob: file, name: name || suggestion });
  }

  /** Without its extension. */
  get #imageName(): string {
    const name = this.host.extraOptions['paste.defaultName'];
    return typeof name === 'string' && name ? name : 'pasted_image';
  }
}

function isTextField(target: EventTarget | undefined): boolean {
  // A paste event of an editable element can have a text node as its target.
  const element = target instanceof Element ? target : target instanceof Node ? target.parentElement : null;
  return element?.matches('input, textarea') || (element instanceof HTMLElement && element.isContentEditable);
}
