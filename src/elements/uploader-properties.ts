import type { Messages } from '../ui/messages/messages.js';
import { jsonConverter, readObject } from './attribute-converters.js';
import { attachCallbacks } from './fine-uploader-callbacks.js';
import {
  fineUploaderDefaults,
  mergeOption,
  negated,
  optionsType,
  optionTargets,
  parseOptions,
  readMessages,
} from './fine-uploader-options.js';
import type { OptionTarget, OptionValues } from './fine-uploader-options.js';
import { formOptions } from './form-option.js';
import type { ShowConfirm, ShowMessage, ShowPrompt } from './controllers/dialog-controller.js';
import { property } from './property.js';
import { scalingType } from './scaling.js';
import type { Scaling } from './scaling.js';
import {
  callback,
  connections,
  count,
  days,
  eventTarget,
  extensions,
  fileTypes,
  httpMethod,
  object,
  orFunction,
  partSize,
  seconds,
  size,
  text,
  url,
  word,
} from './setting-types.js';
import type { SettingsOf } from './settings.js';
import { SettingsElement } from './settings-element.js';
import type { Size } from './attribute-converters.js';

/** The settings of every element. */
export type SharedSettings = SettingsOf<UploaderProperties>;

/** The attributes of every element, each also a property: declared here with their type, their default and the Fine Uploader option that sets them. */
export abstract class UploaderProperties extends SettingsElement {
  /** @internal */
  static readonly formAssociated = true;

  /** @internal */
  protected readonly internals = this.attachInternals();
  #options: object = {};
  #hasOptions = false;
  /** Names of the callbacks that are attached. */
  readonly #callbacks = new Set<string>();

  /** URL that files are uploaded to. */
  @property({ setting: url, reflect: true, option: 'request.endpoint' }) endpoint: string | undefined;

  /** HTTP method of uploads. */
  @property({ setting: httpMethod, default: 'POST', option: 'request.method' }) method = 'POST';

  /** Parameters that are sent with every file; `<fine-uploader-s3>` stores them as user metadata. JSON in the attribute, an object in the property; values may be functions. */
  @property({ setting: object, converter: jsonConverter, option: 'request.params' }) params: unknown;

  /** Headers that are sent with every upload. JSON in the attribute, an object in the property. */
  @property({ setting: object, converter: jsonConverter, attribute: 'custom-headers', option: 'request.customHeaders' })
  customHeaders: unknown;

  /** Sends cookies and client certificates to other origins. */
  @property({ type: Boolean, reflect: true, attribute: 'with-credentials', option: 'cors.sendCredentials' }) withCredentials = false;

  /** Name of the element in a form. Each uploaded file is one entry: its uuid; of `<fine-uploader-s3>`, its key. */
  @property({ setting: text, default: '', reflect: true }) name = '';

  /** The form around the element can only be submitted with at least one uploaded file. */
  @property({ type: Boolean, reflect: true }) required = false;

  /** No files can be added. Uploads in progress continue. */
  @property({ type: Boolean, reflect: true }) disabled = false;

  /** File types to accept, as in `<input type="file" accept>`. Applies to dropped, pasted and added files, too. Default: all. */
  @property({
    setting: fileTypes,
    default: '',
    reflect: true,
    option: { 'validation.acceptFiles': (types) => (Array.isArray(types) ? types.join(',') : (types ?? '')) },
  })
  accept = '';

  /** Allows more than one file. Without it, a new file replaces the previous one. */
  @property({ type: Boolean, reflect: true, option: 'multiple' }) multiple = false;

  /** Accepts files that are dropped anywhere on the page. Of several uploaders, the one under the pointer takes them, otherwise the first one with this attribute. */
  @property({ type: Boolean, reflect: true, attribute: 'drop-anywhere' }) dropAnywhere = false;

  /** Makes the file dialog select folders. Dropped folders are always read. */
  @property({ type: Boolean, reflect: true }) directory = false;

  /** Camera to take a picture with on a phone, instead of the file dialog: `user` or `environment`. */
  @property({ setting: text, reflect: true }) capture: string | undefined;

  /** Files are not uploaded until `uploadStoredFiles()` is called. */
  @property({ type: Boolean, reflect: true, attribute: 'manual-upload', option: { autoUpload: negated, 'form.autoUpload': negated } })
  manualUpload = false;

  /** Maximum number of simultaneous requests. Default 6. `auto` starts with 6 and adds more while they make uploads faster, as with HTTP/2 and HTTP/3; it relies on `Timing-Allow-Origin` for servers of another origin. */
  @property({ setting: connections, default: 6, attribute: 'max-connections', option: 'maxConnections' }) maxConnections: number | string =
    6;

  /** Seconds without progress after which a request is retried. Default: learnt from earlier requests, so that slow connections get the time that they need. */
  @property({ setting: seconds, attribute: 'stall-timeout' }) stallTimeout: number | string | undefined;

  /** Seconds that a server may take to answer, once everything is sent, if the request must not be repeated: uploads to your own server, success endpoints, completing a multipart upload. Default 600; 0 waits for ever. */
  @property({ setting: seconds, default: 600, attribute: 'answer-timeout' }) answerTimeout: number | string = 600;

  /** File extensions to accept, separated by spaces or commas. Default: all. */
  @property({ setting: extensions, default: '', attribute: 'allowed-extensions', option: 'validation.allowedExtensions' })
  allowedExtensions: string | readonly string[] = '';

  /** Maximum size of a file: bytes, or with a unit as in `20MB` or `5MiB`. Default: unlimited. */
  @property({ setting: size, attribute: 'size-limit', option: 'validation.sizeLimit' }) sizeLimit: Size | undefined;

  /** Minimum size of a file: bytes, or with a unit. */
  @property({ setting: size, attribute: 'min-size-limit', option: 'validation.minSizeLimit' }) minSizeLimit: Size | undefined;

  /** Maximum number of files. Default: unlimited. */
  @property({ setting: count, attribute: 'item-limit', option: 'validation.itemLimit' }) itemLimit: number | string | undefined;

  /** Maximum size of all files together: bytes, or with a unit. Default: unlimited. */
  @property({ setting: size, attribute: 'total-size-limit' }) totalSizeLimit: Size | undefined;

  /** Accepts files of 0 bytes. */
  @property({ type: Boolean, reflect: true, attribute: 'allow-empty', option: 'validation.allowEmpty' }) allowEmpty = false;

  /** Minimum width of an image in pixels. */
  @property({ setting: count, attribute: 'image-min-width', option: 'validation.image.minWidth' }) imageMinWidth:
    number | string | undefined;

  /** Maximum width of an image in pixels. Default: unlimited. */
  @property({ setting: count, attribute: 'image-max-width', option: 'validation.image.maxWidth' }) imageMaxWidth:
    number | string | undefined;

  /** Minimum height of an image in pixels. */
  @property({ setting: count, attribute: 'image-min-height', option: 'validation.image.minHeight' }) imageMinHeight:
    number | string | undefined;

  /** Maximum height of an image in pixels. Default: unlimited. */
  @property({ setting: count, attribute: 'image-max-height', option: 'validation.image.maxHeight' }) imageMaxHeight:
    number | string | undefined;

  /** Uploads large files in parts: they can be paused, and only missing parts are sent again after a failure. */
  @property({ type: Boolean, reflect: true, option: 'chunking.enabled' }) chunking = false;

  /** Size of a part: bytes, or with a unit. The property also accepts a function of a file's id and size. Default 2000000; for `<fine-uploader-s3>` 5MiB, and more for files of over 10,000 parts. */
  @property({
    setting: orFunction<number, (id: number, size: number) => number>(partSize),
    attribute: 'part-size',
    option: 'chunking.partSize',
  })
  partSize: Size | ((id: number, size: number) => number) | undefined;

  /** Uploads several parts of a file at once. `<fine-uploader-s3>` always does. */
  @property({ type: Boolean, reflect: true, attribute: 'concurrent-chunks', option: 'chunking.concurrent.enabled' }) concurrentChunks =
    false;

  /** Uploads files that fit into one part by the protocol for parts, too. */
  @property({ type: Boolean, reflect: true, attribute: 'chunking-mandatory', option: 'chunking.mandatory' }) chunkingMandatory = false;

  /** URL that is called when all parts of a file have been sent; the property also accepts a function of a file's id. Not used by `<fine-uploader-s3>`. */
  @property({
    setting: orFunction<string, (id: number) => string | null>(url),
    attribute: 'chunking-success-endpoint',
    option: 'chunking.success.endpoint',
  })
  chunkingSuccessEndpoint: string | ((id: number) => string | null) | undefined;

  /** Remembers unfinished uploads. They continue when the same file is added again after a reload or crash. */
  @property({ type: Boolean, reflect: true, option: 'resume.enabled' }) resume = false;

  /** Days for which an unfinished upload is remembered. Default 7. */
  @property({ setting: days, default: 7, attribute: 'resume-records-expire-in', option: 'resume.recordsExpireIn' })
  resumeRecordsExpireIn: number | string = 7;

  /** Number of automatic retries before a file fails. Default 3; 0 disables them. */
  @property({
    setting: count,
    default: 3,
    attribute: 'max-auto-attempts',
    // `enableAuto: false` wins, whichever of the two comes first.
    option: { 'retry.maxAutoAttempts': (value) => value, 'retry.enableAuto': (enabled, current) => (enabled ? current || 3 : 0) },
  })
  maxAutoAttempts: number | string = 3;

  /** Seconds before the first automatic retry. Default 1. Each following delay is three times as long, with a random part. */
  @property({ setting: seconds, default: 1, attribute: 'auto-attempt-delay', option: 'retry.autoAttemptDelay' })
  autoAttemptDelay: number | string = 1;

  /** URL that deletes uploaded files. Files can be deleted if it is set. */
  @property({
    setting: url,
    attribute: 'delete-endpoint',
    // `enabled: false` wins, whichever of the two comes first.
    option: { 'deleteFile.endpoint': (value) => value, 'deleteFile.enabled': (enabled, current) => (enabled ? current : undefined) },
  })
  deleteEndpoint: string | undefined;

  /** HTTP method of delete requests: `DELETE`, or `POST` with the parameter `_method=DELETE`. */
  @property({ setting: word<string>('DELETE', 'POST'), default: 'DELETE', attribute: 'delete-method', option: 'deleteFile.method' })
  deleteMethod = 'DELETE';

  /** URL that lists previously uploaded files. */
  @property({ setting: url, attribute: 'session-endpoint', option: 'session.endpoint' }) sessionEndpoint: string | undefined;

  /** Files can be renamed before they are uploaded. */
  @property({ type: Boolean, reflect: true, attribute: 'edit-filename', option: 'editFilename.enabled' }) editFilename = false;

  /** With `edit-filename`, people can also change the extension of a file. Otherwise it is kept. */
  @property({ type: Boolean, reflect: true, attribute: 'edit-extension' }) editExtension = false;

  /** Text of a failed file: the reason that the server gives (`custom`), a general one (`default`), or `none`. */
  @property({
    setting: word('custom', 'default', 'none'),
    default: 'custom',
    attribute: 'failed-upload-text',
    option: 'failedUploadTextDisplay.mode',
  })
  failedUploadText: 'custom' | 'default' | 'none' = 'custom';

  /** Hides thumbnails. */
  @property({ type: Boolean, reflect: true, attribute: 'no-thumbnails' }) noThumbnails = false;

  /**
   * Uploads smaller copies of images, too, each as a file of its own before the image: `{sizes: [{name, maxSize, type?, quality?}], sendOriginal?, orient?,
   * defaultType?, defaultQuality?, includeExif?, failureText?, customResizer?, hideScaled?}`, as in Fine Uploader.
   */
  @property({
    setting: scalingType,
    attribute: false,
    option: { scaling: (value, current) => mergeOption(current, value) },
  })
  scaling: Scaling | undefined;

  /** Adds pasted images and files. Listens on this element, or on `pasteTarget`. */
  @property({ type: Boolean, reflect: true }) paste = false;

  /** Element on which to listen for pasted files. Default: this element, if it has `paste`. */
  @property({ setting: eventTarget, default: null, attribute: false, option: 'paste.targetElement' }) pasteTarget: EventTarget | null =
    null;

  /** Asks for the name of a pasted file. */
  @property({ type: Boolean, reflect: true, attribute: 'paste-prompt-for-name', option: 'paste.promptForName' }) pastePromptForName = false;

  /**
   * Function that shows a message: the reasons why files were rejected, one per line (the list shows them, too), or why files could not be read. Default: a dialog, for
   * what the list cannot show.
   */
  @property({ setting: callback, attribute: false, option: 'showMessage' }) showMessage: ShowMessage | undefined;

  /** Function that asks whether a file may be deleted. `false`, or a promise that resolves to `false` or is rejected, keeps the file. Default: a dialog. */
  @property({ setting: callback, attribute: false, option: 'showConfirm' }) showConfirm: ShowConfirm | undefined;

  /** Function that asks for the name of a pasted file. A string, or a promise of one, is the name; anything else discards the file. Default: a dialog. */
  @property({ setting: callback, attribute: false, option: 'showPrompt' }) showPrompt: ShowPrompt | undefined;

  /** Sends the other fields of the form around the element as parameters of every file. */
  @property({ type: Boolean, reflect: true, attribute: 'form-params', option: { 'form.element': Boolean } }) formParams = false;

  /** Submitting the form around the element uploads the files first, and submits the form when all of them are uploaded. */
  @property({ type: Boolean, reflect: true, attribute: 'upload-on-submit', option: 'form.interceptSubmit' }) uploadOnSubmit = false;

  /** Disables the warning before the page is left during an upload. */
  @property({ type: Boolean, reflect: true, attribute: 'no-unload-warning', option: { warnBeforeUnload: negated } }) noUnloadWarning =
    false;

  /**
   * Options in Fine Uploader's own shape, to reuse an existing configuration. They set the properties of the same meaning, and are merged with options that were set
   * before. Where they are silent, Fine Uploader's defaults hold: several files, three connections, no automatic retries, signature version 2, parts of 4 MB for Azure, and the general text for failed
   * files of `<fine-uploader>`; and files that are added together and exceed `item-limit` are all rejected. An attribute takes precedence.
   * With `form`, the element belongs to that form, sends its fields with the files, and uploads them when it is submitted.
   * `callbacks` are called with Fine Uploader's arguments, `this` being the element; in place of its XMLHttpRequest they get null. Options that are not read are a
   * warning in the console, with what replaces them.
   */
  @property({ setting: optionsType, default: {}, attribute: false })
  set options(options: object) {
    const targets = optionTargets(this.declarations);
    const { storeOptions } = this.constructor as typeof UploaderProperties;
    const { properties, extra, unknown } = parseOptions(options, targets, Object.keys(storeOptions));
    const { form, messages, text } = extra;
    const values = { ...this.#defaultOptions(targets), ...properties, ...(form ? formOptions(form) : {}) };
    this.#options = { ...this.#options, ...options };
    this.#hasOptions = true;
    for (const [path, { property, convert }] of targets) {
      if (!(path in values) || this.hasPageAttribute(property)) continue;
      Reflect.set(this, property, convert(values[path], Reflect.get(this, property)));
    }
    if (values['form.element'] && !this.hasAttribute('form')) this.setForm(values['form.element'] as HTMLFormElement);
    for (const [path, value] of Object.entries(extra)) this.extraOptions[path] = mergeOption(this.extraOptions[path], value);
    this.messages = { ...readMessages(this.extraOptions['text']), ...readMessages(this.extraOptions['messages']) };
    const deletes = (properties['deleteFile.enabled'] && !this.deleteEndpoint) || undefined;
    this.#warnOfOptions({ ...unknown, ...this.#attachCallbacks(), messages, text, form, 'deleteFile.enabled': deletes });
    this.requestUpdate('options');
  }

  get options(): object {
    return this.#options;
  }

  /** @internal Whether the page has set `options`, and Fine Uploader's defaults hold. */
  protected get hasOptions(): boolean {
    return this.#hasOptions;
  }

  /** The defaults of Fine Uploader that differ from the element's, for properties that the page has not set. Only the first options bring them. */
  #defaultOptions(targets: ReadonlyMap<string, OptionTarget>): OptionValues {
    if (this.#hasOptions) return {};
    const { optionDefaults } = this.constructor as typeof UploaderProperties;
    return Object.fromEntries(
      Object.entries(optionDefaults).filter(([path]) => {
        const property = targets.get(path)?.property;
        return property && (Reflect.get(this, property) ?? false) === (this.declarations.get(property)?.default ?? false);
      }),
    );
  }

  /** Returns the callbacks that do not exist, by their path. */
  #attachCallbacks(): OptionValues {
    const callbacks = () => readObject(this.extraOptions['callbacks']) ?? {};
    const added = Object.keys(callbacks()).filter((name) => !this.#callbacks.has(name));
    for (const name of added) this.#callbacks.add(name);
    return Object.fromEntries(attachCallbacks(this, added, callbacks).map((name) => [`callbacks.${name}`, name]));
  }

  /** Warns of options that are not read, and of those that do less than in Fine Uploader. Undefined ones are none. */
  #warnOfOptions(options: OptionValues): void {
    if (Object.values(options).every((value) => value === undefined)) return;
    void import('./ignored-options.js').then(({ warnOfOptions }) => warnOfOptions(this, options)).catch(() => {}); // Warnings help developers only.
  }

  /** @internal Implemented with the other methods. */
  abstract setForm(form: HTMLFormElement | string): void;

  /** The form that the element belongs to, or null. */
  get form(): HTMLFormElement | null {
    return this.internals.form;
  }

  /** Whether the form can be submitted, as far as this element is concerned, and why not. */
  get validity(): ValidityState {
    return this.internals.validity;
  }

  /** The reason why the form cannot be submitted; '' if it can. */
  get validationMessage(): string {
    return this.internals.validationMessage;
  }

  /** False if the element is disabled: it is not validated then. */
  get willValidate(): boolean {
    return this.internals.willValidate;
  }

  /** @internal Fine Uploader's options that only this element's store has, and their names in the store's options, by path. */
  static readonly storeOptions: Readonly<Record<string, string>> = {};

  /** @internal Fine Uploader's defaults that are not this element's own, by the option's path. */
  static readonly optionDefaults: Readonly<OptionValues> = fineUploaderDefaults;

  /** @internal Fine Uploader's options that have no property, by path. */
  readonly extraOptions: OptionValues = {};

  /** @internal Texts that the page has replaced. */
  protected messages: Partial<Messages> | undefined;

  /** @internal The properties, read. */
  get settings(): SharedSettings {
    return this.currentSettings as SharedSettings;
  }
}
