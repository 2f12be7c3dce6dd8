import type { Messages } from './messages/messages.js';

/** How the face is to look and what it offers: the element's attributes. */
export interface ViewOptions {
  readonly multiple: boolean;
  readonly directory: boolean;
  /** The whole page is a drop zone. */
  readonly dropAnywhere: boolean;
  readonly accept: string;
  readonly capture: string;
  readonly disabled: boolean;
  readonly required: boolean;
  /** What a screen reader calls the whole uploader; '' where the page has no name for it. */
  readonly label: string;
  readonly editFilename: boolean;
  readonly noThumbnails: boolean;
  /** What is said of a failed file: the server's reason, the same text for all, or nothing. */
  readonly failedUploadText: 'custom' | 'default' | 'none';
  /** Texts of this uploader alone. The same object as long as nothing has changed. */
  readonly messages?: Partial<Messages> | undefined;
  /** What the page puts beside a file that has arrived. */
  readonly action?: (id: number) => FileAction | undefined;
}

/** What the page puts beside a file: a template, and what its placeholders stand for. */
export interface FileAction {
  readonly template: HTMLTemplateElement;
  /** The file itself: the same object as long as it is the same file. */
  readonly file: object;
  /** Plain data. */
  readonly values: object;
}

/** What a person asks for; the element decides. */
export interface ViewActions {
  /** A DataTransfer is handed over during its event; it is empty afterwards. */
  add(input: FileList | readonly File[] | DataTransfer): void;
  cancel(id: number): void;
  pause(id: number): void;
  continue(id: number): void;
  retry(id: number): void;
  delete(id: number): void;
  dismiss(id: number): void;
  rename(id: number, name: string): void;
}
