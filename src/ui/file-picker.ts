import { html, nothing } from 'lit';
import type { LitElement, TemplateResult } from 'lit';

/** Options of the button and its file input. */
export interface PickerOptions {
  readonly multiple: boolean;
  readonly directory: boolean;
  readonly accept: string;
  readonly capture: string;
  readonly disabled: boolean;
  readonly buttonText: string;
  /** Accessible name of the uploader; '' for none. */
  readonly label: string;
  /** Text that follows the button's accessible name, for example "Required"; '' for none. */
  readonly description: string;
}

/** File dialog options of one button. They replace those of the uploader. */
export interface PickerOverrides {
  /** Whether several files can be chosen. */
  readonly multiple?: boolean | undefined;
  /** Whether a folder is chosen. */
  readonly directory?: boolean | undefined;
  /** As in `<input type="file" accept>`. */
  readonly accept?: string | undefined;
  /** As in `<input type="file" capture>`. */
  readonly capture?: string | undefined;
}

/** The button that opens the file dialog, and its `<input type="file">`. */
export class FilePicker {
  #overrideInput: HTMLInputElement | undefined;

  /**
   * @param host - the element whose shadow root contains the picker.
   * @param onFiles - receives the chosen files.
   */
  constructor(
    private readonly host: LitElement,
    private readonly onFiles: (files: readonly File[]) => void,
  ) {}

  /** Renders the button and its file input. */
  render({ multiple, directory, accept, capture, disabled, buttonText, label, description }: PickerOptions): TemplateResult {
    const name = [label, buttonText, description].filter(Boolean).join(', ');
    return html`<slot name="button" @click=${this.#onClick}
        ><button part="button" class="button primary" type="button" ?disabled=${disabled} aria-label=${name === buttonText ? nothing : name}>
          ${buttonText}
        </button></slot
      ><input
        class="visually-hidden"
        type="file"
        tabindex="-1"
        aria-hidden="true"
        aria-label=${label || buttonText}
        ?multiple=${multiple}
        ?webkitdirectory=${directory}
        accept=${accept || nothing}
        capture=${capture || nothing}
        ?disabled=${disabled}
        @click=${stopPropagation}
        @input=${stopPropagation}
        @cancel=${stopPropagation}
        @change=${this.#onChange}
      />`;
  }

  /** Opens the file dialog. Browsers allow it only during a click or a key press. */
  open(overrides?: PickerOverrides): void {
    const input = this.#find<HTMLInputElement>('input[type=file]');
    if (!input || !overrides) return input?.click();
    this.#overrideInput?.remove();
    // The browser reads the input's attributes when the dialog opens and again when it closes, so other options need an input of their own.
    const overrideInput = (this.#overrideInput = input.cloneNode() as HTMLInputElement);
    overrideInput.multiple = overrides.multiple ?? input.multiple;
    overrideInput.webkitdirectory = overrides.directory ?? input.webkitdirectory;
    if (overrides.accept !== undefined) overrideInput.accept = overrides.accept;
    if (overrides.capture !== undefined) overrideInput.setAttribute('capture', overrides.capture);
    for (const type of ['click', 'input', 'cancel']) overrideInput.addEventListener(type, stopPropagation);
    overrideInput.addEventListener('change', this.#onChange);
    input.after(overrideInput);
    overrideInput.click();
  }

  /** Focuses the button. */
  focus(): void {
    const [slotted] = this.#find<HTMLSlotElement>('slot[name=button]')?.assignedElements({ flatten: true }) ?? [];
    if (slotted instanceof HTMLElement) slotted.focus();
    else this.#find('slot[name=button] button')?.focus();
  }

  #find<Found extends HTMLElement>(selector: string): Found | null {
    return this.host.shadowRoot?.querySelector<Found>(selector) ?? null;
  }

  readonly #onClick = (event: MouseEvent): void => {
    const slotted = (event.target as Element).closest<HTMLElement>('[slot=button]');
    const { multiple, directory, accept, capture } = slotted?.dataset ?? {};
    const hasOverrides = [multiple, directory, accept, capture].some((value) => value !== undefined);
    const overrides = hasOverrides
      ? { ...(multiple !== undefined && { multiple: true }), directory: directory !== undefined, accept, capture }
      : undefined;
    // For the Enter key, Chromium fires the click on keydown, and the keyup sometimes closes the dialog again.
    if (event.detail === 0) setTimeout(() => this.open(overrides));
    else this.open(overrides);
  };

  readonly #onChange = (event: Event): void => {
    event.stopPropagation();
    const input = event.target as HTMLInputElement;
    const files = [...(input.files ?? [])];
    // Without this, choosing the same file again fires no change event.
    input.value = '';
    if (files.length > 0) this.onFiles(files);
  };
}

function stopPropagation(event: Event): void {
  event.stopPropagation();
}
