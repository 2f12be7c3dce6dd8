import type { FileSnapshot } from './snapshot.js';
import { status } from './status.js';
import type { Status } from './status.js';
import { Speed } from './totals.js';
import type { Json, Saved, Store, UploadFile, UploadResult } from './types.js';

/** A file as it is handed to {@link Uploader.add}. */
export interface NewFile {
  /** Its bytes; undefined where they are made when its turn comes. */
  readonly blob?: Blob | undefined;
  /** Makes its bytes, a scaled image's say. Until then its size is -1. What it rejects with is why the file fails. */
  readonly createBlob?: (signal: AbortSignal) => Promise<Blob>;
  /** Default: the blob's, which has to be a File. */
  readonly name?: string;
  /** MIME type. Default: the blob's. */
  readonly type?: string;
  /** Default: a new one. */
  readonly uuid?: string;
  /** Not in the list that people see. */
  readonly hidden?: boolean;
  /** Only what is made from it is sent: once it has been let in, it is set aside without a word. */
  readonly scaledOnly?: boolean;
  /** Path inside a chosen or dropped folder, or ''. */
  readonly path?: string;
  /** Where it was made from another file. */
  readonly parent?: { readonly id: number; readonly uuid: string; readonly size: number };
}

/** A file that the far side has already. */
export interface InitialFileData {
  readonly name: string;
  readonly uuid: string;
  /** Bytes, where the server knows. */
  readonly size?: number | undefined;
  readonly thumbnailUrl?: string | undefined;
  readonly key?: string | undefined;
  readonly bucket?: string | undefined;
}

/** One attempt under way. */
export interface Run {
  readonly controller: AbortController;
}

/** All that the uploader knows about one file. Written by the uploader alone. */
export class FileRecord implements UploadFile {
  status: Status | null = null;
  readonly path: string;
  readonly parent: NewFile['parent'];
  /** Gone after `removeFileRef`, and for files that only the server has; not yet there where it is still to be made. */
  data: Blob | undefined;
  createBlob: NewFile['createBlob'];
  readonly scaledOnly: boolean;
  uploadedBytes = 0;
  reason = '';
  /** Automatic retries since something last arrived. */
  attempt = 0;
  /** How often all was begun again. */
  restarts = 0;
  chunked = false;
  /** Counts toward the item limit. */
  counted = false;
  /** No further try, whoever asks. */
  final = false;
  run: Run | undefined;
  /** Settles, never rejects, when nothing of the last attempt is under way any more. */
  settled: Promise<void> | undefined;
  /** Its bytes are among those of the total progress. */
  inBatch = false;
  /** In the queue, for the next free connection. */
  waiting = false;
  /** All bytes are there, and the far side has begun to make a file of them. */
  closing = false;
  store: Store | undefined;
  saved: Saved | undefined;
  resumeKey: string | undefined;
  customResumeData: Json = null;
  result: UploadResult | undefined;
  thumbnailUrl = '';
  deletable = false;
  /** No longer in the list that people see. */
  hidden: boolean;
  #speed: Speed | undefined;
  #size: number | undefined;
  #uuid: string | (() => string);
  #name: string | undefined;
  #originalName: string | undefined;
  #type: string | undefined;

  constructor(
    readonly id: number,
    source: NewFile | InitialFileData,
    /** Or what makes one. */
    uuid: string | (() => string),
  ) {
    this.#uuid = uuid;
    this.#originalName = source.name;
    const blob = 'blob' in source ? source.blob : undefined;
    this.data = blob;
    this.#size = blob ? undefined : ((source as InitialFileData).size ?? -1);
    const { createBlob: make, type, path = '', parent, hidden = false, scaledOnly: setAside = false } = source as NewFile;
    this.#type = type;
    this.path = path;
    this.parent = parent;
    this.createBlob = make;
    this.hidden = hidden;
    this.scaledOnly = setAside;
  }

  /** Its name on the far side, made when somebody wants to know it. */
  get uuid(): string {
    return typeof this.#uuid === 'string' ? this.#uuid : (this.#uuid = this.#uuid());
  }

  set uuid(uuid: string) {
    this.#uuid = uuid;
  }

  /** As it was chosen. A browser makes a string of it each time, and many are never read. */
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

  /** Bytes; -1 where nobody knows. A browser asks the disk for it, which takes its time with thousands of files: so only when it is wanted. */
  get size(): number {
    return (this.#size ??= this.data?.size ?? -1);
  }

  /** ms since 1970; 0 where nobody knows. */
  get lastModified(): number {
    return this.data && 'lastModified' in this.data ? Number(this.data.lastModified) : 0;
  }

  /** Its bytes have been made. */
  made(blob: Blob): void {
    this.#keep();
    this.data = blob;
    this.#size = blob.size;
  }

  /** Lets go of its bytes. */
  releaseBlob(): void {
    this.#keep();
    this.data = this.createBlob = undefined;
  }

  /** What is known only from the bytes. */
  #keep(): void {
    this.#size = this.size;
    this.#type = this.type;
    this.#originalName = this.originalName;
  }

  /** What was chosen as one: an image, and all that is made of it. */
  get origin(): number {
    return this.parent?.id ?? this.id;
  }

  get blob(): Blob {
    return this.data ?? new Blob();
  }

  /** How it stands, for a face. */
  snapshot(maxAttempts: number): FileSnapshot {
    const now = this.status ?? status.SUBMITTING;
    const moving = now === status.UPLOADING || now === status.UPLOAD_RETRYING;
    const queued = now === status.SUBMITTED || now === status.QUEUED;
    return {
      id: this.id,
      name: this.name,
      size: this.size,
      type: this.type,
      path: this.path,
      status: now,
      uploadedBytes: this.uploadedBytes,
      speed: now === status.UPLOADING ? this.speed.value : 0,
      reason: this.reason,
      attempt: this.attempt,
      maxAttempts,
      actions: {
        cancel: moving || queued || now === status.SUBMITTING || now === status.PAUSED || now === status.UPLOAD_FAILED,
        pause: moving && this.chunked,
        continue: now === status.PAUSED,
        retry: now === status.UPLOAD_FAILED && !this.final,
        delete: (now === status.UPLOAD_SUCCESSFUL || now === status.DELETE_FAILED) && this.deletable,
        rename: now === status.SUBMITTED,
      },
      blob: this.data,
      thumbnailUrl: this.thumbnailUrl,
    };
  }
}
