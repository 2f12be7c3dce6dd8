import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import type { Find } from './find.js';

/** What the dialog offers. */
export interface PickerOptions {
  readonly multiple: boolean;
  readonly directory: boolean;
  readonly accept: string;
  readonly capture: string;
  readonly disabled: boolean;
  /** What the button says. */
  readonly text: string;
  /** What a screen reader calls the uploader; '' where the page has no name for it. */
  readonly label: string;
  /** Said after the button's name: that it is required. */
  readonly description: string;
}

/** The button that opens the file dialog, and the real file input behind it. */
export class FilePicker {
  /** @param add - gets the chosen files. */
  constructor(
    private readonly find: Find,
    private readonly add: (files: readonly File[]) => void,
  ) {}

  render({ multiple, directory, accept, capture, disabled, text, label, description }: PickerOptions): TemplateResult {
    const name = [label, text, description].filter(Boolean).join(', ');
    return html`<slot name="button" @click=${this.#onClick}
        ><button part="button" class="button primary" type="button" ?disabled=${disabled} aria-label=${name === text ? nothing : name}>
          ${text}
        </button></slot
      ><input
        class="hidden"
        type="file"
        tabindex="-1"
        aria-hidden="true"
        aria-label=${label || text}
        ?multiple=${multiple}
        ?webkitdirectory=${directory}
        accept=${accept || nothing}
        capture=${capture || nothing}
        ?disabled=${disabled}
        @click=${stop}
        @input=${stop}
        @cancel=${stop}
        @change=${this.#onChange}
      />`;
  }

  /** Opens the file dialog. Browsers allow it only in answer to a click or a key. */
  open(): void {
    this.find('input[type=file]')?.click();
  }

  /** Moves the focus to what opens the dialog. */
  focus(): void {
    const [slotted] = this.find<HTMLSlotElement>('slot[name=button]')?.assignedElements({ flatten: true }) ?? [];
    if (slotted instanceof HTMLElement) slotted.focus();
    else this.find('slot[name=button] button')?.focus();
  }

  readonly #onClick = (event: MouseEvent): void => {
    // With the Enter key Chromium sends the click before the key has come up, and now and then the rest of the key press closes the dialog again.
    if (event.detail === 0) setTimeout(() => this.open());
    else this.open();
  };

  readonly #onChange = (event: Event): void => {
    event.stopPropagation();
    const input = event.target as HTMLInputElement;
    const files = [...(input.files ?? [])];
    // The same file chosen once more is a change, too.
    input.value = '';
    if (files.length > 0) this.add(files);
  };
}

/** An event of the input's own is nobody else's business. */
function stop(event: Event): void {
  event.stopPropagation();
}
