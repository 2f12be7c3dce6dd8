import type { PickerOverrides } from '../../ui/file-picker.js';
import type { UploaderView } from '../../ui/uploader-view.js';

/** A button of the page, and the options of its file dialog. */
export interface ExtraButton extends PickerOverrides {
  readonly element: HTMLElement;
}

/** The buttons and drop zones of the page that add files to an uploader. */
export class ExtraTargetsController {
  readonly #dropzones = new Map<HTMLElement, () => void>();
  readonly #buttons = new Map<HTMLElement, { readonly detach: () => void; readonly own: PickerOverrides | undefined }>();

  constructor(private readonly view: UploaderView) {}

  get dropzones(): readonly HTMLElement[] {
    return [...this.#dropzones.keys()];
  }

  set dropzones(elements: readonly HTMLElement[]) {
    for (const element of this.dropzones) if (!elements.includes(element)) this.removeDropzone(element);
    for (const element of elements) this.addDropzone(element);
  }

  get buttons(): readonly ExtraButton[] {
    return Array.from(this.#buttons, ([element, { own }]) => ({ element, ...own }));
  }

  set buttons(buttons: readonly ExtraButton[]) {
    for (const { element } of this.buttons) if (!buttons.some((button) => button.element === element)) this.removeButton(element);
    for (const { element, ...own } of buttons) this.addButton(element, own);
  }

  addDropzone(element: HTMLElement): void {
    if (!this.#dropzones.has(element)) this.#dropzones.set(element, this.view.attachDropZone(element));
  }

  removeDropzone(element: HTMLElement): void {
    this.#dropzones.get(element)?.();
    this.#dropzones.delete(element);
  }

  addButton(element: HTMLElement, own?: PickerOverrides): void {
    this.removeButton(element);
    this.#buttons.set(element, { detach: this.view.attachButton(element, own), own });
  }

  removeButton(element: HTMLElement): void {
    this.#buttons.get(element)?.detach();
    this.#buttons.delete(element);
  }
}

/** A button in Fine Uploader's `extraButtons`. */
interface FineUploaderButton {
  readonly element: HTMLElement;
  readonly multiple?: boolean;
  readonly folders?: boolean;
  readonly validation?: { readonly acceptFiles?: string; readonly allowedExtensions?: readonly string[] };
}

/** Converts Fine Uploader's `button` and `extraButtons`. */
export const buttonOptions = {
  button: (element: unknown, current: unknown) => (element ? [...(current as readonly ExtraButton[]), { element }] : current),
  extraButtons: (buttons: unknown, current: unknown) => [
    ...(current as readonly ExtraButton[]),
    ...(buttons as readonly FineUploaderButton[]).map(convertButton),
  ],
};

function convertButton({
  element,
  multiple,
  folders,
  validation: { acceptFiles, allowedExtensions } = {},
}: FineUploaderButton): ExtraButton {
  const accept = acceptFiles ?? allowedExtensions?.map((extension) => `.${extension}`).join(',');
  return { element, multiple, directory: folders, accept };
}
