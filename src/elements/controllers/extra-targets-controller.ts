import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { PickerOverrides } from '../../ui/file-picker.js';
import type { UploaderView } from '../../ui/uploader-view.js';

/** A button of the page, and the options of its file dialog. */
export interface ExtraButton extends PickerOverrides {
  readonly element: HTMLElement;
}

/** The buttons and drop zones of the page that add files to an uploader. They do nothing while its element is out of the page. */
export class ExtraTargetsController implements ReactiveController {
  /** The functions that detach the elements; undefined while they are detached. */
  readonly #dropzones = new Map<HTMLElement, (() => void) | undefined>();
  readonly #buttons = new Map<HTMLElement, { detach: (() => void) | undefined; readonly own: PickerOverrides | undefined }>();
  #attached = true;

  constructor(
    private readonly view: UploaderView,
    host: ReactiveControllerHost,
  ) {
    host.addController(this);
  }

  hostConnected(): void {
    if (this.#attached) return;
    this.#attached = true;
    for (const element of this.dropzones) this.addDropzone(element);
    for (const { element, ...own } of this.buttons) this.addButton(element, own);
  }

  hostDisconnected(): void {
    this.#attached = false;
    for (const [element, detach] of this.#dropzones) {
      detach?.();
      this.#dropzones.set(element, undefined);
    }
    for (const button of this.#buttons.values()) button.detach = void button.detach?.();
  }

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
    if (!this.#dropzones.get(element)) this.#dropzones.set(element, this.#attached ? this.view.attachDropZone(element) : undefined);
  }

  removeDropzone(element: HTMLElement): void {
    this.#dropzones.get(element)?.();
    this.#dropzones.delete(element);
  }

  addButton(element: HTMLElement, own?: PickerOverrides): void {
    this.removeButton(element);
    this.#buttons.set(element, { detach: this.#attached ? this.view.attachButton(element, own) : undefined, own });
  }

  removeButton(element: HTMLElement): void {
    this.#buttons.get(element)?.detach?.();
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
