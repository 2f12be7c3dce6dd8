import { splitIntoParts, partSize as fitPartSize } from '../../core/parts.js';
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
import { abortable } from '../../utils/abortable.js';
import { requestChunkingSuccess } from './chunking-success-request.js';
import { requestDelete } from './delete-request.js';
import { traditionalDefaults } from './options.js';
import type { TraditionalOptions } from './options.js';
import { newUuidFrom } from './response-errors.js';
import { isResumable, sessionsOfThisPage } from './session.js';
import type { TraditionalSession } from './session.js';
import { requestUpload } from './upload-request.js';

/**
 * Uploads to the page's own server, by Fine Uploader's protocol: a file in one request or in chunks, an optional request after all chunks, and deleting.
 *
 * @example
 * new TraditionalStore({ send, endpoint: '/uploads', chunking: true, chunkingSuccess: { endpoint: '/uploads/done' } })
 */
export class TraditionalStore implements Store<TraditionalSession> {
  readonly #options: TraditionalOptions;

  constructor(options: Partial<TraditionalOptions> & Pick<TraditionalOptions, 'send' | 'endpoint'>) {
    this.#options = { ...traditionalDefaults, ...options };
  }

  async open(saved: Saved<TraditionalSession> | undefined, { file, signal }: StoreContext): Promise<Opened<TraditionalSession>> {
    const { size } = file;
    const resumable = saved && isResumable(saved, size) ? saved : undefined;
    const { chunked, partSize } = resumable?.receipts.length ? resumable.session : await abortable(this.#chunking(file), signal);
    const allParts = splitIntoParts(size, partSize);
    const uploaded = new Map<number, Receipt>();
    for (const receipt of resumable?.receipts ?? []) {
      const part = allParts[receipt.index];
      if (part && part.start === receipt.start && part.end === receipt.end) uploaded.set(part.index, receipt);
    }
    const parts = allParts.filter(({ index }) => !uploaded.has(index));
    const isReloaded = resumable && !sessionsOfThisPage.has(resumable.session) && uploaded.size > 0;
    const resumedAt = isReloaded ? parts[0]?.index : resumable?.session.resumedAt;
    // Without uploaded chunks, the upload takes the uuid that the page may have set meanwhile.
    const uuid = resumable && uploaded.size ? resumable.session.uuid : file.uuid;
    const session = { uuid, size, chunked, partSize, ...(resumedAt !== undefined && { resumedAt }) };
    sessionsOfThisPage.add(session);
    return {
      session,
      parts,
      receipts: [...uploaded.values()],
      chunked,
      totalParts: allParts.length,
      parallel: this.#options.concurrentChunks ? Infinity : 1,
      resumed: uploaded.size > 0,
    };
  }

  async send(part: Part, session: TraditionalSession, context: PartContext): Promise<Receipt> {
    const { index, start, end } = part;
    return { index, start, end, response: await requestUpload(this.#options, part, session, context) };
  }

  async close(session: TraditionalSession, receipts: readonly Receipt[], context: CloseContext<TraditionalSession>): Promise<UploadResult> {
    const responses = receipts.flatMap(({ response }) => response ?? []);
    if (session.chunked) {
      responses.push(await requestChunkingSuccess(this.#options, session, context, () => context.saveSession(session)));
    }
    const response = Object.assign({}, ...responses) as JsonObject;
    const uuid = newUuidFrom(response);
    return { response, ...(uuid !== undefined && { uuid }) };
  }

  async remove(file: StoredFile, { signal }: { readonly signal: AbortSignal }): Promise<void> {
    await requestDelete(this.#options, file, signal);
  }

  /** Whether the file is uploaded in chunks, and their size in bytes. */
  async #chunking({ id, size }: UploadFile): Promise<Pick<TraditionalSession, 'chunked' | 'partSize'>> {
    const { chunking, chunkingMandatory, partSize: requestedSize } = this.#options;
    if (chunking) {
      const partSize = fitPartSize(size, await resolveValue(requestedSize, id, size));
      if (size > partSize || chunkingMandatory) return { chunked: true, partSize };
    }
    return { chunked: false, partSize: Math.max(1, size) };
  }
}
