import type { FileRecord, InitialFileData, NewFile } from '../core/file-record.js';
import type { Status } from '../core/status.js';
import type { Json } from '../core/types.js';
import type { UploaderOptions } from '../core/uploader-options.js';
import type { Uploader } from '../core/uploader.js';
import type { ThumbnailTarget } from '../images/draw-thumbnail.js';
import type { CustomResizer, ScaleOptions } from '../images/scale.js';
import type { MessageValues } from '../ui/language.js';
import type { MessageKey } from '../ui/messages/messages.js';
import { UploaderController } from './controllers/uploader-controller.js';
import { defaultBlobName, readFileInputs } from './file-inputs.js';
import type { FileInputs, FileInputsReport } from './file-inputs.js';
import { FileReadings } from './file-readings.js';
import type { FileSettings } from './file-settings.js';
import { matches, readId, readInitialFiles, uploadData } from './file-types.js';
import type { InitialFile, UploadData, UploadFilter } from './file-types.js';
import { withScaledImages } from './scaling.js';
import { SettingMethods } from './setting-methods.js';
import { showValue } from './settings.js';
import { ThumbnailError } from './thumbnail-error.js';

/** Maximum number of files that an alert names. */
const maxAlertLines = 10;

/** Fine Uploader's methods, with its names, arguments and return values. The id of a file is its position in the order of adding, from 0. */
export abstract class UploaderMethods<OwnFileSettings extends FileSettings = FileSettings> extends SettingMethods<OwnFileSettings> {
  /** @internal */
  protected readonly controller = new UploaderController(this, () => this.createOptions());

  /** @internal What {@link addFiles} still reads. */
  readonly readings = new FileReadings();

  /** @internal */
  protected get uploader(): Uploader {
    return this.controller.uploader;
  }

  /** @internal The uploader's options, from the current settings. */
  protected abstract createOptions(): UploaderOptions;
  /** @internal Shows a message that no row can show. */
  protected abstract alert(message: string): void;
  /** @internal Returns a text in the language of the element. */
  protected abstract text(key: MessageKey, values?: MessageValues): string;

  /**
   * Adds files: a File, FileList, file input, Blob, `{blob, name}`, canvas, `{canvas, name, type, quality}`, DataTransfer, or an array of those. They are validated, shown
   * and, without `manual-upload`, uploaded. Dispatches `validateBatch`, then `validate`, `submit` and `submitted` for each file.
   *
   * @param files - the files to add.
   * @param params - parameters of these files, in place of `params`.
   * @param endpoint - URL that these files are uploaded to, in place of `endpoint`.
   * @throws {TypeError} for anything else.
   */
  addFiles(files: FileInputs, params?: Readonly<Record<string, unknown>>, endpoint?: string): void {
    const { 'blobs.defaultName': blobName } = this.extraOptions;
    const add = (newFiles: readonly NewFile[], start = false) => {
      const { uploader } = this;
      const ids = uploader.add(withScaledImages(newFiles, this.scaling, uploader.files.length, uploader.options.createUuid));
      for (const id of ids) {
        if (params) this.fileSettings.set(id, 'params', params);
        if (endpoint) this.fileSettings.set(id, 'endpoint', endpoint);
      }
      if (start) uploader.uploadStored(ids);
    };
    const read = readFileInputs(files, typeof blobName === 'string' && blobName ? blobName : defaultBlobName, this.#inputsReport);
    if (!(read instanceof Promise)) return add(read);
    void this.readings.add(read, add).then(() => this.controller.changed());
  }

  readonly #inputsReport: FileInputsReport = {
    unreadable: (problems) => {
      const reasons = problems.map(({ name, cause }) => {
        const reason = name ? this.text('unreadableError', { file: name }) : cause instanceof Error ? cause.message : String(cause);
        this.controller.emit('error', { id: null, name, reason, code: 'unreadableError', cause });
        return reason;
      });
      // A dialog holds a few lines; the events tell all of them.
      this.alert([...reasons.slice(0, maxAlertLines), ...(reasons.length > maxAlertLines ? ['…'] : [])].join('\n'));
    },
    ignored: (paths) => console.info(`<${this.localName}>: files of the operating system are left out: ${paths.join(', ')}.`),
  };

  /** Adds previously uploaded files: `{name, uuid, size?, thumbnailUrl?, deleteFileEndpoint?, deleteFileParams?}`. They count toward the limits and can be deleted. */
  addInitialFiles(files: readonly InitialFile[]): void {
    this.addListedFiles(readInitialFiles(files, (sentence) => this.warnOnce(`<${this.localName}>: ${sentence}`)));
  }

  /** @internal Adds previously uploaded files that are known to be valid. */
  protected addListedFiles(files: readonly InitialFile[]): void {
    // Whether a file can be deleted depends on its delete endpoint, which therefore comes first.
    const first = this.uploader.files.length;
    files.forEach((file, index) => this.#setDeleteRequest(first + index, file));
    this.uploader.addInitialFiles(files.map((file) => this.initialFileData(file)));
  }

  /** @internal Adds the files of the server's list. One that is there already, restored by the browser or just uploaded, gets what the list tells about it. */
  addSessionFiles(files: readonly InitialFile[]): void {
    const { uploader } = this;
    const ids = new Map(uploader.files.map(({ uuid, id }) => [uuid, id]));
    for (const file of files) {
      const id = ids.get(file.uuid);
      if (id === undefined) continue;
      this.#setDeleteRequest(id, file);
      uploader.updateInitialFile(id, file);
    }
    this.addListedFiles(files.filter(({ uuid }) => !ids.has(uuid)));
  }

  #setDeleteRequest(id: number, { deleteFileEndpoint, deleteFileParams }: InitialFile): void {
    if (deleteFileEndpoint) this.fileSettings.set(id, 'deleteEndpoint', deleteFileEndpoint);
    if (deleteFileParams) this.fileSettings.set(id, 'deleteParams', deleteFileParams);
  }

  /** @internal What the uploader keeps of a previously uploaded file. */
  protected initialFileData({ name, uuid, size, thumbnailUrl }: InitialFile): InitialFileData {
    return { name, uuid, size, thumbnailUrl };
  }

  /** Cancels a file and abandons its remote upload. Dispatches `cancel`, which may refuse. Not possible while the server assembles the file. */
  cancel(id: number): void {
    void this.uploader.cancel(id);
  }

  /** Cancels all unfinished files. */
  cancelAll(): void {
    this.#forEachFile(
      (file) => file.status !== 'rejected' && file.status !== 'upload failed',
      (id) => this.cancel(id),
    );
  }

  /** Cancels the files that wait for `uploadStoredFiles()`. */
  clearStoredFiles(): void {
    this.#forEachFile(
      (file) => file.status === 'submitted',
      (id) => this.cancel(id),
    );
  }

  /**
   * Continues a paused upload.
   * @returns {boolean} false if the file is not paused.
   */
  continueUpload(id: number): boolean {
    return this.uploader.resume(id);
  }

  /** Continues all paused uploads. */
  continueAll(): void {
    this.uploader.resume(this.uploader.files.map(({ id }) => id));
  }

  /**
   * Deletes an uploaded file. Dispatches `submitDelete`, which may refuse, then `delete` and `deleteComplete`.
   * @returns {boolean} false if the file cannot be deleted.
   */
  deleteFile(id: number): boolean {
    const now = this.uploader.file(id)?.status;
    const deletable = now === 'upload successful' || now === 'delete failed' || now === 'upload failed';
    if (!deletable || !this.isDeletable(id)) return false;
    void this.uploader.remove(id);
    return true;
  }

  /** @internal Whether a file can be deleted once it is uploaded. */
  protected isDeletable(id: number): boolean {
    return this.fileSettings.deleteRequestFor(id).deleteEndpoint !== '';
  }

  /**
   * Draws the thumbnail of an image, or of the first frame of a video, on an element of the page, with its proportions and orientation.
   * @param id - the file.
   * @param target - an `<img>` or a `<canvas>`.
   * @param maxSize - maximum width and height in pixels. Default: the size of the image.
   * @param fromServer - draws the thumbnail that the server provides (`thumbnailUrl`). It is also drawn if the page does not have the file.
   * @param customResizer - draws the image in place of the browser.
   * @returns {Promise} the target. Rejects with a {@link ThumbnailError} if the browser cannot show the file.
   */
  async drawThumbnail<Target extends ThumbnailTarget>(
    id: number,
    target: Target,
    maxSize?: number,
    fromServer = false,
    customResizer?: CustomResizer,
  ): Promise<Target> {
    const file = this.uploader.file(id);
    try {
      const { drawFile } = await import('../images/draw-thumbnail.js');
      await drawFile(target, id, file, fromServer, maxSize, customResizer);
    } catch (error) {
      throw new ThumbnailError(target, error);
    }
    return target;
  }

  /**
   * Creates a smaller copy of an image.
   * @param id - the file.
   * @param options - `{maxSize, type?, quality?, orient?, includeExif?, customResizer?}`: maximum width and height in pixels, MIME type, 0 to 100.
   * @returns {Promise<Blob>} rejects if the page does not have the file, or if it is not an image.
   */
  async scaleImage(id: number, options: ScaleOptions): Promise<Blob> {
    const blob = this.uploader.file(id)?.data;
    if (!blob) throw new TypeError(`scaleImage: there is no file ${id} here.`);
    if (!(options.maxSize > 0)) throw new TypeError('scaleImage needs a maxSize, in pixels.');
    const { scaleImage } = await import('../images/scale.js');
    return scaleImage(blob, options);
  }

  /** Returns the File or Blob, or null if the page does not have it. */
  getFile(id: number): File | Blob | null {
    return this.uploader.file(id)?.data ?? null;
  }

  /** Returns the number of files that are queued or being uploaded. */
  getInProgress(): number {
    return this.uploader.inProgress;
  }

  /** Returns the name of a file, or undefined if there is no such file. */
  getName(id: number): string | undefined {
    return this.uploader.file(id)?.name;
  }

  /** Returns the number of files that are uploaded, previously uploaded ones included, and not deleted. */
  getNetUploads(): number {
    return this.uploader.netUploads;
  }

  /** Returns the id of the image that a scaled image was made from, or null. */
  getParentId(id: number): number | null {
    return this.uploader.file(id)?.parent?.id ?? null;
  }

  /** Returns the number of files that `item-limit` still allows, or null without a limit. */
  getRemainingAllowedItems(): number | null {
    const { itemLimit } = this.settings;
    return itemLimit > 0 ? Math.max(0, itemLimit - this.uploader.netItems) : null;
  }

  /** Returns the size of a file in bytes: -1 if it is unknown, undefined if there is no such file. */
  getSize(id: number): number | undefined {
    return this.uploader.file(id)?.size;
  }

  getUploads(filter: { readonly id: number } | { readonly uuid: string }): UploadData | undefined;
  getUploads(filter?: UploadFilter): UploadData[];
  /** Returns all files, or those of an id, uuid or status, or of a list of them. For a single id or uuid it returns the file itself. */
  getUploads(given?: UploadFilter | null): UploadData[] | UploadData | undefined {
    const filter = given ?? {};
    const { files } = this.uploader;
    const { id, uuid } = filter;
    if (typeof id === 'number') return files[id] && uploadData(files[id]);
    const found = files.filter((file) => matches(file, filter)).map(uploadData);
    return typeof uuid === 'string' ? found[0] : found;
  }

  /** Returns the uuid that identifies a file in requests, or undefined if there is no such file. */
  getUuid(id: number): string | undefined {
    return this.uploader.file(id)?.uuid;
  }

  /**
   * Pauses an upload. The uploaded parts of a file are kept; a file without parts is uploaded again from the beginning.
   * @returns {boolean} false if the file is not being uploaded.
   */
  pauseUpload(id: number): boolean {
    return this.uploader.pause(id);
  }

  /** Pauses all files, those that wait included. */
  pauseAll(): void {
    this.#forEachFile(
      () => true, // Others cannot be paused.
      (id) => this.pauseUpload(id),
    );
  }

  /** Frees the memory of a file, on pages that stay open for days. The file cannot be retried afterwards. */
  removeFileRef(id: number): void {
    this.uploader.removeFileRef(id);
  }

  /** Cancels all uploads and removes all files. Ids start at 0 again, and `session-endpoint` is requested again. */
  reset(): void {
    this.readings.clear();
    this.fileSettings.clear();
    this.uploader.reset();
  }

  /**
   * Retries a failed file. Parts that have been uploaded are not sent again. Dispatches `manualRetry`, which may refuse.
   * @returns {boolean} false if the file has not failed, cannot be retried, or the page has refused.
   */
  retry(id: number): boolean {
    return this.uploader.retry(id);
  }

  /** Retries all failed files. */
  retryAll(): void {
    this.#forEachFile(
      (file) => file.status === 'upload failed',
      (id) => this.retry(id),
    );
  }

  /** Sets data of the page that is remembered with an unfinished upload, and returned in the `resume` event. */
  setCustomResumeData(id: number, data: Json): void {
    this.uploader.setCustomResumeData(id, data);
  }

  /**
   * Associates the element with another form, given itself or by its id. In HTML, the `form` attribute does the same.
   * @throws {TypeError} if there is no such form.
   */
  setForm(form: HTMLFormElement | string): void {
    const found = typeof form === 'string' ? (this.getRootNode() as Document | ShadowRoot).getElementById(form) : form;
    if (!(found instanceof HTMLFormElement)) throw new TypeError(`setForm takes a form or the id of one, not ${JSON.stringify(form)}.`);
    found.id ||= `fine-uploader-form-${crypto.getRandomValues(new Uint32Array(1)).join()}`;
    this.setAttribute('form', found.id);
  }

  /** Renames a file, in the list and for the server. */
  setName(id: number, name: string): void {
    if (typeof name === 'string' && name !== '') this.uploader.rename(id, name);
    else this.warnOnce(`<${this.localName}>: setName(${String(id)}, ${showValue(name)}) needs a string; the file keeps its name.`);
  }

  /**
   * Sets the status of a file that the page has deleted itself, or has failed to delete.
   * @throws {TypeError} for statuses other than `deleted` and `delete failed`.
   */
  setStatus(id: number, newStatus: Status): void {
    if (newStatus !== 'deleted' && newStatus !== 'delete failed') {
      throw new TypeError(`setStatus takes "deleted" or "delete failed", not ${JSON.stringify(newStatus)}.`);
    }
    this.uploader.markDeleted(id, newStatus === 'deleted');
  }

  /** Sets the uuid of a file. */
  setUuid(id: number, uuid: string): void {
    const read = readId(uuid);
    if (read) this.uploader.setUuid(id, read);
    else this.warnOnce(`<${this.localName}>: setUuid(${String(id)}, ${showValue(uuid)}) needs a string; the file keeps its uuid.`);
  }

  /** Uploads the files that wait because of `manual-upload`, and those that are still validated as soon as they are accepted. Without any, dispatches `error`. */
  uploadStoredFiles(): void {
    if (this.startFiles()) return;
    const reason = this.text('noFilesError');
    this.controller.emit('error', { id: null, name: '', reason, code: 'noFilesError' });
    this.alert(reason);
  }

  /** @internal As {@link uploadStoredFiles}, without the error. Returns whether there is any file to start. */
  startFiles(): boolean {
    this.readings.startAll();
    return this.uploader.uploadStored() || this.readings.active;
  }

  /** Returns whether the element is valid in its form. */
  checkValidity(): boolean {
    return this.internals.checkValidity();
  }

  /** Returns whether the element is valid in its form, and shows the reason if it is not. */
  reportValidity(): boolean {
    return this.internals.reportValidity();
  }

  #forEachFile(filter: (file: Readonly<FileRecord>) => boolean, action: (id: number) => void): void {
    for (const file of this.uploader.files.filter(filter)) action(file.id);
  }
}
