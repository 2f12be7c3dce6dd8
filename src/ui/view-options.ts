import type { Messages } from './messages/messages.js';

/** Options of the view. The element derives them from its attributes. */
export interface ViewOptions {
  readonly multiple: boolean;
  readonly directory: boolean;
  /** Whether the whole page is a drop zone. */
  readonly dropAnywhere: boolean;
  readonly accept: string;
  readonly capture: string;
  readonly disabled: boolean;
  readonly required: boolean;
  /** Accessible name of the uploader; '' for none. */
  readonly label: string;
  readonly editFilename: boolean;
  readonly noThumbnails: boolean;
  /** Text of a failed upload: the server's reason, the same text for all files, or none. */
  readonly failedUploadText: 'custom' | 'default' | 'none';
  /** Texts of this uploader that replace the registered ones. A change needs a new object. */
  readonly messages?: Partial<Messages> | undefined;
  /** Returns the page's own content for the row of an uploaded file. */
  readonly action?: (id: number) => FileAction | undefined;
}

/** The page's own content for the row of an uploaded file. */
export interface FileAction {
  readonly template: HTMLTemplateElement;
  /** Identifies the file: the same object for the same file. */
  readonly file: object;
  /** Plain data that replaces the template's `{placeholders}`. */
  readonly values: object;
}

/** Callbacks for what the user does in the view. */
export interface ViewActions {
  /** Adds files. A `DataTransfer` has to be read synchronously: it is empty after its event. */
  add(input: FileList | readonly File[] | DataTransfer): void;
  cancel(id: number): void;
  pause(id: number): void;
  continue(id: number): void;
  retry(id: number): void;
  delete(id: number): void;
  dismiss(id: number): void;
  rename(id: number, name: string): void;
}
