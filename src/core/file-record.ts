import { UploadError } from './errors.js';
import { Speed } from './speed.js';
import type { Status } from './status.js';
import type { Json, JsonObject, Saved, Store, UploadFile, UploadResult } from './types.js';

/** A file as it is passed to {@link Uploader.add}. */
export interface NewFile {
  /** Its bytes; undefined where {@link NewFile.createBlob} creates them. */
  readonly blob?: Blob | undefined;
  /** Creates its bytes when the upload begins, such as those of a scaled image. Until then its size is -1. A rejection fails the file. */
  readonly createBlob?: (signal: AbortSignal) => Promise<Blob>;
  /** Default: the name of the blob, which then has to be a File. */
  readonly name?: string;
  /** MIME type. Default: the blob's. */
  readonly type?: string;
  /** Default: a new one. */
  readonly uuid?: string;
  /** Not shown in the list of files. */
  readonly hidden?: boolean;
  /** Only the scaled versions of this image are uploaded: the file itself is validated, then hidden as rejected, without an error. */
  readonly scaledOnly?: boolean;
  /** Path inside a chosen or dropped folder, or ''. */
  readonly path?: string;
  /** The file that this one is a scaled version of. */
  readonly parent?: { readonly id: number; readonly uuid: string; readonly size: number };
}

/** A file that was uploaded before. */
export interface InitialFileData {
  readonly name: string;
  readonly uuid: string;
  /** Bytes; undefined where it is not known. */
  readonly size?: number | undefined;
  readonly thumbnailUrl?: string | undefined;
  /** See {@link UploadResult.details}. */
  readonly details?: JsonObject | undefined;
}

/** Everything that the uploader knows about one file. Its status is written by {@link FileRegistry} only. */
export class FileRecord implements UploadFile {
  /** null before the file has its first status. */
  status: Status | null = null;
  readonly path: string;
  readonly parent: NewFile['parent'];
  /** Its bytes. Undefined before they are created, after `removeFileRef`, and for files that were uploaded before. */
  data: Blob | undefined;
  createBlob: NewFile['createBlob'];
  readonly scaledOnly: boolean;
  uploadedBytes = 0;
  /** Why the file was refused, or why its last attempt failed: a sentence for a person, or ''. */
  reason = '';
  /** Number of automatic retries since the last part arrived. */
  retries = 0;
  /** Number of times that the upload began again at byte 0. */
  restarts = 0;
  /** Uploaded in parts. */
  chunked = false;
  /** Uploaded as soon as it is accepted, although uploads do not begin by themselves. */
  startsWhenAccepted = false;
  /** Counts toward the item and total size limits. */
  isCounted = false;
  /** False where no retry is possible after a failure. */
  retryable = true;
  /** Aborts the attempt under way; undefined where there is none. */
  attemptController: AbortController | undefined;
  /** Resolves when nothing of the last attempt is under way any more. Never rejects. */
  attemptSettled: Promise<void> | undefined;
  /** Its bytes are part of the total progress. */
  inBatch = false;
  /** Waits in {@link UploadQueue}. */
  queued = false;
  /** The store of the last attempt. */
  store: Store | undefined;
  /** What the last attempt left to continue with. */
  saved: Saved | undefined;
  /** Returns the id that all files of one call share; undefined for files that were uploaded before. */
  batchId: (() => string) | undefined;
  resumeKey: string | undefined;
  /** Waits until another uploader, perhaps in another tab, no longer carries its upload. */
  waitsForOther = false;
  customResumeData: Json = null;
  result: UploadResult | undefined;
  /** URL of a thumbnail that the server offers, or ''. */
  thumbnailUrl = '';
  deletable = false;
  /** Not shown in the list of files. */
  hidden: boolean;
  #speed: Speed | undefined;
  #size: number | undefined;
  #uuid: string | (() => string);
  #name: string | undefined;
  #originalName: string | undefined;
  #type: string | undefined;

  /** @param uuid - or a function that creates one when it is first read. */
  constructor(
    readonly id: number,
    source: NewFile | InitialFileData,
    uuid: string | (() => string),
  ) {
    const { blob, createBlob, type, path = '', parent, hidden = false, scaledOnly = false } = source as NewFile;
    this.#uuid = uuid;
    this.#originalName = source.name;
    this.data = blob;
    this.#size = blob ? undefined : ((source as InitialFileData).size ?? -1);
    this.#type = type;
    this.path = path;
    this.parent = parent;
    this.createBlob = createBlob;
    this.hidden = hidden;
    this.scaledOnly = scaledOnly;
  }

  get uuid(): string {
    return typeof this.#uuid === 'string' ? this.#uuid : (this.#uuid = this.#uuid());
  }

  set uuid(uuid: string) {
    this.#uuid = uuid;
  }

  /** The name before any renaming. Read late: a browser creates a string at each reading, and many names are never read. */
  get originalName(): string {
    return (this.#originalName ??= this.data instanceof File ? this.data.name : '');
  }

  get name(): string {
    return this.#name ?? this.originalName;
  }

  set name(name: string) {
    this.#name = name;
  }

  /** MIME type, or ''. */
  get type(): string {
    return (this.#type ??= this.data?.type ?? '');
  }

  get speed(): Speed {
    return (this.#speed ??= new Speed());
  }

  /** Bytes; -1 where it is not known. Read late: a browser asks the disk for it, which takes long with thousands of files. */
  get size(): number {
    return (this.#size ??= this.data?.size ?? -1);
  }

  /** ms since 1970; 0 where it is not known. */
  get lastModified(): number {
    return this.data && 'lastModified' in this.data ? Number(this.data.lastModified) : 0;
  }

  /** @throws {@link UploadError} if the bytes are not there. */
  get blob(): Blob {
    if (!this.data) throw new UploadError('The file is no longer here. Choose it again.', { retry: 'never' });
    return this.data;
  }

  /** The id of the chosen file: its own, or that of the image that it is a scaled version of. */
  get originId(): number {
    return this.parent?.id ?? this.id;
  }

  /** Sets the bytes that `createBlob` has created. */
  setBlob(blob: Blob): void {
    this.#readMetadata();
    this.data = blob;
    this.#size = blob.size;
  }

  /** Releases the bytes, so that the browser can free their memory. */
  releaseBlob(): void {
    this.#readMetadata();
    this.data = this.createBlob = undefined;
  }

  /** Reads what only the present bytes can tell. */
  #readMetadata(): void {
    this.#size = this.size;
    this.#type = this.type;
    this.#originalName = this.originalName;
  }
}
