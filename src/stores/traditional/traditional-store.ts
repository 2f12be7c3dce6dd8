import { abortable } from '../../utils/abortable.js';
import { splitIntoParts, partSize as partSizeFor } from '../../core/parts.js';
import { UploadError } from '../../core/errors.js';
import type {
  CloseContext,
  JsonObject,
  Opened,
  Part,
  PartContext,
  Receipt,
  Saved,
  SendResponse,
  Store,
  StoreContext,
  StoredFile,
  UploadFile,
  UploadResult,
} from '../../core/types.js';
import { isObject } from '../../http/response-errors.js';
import { given, scriptHeaders, toForm, toJson, toQuery, withQuery } from '../../http/params.js';
import { notReadable } from '../../http/xhr.js';
import { newUuid, verdict } from './response-errors.js';
import type { Proof } from './response-errors.js';
import { traditionalDefaults } from './options.js';
import type { TraditionalOptions } from './options.js';

/** What an upload to a page's own server has to remember. */
export type TraditionalSession = {
  /** The name that all requests about this upload go by. */
  readonly uuid: string;
  /** Of the file, bytes. */
  readonly size: number;
  readonly chunked: boolean;
  /** Bytes. */
  readonly partSize: number;
  /** The first part to be sent after a reload: it is marked. */
  readonly resumedAt?: number;
};

/** Sessions made by this page: what goes on with one of them after a pause is, for the server, no resumed upload. */
const sessionsOfThisPage = new WeakSet<TraditionalSession>();

/** Bytes per ms that a server is trusted to join chunks at, at least. It is silent meanwhile. */
const joiningSpeed = 20_000;

/** How long (ms) a server may think about a deletion. */
const deletionTimeout = 60_000;

/**
 * A page's own server that speaks Fine Uploader's protocol: a file as a form, whole or in chunks; a request that says that all chunks have been sent, where
 * that is wished; deleting.
 *
 * @example
 * new TraditionalStore({ send, endpoint: '/uploads', chunking: true, chunkingSuccess: { endpoint: '/uploads/done' } })
 */
export class TraditionalStore implements Store<TraditionalSession> {
  readonly #options: TraditionalOptions;

  /** @param options - kept as they are: a snapshot for one file. */
  constructor(options: Partial<TraditionalOptions> & Pick<TraditionalOptions, 'send' | 'endpoint'>) {
    this.#options = { ...traditionalDefaults, ...options };
  }

  async open(saved: Saved<TraditionalSession> | undefined, { file, signal }: StoreContext): Promise<Opened<TraditionalSession>> {
    const { size } = file;
    const earlier = saved && holds(saved, size) ? saved : undefined;
    const { chunked, partSize } = earlier?.receipts.length ? earlier.session : await abortable(this.#plan(file), signal);
    const all = splitIntoParts(size, partSize);
    const arrived = new Map<number, Receipt>();
    for (const receipt of earlier?.receipts ?? []) {
      const part = all[receipt.index];
      if (part?.start === receipt.start && part.end === receipt.end) arrived.set(part.index, receipt);
    }
    const parts = all.filter(({ index }) => !arrived.has(index));
    const resumedAt = earlier && !sessionsOfThisPage.has(earlier.session) && arrived.size ? parts[0]?.index : earlier?.session.resumedAt;
    // Without a part of it there, nothing binds the upload to its old name, and the page may have given it another.
    const uuid = earlier && arrived.size ? earlier.session.uuid : file.uuid;
    const session = { uuid, size, chunked, partSize, ...(resumedAt !== undefined && { resumedAt }) };
    sessionsOfThisPage.add(session);
    return {
      session,
      parts,
      receipts: [...arrived.values()],
      chunked,
      totalParts: all.length,
      parallel: this.#options.concurrentChunks ? Infinity : 1,
      resumed: arrived.size > 0,
    };
  }

  async send(part: Part, session: TraditionalSession, context: PartContext): Promise<Receipt> {
    const options = this.#options;
    const { file, overrides, signal } = context;
    const { index, start, end } = part;
    const size = end - start;
    // A slice even of the whole file: Chromium notices only of slices that their file was changed meanwhile, and sends of others what is left.
    const bytes = file.blob.slice(start, end, session.chunked ? '' : file.type);
    if (bytes.size !== size) throw notReadable(undefined);
    const multipart = options.forceMultipart || options.paramsInBody;
    const params = {
      ...this.#ownParams(file),
      ...overrides?.params,
      ...(!options.omitDefaultParams && this.#fields(part, session, file, multipart)),
    };

    const headers = overrides?.headers ?? {
      ...scriptHeaders(options.endpoint, false),
      ...(!multipart && { 'Content-Type': 'application/octet-stream', 'X-Mime-Type': file.type }),
      ...(await abortable(given(options.customHeaders), signal)),
    };
    let body: Blob | FormData = bytes;
    if (multipart) {
      body = toForm(options.paramsInBody ? params : {});
      body.append(options.inputName, bytes, session.chunked ? 'blob' : fileName(file.blob));
    }
    const endpoint = overrides?.endpoint ?? options.endpoint;
    const request = {
      method: overrides?.method ?? options.method,
      url: options.paramsInBody ? endpoint : withQuery(endpoint, params),
      headers,
      body,
      withCredentials: options.withCredentials,
      signal,
    };

    // Without a request that says so, a server begins to join the chunks when it has seen the last one.
    const joins = session.chunked && end === session.size && !options.chunkingSuccess.endpoint;
    const response = await context.connection(() =>
      options.send({
        ...request,
        stallTimeout: (carried) => context.stallTimeout(carried) + (joins ? session.size / joiningSpeed : 0),
        onProgress: (loaded, total) => context.progress(total ? Math.round((loaded / total) * size) : size),
      }),
    );
    return { index, start, end, data: this.#judge(response, options.requireSuccessJson ? 'success' : 'none', 'the file has arrived') };
  }

  async close(session: TraditionalSession, receipts: readonly Receipt[], context: CloseContext<TraditionalSession>): Promise<UploadResult> {
    const answers = receipts.flatMap(({ data }) => (isObject(data) ? [data] : []));
    if (session.chunked) answers.push(await this.#allSent(session, context));
    const response = Object.assign({}, ...answers) as JsonObject;
    const uuid = newUuid(response);
    return { response, ...(uuid !== undefined && { uuid }) };
  }

  async remove({ uuid }: StoredFile, { signal }: { readonly signal: AbortSignal }): Promise<void> {
    const { deleteEndpoint, deleteMethod, deleteParams, deleteHeaders, uuidName, withCredentials, send } = this.#options;
    if (!deleteEndpoint) throw new UploadError('Files that have been uploaded here cannot be deleted.', { retry: 'never' });
    const post = deleteMethod.toUpperCase() === 'POST';
    const [, address = '', query = ''] = /^([^?#]*)(\??[^#]*)/.exec(deleteEndpoint) ?? [];
    const url = post ? deleteEndpoint : withQuery(`${address.replace(/\/$/, '')}/${encodeURIComponent(uuid)}${query}`, deleteParams);
    const response = await send({
      method: deleteMethod,
      url,
      headers: {
        ...scriptHeaders(url, post),
        ...(post && { 'Content-Type': formType }),
        ...(await abortable(given(deleteHeaders), signal)),
      },
      body: post ? toQuery({ ...deleteParams, [uuidName]: uuid, _method: 'DELETE' }) : null,
      withCredentials,
      stallTimeout: deletionTimeout,
      signal,
    });
    this.#judge(response, 'no denial', 'the file has been deleted');
  }

  /** Whether a file goes in chunks, and how large they are. */
  async #plan({ id, size }: UploadFile): Promise<Pick<TraditionalSession, 'chunked' | 'partSize'>> {
    const { chunking, chunkingMandatory, partSize: wanted } = this.#options;
    if (chunking) {
      const partSize = partSizeFor(size, await given(wanted, id, size));
      if (size > partSize || chunkingMandatory) return { chunked: true, partSize };
    }
    return { chunked: false, partSize: Math.max(1, size) };
  }

  /** The page's fields, and what is said of files out of folders and of scaled images. */
  #ownParams({ path, parent }: UploadFile): Record<string, unknown> {
    const { params, omitDefaultParams } = this.#options;
    const folder = path.slice(0, path.lastIndexOf('/') + 1);
    if (omitDefaultParams) return { ...params };
    return { ...params, ...(folder && { qqpath: folder }), ...(parent && { qqparentuuid: parent.uuid, qqparentsize: parent.size }) };
  }

  /** The uploader's own fields, in the order of Fine Uploader. */
  #fields({ index, start, end }: Part, session: TraditionalSession, { name }: UploadFile, multipart: boolean): Record<string, unknown> {
    const { chunkingParamNames: names, totalFileSizeName, filenameParam, inputName, resumingParam, uuidName } = this.#options;
    const { chunked, uuid, size, partSize, resumedAt } = session;
    return {
      ...(chunked && {
        [names.partIndex]: index,
        [names.partByteOffset]: start,
        [names.chunkSize]: end - start,
        [names.totalParts]: Math.max(1, Math.ceil(size / partSize)),
        [totalFileSizeName]: size,
        ...(multipart && { [filenameParam]: name }),
        ...(index === resumedAt && { [resumingParam]: true }),
      }),
      [uuidName]: uuid,
      [filenameParam]: name,
      [multipart ? totalFileSizeName : inputName]: multipart ? size : name,
    };
  }

  /** Tells the server that all chunks have been sent, where it wants to know. */
  async #allSent(session: TraditionalSession, context: CloseContext<TraditionalSession>): Promise<JsonObject> {
    const {
      chunkingSuccess,
      customHeaders,
      filenameParam,
      totalFileSizeName,
      uuidName,
      chunkingParamNames,
      requireSuccessJson,
      withCredentials,
      send,
    } = this.#options;
    const { file, signal } = context;
    const { uuid, size, partSize } = session;
    const endpoint = await abortable(given(chunkingSuccess.endpoint ?? null, file.id), signal);
    if (!endpoint) return {};
    context.saveSession(session);
    const params = (await abortable(given(chunkingSuccess.params ?? null, file.id), signal)) ?? {
      ...this.#ownParams(file),
      [uuidName]: uuid,
      [filenameParam]: file.name,
      [totalFileSizeName]: size,
      [chunkingParamNames.totalParts]: Math.max(1, Math.ceil(size / partSize)),
    };
    const headers =
      (await abortable(given(chunkingSuccess.headers ?? null, file.id), signal)) ?? (await abortable(given(customHeaders), signal));
    const { method = 'POST', jsonPayload, resetOnStatus } = chunkingSuccess;
    const bodiless = /^(GET|HEAD|DELETE)$/i.test(method);
    const response = await context.connection(() =>
      send({
        method,
        url: bodiless ? withQuery(endpoint, params) : endpoint,
        headers: {
          Accept: 'application/json',
          ...(!bodiless && { 'Content-Type': jsonPayload ? 'application/json' : formType }),
          ...headers,
        },
        body: bodiless ? null : jsonPayload ? toJson(params) : toQuery(params),
        withCredentials,
        stallTimeout: context.stallTimeout() + size / joiningSpeed,
        signal,
      }),
    );
    return this.#judge(response, requireSuccessJson ? 'no denial' : 'none', 'the file is complete', resetOnStatus);
  }

  #judge(response: SendResponse, proof: Proof, that: string, resetOnStatus?: readonly number[]): JsonObject {
    return verdict(response, { proof, that, preventRetry: this.#options.preventRetryResponseProperty, resetOnStatus });
  }
}

const formType = 'application/x-www-form-urlencoded';

/** The name on the disk, whatever the file is called by now. */
function fileName(blob: Blob & { readonly name?: unknown }): string {
  return typeof blob.name === 'string' ? blob.name : 'blob';
}

/** Records outlive versions of this library, and browsers lose parts of them: only what can be used is. */
function holds({ session, receipts }: Saved, size: number): boolean {
  if (!isObject(session) || !Array.isArray(receipts) || !receipts.every(isObject)) return false;
  return session['size'] === size && typeof session['uuid'] === 'string' && Number(session['partSize']) >= 1;
}
