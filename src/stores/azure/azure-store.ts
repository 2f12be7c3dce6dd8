import { asUploadError } from '../../core/errors.js';
import { partSize as fitPartSize } from '../../core/parts.js';
import type {
  CloseContext,
  JsonObject,
  Opened,
  Part,
  PartContext,
  Receipt,
  Saved,
  Store,
  StoreContext,
  StoredFile,
  UploadFile,
  UploadResult,
} from '../../core/types.js';
import { resolveValue } from '../../http/params.js';
import { notifySuccessEndpoint } from '../../http/success-endpoint.js';
import { notReadableError } from '../../http/xhr.js';
import { abortable } from '../../utils/abortable.js';
import { requestBlob } from './azure-client.js';
import type { AzureRequest } from './azure-client.js';
import { blobNameOf, blobUrl, containerUrlOf } from './blob-name.js';
import { blockId, blockListXml, parseUncommittedBlocks } from './block-list.js';
import { contentMd5 } from './content-md5.js';
import { blobMetadata, blockListHeaders } from './metadata.js';
import type { AzureStoreOptions } from './options.js';
import { SasProvider } from './sas.js';
import type { SasMethod } from './sas.js';
import { allParts, isAzureSession, maxBlockCount, openedUpload, validReceipts } from './session.js';
import type { AzureSession } from './session.js';

const mebibyte = 2 ** 20;
/** https://learn.microsoft.com/azure/storage/blobs/scalability-targets */
const blockLimits = { max: 4000 * mebibyte, maxCount: maxBlockCount };
/** The largest blob (bytes) of one `Put Blob`. */
const maxPutBlobSize = 5000 * mebibyte;
const defaultPartSize = 8 * mebibyte;

/**
 * Uploads to a container of Azure Blob Storage: small files by `Put Blob`, larger ones by `Put Block` and `Put Block List`. The page's server gives the permission for each
 * blob as a SAS URI. Each file has a store of its own, with the options at the time when its upload begins.
 */
export class AzureStore implements Store<AzureSession> {
  readonly #options: AzureStoreOptions;
  readonly #providers = new Map<string, SasProvider>();

  constructor(options: AzureStoreOptions) {
    this.#options = options;
  }

  async open(saved: Saved<AzureSession> | undefined, context: StoreContext): Promise<Opened<AzureSession>> {
    const { file } = context;
    const container = containerUrlOf(this.#options.endpoint);
    const partSize = await this.#partSize(context);
    const savedSession = saved?.session;
    if (isAzureSession(savedSession) && savedSession.container === container && savedSession.size === file.size) {
      if (savedSession.stored || savedSession.partSize === partSize) {
        return openedUpload(
          savedSession,
          await this.#confirmedReceipts(savedSession, validReceipts(savedSession, saved?.receipts), context),
        );
      }
    }
    const rule = this.#options.blobName ?? 'uuid';
    const blobName = await blobNameOf(rule, context);
    // Two uploads of one blob at the same time must not mix their blocks. A uuid is used once.
    const blockPrefix = rule === 'uuid' ? '' : file.uuid.replace(/\W/g, '').slice(0, 32).padEnd(32, '0');
    return openedUpload({ kind: 'azure', container, blobName, size: file.size, partSize, blockPrefix, stored: false }, []);
  }

  async send(part: Part, session: AzureSession, context: PartContext): Promise<Receipt> {
    const { blob, size } = context.file;
    if (blob.size !== size) throw notReadableError(new RangeError(`The file has ${blob.size} bytes instead of ${size}.`));
    const { index, start, end } = part;
    const onProgress = (loaded: number) => context.progress(Math.min(loaded, end - start));
    const body = blob.slice(start, end);
    const checksum = this.#options.checksum && { 'Content-MD5': await contentMd5(body, context.signal) };
    if (session.partSize === 0) {
      const type = contentTypeOf(context.file);
      const headers = { ...this.#metadata(context.file), ...checksum, 'x-ms-blob-type': 'BlockBlob', 'Content-Type': type };
      await this.#request(session, 'PUT', { method: 'PUT', headers, body: blob.slice(0, size, type), onProgress }, context);
    } else {
      const query = { comp: 'block', blockid: blockId(session, index) };
      // Without a type, so that the request has no Content-Type, which CORS would have to allow.
      await this.#request(session, 'PUT', { method: 'PUT', query, headers: checksum ?? {}, body, onProgress }, context);
    }
    return { index, start, end };
  }

  async close(session: AzureSession, _receipts: readonly Receipt[], context: CloseContext<AzureSession>): Promise<UploadResult> {
    const { file } = context;
    const { blobName, container } = session;
    if (!session.stored) {
      if (session.partSize > 0) await this.#commit(session, context);
      context.saveSession({ ...session, stored: true });
    }
    const { successParams = {}, params = {} } = this.#options;
    const fields = { ...successParams, blob: blobName, uuid: file.uuid, name: file.name, container, ...params };
    const response: JsonObject = { success: true, ...(await notifySuccessEndpoint(this.#options, fields, context)) };
    return { response, details: { blobName, container } };
  }

  async remove({ uuid, name, details }: StoredFile, { signal }: { readonly signal: AbortSignal }): Promise<void> {
    const blobName = typeof details?.['blobName'] === 'string' ? details['blobName'] : '';
    const container = typeof details?.['container'] === 'string' ? details['container'] : containerUrlOf(this.#options.endpoint);
    const file = { id: -1, uuid, name, size: 0, type: '', blob: new Blob(), path: '' };
    const context: StoreContext = {
      ...{ file, signal, answerTimeout: Infinity },
      // The signal is aborted when the server has taken too long.
      stallTimeout: () => Infinity,
      connection: (request) => request(),
      waitFor: (promise) => abortable(promise, signal),
    };
    try {
      await this.#request({ container, blobName }, 'DELETE', { method: 'DELETE' }, context);
    } catch (error) {
      const { status, code } = asUploadError(error);
      if (status !== 404 || code === 'ContainerNotFound') throw error;
    }
  }

  // ---------------------------------------------------------------------------------------------------------------- blocks

  async #commit(session: AzureSession, context: StoreContext): Promise<void> {
    const ids = allParts(session).map(({ index }) => blockId(session, index));
    const headers = blockListHeaders(this.#metadata(context.file), contentTypeOf(context.file));
    await this.#request(session, 'PUT', { method: 'PUT', query: { comp: 'blocklist' }, headers, body: blockListXml(ids) }, context);
  }

  /** The receipts whose blocks the storage has. Where the SAS does not allow to list them, the receipts are trusted. */
  async #confirmedReceipts(session: AzureSession, receipts: readonly Receipt[], context: StoreContext): Promise<readonly Receipt[]> {
    if (session.stored || session.partSize === 0 || receipts.length === 0) return receipts;
    try {
      const query = { comp: 'blocklist', blocklisttype: 'uncommitted' };
      const { text } = await this.#request(session, 'PUT', { method: 'GET', query }, context);
      const blocks = parseUncommittedBlocks(text);
      if (!blocks) return receipts;
      const sizes = new Map(blocks.map(({ id, size }) => [id, size]));
      // All are there, but none is uncommitted: the earlier attempt has committed them, and its answer was lost. `close` repeats it.
      if (sizes.size === 0 && receipts.length === allParts(session).length) return receipts;
      return receipts.filter(({ index, start, end }) => sizes.get(blockId(session, index)) === end - start);
    } catch (thrown) {
      context.signal.throwIfAborted();
      const error = asUploadError(thrown);
      // The blob does not exist: no block of it does.
      if (error.status === 404 && error.code !== 'ContainerNotFound') return [];
      if (error.retry === 'auto' && error.code !== 'NetworkError') throw error;
      return receipts;
    }
  }

  // -------------------------------------------------------------------------------------------------------------- requests

  #request(
    { container, blobName }: Pick<AzureSession, 'container' | 'blobName'>,
    method: SasMethod,
    request: AzureRequest,
    context: StoreContext,
  ) {
    const url = blobUrl(container, blobName);
    const name = `${method} ${url}`;
    let provider = this.#providers.get(name);
    if (!provider) this.#providers.set(name, (provider = new SasProvider(this.#options, url, method)));
    return requestBlob(this.#options.send, provider, request, context);
  }

  #metadata({ name }: UploadFile) {
    return blobMetadata(this.#options.params ?? {}, name, this.#options.filenameParam);
  }

  /** Size of the blocks in bytes, or 0 for an upload in one request. */
  async #partSize({ file, waitFor }: StoreContext): Promise<number> {
    const { chunking = false, chunkingMandatory = false, partSize: requestedSize = defaultPartSize } = this.#options;
    const { size } = file;
    const partSize = fitPartSize(size, await waitFor(resolveValue(requestedSize, file)), blockLimits);
    const maxSingleSize = chunking ? partSize : maxPutBlobSize;
    return size <= maxSingleSize && !(chunking && chunkingMandatory) ? 0 : partSize;
  }
}

function contentTypeOf({ type }: UploadFile): string {
  return type || 'application/octet-stream';
}
