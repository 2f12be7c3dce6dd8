/**
 * The seams of the uploader: everything that can be replaced, for another kind of server, another browser or a test.
 *
 * {@link Send} makes one request, {@link Store} uploads to one kind of server, {@link ResumeStore} remembers unfinished uploads across reloads, {@link Clock} is time and
 * chance. The fifth seam, the signer of requests, belongs to the store that needs it.
 */

/** Any JSON value. Sessions, receipts and resume records are JSON, so that core can save them without knowing their meaning. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** A JSON object. */
export type JsonObject = { readonly [key: string]: Json };

// ---------------------------------------------------------------------------------------------------------------- 1. Send

/** One request, as {@link Send} takes it. */
export interface SendRequest {
  readonly method: string;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** A slice of a file is best passed as a Blob: the browser then reads it while sending, and it never fills the page's memory. */
  readonly body?: Blob | FormData | URLSearchParams | string | null;
  /** Send cookies and client certificates to another origin. Default false. */
  readonly withCredentials?: boolean;
  /**
   * ms without any sign of life, neither bytes taken nor bytes answered, after which the request counts as stalled. Default: no limit. May be a function of the progress so
   * far, because more is learnt about a link while a request is under way.
   */
  readonly stallTimeout?: number | ((progress: BodyProgress) => number);
  /**
   * ms that the server may take to answer once the whole body is sent. For a request that must not be repeated, because the server may be working on it; Infinity for
   * no limit. Without `onProgress` nothing reports the body, and it counts as sent. Default: `stallTimeout`.
   */
  readonly answerTimeout?: number;
  /**
   * Called with the number of bytes of the body that the browser has taken. Leave it out to avoid a preflight request: a listener on the upload turns a cross-origin form
   * post into a preflighted request (https://fetch.spec.whatwg.org/#concept-request, use-CORS-preflight flag).
   */
  readonly onProgress?: (loaded: number, total: number) => void;
  /** Aborts the request; the promise rejects with the signal's reason. */
  readonly signal: AbortSignal;
}

/** The progress of a request's body. */
export interface BodyProgress {
  /** Bytes that the browser has taken and the server has not answered: they have arrived, or are in buffers on the way. */
  readonly bytes: number;
  /** ms that taking them took. */
  readonly elapsed: number;
  /** True when the whole body is sent and only the response is missing. */
  readonly isSent?: boolean;
}

/** The response to one request, whatever its status. */
export interface SendResponse {
  readonly status: number;
  /** The URL of the response, after redirects. */
  readonly url: string;
  readonly text: string;
  /** Returns a response header, or null where there is none or CORS does not let the page read it. */
  header(name: string): string | null;
}

/**
 * Sends one request. Resolves for any status. Rejects only where no response came: with the signal's reason when it was aborted, with an {@link UploadError} of status 0
 * when the connection failed or stalled.
 */
export type Send = (request: SendRequest) => Promise<SendResponse>;

// --------------------------------------------------------------------------------------------------------------- 2. Store

/** A file as a store sees it. */
export interface UploadFile {
  readonly id: number;
  /** The unique name of this file in every request and event. A server may change it. */
  readonly uuid: string;
  /** The name that people see; the page or the person may have changed it. */
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** MIME type as the browser reports it, or ''. */
  readonly type: string;
  readonly blob: Blob;
  /** Path inside a chosen or dropped folder, as in `photos/2026/a.jpg`; '' where there is none. */
  readonly path: string;
  /** The file that this one is a scaled version of. */
  readonly parent?: { readonly uuid: string; readonly size: number } | undefined;
}

/** A range of a file that is sent in one request. */
export interface Part {
  /** Counts from 0. */
  readonly index: number;
  /** The first byte; counts from 0. */
  readonly start: number;
  /** The byte after the last. */
  readonly end: number;
}

/** The proof that a part has arrived, for {@link Store.close}. */
export interface Receipt extends Part {
  /** The store's own data about it, such as a checksum. */
  readonly data?: Json;
  /** The server's response, for `uploadChunkSuccess`'s `detail.response`. */
  readonly response?: JsonObject;
}

/** The state of an upload, as {@link Store.open} finds it. */
export interface Opened<Session extends Json> {
  /** The store's own data about the upload. */
  readonly session: Session;
  /** The parts that have not arrived, in the order to send them. Empty where all have arrived. */
  readonly parts: readonly Part[];
  /** The parts that have arrived before. */
  readonly receipts: readonly Receipt[];
  /** True for an upload in parts: a pause keeps what has arrived, and each part has its `uploadChunk` event. */
  readonly chunked: boolean;
  /** Number of all parts, whether they have arrived or not. */
  readonly totalParts: number;
  /** Number of parts of this file that may be sent at the same time; Infinity for as many as there are connections. */
  readonly parallel: number;
  /** True where an earlier upload continues. */
  readonly resumed: boolean;
}

/** What a store gets for each step of an attempt. */
export interface StoreContext {
  readonly file: UploadFile;
  /** Aborted when the attempt ends: paused, cancelled, failed. Check it after every await. */
  readonly signal: AbortSignal;
  /** Waits for one of the shared connections and runs a request over it. Sign and hash before: then that happens while other requests use the connections. */
  connection<T>(request: () => Promise<T>): Promise<T>;
  /** Returns the learnt limit for {@link SendRequest.stallTimeout}, ms. */
  readonly stallTimeout: (progress?: BodyProgress) => number;
  /** {@link SendRequest.answerTimeout} of requests that must not be repeated while the server may be working on them, ms. */
  readonly answerTimeout: number;
}

/** What a store gets for sending a part. */
export interface PartContext extends StoreContext {
  /** Reports the bytes of this part that were taken so far. */
  progress(loaded: number): void;
  /** The value that the page's `uploadChunk` listener returned, if any. */
  readonly overrides?: ChunkOverrides | undefined;
}

/** What a store gets for closing an upload. */
export interface CloseContext<Session extends Json = Json> extends StoreContext {
  /** Saves a changed session, so that a retry of `close` does not repeat what is done. */
  saveSession(session: Session): void;
}

/** Changes that a page may make to the request of one chunk. */
export interface ChunkOverrides {
  readonly endpoint?: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly params?: Readonly<Record<string, unknown>>;
}

/** The result of an upload. */
export interface UploadResult {
  /** The server's response, for `complete`'s `detail.response`. */
  readonly response: JsonObject;
  /** The name that the server has given the file in place of its uuid. */
  readonly uuid?: string;
  /** The store's own facts about the uploaded file, such as its address. They become part of `complete`'s detail, and are passed to {@link Store.remove}. */
  readonly details?: JsonObject;
}

/** An uploaded file, perhaps from an earlier session, as {@link Store.remove} gets it. */
export interface StoredFile {
  readonly uuid: string;
  readonly name: string;
  /** See {@link UploadResult.details}. */
  readonly details?: JsonObject | undefined;
}

/**
 * Uploads files to one kind of server. A store has no state of its own about a file: everything that it must remember is in its session, which is plain JSON and survives a
 * reload.
 */
export interface Store<Session extends Json = Json> {
  /**
   * Begins an upload, or finds out how far an earlier one came.
   * @param saved - what an earlier attempt left; the store decides what of it can still be used.
   */
  open(saved: Saved<Session> | undefined, context: StoreContext): Promise<Opened<Session>>;
  /** Sends one part. Throws an {@link UploadError} where it did not arrive. */
  send(part: Part, session: Session, context: PartContext): Promise<Receipt>;
  /** Makes the parts one file. Called again after a failure. */
  close(session: Session, receipts: readonly Receipt[], context: CloseContext<Session>): Promise<UploadResult>;
  /** Removes what `open` and `send` have stored remotely. */
  abandon?(session: Session, context: StoreContext): Promise<void>;
  /**
   * Signs what {@link abandon} sends, for a page that is being left: it can send a request then, but wait for nothing.
   * @returns a function that sends the request; undefined where nothing is stored remotely.
   */
  prepareAbandon?(session: Session, context: StoreContext): Promise<(() => void) | undefined>;
  /** Deletes an uploaded file. */
  remove?(file: StoredFile, context: { readonly signal: AbortSignal }): Promise<void>;
}

/** An upload that was begun: what another attempt, or another session of the page, continues with. */
export interface Saved<Session extends Json = Json> {
  readonly session: Session;
  readonly receipts: readonly Receipt[];
}

// --------------------------------------------------------------------------------------------------------- 3. ResumeStore

/** An unfinished upload, as it is remembered across reloads. Contains no secret. */
export interface ResumeRecord {
  /** Identifies the file and the place it is uploaded to. */
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
  /** Number of all parts, whether they have arrived or not. */
  readonly totalParts?: number;
  /** Identifies the uploader that has written the record. */
  readonly owner?: string;
}

/** Remembers unfinished uploads. A rejection never fails an upload. */
export interface ResumeStore {
  load(key: string): Promise<ResumeRecord | undefined>;
  save(record: ResumeRecord): Promise<void>;
  delete(key: string): Promise<void>;
  /**
   * Locks a key, so that one uploader at a time, in all tabs, carries an upload. Optional: without it, nobody waits.
   * @param signal - waits until the key is free, or the signal is aborted: then rejects with its reason. Without a signal, does not wait.
   * @returns a function that unlocks the key; undefined where it is locked.
   */
  lock?(key: string, signal?: AbortSignal): Promise<(() => void) | undefined>;
}

// --------------------------------------------------------------------------------------------------------------- 4. Clock

/** Time and chance. Tests hold both still. */
export interface Clock {
  /** ms since 1970. */
  now(): number;
  /** ms since any moment; it never goes back. Default: `now`. */
  elapsed?(): number;
  /** 0 <= n < 1. */
  random(): number;
  /** Resolves after `ms`; rejects with the signal's reason when it is aborted before. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}
