/**
 * The five seams of the uploader.
 *
 * Everything a far side, a browser or a test can be swapped for is named here: {@link Send} (one request),
 * {@link Store} (one far side), {@link ResumeStore} (what survives a reload), {@link Clock} (time and chance). The fifth,
 * `S3Signer`, speaks S3's words and lives with the S3 store, in `stores/s3/signing/signer.ts`.
 */

/** What survives `JSON.stringify`: sessions, receipts and resume records are nothing else, so core can keep them without knowing them. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** A plain JSON object. */
export type JsonObject = { readonly [key: string]: Json };

// ---------------------------------------------------------------------------------------------------------------- 1. Send

/** One request, as {@link Send} takes it. */
export interface SendRequest {
  readonly method: string;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** A Blob goes out as it is: a slice of a file is read by the browser while it is sent, never by the page. */
  readonly body?: Blob | FormData | URLSearchParams | string | null;
  /** Cookies and client certificates go along to another origin. Default false. */
  readonly withCredentials?: boolean;
  /**
   * How long (ms) may pass with no sign of life, neither bytes taken nor bytes answered, before the request is given up as stalled. Default: for ever. May be a function
   * of what has happened so far, since what is known of a link changes while a request is under way.
   */
  readonly stallTimeout?: number | ((carried: BodyProgress) => number);
  /**
   * Called with the bytes of the body that have been taken so far. Leave it out where a page may not preflight: a listener on the
   * upload turns a cross-origin form post into a preflighted request (https://fetch.spec.whatwg.org/#concept-request, use-CORS-preflight flag).
   */
  readonly onProgress?: (loaded: number, total: number) => void;
  /** Ends the request at once; the promise rejects with the signal's reason. */
  readonly signal: AbortSignal;
}

/** What has become of a request's body. */
export interface BodyProgress {
  /** Bytes that the browser has taken and that have not been answered: they have arrived, or lie in buffers on the way. */
  readonly bytes: number;
  /** How long (ms) it took to take them. */
  readonly elapsed: number;
}

/** The answer to one request, whatever its status. */
export interface SendResponse {
  readonly status: number;
  /** The address that answered, after redirects. */
  readonly url: string;
  readonly text: string;
  /** A response header's value, or null where there is none or CORS does not let the page read it. */
  header(name: string): string | null;
}

/**
 * Carries one request over the wire. Resolves for any status. Rejects only where no answer came: with the signal's reason when it was
 * aborted, with an {@link UploadError} of status 0 when the connection failed or stalled.
 */
export type Send = (request: SendRequest) => Promise<SendResponse>;

// --------------------------------------------------------------------------------------------------------------- 2. Store

/** A file as a store sees it. */
export interface UploadFile {
  readonly id: number;
  /** The uploader's own name for this file, in every request and event about it. A server may change it. */
  readonly uuid: string;
  /** The name people see; the page or the person may have changed it. */
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** MIME type as the browser tells it, or ''. */
  readonly type: string;
  readonly blob: Blob;
  /** Path inside a chosen or dropped folder, as in `photos/2026/a.jpg`; '' where there is none. */
  readonly path: string;
  /** The file that this one was made from, where it is a scaled image. */
  readonly parent?: { readonly uuid: string; readonly size: number } | undefined;
}

/** A stretch of a file, as it crosses the wire in one request. */
export interface Part {
  /** 0-based; S3's part number is one more. */
  readonly index: number;
  /** First byte. */
  readonly start: number;
  /** The byte after the last. */
  readonly end: number;
}

/** The proof that a part has arrived, as the store wants it back in {@link Store.close}. */
export interface Receipt extends Part {
  /** What the store needs to know of it: an ETag, say. */
  readonly data?: Json;
}

/** What {@link Store.open} found out: where this upload stands, and what is still to be sent. */
export interface Opened<Session extends Json> {
  readonly session: Session;
  /** The bytes that are still to be sent, in the order to send them. Empty where all have arrived. */
  readonly parts: readonly Part[];
  /** What has arrived before. */
  readonly receipts: readonly Receipt[];
  /** True for an upload in parts: pausing keeps what has arrived, and every part has its `uploadChunk` event. */
  readonly chunked: boolean;
  /** How many parts there are in all, arrived or not. */
  readonly totalParts: number;
  /** How many parts of this file may be on the wire at once: 1, or Infinity for as many as there are connections. */
  readonly parallel: number;
  /** True where an earlier upload is being continued. */
  readonly resumed: boolean;
}

/** What a store may ask of the uploader during any step of one attempt. */
export interface StoreContext {
  readonly file: UploadFile;
  /** Aborted when this attempt is over: paused, cancelled, failed. Look at it after every await. */
  readonly signal: AbortSignal;
  /**
   * Waits for one of the shared connections and runs a request over it. Prepare (sign, hash) before calling it: that is how work is done ahead
   * while other parts hold the wire.
   */
  connection<T>(request: () => Promise<T>): Promise<T>;
  /** How long (ms) a request may show no sign of life, learnt from the ones before: fit for {@link SendRequest.stallTimeout}. */
  readonly stallTimeout: (carried?: BodyProgress) => number;
}

/** What a store is given with each part. */
export interface PartContext extends StoreContext {
  /** Bytes of this part taken so far. */
  progress(loaded: number): void;
  /** What the page's `uploadChunk` listener resolved with, if anything: `{endpoint, method, headers, params}`. */
  readonly overrides?: ChunkOverrides | undefined;
}

/** What a page may change about one chunk's request. */
export interface ChunkOverrides {
  readonly endpoint?: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly params?: Readonly<Record<string, unknown>>;
}

/** What a finished upload leaves behind. */
export interface UploadResult {
  /** What the server answered, for `complete`'s `detail.response`. */
  readonly response: JsonObject;
  /** The name the server gave the file in place of its uuid. */
  readonly uuid?: string;
  /** S3: where the object is. */
  readonly key?: string;
  readonly bucket?: string;
}

/** What {@link Store.remove} needs to know of a file that has arrived, perhaps in another session. */
export interface StoredFile {
  readonly uuid: string;
  readonly name: string;
  readonly key?: string | undefined;
  readonly bucket?: string | undefined;
}

/**
 * One far side: how to begin, carry parts, finish, give up and delete. A store has no state of its own about a file: all that it must
 * remember goes through `session`, which is plain JSON and survives a reload.
 */
export interface Store<Session extends Json = Json> {
  /**
   * Begins, or finds out how far an earlier attempt came.
   * @param saved - what an earlier attempt left behind; the store decides what of it still holds.
   */
  open(saved: Saved<Session> | undefined, context: StoreContext): Promise<Opened<Session>>;
  /** Carries one part. Throws an {@link UploadError} where it did not arrive. */
  send(part: Part, session: Session, context: PartContext): Promise<Receipt>;
  /**
   * Makes the parts one file and tells whoever must know. May be called again after it failed; `keep` stores how far it came, so that what is done is
   * not done twice.
   */
  close(session: Session, receipts: readonly Receipt[], context: StoreContext & { keep(session: Session): void }): Promise<UploadResult>;
  /** Frees what `open` reserved on the far side. */
  abandon?(session: Session, context: StoreContext): Promise<void>;
  /** Deletes a file that has arrived. */
  remove?(file: StoredFile, context: { readonly signal: AbortSignal }): Promise<void>;
}

/** An upload that was begun: enough to go on with it in another attempt, or after a reload. */
export interface Saved<Session extends Json = Json> {
  readonly session: Session;
  readonly receipts: readonly Receipt[];
}

// --------------------------------------------------------------------------------------------------------- 3. ResumeStore

/** An unfinished upload as it is remembered across reloads. Holds no secret. */
export interface ResumeRecord {
  /** Tells the file and its far side apart from all others. */
  readonly key: string;
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  readonly uuid: string;
  readonly saved: Saved;
  /** When it was last written, ms since 1970. */
  readonly time: number;
  /** The page's own data, from `setCustomResumeData`. */
  readonly custom?: Json;
}

/** Where unfinished uploads are remembered. A failing one never fails an upload. */
export interface ResumeStore {
  load(key: string): Promise<ResumeRecord | undefined>;
  save(record: ResumeRecord): Promise<void>;
  delete(key: string): Promise<void>;
}

// --------------------------------------------------------------------------------------------------------------- 4. Clock

/** Time and chance. A test holds both still. */
export interface Clock {
  /** ms since 1970. */
  now(): number;
  /** 0 <= n < 1. */
  random(): number;
  /** Resolves after `ms`; rejects with the signal's reason when it is aborted before. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}
