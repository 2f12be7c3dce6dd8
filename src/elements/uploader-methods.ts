import { LitElement } from 'lit';
import type { FileRecord, InitialFileData } from '../core/file-record.js';
import { inProgress, status } from '../core/status.js';
import type { Status } from '../core/status.js';
import type { Json } from '../core/types.js';
import type { Uploader } from '../core/uploader.js';
import type { ThumbnailTarget } from '../images/draw-thumbnail.js';
import type { CustomResizer, ScaleOptions } from '../images/scale.js';
import { withScaled } from './scaling.js';
import type { Scaling } from './scaling.js';
import { readSources } from './file-inputs.js';
import type { FileInputs } from './file-inputs.js';

/** What was set for one file alone, with `setParams(params, id)` and its like. It replaces what holds for all; nothing is merged. */
export interface FileSettings {
  endpoint?: string;
  params?: Readonly<Record<string, unknown>>;
  customHeaders?: Readonly<Record<string, unknown>>;
  deleteEndpoint?: string;
  deleteParams?: Readonly<Record<string, unknown>>;
  deleteHeaders?: Readonly<Record<string, unknown>>;
  acl?: string;
  successEndpoint?: string;
  successParams?: Readonly<Record<string, unknown>>;
}

/** One file, as {@link UploaderMethods.getUploads} answers it. */
export interface UploadData {
  readonly id: number;
  readonly uuid: string;
  readonly name: string;
  readonly originalName: string;
  /** Bytes; -1 where it is not known. */
  readonly size: number;
  readonly status: Status;
  readonly file: Blob | null;
}

/** Which files {@link UploaderMethods.getUploads} answers: by id, by uuid or by status. */
export interface UploadFilter {
  readonly id?: number | readonly number[];
  readonly uuid?: string | readonly string[];
  readonly status?: Status | readonly Status[];
}

/** A file that the server has already, as {@link UploaderMethods.addInitialFiles} takes it. */
export interface InitialFile {
  readonly name: string;
  readonly uuid: string;
  /** Bytes. */
  readonly size?: number;
  readonly thumbnailUrl?: string;
  readonly deleteFileEndpoint?: string;
  readonly deleteFileParams?: Readonly<Record<string, unknown>>;
  readonly s3Key?: string;
  readonly s3Bucket?: string;
}

/** Why there is no thumbnail. Has Fine Uploader's two names for what went wrong. */
export class ThumbnailError extends Error {
  /** What it was to be drawn on. */
  readonly container: ThumbnailTarget;
  readonly error: unknown;

  constructor(container: ThumbnailTarget, error: unknown) {
    super(error instanceof Error ? error.message : 'There is no thumbnail.', { cause: error });
    this.container = container;
    this.error = error;
  }
}

/** Fine Uploader's methods, with its names, arguments and return values. A file's id is a small integer, in order of adding. */
export abstract class UploaderMethods extends LitElement {
  /** @internal */
  protected readonly fileSettings = new Map<number, FileSettings>();
  /** @internal */
  protected readonly sharedSettings: FileSettings = {};

  /** @internal */
  protected abstract readonly uploader: Uploader;
  /** @internal */
  protected abstract get itemLimitNow(): number;

  declare endpoint: string | undefined;
  declare params: unknown;
  declare customHeaders: unknown;
  declare itemLimit: number | string | undefined;
  declare deleteEndpoint: string | undefined;
  declare scaling: Scaling | undefined;

  /**
   * Adds files, whatever they come as: File, FileList, file input, Blob, `{blob, name}`, canvas, `{canvas, name, type, quality}`, DataTransfer, or an array of those. They
   * are checked, shown, and (without `manual-upload`) uploaded. Leads to `validateBatch`, then `validate`, `submit` and `submitted` for each.
   *
   * @param files - what to add.
   * @param params - parameters for these files instead of the `params` of all.
   * @param endpoint - where these files go instead of `endpoint`.
   * @throws {TypeError} where it is none of those.
   */
  addFiles(files: FileInputs, params?: Readonly<Record<string, unknown>>, endpoint?: string): void {
    const add = (sources: Awaited<ReturnType<typeof readSources>>) => {
      const { uploader } = this;
      for (const id of uploader.add(withScaled(sources, this.scaling, uploader.files.length, uploader.options.createUuid))) {
        if (params) this.settingsOf(id).params = params;
        if (endpoint) this.settingsOf(id).endpoint = endpoint;
      }
    };
    const read = readSources(files, this.blobName);
    if (read instanceof Promise) read.then(add, (error: unknown) => this.reportUnreadable(error));
    else add(read);
  }

  /** Shows files that the server has already; they count toward the limits and can be deleted. */
  addInitialFiles(files: readonly InitialFile[]): void {
    const entries = files.map(({ name, uuid, size, thumbnailUrl, s3Key, s3Bucket }): InitialFileData => ({
      name,
      uuid,
      size,
      thumbnailUrl,
      details: { ...(s3Key !== undefined && { key: s3Key }), ...(s3Bucket !== undefined && { bucket: s3Bucket }) },
    }));
    // Before the files are there: whether they can be deleted depends on it.
    const first = this.uploader.files.length;
    files.forEach(({ deleteFileEndpoint, deleteFileParams }, index) => {
      if (deleteFileEndpoint) this.settingsOf(first + index).deleteEndpoint = deleteFileEndpoint;
      if (deleteFileParams) this.settingsOf(first + index).deleteParams = deleteFileParams;
    });
    this.uploader.addInitialFiles(entries);
  }

  /** Gives a file up, and frees what it holds here and on the far side. Leads to `cancel`, which may refuse. Not possible while the far side puts it together. */
  cancel(id: number): void {
    void this.uploader.cancel(id);
  }

  /** Cancels every file that is not finished. */
  cancelAll(): void {
    this.each(
      (file) => file.status !== status.REJECTED && file.status !== status.UPLOAD_FAILED,
      (id) => this.cancel(id),
    );
  }

  /** Cancels the files that wait for `uploadStoredFiles`. */
  clearStoredFiles(): void {
    this.each(
      (file) => file.status === status.SUBMITTED,
      (id) => this.cancel(id),
    );
  }

  /**
   * Goes on with a paused file.
   * @returns {boolean} false where there was nothing to go on with.
   */
  continueUpload(id: number): boolean {
    return this.uploader.resume(id);
  }

  /** Goes on with every paused file. */
  continueAll(): void {
    this.uploader.resume(this.uploader.files.map(({ id }) => id));
  }

  /**
   * Deletes a file that has arrived, by the server at `delete-endpoint`. Leads to `submitDelete`, which may refuse, `delete` and `deleteComplete`.
   * @returns {boolean} false where it cannot be deleted.
   */
  deleteFile(id: number): boolean {
    const file = this.uploader.files[id];
    if (!file?.status || !this.canDelete(id, file.status)) return false;
    void this.uploader.remove(id);
    return true;
  }

  /**
   * Draws a file's thumbnail on an element of the page's own: an image, or the first frame of a video, in its proportions and turned the way it is seen.
   * @param id - the file.
   * @param target - an `<img>` or a `<canvas>`.
   * @param maxSize - the longer side, pixels. Default: the picture's own size.
   * @param fromServer - draws what the server has for a thumbnail (`thumbnailUrl`), which is also drawn where the file itself is not here.
   * @param customResizer - draws in place of the browser.
   * @returns {Promise} the target; rejects with a {@link ThumbnailError}, which has it as its `container`, where there is nothing that the browser can show.
   */
  async drawThumbnail<Target extends ThumbnailTarget>(
    id: number,
    target: Target,
    maxSize?: number,
    fromServer = false,
    customResizer?: CustomResizer,
  ): Promise<Target> {
    const file = this.uploader.files[id];
    try {
      const { drawThumbnail, drawThumbnailOf } = await import('../images/draw-thumbnail.js');
      if (file?.data && !fromServer) await drawThumbnail(target, file.data, maxSize, customResizer);
      else if (file?.thumbnailUrl) await drawThumbnailOf(target, file.thumbnailUrl, maxSize);
      else throw new TypeError(file ? `There is no picture of ${JSON.stringify(file.name)} here.` : `There is no file ${id}.`);
    } catch (error) {
      throw new ThumbnailError(target, error);
    }
    return target;
  }

  /**
   * Makes a smaller image of one.
   * @param id - the file.
   * @param options - `{maxSize, type?, quality?, orient?, includeExif?, customResizer?}`; `maxSize` is the longer side in pixels, `quality` is 0 to 100.
   * @returns {Promise<Blob>} rejects where the file is not here, or no image.
   */
  async scaleImage(id: number, options: ScaleOptions): Promise<Blob> {
    const blob = this.uploader.files[id]?.data;
    if (!blob) throw new TypeError(`scaleImage: there is no file ${id} here.`);
    if (!(options.maxSize > 0)) throw new TypeError('scaleImage needs a maxSize, in pixels.');
    const { scaleImage } = await import('../images/scale.js');
    return scaleImage(blob, options);
  }

  /** Where a file goes, or (without an id) where files go. */
  getEndpoint(id?: number): string {
    return (id === undefined ? undefined : this.fileSettings.get(id)?.endpoint) ?? this.endpoint ?? '';
  }

  /** The File or Blob, or null where it is not here. */
  getFile(id: number): File | Blob | null {
    return this.uploader.files[id]?.data ?? null;
  }

  /** How many files are queued or under way. */
  getInProgress(): number {
    return this.uploader.inProgress;
  }

  /** A file's name, as people see it; undefined where there is no such file. */
  getName(id: number): string | undefined {
    return this.uploader.files[id]?.name;
  }

  /** How many files count: arrived, under way or waiting. */
  getNetUploads(): number {
    return this.uploader.netItems;
  }

  /** The file that a scaled image was made from, or null. */
  getParentId(id: number): number | null {
    return this.uploader.files[id]?.parent?.id ?? null;
  }

  /** How many more files `item-limit` lets in; null where there is no limit. */
  getRemainingAllowedItems(): number | null {
    return this.itemLimitNow > 0 ? Math.max(0, this.itemLimitNow - this.uploader.netItems) : null;
  }

  /** A file's size in bytes; -1 where it is not known, undefined where there is no such file. */
  getSize(id: number): number | undefined {
    return this.uploader.files[id]?.size;
  }

  getUploads(filter: { readonly id: number } | { readonly uuid: string }): UploadData | undefined;
  getUploads(filter?: UploadFilter): UploadData[];
  /** All files, or those that the filter lets through. With a single id or uuid: that file itself. */
  getUploads(filter: UploadFilter = {}): UploadData[] | UploadData | undefined {
    const { files } = this.uploader;
    const data = ({ id, uuid, name, originalName, size, status: now, data: file }: Readonly<FileRecord>): UploadData => ({
      id,
      uuid,
      name,
      originalName,
      size,
      status: now ?? status.SUBMITTING,
      file: file ?? null,
    });
    const { id, uuid } = filter;
    if (typeof id === 'number') return files[id] && data(files[id]);
    if (typeof uuid === 'string') {
      const found = files.find((file) => file.uuid === uuid);
      return found && data(found);
    }
    const wanted = (file: Readonly<FileRecord>): boolean => {
      if (id) return id.includes(file.id);
      if (uuid) return uuid.includes(file.uuid);
      if (filter.status) return file.status !== null && [filter.status].flat().includes(file.status);
      return true;
    };
    return files.filter(wanted).map(data);
  }

  /** A file's uuid, its name in every request; undefined where there is no such file. */
  getUuid(id: number): string | undefined {
    return this.uploader.files[id]?.uuid;
  }

  /**
   * Stops a file where it is. A file that goes up in parts keeps those that have arrived; any other begins again when it is continued.
   * @returns {boolean} false where there was nothing to stop.
   */
  pauseUpload(id: number): boolean {
    return this.uploader.pause(id);
  }

  /** Stops every file, also those that wait. */
  pauseAll(): void {
    this.each(
      (file) => file.status !== null && (inProgress.has(file.status) || file.status === status.SUBMITTED),
      (id) => this.pauseUpload(id),
    );
  }

  /** Lets go of a file's bytes, for pages that keep their uploader for days. It cannot be tried again afterwards. */
  removeFileRef(id: number): void {
    this.uploader.removeFileRef(id);
  }

  /** Cancels what is under way and forgets everything. Ids begin at 0 again, and the server is asked again for files that are there already. */
  reset(): void {
    this.fileSettings.clear();
    this.uploader.reset();
    this.wasReset();
  }

  /**
   * Tries a failed file again; what has arrived already is not sent twice. Leads to `manualRetry`, which may refuse.
   * @returns {boolean} false where it has not failed, may not be tried again, or the page said no.
   */
  retry(id: number): boolean {
    return this.uploader.retry(id);
  }

  /** Tries every failed file again. */
  retryAll(): void {
    this.each(
      (file) => file.status === status.UPLOAD_FAILED,
      (id) => this.retry(id),
    );
  }

  /** Headers for uploads: of all files, or of one. */
  setCustomHeaders(headers: Readonly<Record<string, unknown>>, id?: number): void {
    if (id === undefined) this.customHeaders = headers;
    else this.settingsOf(id).customHeaders = headers;
  }

  /** Data of your own that is remembered with an unfinished upload, and comes back in `resume`. */
  setCustomResumeData(id: number, data: Json): void {
    this.uploader.setCustomResumeData(id, data);
  }

  /** Headers for deleting: of all files, or of one. */
  setDeleteFileCustomHeaders(headers: Readonly<Record<string, unknown>>, id?: number): void {
    this.settingsOf(id).deleteHeaders = headers;
  }

  /** Where deleting is asked for: for all files, or for one. */
  setDeleteFileEndpoint(endpoint: string, id?: number): void {
    if (id === undefined) this.deleteEndpoint = endpoint;
    else this.settingsOf(id).deleteEndpoint = endpoint;
  }

  /** Parameters for deleting: of all files, or of one. */
  setDeleteFileParams(params: Readonly<Record<string, unknown>>, id?: number): void {
    this.settingsOf(id).deleteParams = params;
  }

  /** Where files go: all, or one. */
  setEndpoint(endpoint: string, id?: number): void {
    if (id === undefined) this.endpoint = endpoint;
    else this.settingsOf(id).endpoint = endpoint;
  }

  /**
   * Makes the element belong to another form: the form itself, or its id. Plain HTML does the same with the `form` attribute, or by putting the element inside.
   * @throws {TypeError} where there is no such form.
   */
  setForm(form: HTMLFormElement | string): void {
    const found = typeof form === 'string' ? (this.getRootNode() as Document | ShadowRoot).getElementById(form) : form;
    if (!(found instanceof HTMLFormElement)) throw new TypeError(`setForm takes a form or the id of one, not ${JSON.stringify(form)}.`);
    found.id ||= `fine-uploader-form-${crypto.getRandomValues(new Uint32Array(1)).join()}`;
    this.setAttribute('form', found.id);
  }

  /** How many files there may be, the ones that are there already included. */
  setItemLimit(limit: number): void {
    this.itemLimit = limit;
  }

  /** Renames a file, for people and for the server. */
  setName(id: number, name: string): void {
    this.uploader.rename(id, name);
  }

  /** Parameters for uploads: of all files, or of one. */
  setParams(params: Readonly<Record<string, unknown>>, id?: number): void {
    if (id === undefined) this.params = params;
    else this.settingsOf(id).params = params;
  }

  /**
   * Tells that a file was deleted, or could not be, by the page's own means.
   * @throws {TypeError} for any other status.
   */
  setStatus(id: number, newStatus: Status): void {
    if (newStatus !== status.DELETED && newStatus !== status.DELETE_FAILED) {
      throw new TypeError(`setStatus takes "${status.DELETED}" or "${status.DELETE_FAILED}", not ${JSON.stringify(newStatus)}.`);
    }
    this.uploader.markDeleted(id, newStatus === status.DELETED);
  }

  /** Gives a file another uuid. */
  setUuid(id: number, uuid: string): void {
    this.uploader.setUuid(id, uuid);
  }

  /** Uploads the files that wait for it under `manual-upload`. */
  uploadStoredFiles(): void {
    this.uploader.uploadStored();
  }

  /** @internal */
  protected settingsOf(id: number | undefined): FileSettings {
    if (id === undefined) return this.sharedSettings;
    let settings = this.fileSettings.get(id);
    if (!settings) this.fileSettings.set(id, (settings = {}));
    return settings;
  }

  /** @internal What a nameless Blob is called. */
  protected abstract readonly blobName: string;
  /** @internal */
  protected abstract wasReset(): void;
  /** @internal */
  protected abstract canDelete(id: number, now: Status): boolean;
  /** @internal */
  protected abstract reportUnreadable(error: unknown): void;

  private each(which: (file: Readonly<FileRecord>) => boolean, act: (id: number) => void): void {
    for (const file of this.uploader.files.filter(which)) act(file.id);
  }
}
