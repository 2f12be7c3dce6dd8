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

/** What a button of its own has the dialog offer in place of what the others do. */
export interface PickerOverrides {
  /** Several files. */
  readonly multiple?: boolean | undefined;
  /** A folder. */
  readonly directory?: boolean | undefined;
  /** As in `<input type="file" accept>`. */
  readonly accept?: string | undefined;
  /** As in `<input type="file" capture>`. */
  readonly capture?: string | undefined;
}

/** The button that opens the file dialog, and the real file input behind it. */
export class FilePicker {
  #other: HTMLInputElement | undefined;

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
  open(own?: PickerOverrides): void {
    const input = this.find<HTMLInputElement>('input[type=file]');
    if (!input || !own) return input?.click();
    this.#other?.remove();
    // A dialog asks its input what it may offer when it opens, and once more when it closes: so this one has an input of its own.
    const other = (this.#other = input.cloneNode() as HTMLInputElement);
    other.multiple = own.multiple ?? input.multiple;
    other.webkitdirectory = own.directory ?? input.webkitdirectory;
    if (own.accept !== undefined) other.accept = own.accept;
    if (own.capture !== undefined) other.setAttribute('capture', own.capture);
    for (const type of ['click', 'input', 'cancel']) other.addEventListener(type, stop);
    other.addEventListener('change', this.#onChange);
    input.after(other);
    other.click();
  }

  /** Moves the focus to what opens the dialog. */
  focus(): void {
    const [slotted] = this.find<HTMLSlotElement>('slot[name=button]')?.assignedElements({ flatten: true }) ?? [];
    if (slotted instanceof HTMLElement) slotted.focus();
    else this.find('slot[name=button] button')?.focus();
  }

  readonly #onClick = (event: MouseEvent): void => {
    const slotted = (event.target as Element).closest<HTMLElement>('[slot=button]');
    const { multiple, directory, accept, capture } = slotted?.dataset ?? {};
    const given = [multiple, directory, accept, capture].some((one) => one !== undefined);
    const own = given
      ? { ...(multiple !== undefined && { multiple: true }), directory: directory !== undefined, accept, capture }
      : undefined;
    // With the Enter key Chromium sends the click before the key has come up, and now and then the rest of the key press closes the dialog again.
    if (event.detail === 0) setTimeout(() => this.open(own));
    else this.open(own);
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
