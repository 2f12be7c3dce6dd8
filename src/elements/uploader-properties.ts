import { property } from './property.js';
import type { SharedProperties } from './settings.js';
import type { ShowConfirm, ShowMessage, ShowPrompt } from './page-dialogs.js';
import type { Scaling } from './scaling.js';
import { UploaderMethods } from './uploader-methods.js';
import { jsonConverter, numberConverter } from './attribute-converters.js';
import type { Size } from './attribute-converters.js';

/** The attributes that both elements share, each also a property. What they mean together is decided in `options.ts`. */
export abstract class UploaderProperties extends UploaderMethods implements SharedProperties {
  /** Where files go. */
  @property({ reflect: true }) override endpoint: string | undefined;

  /** The HTTP method of uploads. */
  @property() method = 'POST';

  /** Parameters that go along with every file (S3: user metadata). JSON in the attribute, an object in the property; values may be functions. */
  @property({ converter: jsonConverter }) override params: unknown;

  /** Headers that go along with every upload. JSON in the attribute, an object in the property. */
  @property({ attribute: 'custom-headers', converter: jsonConverter }) override customHeaders: unknown;

  /** Cookies go along to another origin. */
  @property({ type: Boolean, reflect: true, attribute: 'with-credentials' }) withCredentials = false;

  /** The element's name in a form: each finished file is one entry (S3: its key, else its uuid). */
  @property({ reflect: true }) name = '';

  /** A form around the element can only be sent with at least one finished file. */
  @property({ type: Boolean, reflect: true }) required = false;

  /** No files can be added. What is under way goes on. */
  @property({ type: Boolean, reflect: true }) disabled = false;

  /** Which files are taken, as in `<input type="file" accept>`. Holds for dropped, pasted and added files too. */
  @property({ reflect: true }) accept = '';

  /** More than one file. Without it, a newer file takes the place of the one before. */
  @property({ type: Boolean, reflect: true }) multiple = false;

  /** Files that are dropped anywhere on the page are taken; with several uploaders on it, by the one they are dropped on, else by the first with this attribute. */
  @property({ type: Boolean, reflect: true, attribute: 'drop-anywhere' }) dropAnywhere = false;

  /** The dialog chooses folders. A dropped folder is always read. */
  @property({ type: Boolean, reflect: true }) directory = false;

  /** On a phone, take a picture instead of choosing one: `user` or `environment`. */
  @property({ reflect: true }) capture: string | undefined;

  /** Files wait for `uploadStoredFiles()`. */
  @property({ type: Boolean, reflect: true, attribute: 'manual-upload' }) manualUpload = false;

  /** How many requests may be on the wire at once; `auto` finds the number by measuring: six and more, as long as more are faster, as with HTTP/2 and 3. It is surer of that where the far side sends `Timing-Allow-Origin`. */
  @property({ attribute: 'max-connections', converter: numberConverter }) maxConnections: number | string = 6;

  /** Seconds without any progress before a request is tried again. Learnt from earlier requests where it is not set: a slow link is given the time it needs. */
  @property({ attribute: 'stall-timeout', converter: numberConverter }) stallTimeout: number | string | undefined;

  /** Extensions of the files that are taken, separated by spaces or commas. */
  @property({ attribute: 'allowed-extensions' }) allowedExtensions: string | readonly string[] = '';

  /** The largest file that is taken: bytes, or with a unit as in `20MB`, `5MiB`. */
  @property({ attribute: 'size-limit' }) sizeLimit: Size | undefined;

  /** The smallest file that is taken: bytes, or with a unit. */
  @property({ attribute: 'min-size-limit' }) minSizeLimit: Size | undefined;

  /** How many files are taken. */
  @property({ attribute: 'item-limit', converter: numberConverter }) override itemLimit: number | string | undefined;

  /** How large all files may be together: bytes, or with a unit. */
  @property({ attribute: 'total-size-limit' }) totalSizeLimit: Size | undefined;

  /** Files of 0 bytes are taken. */
  @property({ type: Boolean, reflect: true, attribute: 'allow-empty' }) allowEmpty = false;

  /** The narrowest image that is taken, pixels. */
  @property({ attribute: 'image-min-width', converter: numberConverter }) imageMinWidth: number | string | undefined;

  /** The widest image that is taken, pixels. */
  @property({ attribute: 'image-max-width', converter: numberConverter }) imageMaxWidth: number | string | undefined;

  /** The lowest image that is taken, pixels. */
  @property({ attribute: 'image-min-height', converter: numberConverter }) imageMinHeight: number | string | undefined;

  /** The highest image that is taken, pixels. */
  @property({ attribute: 'image-max-height', converter: numberConverter }) imageMaxHeight: number | string | undefined;

  /** Large files go up in parts: they can be paused, and after a failure only the missing parts are sent. */
  @property({ type: Boolean, reflect: true }) chunking = false;

  /** The size of a part: bytes, or with a unit; the property also takes a function of a file's id and size. Default 2000000, for S3 5MiB. Grown where 10,000 parts would not be enough. */
  @property({ attribute: 'part-size' }) partSize: Size | ((id: number, size: number) => number) | undefined;

  /** Several parts of one file go up at once. S3: always. */
  @property({ type: Boolean, reflect: true, attribute: 'concurrent-chunks' }) concurrentChunks = false;

  /** Files that would fit into one part use the protocol for parts, too. */
  @property({ type: Boolean, reflect: true, attribute: 'chunking-mandatory' }) chunkingMandatory = false;

  /** Whom to tell that all parts of a file have been sent (not for S3). */
  @property({ attribute: 'chunking-success-endpoint' }) chunkingSuccessEndpoint: string | ((id: number) => string | null) | undefined;

  /** Unfinished uploads are remembered, and go on when the same file is added again after a reload or crash. */
  @property({ type: Boolean, reflect: true }) resume = false;

  /** How many days an unfinished upload is remembered. */
  @property({ attribute: 'resume-records-expire-in', converter: numberConverter }) resumeRecordsExpireIn: number | string = 7;

  /** How often a failure is tried again by itself before the file has failed; 0 for never. */
  @property({ attribute: 'max-auto-attempts', converter: numberConverter }) maxAutoAttempts: number | string = 3;

  /** Seconds of the first wait before a retry; each next one is three times as long, with some chance. */
  @property({ attribute: 'auto-attempt-delay', converter: numberConverter }) autoAttemptDelay: number | string = 1;

  /** Whom to ask to delete a file. Where it is set, files that have arrived can be deleted. */
  @property({ attribute: 'delete-endpoint' }) override deleteEndpoint: string | undefined;

  /** How to ask: DELETE, or POST with `_method=DELETE`. */
  @property({ attribute: 'delete-method' }) deleteMethod = 'DELETE';

  /** Whom to ask for files that are there already. */
  @property({ attribute: 'session-endpoint' }) sessionEndpoint: string | undefined;

  /** Files can be renamed before they are uploaded. */
  @property({ type: Boolean, reflect: true, attribute: 'edit-filename' }) editFilename = false;

  /** What a failed file shows: the server's reason (`custom`), a general one (`default`), or `none`. */
  @property({ attribute: 'failed-upload-text' }) failedUploadText = 'custom';

  /** No thumbnails. */
  @property({ type: Boolean, reflect: true, attribute: 'no-thumbnails' }) noThumbnails = false;

  /**
   * Images are sent in smaller sizes, too, each as a file of its own in front of the image itself: `{sizes: [{name, maxSize, type?, quality?}], sendOriginal?, orient?,
   * defaultType?, defaultQuality?, includeExif?, failureText?, customResizer?, hideScaled?}`, as Fine Uploader has it. They are made when their turn comes.
   */
  @property({ attribute: false }) override scaling: Scaling | undefined;

  /** Pasted images and files are added. Listens on this element, or on `pasteTarget`. */
  @property({ type: Boolean, reflect: true }) paste = false;

  /** Where pasting is listened for instead of this element. */
  @property({ attribute: false }) pasteTarget: EventTarget | null = null;

  /** Asks the person for the name of what was pasted. */
  @property({ type: Boolean, reflect: true, attribute: 'paste-prompt-for-name' }) pastePromptForName = false;

  /**
   * Shows people a message in the page's own way: why files were refused (a line each; the list shows it, too), or could not be read. May be async. Without it, a
   * dialog says what the list cannot.
   */
  @property({ attribute: false }) showMessage: ShowMessage | undefined;

  /** Asks people in the page's own way whether a file may be deleted: `false`, or a promise that is rejected, is a no. Without it, a dialog asks. */
  @property({ attribute: false }) showConfirm: ShowConfirm | undefined;

  /** Asks people in the page's own way for the name of what they have pasted: a string, or a promise of one; anything else adds nothing. Without it, a dialog asks. */
  @property({ attribute: false }) showPrompt: ShowPrompt | undefined;

  /** The other fields of the form around the element go along with every file as parameters. */
  @property({ type: Boolean, reflect: true, attribute: 'form-params' }) formParams = false;

  /** Submitting the form around the element uploads the files that wait, and sends the form when all have arrived. */
  @property({ type: Boolean, reflect: true, attribute: 'upload-on-submit' }) uploadOnSubmit = false;

  /** No question when the page is left while files are under way. */
  @property({ type: Boolean, reflect: true, attribute: 'no-unload-warning' }) noUnloadWarning = false;
}
